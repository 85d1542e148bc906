import DialplanHostCalls

/// Fibers: coroutines with a stack object of their own in the region.
///
/// One stack runs at a time (`Machine.stack`, `frame`, `pc`); the others note their innermost frame in their header, where
/// the collector finds it. `Enumerator#next` is a Fiber of the prelude.
enum FiberSlot {
    /// Hidden slots of a Fiber object: body, own stack, state, the Fiber that resumed it, that one's stack, the register
    /// there that takes the value, call depth inside, call depth outside.
    static let body = 0, stack = 1, state = 2, resumer = 3, resumerStack = 4, register = 5, depth = 6, outerDepth = 7
    static let count = 8
    /// The name of each: one that no text interns to.
    static let name = Symbol(rawValue: UInt32.max)
}

enum FiberState: Int64 {
    case created, suspended, running, terminated
}

extension Machine {
    private func state(of fiber: Value) -> FiberState {
        let value = heap.field(fiber.handle, FiberSlot.state)
        return value.tag == .integer ? FiberState(rawValue: value.integer) ?? .terminated : .created
    }

    private mutating func set(_ fiber: Value, _ slot: Int, _ value: Value) {
        // The slots were allocated with the object; they move to a buffer when it is given instance variables.
        let buffer = heap.region.u32(fiber.handle, Layout.Object.buffer)
        if buffer == 0 {
            heap.region.set(fiber.handle, Layout.Object.inline + slot * 16, value)
        } else {
            heap.region.set(buffer, Region.headerBytes + slot * 16, value)
        }
    }

    func isAlive(_ fiber: Value) -> Bool { state(of: fiber) != .terminated }

    /// `Fiber.new { }`
    mutating func initializeFiber(_ fiber: Value, _ block: Value) throws(Stop) {
        guard block.tag == .proc else { throw error(Core.argumentError, "tried to create Proc object without a block") }
        guard heap.field(fiber.handle, FiberSlot.body).tag != .proc else {
            throw error(Core.fiberError, "cannot initialize fiber twice")
        }
        set(fiber, FiberSlot.body, block)
        set(fiber, FiberSlot.state, .integer(FiberState.created.rawValue))
    }

    /// The stack, frame and Fiber to which a running Fiber goes back.
    func resumer(of fiber: Value) -> (stack: Handle, frame: Int, fiber: Value)? {
        let outer = heap.field(fiber.handle, FiberSlot.resumerStack)
        guard outer.tag == .environment else { return nil }
        return (
            outer.handle, Int(heap.region.u32(outer.handle, Layout.Stack.top)),
            heap.field(fiber.handle, FiberSlot.resumer)
        )
    }

    /// `Fiber#resume(*values)`
    mutating func resumeFiber(_ call: NativeCall, result: Int, start: Int) throws(Stop) -> Next {
        let fiber = call.receiver
        guard fiber.tag == .object, allocator(of: classID(of: fiber)) == .fiber else { throw missingMethod(call) }
        let body = heap.field(fiber.handle, FiberSlot.body)
        guard body.tag == .proc else { throw error(Core.fiberError, "uninitialized fiber") }
        switch state(of: fiber) {
        case .running: throw error(Core.fiberError, "attempt to resume the current fiber")
        case .terminated: throw error(Core.fiberError, "attempt to resume a terminated fiber")
        case .created:
            guard !heap.region.flags(of: body.handle).contains(.symbolProc) else {
                throw error(Core.fiberError, "a method's name is no body of a fiber")
            }
            // The arguments, then the frame.
            let start = Region.headerBytes + call.count * 16
            let made = try heap.region.allocate(.stack, size: max(768, start + Layout.Frame.registers + 256))
            heap.region.move(
                from: stack, call.arguments, to: made, Region.headerBytes, count: call.count * 16)
            let (outerStack, outerFrame, outerPC, outerDepth, outerFiber) = (stack, frame, pc, depth, coroutine)
            var inner = call
            inner.receiver = body
            inner.block = .null
            inner.arguments = Region.headerBytes
            (stack, frame) = (made, start)
            // An error on the way has a place to point at.
            heap.region.set(stack, frame + Layout.Frame.function, u32: Machine.scriptUnit << 24)
            do throws(Stop) {
                _ = try callProc(body, inner, result: 0, start: start, frameFlags: [.bottom, .fiber])
            } catch {
                (stack, frame, pc, depth) = (outerStack, outerFrame, outerPC, outerDepth)
                throw error
            }
            suspend(outerStack, outerFrame, outerPC)
            enterFiber(fiber, from: outerStack, outerFiber, outerDepth, result: result)
            return .frame
        case .suspended:
            let value = try fiberValue(call)
            let own = heap.field(fiber.handle, FiberSlot.stack)
            let inside = heap.field(fiber.handle, FiberSlot.depth)
            guard depth + Int(inside.integer) < Int(limits.callDepth) else { throw .limit(.callDepth) }
            let (outerStack, outerDepth, outerFiber) = (stack, depth, coroutine)
            suspend(stack, frame, pc)
            stack = own.handle
            frame = Int(heap.region.u32(stack, Layout.Stack.top))
            pc = Int(frameWord(frame, Layout.Frame.pc))
            depth += Int(inside.integer)
            let register = heap.field(fiber.handle, FiberSlot.register)
            enterFiber(fiber, from: outerStack, outerFiber, outerDepth, result: result)
            setRegister(frame, Int(register.integer), value)
            return .frame
        }
    }

    /// `Fiber.yield(*values)`
    mutating func yieldFiber(_ call: NativeCall, result: Int) throws(Stop) -> Next {
        guard coroutine.tag == .object else { throw error(Core.fiberError, "can't yield from root fiber") }
        let fiber = coroutine
        let value = try fiberValue(call)
        let outerDepth = heap.field(fiber.handle, FiberSlot.outerDepth).integer
        let register = heap.field(fiber.handle, FiberSlot.register)
        suspend(stack, frame, pc)
        set(fiber, FiberSlot.depth, .integer(Int64(depth) - outerDepth))
        set(fiber, FiberSlot.state, .integer(FiberState.suspended.rawValue))
        set(fiber, FiberSlot.register, .integer(result))
        backToResumer(fiber)
        setRegister(frame, Int(register.integer), value)
        return .frame
    }

    /// The lowest frame of the running Fiber returns.
    mutating func endFiber(_ value: Value) {
        let fiber = coroutine
        let register = heap.field(fiber.handle, FiberSlot.register)
        leaveFiber()
        setRegister(frame, Int(register.integer), value)
    }

    /// The running Fiber is over; its resumer runs on, at its `resume`.
    mutating func leaveFiber() {
        let fiber = coroutine
        set(fiber, FiberSlot.state, .integer(FiberState.terminated.rawValue))
        backToResumer(fiber)
        set(fiber, FiberSlot.stack, .null)
        set(fiber, FiberSlot.body, .null)
    }

    private mutating func suspend(_ stack: Handle, _ frame: Int, _ pc: Int) {
        heap.region.set(stack, frame + Layout.Frame.pc, u32: UInt32(pc))
        heap.region.set(stack, 4, u32: UInt32(ObjectKind.stack.rawValue))
        heap.region.set(stack, Layout.Stack.top, u32: UInt32(frame))
    }

    private mutating func enterFiber(
        _ fiber: Value, from outerStack: Handle, _ outerFiber: Value, _ outerDepth: Int, result: Int
    ) {
        heap.region.set(stack, Layout.Stack.top, u32: 0)
        set(fiber, FiberSlot.stack, Value(.environment, stack))
        set(fiber, FiberSlot.state, .integer(FiberState.running.rawValue))
        set(fiber, FiberSlot.resumer, outerFiber)
        set(fiber, FiberSlot.resumerStack, Value(.environment, outerStack))
        set(fiber, FiberSlot.register, .integer(result))
        set(fiber, FiberSlot.outerDepth, .integer(outerDepth))
        coroutine = fiber
    }

    private mutating func backToResumer(_ fiber: Value) {
        set(fiber, FiberSlot.stack, Value(.environment, stack))
        depth = Int(heap.field(fiber.handle, FiberSlot.outerDepth).integer)
        let outer = heap.field(fiber.handle, FiberSlot.resumerStack)
        coroutine = heap.field(fiber.handle, FiberSlot.resumer)
        set(fiber, FiberSlot.resumerStack, .null)
        set(fiber, FiberSlot.resumer, .null)
        stack = outer.handle
        frame = Int(heap.region.u32(stack, Layout.Stack.top))
        pc = Int(frameWord(frame, Layout.Frame.pc))
        heap.region.set(stack, Layout.Stack.top, u32: 0)
    }

    private mutating func fiberValue(_ call: NativeCall) throws(Stop) -> Value {
        switch call.count {
        case 0: return .null
        case 1: return argument(call, 0)
        default: return try heap.newArray(from: stack, call.arguments, count: call.count)
        }
    }
}
