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
        guard case .slow = stop else { throw stop }
        let receiverClass = classID(of: call.receiver)
        var (method, owner) = (Value.undefined, Core.object)
        if let slow = library.slowSymbols[id] { (method, owner) = self.method(receiverClass, slow) }
        // A leaf without a version of its own needs texts: those with `to_str` are made strings, and it is called again.
        if method.tag == .undefined { (method, owner) = self.method(receiverClass, Sym.slowAny) }
        guard method.tag != .undefined else { throw stop }
        return try dispatch(method, owner, call, result: result, start: start, frameFlags: frameFlags)
    }

    @inline(__always) func argument(_ call: NativeCall, _ index: Int) -> Value {
        index < call.count ? heap.region.value(stack, call.arguments &+ index &* 16) : .undefined
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
            noteSlot(call)
            return try deliver(
                field(of: call.receiver, Symbol(rawValue: method.methodID)), call.receiver, result: result,
                frameFlags: frameFlags)
        case Method.Kind.writer.rawValue:
            guard call.count == 1 else { throw argumentCount(call.count, 1, 1) }
            let value = argument(call, 0)
            try setField(of: call.receiver, Symbol(rawValue: method.methodID), value)
            noteSlot(call)
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
}
