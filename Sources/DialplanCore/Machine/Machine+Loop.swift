import DialplanHostCalls

/// What follows a call that was begun.
enum Next {
    /// The value is in its register.
    case proceed
    /// Another frame is on top: load its state.
    case frame
    case wait(HostCallID)
}

/// The interpreter loop: one function, its state in locals, nothing allocated on the Swift heap.
///
/// A case that is done says `continue next`; one that has begun a call leaves its `Next` in `step`. Cases hold what
/// is fast; everything else is a function outside (`Machine+Operators`, `Machine+Calls`, `Machine+Definitions`).
extension Machine {
    mutating func loop() -> RunResult {
        outer: while true {
            if !pending.isNil {
                if let result = unwind() { return result }
            }
            var functionID = currentFunction
            var unit = units[functionID >> 24]
            var code = unit.code
            var regs = currentRegisters()
            var pc = self.pc
            // What a script has redefined turns its fast paths off; the prelude's own arithmetic stays as it is.
            var never = redefinitionMark(functionID)
            do throws(Stop) {
                next: while true {
                    var word = code[pc]
                    pc &+= 1
                    let step: Next
                    dispatch: while true {
                        switch word.verifiedOpcode {
                        // MARK: Loads
                        case .move:
                            regs[word.a] = regs[word.b]
                            continue next
                        case .loadNil:
                            regs[word.a] = .null
                            continue next
                        case .loadTrue:
                            regs[word.a] = .true
                            continue next
                        case .loadFalse:
                            regs[word.a] = .false
                            continue next
                        case .loadUndefined:
                            regs[word.a] = .undefined
                            continue next
                        case .loadSelf:
                            regs[word.a] = receiver(of: frame)
                            continue next
                        case .loadInteger:
                            regs[word.a] = .integer(Int64(word.wide))
                            continue next
                        case .loadConstant:
                            regs[word.a] = unit.constant(word.wide)
                            continue next
                        case .loadString:
                            self.pc = pc
                            let value = try heap.newLiteral(unit.literal(word.wide))
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .loadSymbol:
                            regs[word.a] = .symbol(Symbol(rawValue: UInt32(word.wide)))
                            continue next
                        case .loadRegex:
                            let mark = functionID >> 24 == Machine.preludeUnit ? Handle.prelude : 0
                            regs[word.a] = Value(tag: .regexLiteral, bits: UInt64(UInt32(word.wide) | mark))
                            continue next
                        case .loadClass:
                            regs[word.a] = .classReference(lexicalClass(of: frame))
                            continue next

                        // MARK: Variables
                        case .newEnvironment:
                            self.pc = pc
                            let parent = frameWord(frame, Layout.Frame.environment)
                            let made = try heap.newEnvironment(parent: parent, count: word.wide)
                            heap.region.set(stack, frame &+ Layout.Frame.environment, u32: made)
                            regs = currentRegisters()
                            continue next
                        case .getEnvironment:
                            regs[word.a] = heap.region.value(
                                environment(word.b), Layout.Environment.inline &+ word.c &* 16)
                            continue next
                        case .setEnvironment:
                            heap.region.set(
                                environment(word.b), Layout.Environment.inline &+ word.c &* 16, regs[word.a])
                            continue next
                        case .getField:
                            regs[word.a] = field(of: receiver(of: frame), Symbol(rawValue: UInt32(word.wide)))
                            continue next
                        case .setField:
                            self.pc = pc
                            try setField(of: receiver(of: frame), Symbol(rawValue: UInt32(word.wide)), regs[word.a])
                            regs = currentRegisters()
                            continue next
                        case .getConstant:
                            let symbol = Symbol(rawValue: UInt32(word.wide))
                            if let hit = cache.find(lexicalClass(of: frame), symbol.rawValue ^ MethodCache.constantMark)
                            {
                                regs[word.a] = hit.value
                                continue next
                            }
                            self.pc = pc
                            regs[word.a] = try constant(symbol, from: lexicalClass(of: frame))
                            regs = currentRegisters()
                            continue next
                        case .nthReference:
                            self.pc = pc
                            let value = try matchGroup(word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .getGlobal, .setGlobal, .backReference, .getClassVariable, .setClassVariable, .setConstant,
                            .getConstantIn, .setConstantIn, .aliasMethod, .aliasGlobal, .undefineMethod, .isDefined,
                            .isDefinedMethod, .keywordGet, .keywordEnd, .blockParameter, .warnConstant, .defineMethod,
                            .defineSingleton, .openClass, .openSingleton, .arrayConcat, .toList, .hashMerge, .newSymbol,
                            .newRegex, .arrayRest, .arrayPost:
                            self.pc = pc
                            try rare(word)
                            regs = currentRegisters()
                            never = redefinitionMark(functionID)
                            continue next

                        // MARK: Construction
                        case .newArray:
                            self.pc = pc
                            let value = try heap.newArray(
                                from: stack, frame &+ Layout.Frame.registers &+ word.b &* 16, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .arrayPush:
                            self.pc = pc
                            try heap.push(regs[word.a].handle, regs[word.b])
                            regs = currentRegisters()
                            continue next
                        case .arrayAt:
                            let list = regs[word.b].handle
                            regs[word.a] = heap.element(list, word.n == 1 ? heap.count(list) &- word.c : word.c)
                            continue next
                        case .toTuple:
                            if regs[word.b].tag == .array {
                                regs[word.a] = regs[word.b]
                                continue next
                            }
                            self.pc = pc
                            try rare(word)
                            regs = currentRegisters()
                            continue next
                        case .newHash:
                            self.pc = pc
                            let value = try heap.newHash(capacity: word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .hashPut:
                            self.pc = pc
                            step = try putPair(regs[word.a], regs[word.b], regs[word.c])
                        case .newRange:
                            self.pc = pc
                            let value = try makeRange(regs[word.b], regs[word.c], exclusive: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .toText:
                            // Integers become digits in `concatenate`.
                            let tag = regs[word.a].tag.rawValue
                            if tag == Tag.string.rawValue || tag == Tag.integer.rawValue | never { continue next }
                            self.pc = pc
                            step = try makeText(regs[word.a], register: word.a, isPlain: never == 0)
                        case .concatenate:
                            self.pc = pc
                            let value = try concatenate(first: word.b, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .newProc:
                            self.pc = pc
                            let value = try makeProc(
                                function: (functionID & 0xFF00_0000) | UInt32(word.wide), isLambda: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next

                        // MARK: Operators
                        case .add:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                let (sum, overflow) = left.integer.addingReportingOverflow(right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            } else if left.tag.rawValue == Tag.float.rawValue | never, right.tag == .float {
                                regs[word.a] = .float(left.double + right.double)
                                continue next
                            }
                            step = try operate(word, pc)
                        case .subtract:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                let (difference, overflow) = left.integer.subtractingReportingOverflow(right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(difference)
                                    continue next
                                }
                            } else if left.tag.rawValue == Tag.float.rawValue | never, right.tag == .float {
                                regs[word.a] = .float(left.double - right.double)
                                continue next
                            }
                            step = try operate(word, pc)
                        case .multiply:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                let (product, overflow) = left.integer.multipliedReportingOverflow(by: right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(product)
                                    continue next
                                }
                            } else if left.tag.rawValue == Tag.float.rawValue | never, right.tag == .float {
                                regs[word.a] = .float(left.double * right.double)
                                continue next
                            }
                            step = try operate(word, pc)
                        case .divide:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer,
                                right.integer > 0
                            {
                                regs[word.a] = .integer(Machine.flooredQuotient(left.integer, right.integer))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .modulo:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer,
                                right.integer > 0
                            {
                                regs[word.a] = .integer(Machine.flooredRemainder(left.integer, right.integer))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .multiplyImmediate:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                let (product, overflow) = left.integer.multipliedReportingOverflow(by: Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(product)
                                    continue next
                                }
                            }
                            step = try operate(word, pc)
                        case .divideImmediate:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.integer.rawValue | never, word.c > 0 {
                                regs[word.a] = .integer(Machine.flooredQuotient(left.integer, Int64(word.c)))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .moduloImmediate:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.integer.rawValue | never, word.c > 0 {
                                regs[word.a] = .integer(Machine.flooredRemainder(left.integer, Int64(word.c)))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .less, .lessEqual, .greater, .greaterEqual:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                let opcode = UInt8(truncatingIfNeeded: word.word)
                                regs[word.a] = .bool(Machine.ordered(opcode, left.integer, right.integer))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .equal, .notEqual:
                            let (left, right) = (regs[word.b], regs[word.c])
                            let negated = UInt8(truncatingIfNeeded: word.word) == Opcode.notEqual.rawValue
                            if left.tag == right.tag, never == 0, left.tag == .integer || left.tag == .symbol {
                                regs[word.a] = .bool((left.bits == right.bits) != negated)
                                continue next
                            }
                            if left.tag.rawValue == Tag.string.rawValue | never, right.tag == .string {
                                heap.work &+= Int64(heap.length(left.handle) >> 6)
                                regs[word.a] = .bool(heap.bytes(left).isEqual(heap.bytes(right)) != negated)
                                continue next
                            }
                            step = try operate(word, pc)
                        case .index:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.array.rawValue | never, right.tag == .integer {
                                let count = heap.count(left.handle)
                                let index = Int(truncatingIfNeeded: right.integer)
                                regs[word.a] = heap.element(left.handle, index < 0 ? index &+ count : index)
                                continue next
                            }
                            if left.tag.rawValue == Tag.hash.rawValue | never {
                                self.pc = pc
                                let found = try heap.lookUp(left.handle, right)
                                if found.tag != .undefined {
                                    regs[word.a] = found
                                    continue next
                                }
                            }
                            step = try operate(word, pc)
                        case .shiftLeft:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.array.rawValue | never, !heap.isFrozen(left) {
                                self.pc = pc
                                fuel &-= 1
                                try heap.push(left.handle, regs[word.c])
                                regs = currentRegisters()
                                regs[word.a] = left
                                continue next
                            }
                            step = try operate(word, pc)
                        case .setIndex:
                            let (left, key) = (regs[word.a], regs[word.b])
                            self.pc = pc
                            if left.tag.rawValue == Tag.array.rawValue | never, key.tag == .integer,
                                key.integer >= 0, key.integer < heap.count(left.handle), !heap.isFrozen(left)
                            {
                                heap.setElement(left.handle, Int(key.integer), existing: regs[word.c])
                                continue next
                            }
                            if left.tag.rawValue == Tag.hash.rawValue | never, !heap.isFrozen(left),
                                key.tag == .string || key.tag == .symbol || key.tag == .integer
                            {
                                try hashStore(left.handle, key, regs[word.c])
                                regs = currentRegisters()
                                continue next
                            }
                            step = try operate(word, pc)
                        case .addImmediate:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                let (sum, overflow) = left.integer.addingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            }
                            step = try operate(word, pc)
                        case .subtractImmediate:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                let (difference, overflow) = left.integer.subtractingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(difference)
                                    continue next
                                }
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessLess:
                            let (left, right) = (regs[word.a], regs[word.b])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                pc &+= left.integer < right.integer ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessLessImmediate:
                            let left = regs[word.a]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                pc &+= left.integer < word.signedB ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessLessEqual:
                            let (left, right) = (regs[word.a], regs[word.b])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                pc &+= left.integer <= right.integer ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessLessEqualImmediate:
                            let left = regs[word.a]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                pc &+= left.integer <= word.signedB ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessGreater:
                            let (left, right) = (regs[word.a], regs[word.b])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                pc &+= left.integer > right.integer ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessGreaterImmediate:
                            let left = regs[word.a]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                pc &+= left.integer > word.signedB ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessGreaterEqual:
                            let (left, right) = (regs[word.a], regs[word.b])
                            if left.tag.rawValue == Tag.integer.rawValue | never, right.tag == .integer {
                                pc &+= left.integer >= right.integer ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessGreaterEqualImmediate:
                            let left = regs[word.a]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                pc &+= left.integer >= word.signedB ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessEqual:
                            let (left, right) = (regs[word.a], regs[word.b])
                            if left.tag == right.tag, never == 0, left.tag == .integer || left.tag == .symbol {
                                pc &+= left.bits == right.bits ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            if left.tag.rawValue == Tag.string.rawValue | never, right.tag == .string {
                                heap.work &+= Int64(heap.length(left.handle) >> 6)
                                pc &+= heap.bytes(left).isEqual(heap.bytes(right)) ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .jumpUnlessEqualImmediate:
                            let left = regs[word.a]
                            if left.tag.rawValue == Tag.integer.rawValue | never {
                                pc &+= left.integer == word.signedB ? 1 : 1 &+ code[pc].wide
                                continue next
                            }
                            step = try operate(word, pc)
                        case .not:
                            regs[word.a] = .bool(!regs[word.b].isTruthy)
                            continue next

                        // MARK: Jumps
                        case .jump:
                            pc &+= word.wide
                            continue next
                        case .jumpIf:
                            if regs[word.a].isTruthy { pc &+= word.wide }
                            continue next
                        case .jumpUnless:
                            if !regs[word.a].isTruthy { pc &+= word.wide }
                            continue next
                        case .jumpIfNil:
                            if regs[word.a].isNil { pc &+= word.wide }
                            continue next
                        case .jumpIfGiven:
                            if regs[word.a].tag != .undefined { pc &+= word.wide }
                            continue next
                        case .jumpIfBlock:
                            if block(of: frame).tag == .proc { pc &+= word.wide }
                            continue next
                        case .loop:
                            if isOutOfFuel {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            charge(Int64(word.a))
                            settle()
                            retried.serial = 0
                            if heap.region.top > collectAt {
                                self.pc = pc
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            pc &+= word.wide
                            continue next

                        // MARK: The prelude's own loops
                        case .selfCount:
                            let list = receiver(of: frame)
                            if list.tag == .array {
                                regs[word.a] = .integer(heap.count(list.handle))
                                continue next
                            }
                            step = try operate(word, pc)
                        case .selfAt:
                            let (list, right) = (receiver(of: frame), regs[word.b])
                            if list.tag == .array, right.tag == .integer {
                                let index = Int(truncatingIfNeeded: right.integer)
                                regs[word.a] = heap.element(
                                    list.handle, index < 0 ? index &+ heap.count(list.handle) : index)
                                continue next
                            }
                            step = try operate(word, pc)

                        // MARK: Calls
                        case .send, .sendSelf:
                            if isOutOfFuel {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            charge(1)
                            self.pc = pc
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let isOnSelf = UInt8(truncatingIfNeeded: word.word) == Opcode.sendSelf.rawValue
                            let target = isOnSelf ? receiver(of: frame) : regs[word.a]
                            let entry = methodEntry(
                                classID(of: target), Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)))
                            if entry.shape == word.shape {
                                let start = frameEnd
                                let old = functionID
                                functionID = entry.value.methodID
                                let block =
                                    word.c & Int(CallFlags.block.rawValue) == 0
                                    ? Value.null : regs[word.a &+ 1 &+ word.n]
                                try push(
                                    FrameSpecification(
                                        function: functionID, receiver: target, block: block,
                                        lexicalClass: entry.value.methodClass, ownerClass: entry.owner,
                                        selector: Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)), result: word.a,
                                        start: start),
                                    registers: Int(entry.registers), code: entry.code,
                                    arguments: frame &+ Layout.Frame.registers &+ (word.a &+ 1) &* 16, count: word.n)
                                // Another unit only when the script calls the prelude or the other way round.
                                if (old ^ functionID) >> 24 != 0 {
                                    unit = units[functionID >> 24]
                                    code = unit.code
                                    never = redefinitionMark(functionID)
                                }
                                pc = self.pc
                                regs = currentRegisters()
                                continue next
                            }
                            if entry.shape == MethodCache.readerShape, word.n == 0 {
                                regs[word.a] = field(of: target, Symbol(rawValue: entry.value.methodID))
                                continue next
                            }
                            if isOnSelf { regs[word.a] = target }
                            step = try send(word, entry)
                        case .yieldBlock:
                            if isOutOfFuel {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            charge(1)
                            self.pc = pc
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let entered = try enterBlock(word, regs[word.a &+ 1])
                            guard entered != 0 else {
                                step = try yieldSlowly(word)
                                break dispatch
                            }
                            functionID = entered
                            pc = self.pc
                            unit = units[functionID >> 24]
                            code = unit.code
                            never = redefinitionMark(functionID)
                            regs = currentRegisters()
                            continue next
                        case .sendSuper:
                            if isOutOfFuel {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            charge(1)
                            self.pc = pc
                            step = try callSuper(word)
                        case .returnValue:
                            let value = regs[word.a]
                            if !frameFlags(frame).isDisjoint(with: .special) {
                                self.pc = pc
                                try finishFrame(value)
                                continue outer
                            }
                            let old = functionID
                            (frame, pc, functionID) = heap.region.leaveFrame(stack, frame, value)
                            depth &-= 1
                            if (old ^ functionID) >> 24 != 0 {
                                unit = units[functionID >> 24]
                                code = unit.code
                                never = redefinitionMark(functionID)
                            }
                            regs = currentRegisters()
                            continue next
                        case .returnFromMethod:
                            self.pc = pc
                            try returnFromBlock(regs[word.a])
                            continue outer
                        case .breakBlock:
                            self.pc = pc
                            try breakFromBlock(regs[word.a])
                            continue outer
                        case .leaveProgram: return ending.map { .ended($0) } ?? .finished
                        case .runBody:
                            self.pc = pc
                            try runBody(function: (functionID & 0xFF00_0000) | UInt32(word.wide), register: word.a)
                            continue outer

                        // MARK: Exceptions
                        case .saveError:
                            regs[word.a] = errorInfo
                            continue next
                        case .enterRescue:
                            errorInfo = regs[word.a]
                            if ending != nil, isAbort(errorInfo) { endingSeen = true }
                            continue next
                        case .leaveRescue:
                            errorInfo = regs[word.a]
                            if ending == nil || !endingSeen || isAbort(errorInfo) { continue next }
                            // An abort that was rescued goes on when the rescue is over.
                            self.pc = pc
                            pending = try newException(
                                Core.threadAbort, try heap.newString("Thread was being aborted."))
                            continue outer
                        case .rethrow:
                            pending = regs[word.a]
                            self.pc = pc
                            continue outer
                        case .raiseName:
                            self.pc = pc
                            let text = try heap.newLiteral(unit.literal(word.wide))
                            pending = try newException(ClassID(rawValue: UInt32(word.n)), text)
                            continue outer

                        case .traced:
                            self.pc = pc
                            noteStatement()
                            word = untraced(word)
                            continue dispatch
                        }
                        break dispatch
                    }
                    switch step {
                    case .frame: continue outer
                    case .proceed:
                        regs = currentRegisters()
                        never = redefinitionMark(functionID)
                    case .wait(let id): return .awaiting(id)
                    }
                }
            } catch {
                if let result = stopped(by: error) { return result }
            }
        }
    }
}
