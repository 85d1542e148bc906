/// Calls that need frames but are no methods of a script: `super`, `new`, `send`, `instance_eval` and kin.
extension Machine {
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

    mutating func perform(
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
                guard special != .instanceExec, call.count > 0 else {
                    throw error(Core.argumentError, "wrong number of arguments (given 0, expected 1..3)")
                }
                let isClass = special == .classEval && call.receiver.tag == .classReference
                return try evaluate(
                    argument(call, 0), in: .null, receiver: call.receiver,
                    lexicalClass: isClass ? call.receiver.classID : nil, result: result, start: start)
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
        case .evaluate, .bindingEvaluate:
            guard call.count > 0 else { throw argumentCount(call.count, 1, 4) }
            let given = special == .bindingEvaluate ? call.receiver : argument(call, 1)
            let isScope = given.tag == .binding || given.isNil || given.tag == .undefined
            guard isScope else { throw typeMismatch(given, into: "Binding") }
            let own = given.tag == .binding ? given : .null
            return try evaluate(
                argument(call, 0), in: own, receiver: nil, lexicalClass: nil, result: result, start: start)
        case .fiberResume: return try resumeFiber(call, result: result, start: start)
        case .fiberYield: return try yieldFiber(call, result: result)
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
