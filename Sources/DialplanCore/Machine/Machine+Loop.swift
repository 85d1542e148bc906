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
            var cursor = code.cursor(at: self.pc)
            // What a script has redefined turns its fast paths off; the prelude's own arithmetic stays as it is.
            var never = redefinitionMark(functionID)
            do throws(Stop) {
                next: while true {
                    var word = cursor.word
                    cursor.advance(by: 1)
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
                            regs[word.a] = regs.receiver
                            continue next
                        case .loadInteger:
                            regs[word.a] = .integer(Int64(word.wide))
                            continue next
                        case .loadConstant:
                            regs[word.a] = unit.constant(word.wide)
                            continue next
                        case .loadString:
                            self.pc = code.position(of: cursor)
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
                            regs[word.a] = .classReference(regs.lexicalClass)
                            continue next

                        // MARK: Variables
                        case .newEnvironment:
                            self.pc = code.position(of: cursor)
                            let made = try heap.newEnvironment(parent: regs.environment, count: word.wide)
                            heap.region.set(stack, frame &+ Layout.Frame.environment, u32: made)
                            regs = currentRegisters()
                            continue next
                        case .getEnvironment:
                            regs[word.a] = heap.region.value(
                                environment(regs, word.b), Layout.Environment.inline &+ word.c &* 16)
                            continue next
                        case .setEnvironment:
                            heap.region.set(
                                environment(regs, word.b), Layout.Environment.inline &+ word.c &* 16, regs[word.a])
                            continue next
                        case .getField:
                            let target = regs.receiver
                            let quick = quickField(target, UInt32(truncatingIfNeeded: word.wide))
                            regs[word.a] =
                                quick.tag != .undefined
                                ? quick : field(of: target, Symbol(rawValue: UInt32(truncatingIfNeeded: word.wide)))
                            continue next
                        case .setField:
                            let target = regs.receiver
                            if setQuickField(target, UInt32(truncatingIfNeeded: word.wide), regs[word.a]) {
                                continue next
                            }
                            self.pc = code.position(of: cursor)
                            try setField(of: target, Symbol(rawValue: UInt32(word.wide)), regs[word.a])
                            regs = currentRegisters()
                            continue next
                        case .getConstant:
                            let name = UInt32(truncatingIfNeeded: word.wide)
                            let (place, isHit) = cache.place(regs.lexicalClass, name ^ MethodCache.constantMark)
                            if isHit {
                                regs[word.a] = place.value
                                continue next
                            }
                            self.pc = code.position(of: cursor)
                            let value = try constant(Symbol(rawValue: name), from: regs.lexicalClass)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .nthReference:
                            self.pc = code.position(of: cursor)
                            try stopIfSpent()
                            let value = try matchGroup(word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .getGlobal, .setGlobal, .backReference, .getClassVariable, .setClassVariable, .setConstant,
                            .getConstantIn, .setConstantIn, .aliasMethod, .aliasGlobal, .undefineMethod, .isDefined,
                            .isDefinedMethod, .keywordGet, .keywordEnd, .blockParameter, .warnConstant, .defineMethod,
                            .defineSingleton, .openClass, .openSingleton, .arrayConcat, .toList, .hashMerge, .newSymbol,
                            .newRegex, .arrayRest, .arrayPost:
                            self.pc = code.position(of: cursor)
                            try rare(word)
                            regs = currentRegisters()
                            never = redefinitionMark(functionID)
                            continue next

                        // MARK: Construction
                        case .newArray:
                            self.pc = code.position(of: cursor)
                            let value = try heap.newArray(
                                from: stack, frame &+ Layout.Frame.registers &+ word.b &* 16, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .arrayPush:
                            self.pc = code.position(of: cursor)
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
                            self.pc = code.position(of: cursor)
                            try rare(word)
                            regs = currentRegisters()
                            continue next
                        case .newHash:
                            self.pc = code.position(of: cursor)
                            let value = try heap.newHash(capacity: word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .hashPut:
                            self.pc = code.position(of: cursor)
                            step = try putPair(regs[word.a], regs[word.b], regs[word.c])
                            break dispatch
                        case .newRange:
                            self.pc = code.position(of: cursor)
                            let value = try makeRange(regs[word.b], regs[word.c], exclusive: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .toText:
                            // Integers become digits in `concatenate`.
                            let tag = regs[word.a].tag.rawValue
                            if tag == Tag.string.rawValue || tag == Tag.integer.rawValue | never { continue next }
                            self.pc = code.position(of: cursor)
                            step = try makeText(regs[word.a], register: word.a, isPlain: never == 0)
                            break dispatch
                        case .concatenate:
                            self.pc = code.position(of: cursor)
                            let value = try concatenate(first: word.b, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next
                        case .newProc:
                            self.pc = code.position(of: cursor)
                            let value = try makeProc(
                                function: (functionID & 0xFF00_0000) | UInt32(word.wide), isLambda: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value
                            continue next

                        // MARK: Operators
                        // One that finds no fast path leaves the switch: `operate` calls the method.
                        case .add:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never) {
                                let (sum, overflow) = left.addingReportingOverflow(right)
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            } else if let (left, right) = Machine.floats(regs[word.b], regs[word.c], never) {
                                regs[word.a] = .float(left + right)
                                continue next
                            }
                        case .subtract:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never) {
                                let (difference, overflow) = left.subtractingReportingOverflow(right)
                                if !overflow {
                                    regs[word.a] = .integer(difference)
                                    continue next
                                }
                            } else if let (left, right) = Machine.floats(regs[word.b], regs[word.c], never) {
                                regs[word.a] = .float(left - right)
                                continue next
                            }
                        case .multiply:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never) {
                                let (product, overflow) = left.multipliedReportingOverflow(by: right)
                                if !overflow {
                                    regs[word.a] = .integer(product)
                                    continue next
                                }
                            } else if let (left, right) = Machine.floats(regs[word.b], regs[word.c], never) {
                                regs[word.a] = .float(left * right)
                                continue next
                            }
                        case .divide:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never), right > 0 {
                                regs[word.a] = .integer(Machine.flooredQuotient(left, right))
                                continue next
                            }
                        case .modulo:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never), right > 0 {
                                regs[word.a] = .integer(Machine.flooredRemainder(left, right))
                                continue next
                            }
                        case .addImmediate:
                            if let left = Machine.integer(regs[word.b], never) {
                                let (sum, overflow) = left.addingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            }
                        case .subtractImmediate:
                            if let left = Machine.integer(regs[word.b], never) {
                                let (difference, overflow) = left.subtractingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(difference)
                                    continue next
                                }
                            }
                        case .multiplyImmediate:
                            if let left = Machine.integer(regs[word.b], never) {
                                let (product, overflow) = left.multipliedReportingOverflow(by: Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(product)
                                    continue next
                                }
                            }
                        case .divideImmediate:
                            if let left = Machine.integer(regs[word.b], never), word.c > 0 {
                                regs[word.a] = .integer(Machine.flooredQuotient(left, Int64(word.c)))
                                continue next
                            }
                        case .moduloImmediate:
                            if let left = Machine.integer(regs[word.b], never), word.c > 0 {
                                regs[word.a] = .integer(Machine.flooredRemainder(left, Int64(word.c)))
                                continue next
                            }
                        case .less, .lessEqual, .greater, .greaterEqual:
                            if let (left, right) = Machine.integers(regs[word.b], regs[word.c], never) {
                                let opcode = UInt8(truncatingIfNeeded: word.word)
                                regs[word.a] = .bool(Machine.ordered(opcode, left, right))
                                continue next
                            }
                        case .equal, .notEqual:
                            if let same = sameQuickly(regs[word.b], regs[word.c], never) {
                                let negated = UInt8(truncatingIfNeeded: word.word) == Opcode.notEqual.rawValue
                                regs[word.a] = .bool(same != negated)
                                continue next
                            }
                        case .index:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag.rawValue == Tag.array.rawValue | never, right.tag == .integer {
                                let index = Int(truncatingIfNeeded: right.integer)
                                regs[word.a] = heap.element(
                                    left.handle, index < 0 ? index &+ heap.count(left.handle) : index)
                                continue next
                            }
                            if left.tag.rawValue == Tag.hash.rawValue | never {
                                self.pc = code.position(of: cursor)
                                let work = heap.work
                                let found = try heap.lookUp(left.handle, right)
                                if found.tag != .undefined {
                                    regs[word.a] = found
                                    continue next
                                }
                                // `operate` looks it up anew, perhaps in the next slice.
                                heap.work = work
                            }
                        case .shiftLeft:
                            let left = regs[word.b]
                            if left.tag.rawValue == Tag.array.rawValue | never, !heap.isFrozen(left) {
                                self.pc = code.position(of: cursor)
                                charge(1)
                                try heap.push(left.handle, regs[word.c])
                                regs = currentRegisters()
                                regs[word.a] = left
                                continue next
                            }
                        case .setIndex:
                            let (left, key) = (regs[word.a], regs[word.b])
                            self.pc = code.position(of: cursor)
                            if left.tag.rawValue == Tag.array.rawValue | never, key.tag == .integer,
                                key.integer >= 0, key.integer < heap.count(left.handle), !heap.isFrozen(left)
                            {
                                heap.setElement(left.handle, Int(key.integer), existing: regs[word.c])
                                continue next
                            }
                            if left.tag.rawValue == Tag.hash.rawValue | never, !heap.isFrozen(left),
                                key.tag == .string || key.tag == .symbol || key.tag == .integer
                            {
                                charge(1)
                                try hashStore(left.handle, key, regs[word.c])
                                regs = currentRegisters()
                                continue next
                            }
                        case .jumpUnlessLess:
                            if let (left, right) = Machine.integers(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: left < right ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessLessEqual:
                            if let (left, right) = Machine.integers(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: left <= right ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessGreater:
                            if let (left, right) = Machine.integers(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: left > right ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessGreaterEqual:
                            if let (left, right) = Machine.integers(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: left >= right ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessEqual:
                            if let same = sameQuickly(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: same ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessNotEqual:
                            if let same = sameQuickly(regs[word.a], regs[word.b], never) {
                                cursor.advance(by: same ? 1 &+ cursor.word.wide : 1)
                                continue next
                            }
                        case .jumpUnlessNotEqualImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left != word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessLessImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left < word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessLessEqualImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left <= word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessGreaterImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left > word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessGreaterEqualImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left >= word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .jumpUnlessEqualImmediate:
                            if let left = Machine.integer(regs[word.a], never) {
                                cursor.advance(by: left == word.signedB ? 1 : 1 &+ cursor.word.wide)
                                continue next
                            }
                        case .not:
                            regs[word.a] = .bool(!regs[word.b].isTruthy)
                            continue next
                        // The prelude's own loops.
                        case .selfCount:
                            let list = regs.receiver
                            if list.tag == .array {
                                regs[word.a] = .integer(heap.count(list.handle))
                                continue next
                            }
                        case .selfAt:
                            let (list, right) = (regs.receiver, regs[word.b])
                            if list.tag == .array, right.tag == .integer {
                                let index = Int(truncatingIfNeeded: right.integer)
                                regs[word.a] = heap.element(
                                    list.handle, index < 0 ? index &+ heap.count(list.handle) : index)
                                continue next
                            }

                        // MARK: Jumps
                        case .jump:
                            cursor.advance(by: word.wide)
                            continue next
                        case .jumpIf:
                            if regs[word.a].isTruthy { cursor.advance(by: word.wide) }
                            continue next
                        case .jumpUnless:
                            if !regs[word.a].isTruthy { cursor.advance(by: word.wide) }
                            continue next
                        case .jumpIfNil:
                            if regs[word.a].isNil { cursor.advance(by: word.wide) }
                            continue next
                        case .jumpIfGiven:
                            if regs[word.a].tag != .undefined { cursor.advance(by: word.wide) }
                            continue next
                        case .jumpIfBlock:
                            if regs.block.tag == .proc { cursor.advance(by: word.wide) }
                            continue next
                        case .loop:
                            if isOutOfFuel {
                                self.pc = code.position(of: cursor) &- 1
                                return outOfFuel()
                            }
                            charge(Int64(word.a))
                            settle()
                            retried.serial = 0
                            if heap.region.top > collectAt {
                                self.pc = code.position(of: cursor)
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            cursor.advance(by: word.wide)
                            continue next

                        // MARK: Calls
                        case .send:
                            guard chargeCall() else {
                                self.pc = code.position(of: cursor) &- 1
                                return outOfFuel()
                            }
                            self.pc = code.position(of: cursor)
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let target = regs[word.a]
                            let method = methodPlace(
                                classID(of: target), Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)))
                            guard method.shape == word.shape else {
                                if method.shape == MethodCache.readerShape, word.n == 0 {
                                    let value = quickRead(target, method)
                                    if value.tag != .undefined {
                                        regs[word.a] = value
                                        continue next
                                    }
                                } else if method.shape == MethodCache.writerShape, word.n == 1,
                                    word.c & Int(CallFlags.splat.rawValue) == 0,
                                    quickWrite(target, method, regs[word.a &+ 1])
                                {
                                    regs[word.a] = regs[word.a &+ 1]
                                    continue next
                                }
                                step = try send(word, method.all)
                                break dispatch
                            }
                            regs = try enterMethod(word, method, target, regs, pc: self.pc)
                            let old = functionID
                            functionID = method.value.methodID
                            // Another unit only when the script calls the prelude or the other way round.
                            if (old ^ functionID) >> 24 != 0 {
                                unit = units[functionID >> 24]
                                code = unit.code
                                never = redefinitionMark(functionID)
                            }
                            cursor = code.cursor(at: method.code)
                            continue next
                        case .sendSelf:
                            guard chargeCall() else {
                                self.pc = code.position(of: cursor) &- 1
                                return outOfFuel()
                            }
                            self.pc = code.position(of: cursor)
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let target = regs.receiver
                            let method = methodPlace(
                                classID(of: target), Symbol(rawValue: UInt32(truncatingIfNeeded: word.b)))
                            guard method.shape == word.shape else {
                                regs[word.a] = target
                                step = try send(word, method.all)
                                break dispatch
                            }
                            regs = try enterMethod(word, method, target, regs, pc: self.pc)
                            let old = functionID
                            functionID = method.value.methodID
                            // Another unit only when the script calls the prelude or the other way round.
                            if (old ^ functionID) >> 24 != 0 {
                                unit = units[functionID >> 24]
                                code = unit.code
                                never = redefinitionMark(functionID)
                            }
                            cursor = code.cursor(at: method.code)
                            continue next
                        case .yieldBlock:
                            guard chargeCall() else {
                                self.pc = code.position(of: cursor) &- 1
                                return outOfFuel()
                            }
                            self.pc = code.position(of: cursor)
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let entered = try enterBlock(word, regs)
                            guard entered.function != 0 else {
                                step = try yieldSlowly(word)
                                break dispatch
                            }
                            (regs, functionID) = (entered.regs, entered.function)
                            unit = units[functionID >> 24]
                            code = unit.code
                            cursor = code.cursor(at: entered.code)
                            never = redefinitionMark(functionID)
                            continue next
                        case .sendSuper:
                            guard chargeCall() else {
                                self.pc = code.position(of: cursor) &- 1
                                return outOfFuel()
                            }
                            self.pc = code.position(of: cursor)
                            step = try callSuper(word)
                            break dispatch
                        case .returnValue, .returnSelf:
                            var value = word.verifiedOpcode == .returnSelf ? regs.receiver : regs[word.a]
                            let duties = regs.duties
                            if duties != 0 {
                                guard duties == FrameFlags.returnsReceiver.rawValue else {
                                    self.pc = code.position(of: cursor)
                                    try finishFrame(value)
                                    continue outer
                                }
                                value = regs.receiver
                            }
                            let old = functionID
                            let pc: Int
                            (regs, frame, pc, functionID) = regs.returned(value, from: frame)
                            depth &-= 1
                            if (old ^ functionID) >> 24 != 0 {
                                unit = units[functionID >> 24]
                                code = unit.code
                                never = redefinitionMark(functionID)
                            }
                            cursor = code.cursor(at: pc)
                            continue next
                        case .returnFromMethod:
                            self.pc = code.position(of: cursor)
                            try returnFromBlock(regs[word.a])
                            continue outer
                        case .breakBlock:
                            self.pc = code.position(of: cursor)
                            try breakFromBlock(regs[word.a])
                            continue outer
                        case .leaveProgram: return ending.map { .ended($0) } ?? .finished
                        case .runBody:
                            self.pc = code.position(of: cursor)
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
                            self.pc = code.position(of: cursor)
                            pending = try newException(
                                Core.threadAbort, try heap.newString("Thread was being aborted."))
                            continue outer
                        case .rethrow:
                            self.pc = code.position(of: cursor)
                            // Only damaged code throws again what was never thrown; nothing pending would go on at the next word.
                            guard regs[word.a].isHeap else { throw .finish }
                            pending = regs[word.a]
                            continue outer
                        case .raiseName:
                            self.pc = code.position(of: cursor)
                            let text = try heap.newLiteral(unit.literal(word.wide))
                            pending = try newException(ClassID(rawValue: UInt32(word.n)), text)
                            continue outer

                        case .traced:
                            self.pc = code.position(of: cursor)
                            noteStatement()
                            word = untraced(word)
                            // It is the same; but that nothing changes here would let the compiler work out every position before
                            // the switch, for each instruction.
                            cursor = code.cursor(at: self.pc)
                            continue dispatch
                        }
                        step = try operate(word, code.position(of: cursor))
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
