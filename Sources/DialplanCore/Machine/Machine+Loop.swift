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
extension Machine {
    mutating func loop() -> RunResult {
        outer: while true {
            if !pending.isNil {
                if let result = unwind() { return result }
            }
            let functionID = currentFunction
            let unit = unit(of: functionID)
            let code = unit.code(index(of: functionID))
            // What a script has redefined turns its fast paths off; the prelude's own arithmetic stays as it is.
            let isPrelude = functionID >> 24 == Machine.preludeUnit
            let never: UInt32 = hasRedefinitions && !isPrelude ? 0x8000 : 0
            let integerTag = Tag(rawValue: Tag.integer.rawValue | never)
            let floatTag = Tag(rawValue: Tag.float.rawValue | never)
            let arrayTag = Tag(rawValue: Tag.array.rawValue | never)
            let hashTag = Tag(rawValue: Tag.hash.rawValue | never)
            let stringTag = Tag(rawValue: Tag.string.rawValue | never)
            var regs = currentRegisters()
            var pc = self.pc
            do throws(Stop) {
                next: while true {
                    var word = code[pc]
                    pc &+= 1
                    dispatch: while true {
                        switch word.verifiedOpcode {
                        // MARK: Loads
                        case .move: regs[word.a] = regs[word.b]
                        case .loadNil: regs[word.a] = .null
                        case .loadTrue: regs[word.a] = .true
                        case .loadFalse: regs[word.a] = .false
                        case .loadUndefined: regs[word.a] = .undefined
                        case .loadSelf: regs[word.a] = receiver(of: frame)
                        case .loadInteger: regs[word.a] = .integer(Int64(word.wide))
                        case .loadConstant: regs[word.a] = unit.constant(word.wide)
                        case .loadString:
                            self.pc = pc
                            let value = try heap.newLiteral(unit.literal(word.wide))
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .loadSymbol: regs[word.a] = .symbol(Symbol(rawValue: UInt32(word.wide)))
                        case .loadRegex:
                            let unitMark = functionID >> 24 == 0 ? Handle.prelude : 0
                            regs[word.a] = Value(tag: .regexLiteral, bits: UInt64(UInt32(word.wide) | unitMark))
                        case .loadClass: regs[word.a] = .classReference(lexicalClass(of: frame))

                        // MARK: Variables
                        case .newEnvironment:
                            self.pc = pc
                            let parent = frameWord(frame, Layout.Frame.environment)
                            let made = try heap.newEnvironment(parent: parent, count: word.wide)
                            heap.region.set(stack, frame &+ Layout.Frame.environment, u32: made)
                            regs = currentRegisters()
                        case .getEnvironment:
                            regs[word.a] = heap.region.value(
                                environment(word.b), Layout.Environment.inline &+ word.c &* 16)
                        case .setEnvironment:
                            heap.region.set(
                                environment(word.b), Layout.Environment.inline &+ word.c &* 16, regs[word.a])
                        case .getField:
                            regs[word.a] = field(of: receiver(of: frame), Symbol(rawValue: UInt32(word.wide)))
                        case .setField:
                            self.pc = pc
                            try setField(of: receiver(of: frame), Symbol(rawValue: UInt32(word.wide)), regs[word.a])
                            regs = currentRegisters()
                        case .getGlobal:
                            self.pc = pc
                            regs[word.a] = try global(Symbol(rawValue: UInt32(word.wide)))
                            regs = currentRegisters()
                        case .setGlobal:
                            self.pc = pc
                            try setGlobal(Symbol(rawValue: UInt32(word.wide)), regs[word.a])
                            regs = currentRegisters()
                        case .getConstant:
                            self.pc = pc
                            let symbol = Symbol(rawValue: UInt32(word.wide))
                            if let hit = cache.find(lexicalClass(of: frame), symbol.rawValue ^ MethodCache.constantMark)
                            {
                                regs[word.a] = hit.value
                            } else {
                                regs[word.a] = try constant(symbol, from: lexicalClass(of: frame))
                                regs = currentRegisters()
                            }
                        case .nthReference:
                            self.pc = pc
                            let value = try matchGroup(word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .backReference:
                            self.pc = pc
                            let value = try backReference(UInt8(truncatingIfNeeded: word.wide))
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .getClassVariable, .setClassVariable, .setConstant, .getConstantIn, .setConstantIn,
                            .aliasMethod,
                            .aliasGlobal, .undefineMethod, .isDefined, .isDefinedMethod, .keywordGet, .keywordEnd,
                            .blockParameter, .warnConstant, .defineMethod, .defineSingleton, .openClass, .openSingleton,
                            .arrayConcat, .toList, .hashMerge, .newSymbol, .newRegex, .arrayAt, .arrayRest, .arrayPost,
                            .toTuple:
                            self.pc = pc
                            try rare(word)
                            regs = currentRegisters()

                        // MARK: Construction
                        case .newArray:
                            self.pc = pc
                            let value = try heap.newArray(
                                from: stack, frame &+ Layout.Frame.registers &+ word.b &* 16, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .arrayPush:
                            self.pc = pc
                            try heap.push(regs[word.a].handle, regs[word.b])
                            regs = currentRegisters()
                        case .newHash:
                            self.pc = pc
                            let value = try heap.newHash(capacity: word.wide)
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .hashPut:
                            self.pc = pc
                            let (target, key, value) = (regs[word.a], regs[word.b], regs[word.c])
                            do throws(Stop) {
                                try hashStore(target.handle, key, value)
                            } catch {
                                guard case .slow = error else { throw error }
                                // A key with a `hash` of its own: as if `[]=` had been called.
                                fuel &-= 1
                                switch try storeSlowly(target, key, value) {
                                case .frame: continue outer
                                case .proceed: break
                                case .wait(let id): return .awaiting(id)
                                }
                            }
                            regs = currentRegisters()
                        case .newRange:
                            self.pc = pc
                            let value = try makeRange(regs[word.b], regs[word.c], exclusive: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .toText:
                            let value = regs[word.a]
                            if value.tag == .string { continue next }
                            self.pc = pc
                            fuel &-= 1
                            if value.isHeap || value.tag == .classReference || integerTag != .integer {
                                switch try call(value, Sym.toS, result: word.a, flags: .text) {
                                case .frame: continue outer
                                case .proceed: regs = currentRegisters()
                                case .wait(let id): return .awaiting(id)
                                }
                            } else {
                                let text = try immediateText(value)
                                regs = currentRegisters()
                                regs[word.a] = text
                            }
                        case .concatenate:
                            self.pc = pc
                            let value = try concatenate(first: word.b, count: word.c)
                            regs = currentRegisters()
                            regs[word.a] = value
                        case .newProc:
                            self.pc = pc
                            let value = try makeProc(
                                function: (functionID & 0xFF00_0000) | UInt32(word.wide), isLambda: word.n == 1)
                            regs = currentRegisters()
                            regs[word.a] = value

                        // MARK: Operators
                        case .add:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag == integerTag, right.tag == integerTag {
                                let (sum, overflow) = left.integer.addingReportingOverflow(right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            } else if left.tag == floatTag, right.tag == floatTag {
                                regs[word.a] = .float(left.double + right.double)
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Sym.plus, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .subtract:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag == integerTag, right.tag == integerTag {
                                let (difference, overflow) = left.integer.subtractingReportingOverflow(right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(difference)
                                    continue next
                                }
                            } else if left.tag == floatTag, right.tag == floatTag {
                                regs[word.a] = .float(left.double - right.double)
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Sym.minus, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .multiply:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag == integerTag, right.tag == integerTag {
                                let (product, overflow) = left.integer.multipliedReportingOverflow(by: right.integer)
                                if !overflow {
                                    regs[word.a] = .integer(product)
                                    continue next
                                }
                            } else if left.tag == floatTag, right.tag == floatTag {
                                regs[word.a] = .float(left.double * right.double)
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Sym.times, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .divide, .modulo:
                            let (left, right) = (regs[word.b], regs[word.c])
                            let isDivision = UInt8(truncatingIfNeeded: word.word) == Opcode.divide.rawValue
                            if left.tag == integerTag, right.tag == integerTag, right.integer > 0 {
                                // Floored, as Ruby divides; a positive divisor cannot overflow.
                                let quotient = left.integer / right.integer
                                let remainder = left.integer &- quotient &* right.integer
                                if isDivision {
                                    regs[word.a] = .integer(remainder < 0 ? quotient &- 1 : quotient)
                                } else {
                                    regs[word.a] = .integer(remainder < 0 ? remainder &+ right.integer : remainder)
                                }
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(isDivision ? Sym.divide : Sym.modulo, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .less, .lessEqual, .greater, .greaterEqual:
                            let (left, right) = (regs[word.b], regs[word.c])
                            let opcode = UInt8(truncatingIfNeeded: word.word)
                            if left.tag == integerTag, right.tag == integerTag {
                                regs[word.a] = .bool(Machine.ordered(opcode, left.integer, right.integer))
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Machine.selector(of: opcode), left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .equal, .notEqual:
                            let (left, right) = (regs[word.b], regs[word.c])
                            let negated = UInt8(truncatingIfNeeded: word.word) == Opcode.notEqual.rawValue
                            if left.tag == integerTag, right.tag == integerTag {
                                regs[word.a] = .bool((left.bits == right.bits) != negated)
                                continue next
                            }
                            if left.tag == stringTag, right.tag == stringTag {
                                heap.work &+= Int64(heap.length(left.handle) >> 6)
                                regs[word.a] = .bool(heap.bytes(left).isEqual(heap.bytes(right)) != negated)
                                continue next
                            }
                            if left.tag == .symbol, right.tag == .symbol {
                                regs[word.a] = .bool((left.bits == right.bits) != negated)
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try equality(left, right, negated: negated, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .index:
                            let (left, right) = (regs[word.b], regs[word.c])
                            if left.tag == arrayTag, right.tag == integerTag {
                                let count = heap.count(left.handle)
                                let index = Int(truncatingIfNeeded: right.integer)
                                regs[word.a] = heap.element(left.handle, index < 0 ? index &+ count : index)
                                continue next
                            }
                            self.pc = pc
                            if left.tag == hashTag,
                                right.tag == .string || right.tag == .symbol || right.tag == .integer
                            {
                                let found = try heap.get(left.handle, right)
                                if found.tag != .undefined {
                                    regs[word.a] = found
                                    continue next
                                }
                            }
                            fuel &-= 1
                            switch try binary(Sym.index, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .shiftLeft:
                            let (left, right) = (regs[word.b], regs[word.c])
                            self.pc = pc
                            fuel &-= 1
                            if left.tag == arrayTag, !heap.isFrozen(left) {
                                try heap.push(left.handle, right)
                                regs = currentRegisters()
                                regs[word.a] = left
                                continue next
                            }
                            switch try binary(Sym.shiftLeft, left, right, result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .addImmediate:
                            let left = regs[word.b]
                            if left.tag == integerTag {
                                let (sum, overflow) = left.integer.addingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Sym.plus, left, .integer(word.c), result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .subtractImmediate:
                            let left = regs[word.b]
                            if left.tag == integerTag {
                                let (sum, overflow) = left.integer.subtractingReportingOverflow(Int64(word.c))
                                if !overflow {
                                    regs[word.a] = .integer(sum)
                                    continue next
                                }
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Sym.minus, left, .integer(word.c), result: word.a) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .jumpUnlessLess, .jumpUnlessLessEqual, .jumpUnlessGreater, .jumpUnlessGreaterEqual:
                            let (left, right) = (regs[word.a], regs[word.b])
                            let opcode = UInt8(truncatingIfNeeded: word.word)
                            let plain = opcode &- Opcode.jumpUnlessLess.rawValue &+ Opcode.less.rawValue
                            if left.tag == integerTag, right.tag == integerTag {
                                if Machine.ordered(plain, left.integer, right.integer) {
                                    pc &+= 1
                                } else {
                                    pc &+= 1 &+ code[pc].wide
                                }
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Machine.selector(of: plain), left, right, result: word.c) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate, .jumpUnlessGreaterImmediate,
                            .jumpUnlessGreaterEqualImmediate:
                            let left = regs[word.a]
                            let opcode = UInt8(truncatingIfNeeded: word.word)
                            let plain = opcode &- Opcode.jumpUnlessLessImmediate.rawValue &+ Opcode.less.rawValue
                            if left.tag == integerTag {
                                if Machine.ordered(plain, left.integer, word.signedB) {
                                    pc &+= 1
                                } else {
                                    pc &+= 1 &+ code[pc].wide
                                }
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try binary(Machine.selector(of: plain), left, .integer(word.signedB), result: word.c)
                            {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .jumpUnlessEqual, .jumpUnlessEqualImmediate:
                            let left = regs[word.a]
                            let right =
                                UInt8(truncatingIfNeeded: word.word) == Opcode.jumpUnlessEqual.rawValue
                                ? regs[word.b] : .integer(word.signedB)
                            if left.tag == integerTag, right.tag == integerTag {
                                if left.bits == right.bits {
                                    pc &+= 1
                                } else {
                                    pc &+= 1 &+ code[pc].wide
                                }
                                continue next
                            }
                            self.pc = pc
                            fuel &-= 1
                            switch try equality(left, right, negated: false, result: word.c) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .not: regs[word.a] = .bool(!regs[word.b].isTruthy)

                        // MARK: Jumps
                        case .jump: pc &+= word.wide
                        case .jumpIf: if regs[word.a].isTruthy { pc &+= word.wide }
                        case .jumpUnless: if !regs[word.a].isTruthy { pc &+= word.wide }
                        case .jumpIfNil: if regs[word.a].isNil { pc &+= word.wide }
                        case .jumpIfGiven: if regs[word.a].tag != .undefined { pc &+= word.wide }
                        case .loop:
                            if fuel <= 0 {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            fuel &-= Int64(word.a)
                            settle()
                            retried.serial = 0
                            if heap.region.top > collectAt {
                                self.pc = pc
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            pc &+= word.wide

                        // MARK: Calls
                        case .send:
                            if fuel <= 0 {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            fuel &-= 1
                            self.pc = pc
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
                            let target = regs[word.a]
                            let selector = Symbol(rawValue: UInt32(truncatingIfNeeded: word.b))
                            let (method, owner) = self.method(classID(of: target), selector)
                            let base = frame &+ Layout.Frame.registers &+ word.a &* 16
                            if method.tag == .method, method.methodKind == Method.Kind.bytecode.rawValue,
                                method.extra == 0,
                                !flags.contains(.splat)
                            {
                                let id = method.methodID
                                let callee = self.unit(of: id).function(index(of: id))
                                if callee.flags.contains(.simple), Int(callee.required) == word.n {
                                    let start =
                                        frame &+ Layout.Frame.registers &+ unit.registers(index(of: functionID)) &* 16
                                    try push(
                                        FrameSpecification(
                                            function: id, receiver: target,
                                            block: flags.contains(.block) ? regs[word.a &+ 1 &+ word.n] : .null,
                                            lexicalClass: method.methodClass, ownerClass: owner, selector: selector,
                                            result: word.a, start: start),
                                        registers: Int(callee.registers), arguments: base &+ 16, count: word.n)
                                    continue outer
                                }
                            }
                            var call = NativeCall(
                                receiver: target, block: flags.contains(.block) ? regs[word.a &+ 1 &+ word.n] : .null,
                                arguments: base &+ 16, count: word.n, selector: selector, flags: flags)
                            var start = frameEnd
                            if flags.contains(.splat) { start = try spread(&call, regs[word.a &+ 1], at: start) }
                            switch try dispatch(method, owner, call, result: word.a, start: start) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .yieldBlock:
                            if fuel <= 0 {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            fuel &-= 1
                            self.pc = pc
                            if heap.region.top > collectAt {
                                try collect(needed: 0)
                                regs = currentRegisters()
                            }
                            let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
                            let block = block(of: frame)
                            if block.tag != .proc { throw error(Core.localJumpError, "no block given (yield)") }
                            var call = NativeCall(
                                receiver: block, block: .null,
                                arguments: frame &+ Layout.Frame.registers &+ (word.a &+ 1) &* 16, count: word.n,
                                selector: .none, flags: flags)
                            var start = frameEnd
                            if flags.contains(.splat) { start = try spread(&call, regs[word.a &+ 1], at: start) }
                            switch try callProc(block, call, result: word.a, start: start) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .sendSuper:
                            if fuel <= 0 {
                                self.pc = pc &- 1
                                return outOfFuel()
                            }
                            fuel &-= 1
                            self.pc = pc
                            switch try callSuper(word) {
                            case .frame: continue outer
                            case .proceed: regs = currentRegisters()
                            case .wait(let id): return .awaiting(id)
                            }
                        case .returnValue:
                            let value = regs[word.a]
                            let flags = frameFlags(frame)
                            if flags.rawValue & ~(FrameFlags.block.rawValue | FrameFlags.lambda.rawValue) == 0 {
                                (frame, self.pc) = heap.region.leaveFrame(stack, frame, value)
                                depth &-= 1
                                continue outer
                            }
                            self.pc = pc
                            try finishFrame(value)
                            continue outer
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
                        case .saveError: regs[word.a] = errorInfo
                        case .enterRescue:
                            errorInfo = regs[word.a]
                            if ending != nil, isAbort(errorInfo) { endingSeen = true }
                        case .leaveRescue:
                            errorInfo = regs[word.a]
                            if ending != nil, endingSeen, !isAbort(errorInfo) {
                                // An abort that was rescued goes on when the rescue is over.
                                self.pc = pc
                                pending = try newException(
                                    Core.threadAbort, try heap.newString("Thread was being aborted."))
                                continue outer
                            }
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
                        continue next
                    }
                }
            } catch {
                switch error {
                case .raise: continue outer
                case .needsSpace(let count):
                    // The instruction has had no effect: collect and run it again.
                    let serial = frameWord(frame, Layout.Frame.serial)
                    // Twice in a row: it needs more than there is, in pieces.
                    if retried == (serial, self.pc) { return limitReached(.heap) }
                    do throws(Stop) { try collect(needed: count) } catch { return limitReached(.heap) }
                    retried = (serial, self.pc)
                    refund(untraced(code[self.pc &- 1]))
                    self.pc -= 1
                    continue outer
                case .limit(let limit): return limitReached(limit)
                case .pause:
                    self.pc -= 1
                    return outOfFuel()
                case .slow:
                    // Every leaf that can say so has a version in the prelude; this is a fault of the tables.
                    _ = self.error(Core.notImplementedError, "objects with their own == or hash are not supported here")
                    if pending.isNil { return limitReached(.heap) }
                    continue outer
                case .finish: return ending.map { .ended($0) } ?? .finished
                }
            }
        }
    }

    @inline(__always)
    private func environment(_ depth: Int) -> Handle {
        var handle = frameWord(frame, Layout.Frame.environment)
        var left = depth
        while left > 0 {
            handle = heap.region.u32(handle, Layout.Environment.parent)
            left &-= 1
        }
        return handle
    }

    @inline(__always)
    private static func ordered(_ opcode: UInt8, _ left: Int64, _ right: Int64) -> Bool {
        switch opcode {
        case Opcode.less.rawValue: left < right
        case Opcode.lessEqual.rawValue: left <= right
        case Opcode.greater.rawValue: left > right
        default: left >= right
        }
    }

    private static func selector(of opcode: UInt8) -> Symbol {
        switch opcode {
        case Opcode.less.rawValue: Sym.less
        case Opcode.lessEqual.rawValue: Sym.lessEqual
        case Opcode.greater.rawValue: Sym.greater
        default: Sym.greaterEqual
        }
    }

    /// Takes back what an instruction charged at its start, because it will be run again.
    private mutating func refund(_ word: Instruction) {
        switch word.opcode {
        case .send, .sendSuper, .yieldBlock: fuel += 1
        case .loop: fuel += Int64(word.a)
        case .add, .subtract, .multiply, .divide, .modulo, .less, .lessEqual, .greater, .greaterEqual, .equal,
            .notEqual, .index, .shiftLeft, .addImmediate, .subtractImmediate, .toText, .jumpUnlessLess,
            .jumpUnlessLessEqual, .jumpUnlessGreater, .jumpUnlessGreaterEqual, .jumpUnlessEqual,
            .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate, .jumpUnlessGreaterImmediate,
            .jumpUnlessGreaterEqualImmediate, .jumpUnlessEqualImmediate:
            fuel += 1
        default: break
        }
    }

    /// At a charging point without fuel: the slice, the run's limit or the allowance of an outside end is over.
    mutating func outOfFuel() -> RunResult {
        let used = instructions
        if let end = ending, used >= endingDeadline { return .ended(end) }
        if used >= limits.instructions { return limitReached(.instructions) }
        return .outOfSlice
    }
}
