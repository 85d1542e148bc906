/// Frames of functions and blocks: how arguments find their registers.
extension Machine {
    @inline(never) mutating func yieldSlowly(_ word: Instruction) throws(Stop) -> Next {
        let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
        let block = block(of: frame)
        if block.tag != .proc { throw error(Core.localJumpError, "no block given (yield)") }
        var call = NativeCall(
            receiver: block, block: .null, arguments: frame &+ Layout.Frame.registers &+ (word.a &+ 1) &* 16,
            count: word.n, selector: .none, flags: flags)
        var start = frameEnd
        if flags.contains(.splat) { start = try spread(&call, register(frame, word.a &+ 1), at: start) }
        return try callProc(block, call, result: word.a, start: start)
    }

    // MARK: Frames of functions

    /// Pushes a frame for a function with any parameters. Everything is reserved before the frame stands.
    mutating func enter(
        _ new: FrameSpecification, _ call: NativeCall, isProc: Bool
    ) throws(Stop) {
        let function = function(new.function)
        let isSimple = function.flags.contains(.simple)
        let required = Int(function.required)
        if isSimple, call.count == required, !isProc || required != 1 || !function.flags.contains(.excessComma) {
            try push(
                new, registers: Int(function.registers), code: Int(function.code), arguments: call.arguments,
                count: required)
            return
        }
        let optional = Int(function.optional)
        let post = Int(function.post)
        let hasRest = function.flags.contains(.hasRest)
        let hasKeywords = function.flags.contains(.hasKeywords)
        var source = stack
        var offset = call.arguments
        var count = call.count
        var keywords = Value.null
        let total = required + optional + post
        if isProc, count == 1, total + (hasRest ? 1 : 0) > 1 || function.flags.contains(.excessComma), total > 0 {
            let only = argument(call, 0)
            if only.tag == .array {
                (source, offset) = heap.elements(only.handle)
                count = heap.count(only.handle)
            }
        }
        if hasKeywords, count > 0 {
            let last = heap.region.value(source, offset + (count - 1) * 16)
            if last.tag == .hash, count > required + post || call.flags.contains(.keywords) {
                keywords = last
                count -= 1
            }
        }
        if !isProc {
            if count < required + post || (!hasRest && count > total) {
                throw argumentCount(count, required + post, hasRest ? -1 : total)
            }
        }
        // From here on nothing fails: rest array, keyword hash and stack are made first.
        let registers = Int(function.registers)
        let given = min(optional, max(0, count - required - post))
        let restCount = hasRest ? max(0, count - required - post - given) : 0
        var rest = Value.null
        let fromStack = source == stack
        if hasRest {
            let taken = min(required + given, count)
            rest = try heap.newArray(from: source, offset + taken * 16, count: min(restCount, count - taken))
        }
        if hasKeywords { keywords = keywords.isNil ? try heap.newHash() : try heap.copyHash(keywords.handle) }
        try reserveStack(new.start + Layout.Frame.registers + registers * 16)
        if fromStack { source = stack }
        try push(new, registers: registers, code: Int(function.code), arguments: new.start, count: 0)
        var place = 0
        func fill(_ machine: inout Machine, _ amount: Int, from first: Int) {
            for index in 0..<amount {
                let position = first + index
                let value = position < count ? machine.heap.region.value(source, offset + position * 16) : .null
                machine.setRegister(machine.frame, place, value)
                place += 1
            }
        }
        fill(&self, required, from: 0)
        fill(&self, given, from: required)
        for _ in given..<optional {
            setRegister(frame, place, .undefined)
            place += 1
        }
        if hasRest {
            setRegister(frame, place, rest)
            place += 1
        }
        fill(&self, post, from: required + given + restCount)
        if hasKeywords {
            setRegister(frame, place, keywords)
            place += 1
        }
        if function.flags.contains(.hasBlockParameter) { setRegister(frame, place, call.block) }
    }

    /// Calls a proc. `receiver`: another self (`instance_eval`, `define_method`).
    mutating func callProc(
        _ proc: Value, _ call: NativeCall, result: Int, start: Int, receiver: Value? = nil,
        lexicalClass: ClassID? = nil, owner: ClassID? = nil, frameFlags: FrameFlags = []
    ) throws(Stop) -> Next {
        let handle = proc.handle
        let flags = heap.region.flags(of: handle)
        if flags.contains(.symbolProc) {
            guard call.count > 0 else { throw error(Core.argumentError, "no receiver given") }
            let target = argument(call, 0)
            let selector = Symbol(rawValue: heap.region.u32(handle, Layout.Proc.function))
            let (method, owner) = self.method(classID(of: target), selector)
            var inner = call
            inner.receiver = target
            inner.arguments += 16
            inner.count -= 1
            inner.selector = selector
            inner.flags = []
            return try dispatch(method, owner, inner, result: result, start: start, frameFlags: frameFlags)
        }
        let isMethod = frameFlags.contains(.methodFromProc)
        let isLambda = flags.contains(.lambda) || isMethod
        let function = heap.region.u32(handle, Layout.Proc.function)
        let new = FrameSpecification(
            function: function, receiver: receiver ?? heap.region.value(handle, Layout.Proc.receiver),
            block: heap.region.value(handle, Layout.Proc.block),
            lexicalClass: lexicalClass ?? ClassID(rawValue: heap.region.u32(handle, Layout.Proc.lexicalClass)),
            ownerClass: owner ?? ClassID(rawValue: heap.region.u32(handle, Layout.Proc.ownerClass)),
            selector: isMethod ? call.selector : Symbol(rawValue: heap.region.u32(handle, Layout.Proc.selector)),
            environment: heap.region.u32(handle, Layout.Proc.environment), proc: handle,
            flags: frameFlags.union(isLambda ? .lambdaBlock : .block), result: result, start: start)
        try enter(new, call, isProc: !isLambda)
        return .frame
    }

    /// A proc of the current frame's code and variables.
    mutating func makeProc(function: UInt32, isLambda: Bool) throws(Stop) -> Value {
        let handle = try heap.region.allocate(.proc, size: Layout.Proc.size, class: Core.proc)
        heap.region.setProc(
            handle,
            ProcFields(
                flags: [], function: function, environment: frameWord(frame, Layout.Frame.environment),
                receiver: receiver(of: frame), block: block(of: frame), lexicalClass: lexicalClass(of: frame),
                ownerClass: ClassID(rawValue: frameWord(frame, Layout.Frame.ownerClass)),
                selector: Symbol(rawValue: frameWord(frame, Layout.Frame.selector))),
            homeFrame: frame, homeSerial: frameWord(frame, Layout.Frame.serial))
        if isLambda { heap.region.setFlags(.lambda, of: handle) }
        return Value(.proc, handle)
    }
}
