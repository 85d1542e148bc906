import DialplanHostCalls

/// Frames: `Layout.Frame` then the registers, in the stack object. A frame's offset is its name.
///
/// The block of a frame, its environment and its proc are plain slots; a return writes one register of the caller.
struct FrameFlags: OptionSet, BitwiseCopyable {
    let rawValue: UInt32
    static let block = FrameFlags(rawValue: 1)
    static let lambda = FrameFlags(rawValue: 2)
    /// `initialize` under `new`: the call's value is the receiver.
    static let returnsReceiver = FrameFlags(rawValue: 4)
    /// `!=` through `==`.
    static let negates = FrameFlags(rawValue: 8)
    /// `to_s` under interpolation: must give a string.
    static let text = FrameFlags(rawValue: 16)
    static let bottom = FrameFlags(rawValue: 32)
    static let classBody = FrameFlags(rawValue: 64)
    /// Method defined by `define_method`.
    static let methodFromProc = FrameFlags(rawValue: 128)
    /// Class bodies after a bare `private`, `protected`, `module_function`.
    static let privateDefault = FrameFlags(rawValue: 256)
    static let protectedDefault = FrameFlags(rawValue: 512)
    static let moduleFunction = FrameFlags(rawValue: 1024)
    /// All that a plain return does not see to. (The upper half of a frame's word is its number of registers.)
    static let special = FrameFlags(rawValue: 0xFFFF & ~3)
    static let lambdaBlock = FrameFlags(rawValue: 1 | 2)
    static let method = FrameFlags(rawValue: 2 | 128)
    /// The lowest frame of a Fiber (with `bottom`).
    static let fiber = FrameFlags(rawValue: 2048)
}

/// What a new frame is made of.
struct FrameSpecification {
    var function: UInt32
    var receiver: Value
    var block: Value = .null
    var lexicalClass: ClassID
    var ownerClass: ClassID
    var selector: Symbol
    var environment: Handle = 0
    var proc: Handle = 0
    var flags: FrameFlags = []
    /// The caller's register that takes the value.
    var result: Int
    /// Where the frame is put: after the caller's registers (and spread arguments).
    var start: Int
}

extension Machine {
    static let preludeUnit: UInt32 = 0
    static let scriptUnit: UInt32 = 1

    @inline(__always) func unit(of function: UInt32) -> UnitReference { units[function >> 24] }
    @inline(__always) func index(of function: UInt32) -> Int { Int(function & 0xFF_FFFF) }
    @inline(__always) func function(_ id: UInt32) -> Function { unit(of: id).function(index(of: id)) }

    @inline(__always) func frameWord(_ frame: Int, _ offset: Int) -> UInt32 { heap.region.u32(stack, frame &+ offset) }
    @inline(__always) var currentFunction: UInt32 { frameWord(frame, Layout.Frame.function) }
    @inline(__always) func frameFlags(_ frame: Int) -> FrameFlags {
        FrameFlags(rawValue: frameWord(frame, Layout.Frame.flags) & 0xFFFF)
    }
    @inline(__always) func receiver(of frame: Int) -> Value {
        heap.region.value(stack, frame &+ Layout.Frame.receiver)
    }
    @inline(__always) func block(of frame: Int) -> Value { heap.region.value(stack, frame &+ Layout.Frame.block) }
    @inline(__always) func lexicalClass(of frame: Int) -> ClassID {
        ClassID(rawValue: frameWord(frame, Layout.Frame.lexicalClass))
    }

    /// First offset after the registers of the current frame.
    @inline(__always) var frameEnd: Int {
        frame &+ Layout.Frame.registers &+ Int(frameWord(frame, Layout.Frame.flags) >> 16) &* 16
    }

    @inline(__always) func currentRegisters() -> RegisterFile {
        heap.region.registers(stack, frame &+ Layout.Frame.registers, count: 1)
    }

    func register(_ frame: Int, _ index: Int) -> Value {
        heap.region.value(stack, frame + Layout.Frame.registers + index * 16)
    }
    mutating func setRegister(_ frame: Int, _ index: Int, _ value: Value) {
        heap.region.set(stack, frame + Layout.Frame.registers + index * 16, value)
    }

    /// Makes the stack object long enough for offsets up to `end`.
    mutating func reserveStack(_ end: Int) throws(Stop) {
        let size = heap.region.size(of: stack)
        guard end > size else { return }
        let larger = try heap.region.allocate(.stack, size: max(end, size * 2))
        // The new object's own header stays.
        heap.region.move(
            from: stack, Region.headerBytes, to: larger, Region.headerBytes, count: size - Region.headerBytes)
        stack = larger
    }

    /// Pushes a frame with `count` arguments that begin at `arguments` of the stack (or of another object) and fit the
    /// function's simple parameters. The registers after them are nil. `pc` must hold the caller's next word; `code` is the
    /// function's first.
    @inline(__always)
    mutating func push(
        _ new: FrameSpecification, registers: Int, code: Int, from source: Handle = 0, arguments: Int, count: Int
    ) throws(Stop) {
        let end = new.start &+ Layout.Frame.registers &+ registers &* 16
        guard depth < Int(limits.callDepth) else { throw .limit(.callDepth) }
        if end > heap.region.size(of: stack) { try reserveStack(end) }
        frameSerial &+= 1
        heap.region.writeFrame(
            stack, caller: frame, callerPC: pc, serial: frameSerial, new, registers: registers,
            from: source == 0 ? stack : source, arguments: arguments, count: count)
        frame = new.start
        depth &+= 1
        pc = code
    }

    // MARK: Homes

    /// Whether a frame is on the stack now.
    func isLive(_ target: Int, serial: UInt32) -> Bool {
        var walk = frame
        while true {
            if walk == target { return frameWord(walk, Layout.Frame.serial) == serial }
            if walk < target || frameFlags(walk).contains(.bottom) { return false }
            walk = Int(frameWord(walk, Layout.Frame.caller))
        }
    }

    /// The frame in which the block of a block frame was written, if it is still there.
    func definer(of frame: Int) -> Int? {
        let proc = frameWord(frame, Layout.Frame.proc)
        guard proc != 0 else { return nil }
        let home = Int(heap.region.u32(proc, Layout.Proc.homeFrame))
        return isLive(home, serial: heap.region.u32(proc, Layout.Proc.homeSerial)) ? home : nil
    }

    /// The method frame that a frame belongs to; blocks of a method that has returned keep to themselves.
    func methodFrame(of start: Int) -> Int {
        var walk = start
        while frameFlags(walk).contains(.block), let outer = definer(of: walk) { walk = outer }
        return walk
    }

    /// Where `$~` lives for code that runs in the current frame: prelude methods work for their caller.
    var matchFrame: Int {
        var walk = frame
        while frameWord(walk, Layout.Frame.function) >> 24 == Machine.preludeUnit,
            !frameFlags(walk).contains(.bottom)
        {
            walk = Int(frameWord(walk, Layout.Frame.caller))
        }
        return methodFrame(of: walk)
    }

    // MARK: Position

    /// Line and column of the innermost frame of the script itself.
    var currentPosition: (line: Int, column: Int) {
        guard stack != 0, frame != 0 else { return (0, 0) }
        var walk = frame
        var word = pc - 1
        var stack = stack
        var fiber = coroutine
        // Code of the prelude and of `eval` stands for the line of the script that called it.
        while heap.region.u32(stack, walk + Layout.Frame.function) >> 24 != Machine.scriptUnit {
            if FrameFlags(rawValue: heap.region.u32(stack, walk + Layout.Frame.flags)).contains(.bottom) {
                guard fiber.tag == .object, let outer = resumer(of: fiber) else { return (0, 0) }
                (stack, walk, fiber) = outer
            } else {
                walk = Int(heap.region.u32(stack, walk + Layout.Frame.caller))
            }
            word = Int(heap.region.u32(stack, walk + Layout.Frame.pc)) - 1
        }
        return image.position(ofWord: word)
    }
}
