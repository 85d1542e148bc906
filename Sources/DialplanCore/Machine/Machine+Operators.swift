import DialplanHostCalls

/// Operators that found no fast path in the loop, and what the fast paths share.
extension Machine {
    /// What the loop's tag comparisons are or'ed with: something that no tag has when the script has redefined an
    /// operator of a core class and this is its code.
    @inline(__always) func redefinitionMark(_ function: UInt32) -> UInt32 {
        hasRedefinitions && function >> 24 != Machine.preludeUnit ? 0x8000 : 0
    }

    /// Division as Ruby does it: towards minus infinity. A positive divisor cannot overflow.
    @inline(__always) static func flooredQuotient(_ left: Int64, _ right: Int64) -> Int64 {
        // 32-bit division is several times faster.
        if UInt64(bitPattern: left | right) >> 32 == 0 {
            return Int64(UInt32(truncatingIfNeeded: left) / UInt32(truncatingIfNeeded: right))
        }
        let quotient = left / right
        return left &- quotient &* right < 0 ? quotient &- 1 : quotient
    }

    @inline(__always) static func flooredRemainder(_ left: Int64, _ right: Int64) -> Int64 {
        if UInt64(bitPattern: left | right) >> 32 == 0 {
            return Int64(UInt32(truncatingIfNeeded: left) % UInt32(truncatingIfNeeded: right))
        }
        let remainder = left % right
        return remainder < 0 ? remainder &+ right : remainder
    }

    @inline(__always) static func ordered(_ opcode: UInt8, _ left: Int64, _ right: Int64) -> Bool {
        switch opcode {
        case Opcode.less.rawValue: left < right
        case Opcode.lessEqual.rawValue: left <= right
        case Opcode.greater.rawValue: left > right
        default: left >= right
        }
    }

    /// Calls the method of an operator's name. `next`: the word after it.
    @inline(never) mutating func operate(_ word: Instruction, _ next: Int) throws(Stop) -> Next {
        pc = next
        // Operators stand in lines without loops or calls, too: a line of a thousand long divisions must be stopped between them.
        if heap.work > Heap.workMax / 2 {
            fuel &-= 1
            throw .slow
        }
        guard chargeCall() else { throw .pause }
        let regs = currentRegisters()
        func binary(_ machine: inout Machine, _ selector: Symbol) throws(Stop) -> Next {
            try machine.binary(selector, regs[word.b], regs[word.c], result: word.a)
        }
        func immediate(_ machine: inout Machine, _ selector: Symbol) throws(Stop) -> Next {
            try machine.binary(selector, regs[word.b], .integer(word.c), result: word.a)
        }
        func jump(_ machine: inout Machine, _ selector: Symbol) throws(Stop) -> Next {
            try machine.binary(selector, regs[word.a], regs[word.b], result: word.c)
        }
        func jumpImmediate(_ machine: inout Machine, _ selector: Symbol) throws(Stop) -> Next {
            try machine.binary(selector, regs[word.a], .integer(word.signedB), result: word.c)
        }
        switch word.verifiedOpcode {
        case .add: return try binary(&self, Sym.plus)
        case .subtract: return try binary(&self, Sym.minus)
        case .multiply: return try binary(&self, Sym.times)
        case .divide: return try binary(&self, Sym.divide)
        case .modulo: return try binary(&self, Sym.modulo)
        case .less: return try binary(&self, Sym.less)
        case .lessEqual: return try binary(&self, Sym.lessEqual)
        case .greater: return try binary(&self, Sym.greater)
        case .greaterEqual: return try binary(&self, Sym.greaterEqual)
        case .index: return try binary(&self, Sym.index)
        case .shiftLeft: return try binary(&self, Sym.shiftLeft)
        case .setIndex: return try storeSlowly(regs[word.a], regs[word.b], regs[word.c])
        case .selfAt: return try self.binary(Sym.index, receiver(of: frame), regs[word.b], result: word.a)
        case .selfCount: return try call(receiver(of: frame), Sym.length, result: word.a)
        case .addImmediate: return try immediate(&self, Sym.plus)
        case .subtractImmediate: return try immediate(&self, Sym.minus)
        case .multiplyImmediate: return try immediate(&self, Sym.times)
        case .divideImmediate: return try immediate(&self, Sym.divide)
        case .moduloImmediate: return try immediate(&self, Sym.modulo)
        case .jumpUnlessLess: return try jump(&self, Sym.less)
        case .jumpUnlessLessEqual: return try jump(&self, Sym.lessEqual)
        case .jumpUnlessGreater: return try jump(&self, Sym.greater)
        case .jumpUnlessGreaterEqual: return try jump(&self, Sym.greaterEqual)
        case .jumpUnlessLessImmediate: return try jumpImmediate(&self, Sym.less)
        case .jumpUnlessLessEqualImmediate: return try jumpImmediate(&self, Sym.lessEqual)
        case .jumpUnlessGreaterImmediate: return try jumpImmediate(&self, Sym.greater)
        case .jumpUnlessGreaterEqualImmediate: return try jumpImmediate(&self, Sym.greaterEqual)
        case .equal: return try equality(regs[word.b], regs[word.c], negated: false, result: word.a)
        case .notEqual: return try equality(regs[word.b], regs[word.c], negated: true, result: word.a)
        case .jumpUnlessEqual: return try equality(regs[word.a], regs[word.b], negated: false, result: word.c)
        case .jumpUnlessNotEqual: return try equality(regs[word.a], regs[word.b], negated: true, result: word.c)
        case .jumpUnlessNotEqualImmediate:
            return try equality(regs[word.a], .integer(word.signedB), negated: true, result: word.c)
        case .jumpUnlessEqualImmediate:
            return try equality(regs[word.a], .integer(word.signedB), negated: false, result: word.c)
        default: return .proceed
        }
    }

    /// `hashPut`: a key with a `hash` of its own is stored as if `[]=` had been called.
    mutating func putPair(_ target: Value, _ key: Value, _ value: Value) throws(Stop) -> Next {
        try stopIfSpent()
        do throws(Stop) {
            try hashStore(target.handle, key, value)
            return .proceed
        } catch {
            guard case .slow = error else { throw error }
            fuel &-= 1
            return try storeSlowly(target, key, value)
        }
    }

    /// `toText` of what is neither string nor integer. `isPlain`: `to_s` of immediate values is not redefined.
    mutating func makeText(_ value: Value, register: Int, isPlain: Bool) throws(Stop) -> Next {
        guard chargeCall() else { throw .pause }
        if value.isHeap || value.tag == .classReference || !isPlain {
            return try call(value, Sym.toS, result: register, flags: .text)
        }
        let text = try immediateText(value)
        setRegister(frame, register, text)
        return .proceed
    }

    // MARK: Stops

    /// What follows when an instruction did not end: nil when the loop goes on.
    mutating func stopped(by stop: Stop) -> RunResult? {
        switch stop {
        case .raise: return nil
        case .needsSpace(let count):
            // The instruction has had no effect: collect and run it again. An exception that was half made is made anew.
            pending = .null
            let serial = frameWord(frame, Layout.Frame.serial)
            // Twice in a row: it needs more than there is, in pieces.
            if retried == (serial, pc) { return limitReached(.heap) }
            retried = (serial, pc)
            // What it noted is charged before the slice may end here: a replay up to this count then comes here, too.
            settle()
            refund(untraced(units[currentFunction >> 24].code[pc &- 1]))
            pc -= 1
            spaceNeeded = max(1, count)
            // The instruction, the collection and the instruction once more may each take long.
            return heap.region.top > Machine.largeRegion ? .outOfSlice : makeSpace()
        case .limit(let limit): return limitReached(limit)
        case .pause:
            pc -= 1
            return outOfFuel()
        case .slow where heap.work > Heap.workMax / 2:
            // What earlier instructions noted has used up the steps: charged, and the instruction runs again.
            settle()
            refund(untraced(units[currentFunction >> 24].code[pc &- 1]))
            noteRepetition()
            pc -= 1
            return isOutOfFuel ? outOfFuel() : nil
        case .slow:
            // Every leaf that can say so has a version in the prelude; this is a fault of the tables.
            _ = self.error(Core.notImplementedError, "objects with their own == or hash are not supported here")
            return pending.isNil ? limitReached(.heap) : nil
        case .finish: return ending.map { .ended($0) } ?? .finished
        }
    }

    /// The collection that an instruction without room waits for; nil when it may run again.
    mutating func makeSpace() -> RunResult? {
        let count = spaceNeeded
        spaceNeeded = 0
        do throws(Stop) { try collect(needed: count) } catch { return limitReached(.heap) }
        return nil
    }

    /// Takes back what an instruction charged at its start, because it will be run again.
    private mutating func refund(_ word: Instruction) {
        switch word.opcode {
        case .send, .sendSelf, .sendSuper, .yieldBlock: fuel += 1
        case .loop: fuel += Int64(word.a)
        case .add, .subtract, .multiply, .divide, .modulo, .less, .lessEqual, .greater, .greaterEqual, .equal,
            .notEqual, .index, .setIndex, .selfAt, .selfCount, .shiftLeft, .addImmediate, .subtractImmediate,
            .multiplyImmediate, .divideImmediate,
            .moduloImmediate, .toText, .jumpUnlessLess, .jumpUnlessLessEqual, .jumpUnlessGreater,
            .jumpUnlessGreaterEqual, .jumpUnlessEqual, .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate,
            .jumpUnlessGreaterImmediate, .jumpUnlessGreaterEqualImmediate, .jumpUnlessEqualImmediate,
            .jumpUnlessNotEqual,
            .jumpUnlessNotEqualImmediate:
            fuel += 1
        default: break
        }
    }

    /// Whether a charging point must stop.
    @inline(__always) var isOutOfFuel: Bool { fuel <= 0 }

    @inline(__always) mutating func charge(_ count: Int64) { fuel &-= count }

    /// Before an instruction that can take long in a line without loops or calls: what has been noted is charged first, and a slice
    /// that is over ends.
    @inline(__always) func stopIfSpent() throws(Stop) {
        if heap.work > Heap.workMax / 2 { throw .slow }
        if isOutOfFuel { throw .pause }
    }

    /// The charge of a call; false when there is no fuel for it. Subtracting first takes fewer instructions than looking first.
    @inline(__always) mutating func chargeCall() -> Bool {
        fuel &-= 1
        if fuel >= 0 { return true }
        fuel &+= 1
        return false
    }

    /// At a charging point without fuel: the slice, the run's limit or the allowance of an outside end is over.
    mutating func outOfFuel() -> RunResult {
        let used = instructions
        if let end = ending, used >= endingDeadline { return .ended(end) }
        if used >= limits.instructions { return limitReached(.instructions) }
        return .outOfSlice
    }

    @inline(__always) func environment(_ regs: RegisterFile, _ depth: Int) -> Handle {
        var handle = regs.environment
        var left = depth
        while left > 0 {
            handle = heap.region.u32(handle, Layout.Environment.parent)
            left &-= 1
        }
        return handle
    }
}
