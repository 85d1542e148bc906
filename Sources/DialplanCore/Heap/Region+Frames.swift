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
        let made = unsafe RegisterFile(
            start: (frame + Layout.Frame.registers).assumingMemoryBound(to: Value.self))
        made.writeHeader(
            FrameHeader(
                caller: caller, function: new.function, serial: serial,
                flags: new.flags.rawValue | UInt32(truncatingIfNeeded: registers) << 16, result: new.result,
                lexicalClass: new.lexicalClass, selector: new.selector, environment: new.environment, proc: new.proc,
                ownerClass: new.ownerClass),
            receiver: new.receiver, block: new.block)
        unsafe made.fill(arguments: RegisterFile(start: values), count: count, registers: registers, null: nilWords)
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

/// The first fields of a frame as the words that they are written in.
struct FrameHeader {
    let callerAndPC: UInt64
    let functionAndSerial: UInt64
    let flagsAndResult: UInt64
    let classAndSelector: UInt64
    let environmentAndProc: UInt64
    let matchAndOwner: UInt64

    @inline(__always)
    init(
        caller: Int, function: UInt32, serial: UInt32, flags: UInt32, result: Int, lexicalClass: ClassID,
        selector: Symbol, environment: Handle = 0, proc: Handle = 0, ownerClass: ClassID
    ) {
        callerAndPC = UInt64(UInt32(truncatingIfNeeded: caller))
        functionAndSerial = UInt64(function) | UInt64(serial) << 32
        flagsAndResult = UInt64(flags) | UInt64(UInt32(truncatingIfNeeded: result)) << 32
        classAndSelector = UInt64(lexicalClass.rawValue) | UInt64(selector.rawValue) << 32
        environmentAndProc = UInt64(environment) | UInt64(proc) << 32
        matchAndOwner = UInt64(ownerClass.rawValue) << 32
    }
}

/// A frame by the address of its registers; its header lies before them (`Layout.Frame`).
///
/// Unchecked: the verifier has proved that every register number of a function is below its register count, and pushing a
/// frame has proved that header and registers lie inside the stack object.
@safe struct RegisterFile: BitwiseCopyable {
    private let start: UnsafeMutablePointer<Value>

    @unsafe @inline(__always) init(start: UnsafeMutablePointer<Value>) { unsafe self.start = unsafe start }

    /// Ends the process of a checked build when a register lies outside the frame.
    @inline(__always) private func check(_ index: Int) {
        #if DIALPLAN_CHECKED
        Checked.require(index >= 0 && index < count)
        #endif
    }

    @inline(__always) subscript(_ index: Int) -> Value {
        get {
            check(index)
            return unsafe start[index]
        }
        nonmutating set {
            check(index)
            unsafe UnsafeMutableRawPointer(start + index).storeBytes(of: newValue.wide, as: SIMD2<UInt64>.self)
        }
    }

    // MARK: Header

    @inline(__always) private func word(_ offset: Int) -> UInt32 {
        unsafe (UnsafeRawPointer(start) - Layout.Frame.registers).load(fromByteOffset: offset, as: UInt32.self)
    }

    @inline(__always) var receiver: Value { unsafe start[(Layout.Frame.receiver - Layout.Frame.registers) / 16] }
    @inline(__always) var block: Value { unsafe start[(Layout.Frame.block - Layout.Frame.registers) / 16] }
    @inline(__always) var environment: Handle { word(Layout.Frame.environment) }
    @inline(__always) var lexicalClass: ClassID { ClassID(rawValue: word(Layout.Frame.lexicalClass)) }
    /// How many registers there are.
    @inline(__always) var count: Int { Int(word(Layout.Frame.flags) >> 16) }
    /// What a return has to see to (`FrameFlags.special`); 0 as a rule.
    @inline(__always) var duties: UInt32 { word(Layout.Frame.flags) & FrameFlags.special.rawValue }

    @inline(__always) fileprivate func writeHeader(_ header: FrameHeader, receiver: Value, block: Value) {
        let words = unsafe (UnsafeMutableRawPointer(start) - Layout.Frame.registers).assumingMemoryBound(
            to: UInt64.self)
        unsafe words[Layout.Frame.caller / 8] = header.callerAndPC
        unsafe words[Layout.Frame.function / 8] = header.functionAndSerial
        unsafe words[Layout.Frame.flags / 8] = header.flagsAndResult
        unsafe words[Layout.Frame.lexicalClass / 8] = header.classAndSelector
        unsafe words[Layout.Frame.environment / 8] = header.environmentAndProc
        unsafe words[Layout.Frame.match / 8] = header.matchAndOwner
        let values = unsafe UnsafeMutableRawPointer(words).assumingMemoryBound(to: SIMD2<UInt64>.self)
        unsafe values[Layout.Frame.receiver / 16] = receiver.wide
        unsafe values[Layout.Frame.block / 16] = block.wide
    }

    /// The first values of a new frame. Upwards: spread arguments may overlap from above only. What `nil` is comes from
    /// memory, so that this stays a loop: a call of memset costs more than these stores.
    @inline(__always)
    fileprivate func fill(arguments: RegisterFile, count: Int, registers: Int, null: SIMD2<UInt64>) {
        let values = unsafe UnsafeMutableRawPointer(start).assumingMemoryBound(to: SIMD2<UInt64>.self)
        let given = unsafe UnsafeMutableRawPointer(arguments.start).assumingMemoryBound(to: SIMD2<UInt64>.self)
        var index = 0
        // One by one: most calls have one or two arguments, and an unrolled loop costs more to begin than they do.
        if count > 0 {
            unsafe values[0] = given[0]
            if count > 1 {
                unsafe values[1] = given[1]
                if count > 2 {
                    unsafe values[2] = given[2]
                    index = 3
                    while index < count {
                        unsafe values[index] = given[index]
                        index &+= 1
                    }
                }
            }
            index = count
        }
        if (registers &- index) & 1 != 0 {
            unsafe values[index] = null
            index &+= 1
        }
        while index < registers {
            unsafe values[index] = null
            unsafe values[index &+ 1] = null
            index &+= 2
        }
    }

    // MARK: Calls

    /// Writes the frame of a call right after this one's registers; `arguments` of this frame's registers come first. The
    /// caller has seen to it that it fits the stack object. `pc`: the word that this frame goes on with.
    @inline(__always)
    func pushed(
        _ header: FrameHeader, receiver: Value, block: Value, arguments: Int, count: Int, registers: Int, pc: Int,
        null: SIMD2<UInt64>
    ) -> RegisterFile {
        unsafe (UnsafeMutableRawPointer(start) - Layout.Frame.registers).storeBytes(
            of: UInt32(truncatingIfNeeded: pc), toByteOffset: Layout.Frame.pc, as: UInt32.self)
        let made = unsafe RegisterFile(start: start + self.count + Layout.Frame.registers / 16)
        made.writeHeader(header, receiver: receiver, block: block)
        unsafe made.fill(
            arguments: RegisterFile(start: start + arguments), count: count, registers: registers, null: null)
        return made
    }

    /// Ends this frame, which begins at offset `frame` of the stack: puts the value into the caller's register.
    @inline(__always)
    func returned(_ value: Value, from frame: Int) -> (registers: RegisterFile, frame: Int, pc: Int, function: UInt32) {
        let caller = Int(word(Layout.Frame.caller))
        precondition(caller < frame, "frames out of order")
        let back = unsafe RegisterFile(
            start: (UnsafeMutableRawPointer(start) - (frame &- caller)).assumingMemoryBound(to: Value.self))
        back[Int(word(Layout.Frame.result))] = value
        return (back, caller, Int(back.word(Layout.Frame.pc)), back.word(Layout.Frame.function))
    }
}
