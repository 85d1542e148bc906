/// Calls: how a method found becomes a frame, a value, or a wait.
extension Machine {
    /// Lays the elements of an array out as arguments above the frame; returns where the next frame may begin.
    mutating func spread(_ call: inout NativeCall, _ list: Value, at start: Int) throws(Stop) -> Int {
        guard list.tag == .array else { throw error(Core.typeError, "splat of something that is no array") }
        let count = heap.count(list.handle)
        guard count < 100_000 else { throw .limit(.callDepth) }
        fuel &-= Int64(count >> 3)
        try reserveStack(start + count * 16)
        let (source, offset) = heap.elements(list.handle)
        heap.region.move(from: source, offset, to: stack, start, count: count * 16)
        call.arguments = start
        call.count = count
        return start + count * 16
    }

    /// A `send` that is neither a plain call nor an attribute.
    @inline(never) mutating func send(_ word: Instruction, _ entry: MethodCache.Entry) throws(Stop) -> Next {
        let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
        var call = NativeCall(
            receiver: register(frame, word.a),
            block: flags.contains(.block) ? register(frame, word.a &+ 1 &+ word.n) : .null,
            arguments: frame &+ Layout.Frame.registers &+ (word.a &+ 1) &* 16, count: word.n,
            selector: Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)), flags: flags)
        let start = frameEnd
        if flags.contains(.splat) {
            let end = try spread(&call, register(frame, word.a &+ 1), at: start)
            return try dispatch(entry.value, entry.owner, call, result: word.a, start: end)
        }
        guard entry.shape == MethodCache.nativeShape, word.n >= entry.value.leastArguments,
            word.n <= entry.value.mostArguments
        else { return try dispatch(entry.value, entry.owner, call, result: word.a, start: start) }
        do throws(Stop) {
            let value = try callNative(entry.value.methodID, call)
            settle()
            setRegister(frame, word.a, value)
            return .proceed
        } catch {
            settle()
            guard case .slow = error else { throw error }
            return try callSlowly(entry.value.methodID, call, error, result: word.a, start: start, frameFlags: [])
        }
    }

    /// A leaf said `slow`: the prelude's version of it is called.
    private mutating func callSlowly(
        _ id: UInt32, _ call: NativeCall, _ stop: Stop, result: Int, start: Int, frameFlags: FrameFlags
    ) throws(Stop) -> Next {
        // Waiting is signalled by the pending host call.
        guard case .slow = stop, let slow = library.slowSymbols[id] else { throw stop }
        let (method, owner) = self.method(classID(of: call.receiver), slow)
        guard method.tag != .undefined else { throw stop }
        return try dispatch(method, owner, call, result: result, start: start, frameFlags: frameFlags)
    }

    /// A `yield` to a block that takes what it is given: pushes its frame. Returns its function, or 0 (the prelude's
    /// program, which is no block) when the general way must be gone.
    @inline(__always) mutating func enterBlock(_ word: Instruction, _ first: Value) throws(Stop) -> UInt32 {
        let block = block(of: frame)
        guard block.tag == .proc, word.c & Int(CallFlags.splat.rawValue) == 0 else { return 0 }
        let proc = heap.region.proc(block.handle)
        guard !proc.flags.contains(.symbolProc) else { return 0 }
        let callee = units[proc.function >> 24].function(index(of: proc.function))
        guard callee.flags.intersection(.shape) == .simple else { return 0 }
        let required = Int(callee.required)
        var count = word.n
        var source: Handle = 0
        var arguments = frame &+ Layout.Frame.registers &+ (word.a &+ 1) &* 16
        if count != required {
            if proc.flags.contains(.lambda) { return 0 }
            if count > required {
                count = required
            } else if count == 1, first.tag == .array {
                (source, arguments) = heap.elements(first.handle)
                count = min(required, heap.count(first.handle))
            }
        }
        try push(
            FrameSpecification(
                function: proc.function, receiver: proc.receiver, block: proc.block, lexicalClass: proc.lexicalClass,
                ownerClass: proc.ownerClass, selector: proc.selector, environment: proc.environment,
                proc: block.handle, flags: proc.flags.contains(.lambda) ? .lambdaBlock : .block, result: word.a,
                start: frameEnd),
            registers: Int(callee.registers), code: Int(callee.code), from: source, arguments: arguments, count: count)
        return proc.function
    }

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

    func argument(_ call: NativeCall, _ index: Int) -> Value {
        index < call.count ? heap.region.value(stack, call.arguments + index * 16) : .undefined
    }

    /// Calls a method without arguments by name.
    mutating func call(
        _ target: Value, _ selector: Symbol, result: Int, flags: FrameFlags = []
    ) throws(Stop) -> Next {
        let start = frameEnd
        let (method, owner) = self.method(classID(of: target), selector)
        let call = NativeCall(
            receiver: target, block: .null, arguments: start, count: 0, selector: selector, flags: .onSelf)
        return try dispatch(method, owner, call, result: result, start: start, frameFlags: flags)
    }

    /// An operator whose operands took no fast path.
    mutating func binary(
        _ selector: Symbol, _ left: Value, _ right: Value, result: Int, flags: FrameFlags = []
    ) throws(Stop) -> Next {
        let start = frameEnd
        try reserveStack(start + 16)
        heap.region.set(stack, start, right)
        let (method, owner) = self.method(classID(of: left), selector)
        let call = NativeCall(
            receiver: left, block: .null, arguments: start, count: 1, selector: selector, flags: [])
        return try dispatch(method, owner, call, result: result, start: start + 16, frameFlags: flags)
    }

    /// `target[key] = value` whose value nobody needs: it goes to the frame's last, spare register.
    mutating func storeSlowly(_ target: Value, _ key: Value, _ value: Value) throws(Stop) -> Next {
        let start = frameEnd
        try reserveStack(start + 32)
        heap.region.set(stack, start, key)
        heap.region.set(stack, start + 16, value)
        let (method, owner) = self.method(classID(of: target), Sym.indexSet)
        let call = NativeCall(
            receiver: target, block: .null, arguments: start, count: 2, selector: Sym.indexSet, flags: [])
        let spare = (start - frame - Layout.Frame.registers) / 16 - 1
        return try dispatch(method, owner, call, result: spare, start: start + 32)
    }

    mutating func equality(
        _ left: Value, _ right: Value, negated: Bool, result: Int
    ) throws(Stop) -> Next {
        if negated, left.isHeap || heap.hasCustomEquality {
            // A class may define `!=` itself; otherwise it is `==`, negated.
            let (method, owner) = self.method(classID(of: left), Sym.notEqual)
            if method.tag == .method, method.methodKind == Method.Kind.bytecode.rawValue {
                _ = owner
                return try binary(Sym.notEqual, left, right, result: result)
            }
        }
        return try binary(Sym.equal, left, right, result: result, flags: negated ? .negates : [])
    }

    /// Performs a call whose method has been looked up.
    mutating func dispatch(
        _ method: Value, _ owner: ClassID, _ call: NativeCall, result: Int, start: Int, frameFlags: FrameFlags = []
    ) throws(Stop) -> Next {
        guard method.tag != .undefined else {
            return try missing(call, result: result, start: start, frameFlags: frameFlags)
        }
        if method.tag == .proc {
            return try callProc(
                method, call, result: result, start: start, receiver: call.receiver, owner: owner,
                frameFlags: frameFlags.union(.method))
        }
        if method.extra != 0, !call.flags.contains(.onSelf) { try checkVisibility(method, owner, call) }
        switch method.methodKind {
        case Method.Kind.bytecode.rawValue:
            try enter(
                FrameSpecification(
                    function: method.methodID, receiver: call.receiver, block: call.block,
                    lexicalClass: method.methodClass, ownerClass: owner, selector: call.selector, flags: frameFlags,
                    result: result, start: start), call, isProc: false)
            return .frame
        case Method.Kind.native.rawValue:
            let id = method.methodID
            if call.count < method.leastArguments || call.count > method.mostArguments {
                let most = method.mostArguments
                if call.count < method.leastArguments || most < 255 {
                    throw argumentCount(call.count, method.leastArguments, most == 255 ? -1 : most)
                }
            }
            let value: Value
            do throws(Stop) {
                value = try callNative(id, call)
                settle()
            } catch {
                settle()
                return try callSlowly(id, call, error, result: result, start: start, frameFlags: frameFlags)
            }
            return try deliver(value, call.receiver, result: result, frameFlags: frameFlags)
        case Method.Kind.reader.rawValue:
            guard call.count == 0 else { throw argumentCount(call.count, 0, 0) }
            return try deliver(
                field(of: call.receiver, Symbol(rawValue: method.methodID)), call.receiver, result: result,
                frameFlags: frameFlags)
        case Method.Kind.writer.rawValue:
            guard call.count == 1 else { throw argumentCount(call.count, 1, 1) }
            let value = argument(call, 0)
            try setField(of: call.receiver, Symbol(rawValue: method.methodID), value)
            return try deliver(value, call.receiver, result: result, frameFlags: frameFlags)
        default:
            guard let special = SpecialMethod(rawValue: method.methodID) else { throw .slow }
            return try perform(special, call, result: result, start: start, frameFlags: frameFlags)
        }
    }

    /// Puts the value of a call that needed no frame where it belongs.
    mutating func deliver(
        _ value: Value, _ receiver: Value, result: Int, frameFlags: FrameFlags
    ) throws(Stop) -> Next {
        var value = value
        if !frameFlags.isEmpty { value = try adjusted(value, receiver, frameFlags) }
        setRegister(frame, result, value)
        return .proceed
    }

    /// What a frame's flags make of its value.
    mutating func adjusted(_ value: Value, _ receiver: Value, _ flags: FrameFlags) throws(Stop) -> Value {
        if flags.contains(.returnsReceiver) { return receiver }
        if flags.contains(.negates) { return .bool(!value.isTruthy) }
        if flags.contains(.text), value.tag != .string { return try plainText(receiver) }
        return value
    }

    /// Charges the work that the heap has noted.
    @inline(__always) mutating func settle() {
        charge(heap.work)
        heap.work = 0
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

    // MARK: Super

    mutating func callSuper(_ word: Instruction) throws(Stop) -> Next {
        let owner = ClassID(rawValue: frameWord(frame, Layout.Frame.ownerClass))
        let selector = Symbol(rawValue: frameWord(frame, Layout.Frame.selector))
        let target = receiver(of: frame)
        let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
        guard selector != .none else { throw error(Core.runtimeError, "super called outside of method") }
        let base = Layout.Frame.registers + word.a * 16
        let block =
            flags.contains(.block) ? register(frame, word.a + 1 + word.n) : self.block(of: frame)
        var call = NativeCall(
            receiver: target, block: block, arguments: frame + base + 16, count: word.n, selector: selector,
            flags: flags.union(.onSelf))
        var start = frameEnd
        if flags.contains(.splat) { start = try spread(&call, register(frame, word.a + 1), at: start) }
        let (method, found) = findMethod(classID(of: target), selector, after: owner)
        guard method.tag != .undefined else {
            throw error(Core.noMethodError, "super: no superclass method `", symbolName(selector), "'")
        }
        return try dispatch(method, found, call, result: word.a, start: start)
    }

    // MARK: Special methods

    private mutating func perform(
        _ special: SpecialMethod, _ call: NativeCall, result: Int, start: Int, frameFlags: FrameFlags
    ) throws(Stop) -> Next {
        switch special {
        case .procCall:
            return try callProc(call.receiver, call, result: result, start: start, frameFlags: frameFlags)
        case .send:
            guard call.count > 0 else { throw error(Core.argumentError, "no method name given") }
            let selector = try symbol(from: argument(call, 0))
            let (method, owner) = self.method(classID(of: call.receiver), selector)
            var inner = call
            inner.arguments += 16
            inner.count -= 1
            inner.selector = selector
            inner.flags = .onSelf
            return try dispatch(method, owner, inner, result: result, start: start, frameFlags: frameFlags)
        case .new: return try instantiate(call, result: result, start: start)
        case .instanceEval, .instanceExec, .classEval:
            guard call.block.tag == .proc else {
                throw error(Core.notImplementedError, "evaluating text is not supported")
            }
            var inner = call
            if special == .instanceEval || (special == .classEval && call.count == 0) {
                try reserveStack(start + 16)
                heap.region.set(stack, start, call.receiver)
                inner.arguments = start
                inner.count = 1
                return try callProc(
                    call.block, inner, result: result, start: start + 16, receiver: call.receiver,
                    lexicalClass: special == .classEval ? call.receiver.classID : nil, frameFlags: frameFlags)
            }
            return try callProc(
                call.block, inner, result: result, start: start, receiver: call.receiver,
                lexicalClass: special == .classEval ? call.receiver.classID : nil, frameFlags: frameFlags)
        case .superclassMissing: throw .slow
        }
    }

    /// `Class#new`: makes the object, then `initialize` in a frame whose value is dropped.
    private mutating func instantiate(_ call: NativeCall, result: Int, start: Int) throws(Stop) -> Next {
        guard call.receiver.tag == .classReference else { throw missingMethod(call) }
        let id = call.receiver.classID
        let made = allocator(of: id)
        if made == .classObject || made == .module {
            return try newClass(call, isModule: made == .module, result, start)
        }
        if made == .none { throw missingMethod(call) }
        let object = try allocate(made, id)
        let (method, owner) = self.method(id, Sym.initialize)
        guard method.tag != .undefined else { return try deliver(object, object, result: result, frameFlags: []) }
        var inner = call
        inner.receiver = object
        inner.selector = Sym.initialize
        inner.flags.insert(.onSelf)
        if made == .regex || made == .proc || made == .range || made == .time {
            // Their native `initialize` makes the value itself.
            return try dispatch(method, owner, inner, result: result, start: start)
        }
        return try dispatch(method, owner, inner, result: result, start: start, frameFlags: .returnsReceiver)
    }

    /// `Class.new(superclass) { … }`
    private mutating func newClass(
        _ call: NativeCall, isModule: Bool, _ result: Int, _ start: Int
    ) throws(Stop) -> Next {
        var parent = Core.object
        if call.count > 0 {
            guard argument(call, 0).tag == .classReference else {
                throw error(Core.typeError, "superclass must be a Class")
            }
            parent = argument(call, 0).classID
        }
        let id = try makeClass(
            name: .none, superclass: isModule ? .none : parent, flags: isModule ? .isModule : [],
            lexicalParent: lexicalClass(of: frame))
        if !isModule { try inheritFields(id, from: parent) }
        let made = Value.classReference(id)
        guard call.block.tag == .proc else { return try deliver(made, made, result: result, frameFlags: []) }
        try reserveStack(start + 16)
        heap.region.set(stack, start, made)
        var inner = call
        inner.receiver = made
        inner.arguments = start
        inner.count = 1
        return try callProc(
            call.block, inner, result: result, start: start + 16, receiver: made, lexicalClass: id,
            frameFlags: .returnsReceiver)
    }
}
