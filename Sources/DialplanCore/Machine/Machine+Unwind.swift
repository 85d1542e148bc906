import DialplanHostCalls

/// Leaving frames: returns with duties, `break` and `return` of blocks, exceptions, `ensure`.
///
/// Something that is being thrown is `pending`: an exception object, or a `jump` with the frame that it is for.
enum JumpKind: UInt32 {
    /// Returns the value from the frame (`return` in a block, `throw`).
    case returnFrom = 1
    /// Ends the call that the frame is making (`break`).
    case endCall
}

extension Machine {
    /// A return from a frame with flags that change the value.
    mutating func finishFrame(_ value: Value) throws(Stop) {
        let flags = frameFlags(frame)
        if flags.contains(.fiber) { return endFiber(value) }
        // Only damaged code returns from the program itself.
        if flags.contains(.bottom) { throw .finish }
        let result = try adjusted(value, receiver(of: frame), flags)
        leave(result)
    }

    /// Pops the frame and gives the caller its value.
    private mutating func leave(_ value: Value) {
        let caller = Int(frameWord(frame, Layout.Frame.caller))
        let register = Int(frameWord(frame, Layout.Frame.result))
        pc = Int(frameWord(caller, Layout.Frame.pc))
        frame = caller
        depth -= 1
        setRegister(caller, register, value)
    }

    private mutating func makeJump(_ kind: JumpKind, to target: Int, _ value: Value) throws(Stop) -> Value {
        let handle = try heap.region.allocate(.jump, size: Layout.Jump.size)
        heap.region.set(handle, Layout.Jump.kind, u32: kind.rawValue)
        heap.region.set(handle, Layout.Jump.frame, u32: UInt32(target))
        heap.region.set(handle, Layout.Jump.serial, u32: frameWord(target, Layout.Frame.serial))
        heap.region.set(handle, Layout.Jump.value, value)
        return Value(.jump, handle)
    }

    /// `return` in a block: from the method (or lambda) that it is written in.
    mutating func returnFromBlock(_ value: Value) throws(Stop) {
        var walk = frame
        while true {
            let flags = frameFlags(walk)
            if !flags.contains(.block) || flags.contains(.lambda) { break }
            guard let outer = definer(of: walk) else {
                throw error(Core.localJumpError, "unexpected return")
            }
            walk = outer
        }
        if frameFlags(walk).contains(.bottom), !frameFlags(walk).contains(.fiber) { throw .finish }
        pending = try makeJump(.returnFrom, to: walk, value)
    }

    /// `break` in a block: ends the call that the block was given to.
    mutating func breakFromBlock(_ value: Value) throws(Stop) {
        if frameFlags(frame).contains(.lambda) {
            pending = try makeJump(.returnFrom, to: frame, value)
            return
        }
        guard let outer = definer(of: frame) else { throw error(Core.localJumpError, "break from proc-closure") }
        pending = try makeJump(.endCall, to: outer, value)
    }

    /// `throw`: returns from the frame of the `catch` with that tag.
    mutating func throwTag(_ tag: Value, _ value: Value) throws(Stop) {
        var walk = frame
        while !frameFlags(walk).contains(.bottom) {
            let id = frameWord(walk, Layout.Frame.function)
            if id >> 24 == Machine.preludeUnit, function(id).flags.contains(.catcher) {
                let known = register(walk, 0)
                if known.isIdentical(to: tag)
                    || (known.tag == .string && tag.tag == .string && heap.bytes(known).isEqual(heap.bytes(tag)))
                {
                    pending = try makeJump(.returnFrom, to: walk, value)
                    return
                }
            }
            walk = Int(frameWord(walk, Layout.Frame.caller))
        }
        throw error(Core.uncaughtThrowError, "uncaught throw ", try inspected(tag), "")
    }

    /// Takes what is pending to its handler. Returns the run's result when nobody handles it.
    mutating func unwind() -> RunResult? {
        var thrown = pending
        var isJump = thrown.tag == .jump
        let isAbort = !isJump && ending != nil && isAbort(thrown)
        while true {
            let id = currentFunction
            let function = function(id)
            let image = self.image(of: id)
            let word = pc - 1 - Int(function.code)
            for index in 0..<Int(function.handlerCount) {
                let handler = image.handlers[Int(function.handlers) + index]
                guard word >= Int(handler.start), word < Int(handler.end) else { continue }
                if !handler.isEnsure {
                    if isJump { continue }
                    if isAbort {
                        // Seen once: later rescues are passed by.
                        if endingSeen { continue }
                    }
                }
                setRegister(frame, Int(handler.register), thrown)
                pc = Int(function.code) + Int(handler.target)
                pending = .null
                return nil
            }
            if isJump, isTarget(thrown, frame), jumpKind(thrown) == .returnFrom {
                let value = heap.region.value(thrown.handle, Layout.Jump.value)
                pending = .null
                if frameFlags(frame).contains(.fiber) {
                    endFiber(value)
                    return nil
                }
                if frameFlags(frame).contains(.bottom) { return ending.map { .ended($0) } ?? .finished }
                let result = frameFlags(frame).contains(.returnsReceiver) ? receiver(of: frame) : value
                leave(result)
                return nil
            }
            if frameFlags(frame).contains(.fiber) {
                // An exception goes on in the code that resumed the Fiber; a jump cannot.
                leaveFiber()
                if isJump {
                    do throws(Stop) {
                        pending = try newException(Core.localJumpError, try heap.newString("break from proc-closure"))
                    } catch { return limitReached(.heap) }
                    thrown = pending
                    isJump = false
                }
                continue
            }
            if frameFlags(frame).contains(.bottom) {
                pending = .null
                return uncaught(thrown)
            }
            let caller = Int(frameWord(frame, Layout.Frame.caller))
            if isJump, isTarget(thrown, caller), jumpKind(thrown) == .endCall {
                pending = .null
                leave(heap.region.value(thrown.handle, Layout.Jump.value))
                return nil
            }
            frame = caller
            depth -= 1
            pc = Int(frameWord(caller, Layout.Frame.pc))
        }
    }

    private func jumpKind(_ jump: Value) -> JumpKind? {
        JumpKind(rawValue: heap.region.u32(jump.handle, Layout.Jump.kind))
    }

    private func isTarget(_ jump: Value, _ frame: Int) -> Bool {
        Int(heap.region.u32(jump.handle, Layout.Jump.frame)) == frame
            && heap.region.u32(jump.handle, Layout.Jump.serial) == frameWord(frame, Layout.Frame.serial)
    }

    func isAbort(_ exception: Value) -> Bool {
        exception.tag == .object && classID(of: exception) == Core.threadAbort
    }

    /// The run's result for an exception that reached the bottom.
    private mutating func uncaught(_ exception: Value) -> RunResult {
        if let ending { return .ended(ending) }
        let id = classID(of: exception)
        if id == Core.systemExit { return .finished }
        let message = heap.field(exception.handle, 0)
        let className = String(decoding: symbolName(of: visibleClass(exception)).array, as: UTF8.self)
        let text: String
        if message.tag == .string {
            let bytes = heap.bytes(message)
            text = String(decoding: bytes.slice(0, min(bytes.count, Machine.messageBytesMax)).array, as: UTF8.self)
        } else {
            text = className
        }
        let location = heap.field(exception.handle, 1)
        let line = location.tag == .integer ? location.integer >> 12 : 0
        let column = location.tag == .integer ? location.integer & 0xFFF : 0
        let isMissing = isSubclass(id, of: Core.noMethodError)
        return .failed(
            ScriptFailure(
                isMissing ? .missingMethod : .exception, message: "\(text) (\(className))",
                line: Int32(clamping: line), column: Int32(clamping: column)))
    }

    /// A limit: nothing is rescued, nothing ensured.
    mutating func limitReached(_ limit: Limit) -> RunResult {
        if let ending { return .ended(ending) }
        return .failed(failure(.limit, limit.message))
    }
}
