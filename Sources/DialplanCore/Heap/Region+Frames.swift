/// Frames and procs: many fields under one check each.
extension Region {
    // MARK: Frames

    /// Writes a frame's header and registers: `count` arguments from offset `arguments` of `source`, the rest nil. The
    /// frame lies inside the stack object, whose end the caller has looked at.
    @inline(__always)
    mutating func writeFrame(
        _ stack: Handle, caller: Int, callerPC: Int, serial: UInt32, _ new: FrameSpecification, registers: Int,
        from source: Handle, arguments: Int, count: Int
    ) {
        let bytes = Layout.Frame.registers &+ registers &* 16
        let frame = unsafe address(stack, new.start, bytes)
        let values = unsafe address(source, arguments, count &* 16).assumingMemoryBound(to: Value.self)
        unsafe address(stack, caller, Layout.Frame.registers).storeBytes(
            of: UInt32(truncatingIfNeeded: callerPC), toByteOffset: Layout.Frame.pc, as: UInt32.self)
        let header = unsafe frame.assumingMemoryBound(to: SIMD4<UInt32>.self)
        unsafe header[0] = SIMD4(UInt32(truncatingIfNeeded: caller), 0, new.function, serial)
        unsafe header[1] = SIMD4(
            new.flags.rawValue | UInt32(truncatingIfNeeded: registers) << 16, UInt32(truncatingIfNeeded: new.result),
            new.lexicalClass.rawValue, new.selector.rawValue)
        unsafe header[Layout.Frame.environment / 16] = SIMD4(new.environment, new.proc, 0, new.ownerClass.rawValue)
        let target = unsafe frame.assumingMemoryBound(to: SIMD2<UInt64>.self)
        unsafe target[Layout.Frame.receiver / 16] = new.receiver.wide
        unsafe target[Layout.Frame.block / 16] = new.block.wide
        let first = unsafe target + Layout.Frame.registers / 16
        // Upwards: spread arguments may overlap from above only.
        var index = 0
        while index < count {
            unsafe first[index] = values[index].wide
            index &+= 1
        }
        // What `nil` is comes from memory, so that this stays a loop: a call of memset costs more than these stores.
        let null = nilWords
        while index < registers {
            unsafe first[index] = null
            index &+= 1
        }
    }

    /// Ends a frame: puts the value into the caller's register. Returns the caller, its next word and its function.
    @inline(__always)
    mutating func leaveFrame(
        _ stack: Handle, _ frame: Int, _ value: Value
    ) -> (caller: Int, pc: Int, function: UInt32) {
        let header = unsafe address(stack, frame, Layout.Frame.registers).assumingMemoryBound(to: UInt32.self)
        let caller = unsafe Int(header[0])
        let place = unsafe Layout.Frame.registers &+ Int(header[5]) &* 16
        let back = unsafe address(stack, caller, place &+ 16)
        unsafe (back + place).storeBytes(of: value.wide, as: SIMD2<UInt64>.self)
        let words = unsafe back.assumingMemoryBound(to: UInt32.self)
        return unsafe (caller, Int(words[Layout.Frame.pc / 4]), words[Layout.Frame.function / 4])
    }

    /// What a proc holds, under one check.
    @inline(__always) func proc(_ handle: Handle) -> ProcFields {
        let words = unsafe address(handle, 0, Layout.Proc.size).assumingMemoryBound(to: UInt32.self)
        let values = unsafe UnsafeRawPointer(words).assumingMemoryBound(to: Value.self)
        return unsafe ProcFields(
            flags: ObjectFlags(rawValue: UInt16(truncatingIfNeeded: words[1] >> 16)),
            function: words[Layout.Proc.function / 4], environment: words[Layout.Proc.environment / 4],
            receiver: values[Layout.Proc.receiver / 16], block: values[Layout.Proc.block / 16],
            lexicalClass: ClassID(rawValue: words[Layout.Proc.lexicalClass / 4]),
            ownerClass: ClassID(rawValue: words[Layout.Proc.ownerClass / 4]),
            selector: Symbol(rawValue: words[Layout.Proc.selector / 4]))
    }

    /// Fills a new proc, under one check.
    @inline(__always) mutating func setProc(_ handle: Handle, _ fields: ProcFields, homeFrame: Int, homeSerial: UInt32)
    {
        let start = unsafe address(handle, 0, Layout.Proc.size)
        let words = unsafe start.assumingMemoryBound(to: SIMD4<UInt32>.self)
        unsafe words[1] = SIMD4(fields.function, fields.environment, UInt32(truncatingIfNeeded: homeFrame), homeSerial)
        unsafe words[4] = SIMD4(
            fields.lexicalClass.rawValue, fields.ownerClass.rawValue, fields.selector.rawValue, 0)
        let values = unsafe start.assumingMemoryBound(to: SIMD2<UInt64>.self)
        unsafe values[Layout.Proc.receiver / 16] = fields.receiver.wide
        unsafe values[Layout.Proc.block / 16] = fields.block.wide
    }
}

/// What a proc holds, but for the frame that it was made in.
struct ProcFields {
    var flags: ObjectFlags
    var function: UInt32
    var environment: Handle
    var receiver: Value
    var block: Value
    var lexicalClass: ClassID
    var ownerClass: ClassID
    var selector: Symbol
}

/// A frame's registers. Unchecked: the verifier has proved that every register number of a function is below its register
/// count, and pushing a frame has proved that this many registers lie inside the stack object.
@safe struct RegisterFile: BitwiseCopyable {
    private let start: UnsafeMutablePointer<Value>

    @unsafe @inline(__always) init(start: UnsafeMutablePointer<Value>) { unsafe self.start = unsafe start }

    @inline(__always) subscript(_ index: Int) -> Value {
        get { unsafe start[index] }
        nonmutating set {
            unsafe UnsafeMutableRawPointer(start + index).storeBytes(of: newValue.wide, as: SIMD2<UInt64>.self)
        }
    }

    /// Copies registers from another frame (may overlap).
    @inline(__always) func copy(from other: RegisterFile, _ first: Int, count: Int) {
        var index = 0
        while index < count {
            unsafe start[index] = other.start[first &+ index]
            index &+= 1
        }
    }
}
