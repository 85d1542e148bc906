import DialplanHostCalls

/// What the loop does without a call: each is inlined into its case, and says when it does not apply.
extension Machine {
    // MARK: Operands

    /// Both operands when they are small integers whose operators are not redefined (`never`: `redefinitionMark`).
    @inline(__always)
    static func integers(_ left: Value, _ right: Value, _ never: UInt32) -> (left: Int64, right: Int64)? {
        left.tag.rawValue == Tag.integer.rawValue | never && right.tag == .integer
            ? (left.integer, right.integer) : nil
    }

    @inline(__always) static func integer(_ value: Value, _ never: UInt32) -> Int64? {
        value.tag.rawValue == Tag.integer.rawValue | never ? value.integer : nil
    }

    @inline(__always)
    static func floats(_ left: Value, _ right: Value, _ never: UInt32) -> (left: Double, right: Double)? {
        left.tag.rawValue == Tag.float.rawValue | never && right.tag == .float ? (left.double, right.double) : nil
    }

    /// `==` of integers, symbols and strings. Not when much has been compared since the last charge (`operate` charges it).
    @inline(__always) mutating func sameQuickly(_ left: Value, _ right: Value, _ never: UInt32) -> Bool? {
        if left.tag == right.tag, never == 0, left.tag == .integer || left.tag == .symbol {
            return left.bits == right.bits
        }
        if left.tag.rawValue == Tag.string.rawValue | never, right.tag == .string, heap.work <= Heap.workMax / 2 {
            heap.work &+= Int64(heap.length(left.handle) >> 6)
            return heap.bytes(left).isEqual(heap.bytes(right))
        }
        return nil
    }

    // MARK: Instance variables

    /// An instance variable of a plain object whose slot is known; undefined when the long way must be gone.
    @inline(__always) func quickField(_ target: Value, _ name: UInt32) -> Value {
        guard target.tag == .object else { return .undefined }
        let (place, isHit) = cache.place(heap.region.classID(of: target.handle), name ^ MethodCache.fieldMark)
        return isHit ? heap.inlineField(target.handle, place.slot) : .undefined
    }

    @inline(__always) mutating func setQuickField(_ target: Value, _ name: UInt32, _ value: Value) -> Bool {
        guard target.tag == .object, !heap.isFrozen(target) else { return false }
        let (place, isHit) = cache.place(heap.region.classID(of: target.handle), name ^ MethodCache.fieldMark)
        return isHit && heap.setInlineField(target.handle, place.slot, value)
    }

    /// The value of a reader of the cache; undefined when the long way must be gone.
    @inline(__always) func quickRead(_ target: Value, _ reader: CachedLookUp) -> Value {
        target.tag == .object ? heap.inlineField(target.handle, reader.code) : .undefined
    }

    @inline(__always) mutating func quickWrite(_ target: Value, _ writer: CachedLookUp, _ value: Value) -> Bool {
        target.tag == .object && !heap.isFrozen(target) && heap.setInlineField(target.handle, writer.code, value)
    }

    // MARK: Calls

    /// Room for a frame after the current one's registers. The registers again: they may have moved.
    @inline(__always)
    mutating func roomForFrame(after regs: RegisterFile, registers: Int) throws(Stop) -> (
        start: Int, regs: RegisterFile
    ) {
        guard depth < Int(limits.callDepth) else { throw .limit(.callDepth) }
        let start = frame &+ Layout.Frame.registers &+ regs.count &* 16
        let end = start &+ Layout.Frame.registers &+ registers &* 16
        if end <= heap.region.size(of: stack) { return (start, regs) }
        try reserveStack(end)
        return (start, currentRegisters())
    }

    /// Pushes the frame of a plain method (`MethodCache.Entry.shape` fits the call). `self.pc` holds the caller's next word.
    @inline(__always)
    mutating func enterMethod(
        _ word: Instruction, _ method: CachedLookUp, _ target: Value, _ caller: RegisterFile, pc: Int
    ) throws(Stop) -> RegisterFile {
        let registers = method.registers
        let (start, regs) = try roomForFrame(after: caller, registers: registers)
        frameSerial &+= 1
        let entry = method.value
        let made = regs.pushed(
            FrameHeader(
                caller: frame, function: entry.methodID, serial: frameSerial,
                flags: UInt32(truncatingIfNeeded: registers) << 16, result: word.a, lexicalClass: entry.methodClass,
                selector: Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)), ownerClass: method.owner),
            receiver: target,
            block: word.c & Int(CallFlags.block.rawValue) == 0 ? .null : regs[word.a &+ 1 &+ word.n],
            arguments: word.a &+ 1, count: word.n, registers: registers, pc: pc, null: heap.region.nilWords)
        frame = start
        depth &+= 1
        return made
    }

    /// A `yield` to a block that takes what it is given: pushes its frame. The function is 0 (the prelude's program, which
    /// is no block) when the general way must be gone. `self.pc` holds the next word.
    @inline(__always)
    mutating func enterBlock(
        _ word: Instruction, _ caller: RegisterFile
    ) throws(Stop) -> (regs: RegisterFile, function: UInt32, code: Int) {
        let block = caller.block
        guard block.tag == .proc else { return (caller, 0, 0) }
        let proc = heap.region.proc(block.handle)
        guard !proc.flags.contains(.symbolProc) else { return (caller, 0, 0) }
        let callee = units[proc.function >> 24].function(index(of: proc.function))
        guard callee.flags.intersection(.shape) == .simple else { return (caller, 0, 0) }
        let required = Int(callee.required)
        let registers = Int(callee.registers)
        var count = word.n
        var list: Handle = 0
        if word.c & Int(CallFlags.splat.rawValue) != 0 {
            // `yield *list`: as many as there are parameters, or more of a block that drops them.
            let given = caller[word.a &+ 1]
            guard given.tag == .array else { return (caller, 0, 0) }
            list = given.handle
            count = heap.count(list)
            guard count == required || count > 1 && !proc.flags.contains(.lambda), count < 8 else {
                return (caller, 0, 0)
            }
            count = 0
        } else if count != required {
            if proc.flags.contains(.lambda) { return (caller, 0, 0) }
            if count > required {
                count = required
            } else if count == 1, required > 1, caller[word.a &+ 1].tag == .array {
                list = caller[word.a &+ 1].handle
                count = 0
            }
        }
        let (start, regs) = try roomForFrame(after: caller, registers: registers)
        frameSerial &+= 1
        let made = regs.pushed(
            FrameHeader(
                caller: frame, function: proc.function, serial: frameSerial,
                flags: (proc.flags.contains(.lambda) ? FrameFlags.lambdaBlock : .block).rawValue
                    | UInt32(truncatingIfNeeded: registers) << 16,
                result: word.a, lexicalClass: proc.lexicalClass, selector: proc.selector,
                environment: proc.environment, proc: block.handle, ownerClass: proc.ownerClass),
            receiver: proc.receiver, block: proc.block, arguments: word.a &+ 1, count: count, registers: registers,
            pc: pc, null: heap.region.nilWords)
        if list != 0 {
            let given = min(required, heap.count(list))
            var index = 0
            while index < given {
                made[index] = heap.element(list, index)
                index &+= 1
            }
        }
        frame = start
        depth &+= 1
        return (made, proc.function, Int(callee.code))
    }
}
