/// The instructions that are not worth a place in the loop: definitions, lists, keywords, `defined?`.
extension Machine {
    mutating func rare(_ word: Instruction) throws(Stop) {
        try stopIfSpent()
        let name = Symbol(rawValue: UInt32(truncatingIfNeeded: word.wide))
        switch word.verifiedOpcode {
        case .getGlobal:
            let value = try global(name)
            setRegister(frame, word.a, value)
        case .setGlobal: try setGlobal(name, register(frame, word.a))
        case .backReference:
            let value = try backReference(UInt8(truncatingIfNeeded: word.wide))
            setRegister(frame, word.a, value)
        case .getClassVariable: setRegister(frame, word.a, try classVariable(name))
        case .setClassVariable: try setClassVariable(name, register(frame, word.a))
        case .setConstant: try setConstant(name, register(frame, word.a), in: lexicalClass(of: frame))
        case .getConstantIn: setRegister(frame, word.a, try constant(name, in: register(frame, word.a)))
        case .setConstantIn:
            let scope = register(frame, word.a)
            guard scope.tag == .classReference else { throw typeMismatch(scope, into: "Module") }
            try setConstant(name, register(frame, word.a + 1), in: scope.classID)
        case .aliasMethod: try alias(lexicalClass(of: frame), symbol(word.b), symbol(word.c))
        case .aliasGlobal: try setGlobal(symbol(word.b), try global(symbol(word.c)))
        case .undefineMethod:
            try addMethod(lexicalClass(of: frame), name, Method.value(.removed, 0))
        case .isDefined: setRegister(frame, word.a, try definedText(word.n, name))
        case .isDefinedMethod:
            let target = register(frame, word.a)
            let (method, _) = self.method(classID(of: target), name)
            let known = method.tag != .undefined || target.tag == .host && hostCall(name) != nil
            setRegister(frame, word.a, known ? try heap.newString("method") : .null)
        case .keywordGet:
            let key = Value.symbol(symbol(word.c))
            let hash = register(frame, word.b).handle
            let position = try heap.find(hash, key)
            if position >= 0 {
                setRegister(frame, word.a, heap.entryValue(hash, position))
                heap.removeEntry(hash, position)
            } else if word.n == 1 {
                throw error(Core.argumentError, "missing keyword: :", symbolName(key.symbol), "")
            } else {
                setRegister(frame, word.a, .undefined)
            }
        case .keywordEnd:
            let hash = register(frame, word.a).handle
            if heap.hashCount(hash) > 0 {
                for position in 0..<heap.hashUsed(hash) where heap.entryKey(hash, position).tag != .undefined {
                    throw error(
                        Core.argumentError, "unknown keyword: ", try inspected(heap.entryKey(hash, position)), "")
                }
            }
        case .blockParameter: setRegister(frame, word.a, block(of: frame))
        case .warnConstant: break
        case .defineMethod: try defineMethod(word)
        case .defineSingleton: try defineSingleton(word)
        case .openClass: try openClass(word)
        case .openSingleton:
            setRegister(frame, word.a, .classReference(try singletonClass(of: register(frame, word.a))))
        case .arrayConcat:
            let list = try self.list(register(frame, word.b))
            let target = register(frame, word.a).handle
            let count = heap.count(list.handle)
            fuel &-= Int64(count >> 3)
            try heap.reserveArray(target, heap.count(target) + count)
            for index in 0..<count { heap.push(target, reserved: heap.element(list.handle, index)) }
        case .toList:
            let source = register(frame, word.b)
            let list = try self.list(source)
            setRegister(
                frame, word.a, list.isIdentical(to: source) ? try heap.copyArray(list.handle) : list)
        case .hashMerge:
            let other = register(frame, word.b)
            guard other.tag == .hash else { throw typeMismatch(other, into: "Hash") }
            for position in 0..<heap.hashUsed(other.handle)
            where heap.entryKey(other.handle, position).tag != .undefined {
                // Else the look-ups of a large hash would say `slow` at the same entry each time.
                if heap.work > Heap.workMax / 2 { settle() }
                try hashStore(
                    register(frame, word.a).handle, heap.entryKey(other.handle, position),
                    heap.entryValue(other.handle, position))
            }
        case .newSymbol: setRegister(frame, word.a, .symbol(try intern(register(frame, word.b))))
        case .newRegex:
            setRegister(
                frame, word.a, try makeRegex(register(frame, word.b), flags: RegexFlags(rawValue: Int32(word.n))))
        case .arrayAt:
            let list = register(frame, word.b).handle
            let count = heap.count(list)
            setRegister(frame, word.a, heap.element(list, word.n == 1 ? count - word.c : word.c))
        case .arrayRest:
            let list = register(frame, word.b).handle
            let count = heap.count(list)
            setRegister(
                frame, word.a, try heap.copyArray(list, from: min(count, word.c), count: count - word.c - word.n))
        case .arrayPost:
            // Element n of the last c, after the splat; the first ones before it take what there is.
            let list = register(frame, word.b).handle
            let before = word.n >> 4
            let start = max(before, heap.count(list) - word.c)
            setRegister(frame, word.a, heap.element(list, start + (word.n & 15)))
        case .toTuple:
            let source = register(frame, word.b)
            if source.tag == .array {
                setRegister(frame, word.a, source)
            } else {
                let single = try heap.newArray(capacity: 1)
                heap.push(single, reserved: source)
                setRegister(frame, word.a, .array(single))
            }
        default: break
        }
    }

    private func symbol(_ number: Int) -> Symbol { Symbol(rawValue: UInt32(truncatingIfNeeded: number)) }

    /// `[*x]`: arrays as they are, nil empty, hashes as pairs, ranges of integers spelled out, else one element.
    mutating func list(_ value: Value) throws(Stop) -> Value {
        switch value.tag {
        case .array: return value
        case .null: return .array(try heap.newArray(capacity: 0))
        case .hash: return try pairs(value)
        case .range:
            let (low, high) = (heap.rangeLow(value), heap.rangeHigh(value))
            guard low.tag == .integer, high.tag == .integer else { break }
            let end = heap.isExclusive(value) ? high.integer : high.integer &+ 1
            let count = max(0, end &- low.integer)
            guard count < 1 << 24 else { throw .limit(.heap) }
            fuel &-= count >> 3
            let list = try heap.newArray(capacity: Int(count))
            for index in 0..<count { heap.push(list, reserved: .integer(low.integer + index)) }
            return .array(list)
        default: break
        }
        let single = try heap.newArray(capacity: 1)
        heap.push(single, reserved: value)
        return .array(single)
    }

    mutating func pairs(_ hash: Value) throws(Stop) -> Value {
        let list = try heap.newArray(capacity: heap.hashCount(hash.handle))
        fuel &-= Int64(heap.hashCount(hash.handle) >> 3)
        for position in 0..<heap.hashUsed(hash.handle) where heap.entryKey(hash.handle, position).tag != .undefined {
            heap.push(
                list,
                reserved: try heap.newArray(
                    heap.entryKey(hash.handle, position), heap.entryValue(hash.handle, position)))
        }
        return .array(list)
    }

    /// Stores a pair; a string key that is not frozen is copied and frozen, as Ruby does.
    mutating func hashStore(_ hash: Handle, _ key: Value, _ value: Value) throws(Stop) {
        guard key.tag == .string, !heap.region.flags(of: key.handle).contains(.frozen),
            !heap.region.flags(of: hash).contains(.byIdentity)
        else { return try heap.put(hash, key, value) }
        let position = try heap.find(hash, key)
        if position >= 0 { return heap.setEntryValue(hash, position, value) }
        let copy = try heap.newString(from: key.handle, 0, heap.length(key.handle))
        heap.freeze(copy)
        try heap.put(hash, copy, value)
    }

    mutating func makeRange(_ low: Value, _ high: Value, exclusive: Bool) throws(Stop) -> Value {
        if !low.isNil, !high.isNil, low.tag != .object {
            var comparable: Bool
            do throws(Stop) { comparable = try heap.compare(low, high) != nil } catch { comparable = true }
            if low.tag != high.tag, !(low.tag == .integer || low.tag == .float) { comparable = false }
            if !comparable { throw error(Core.argumentError, "bad value for range") }
        }
        return try heap.newRange(low, high, exclusive: exclusive)
    }

    // MARK: Methods and classes

    private mutating func defineMethod(_ word: Instruction) throws(Stop) {
        let id = lexicalClass(of: frame)
        let function = (currentFunction & 0xFF00_0000) | UInt32(word.c)
        let flags = frameFlags(frame)
        let visibility: Method.Visibility =
            flags.contains(.privateDefault) ? .isPrivate : flags.contains(.protectedDefault) ? .isProtected : .isPublic
        try addMethod(id, symbol(word.b), Method.value(.bytecode, function, visibility, lexicalClass: id))
        if flags.contains(.moduleFunction) {
            let meta = try singletonClass(of: .classReference(id))
            try addMethod(meta, symbol(word.b), Method.value(.bytecode, function, lexicalClass: id))
        }
        setRegister(frame, word.a, .symbol(symbol(word.b)))
    }

    private mutating func defineSingleton(_ word: Instruction) throws(Stop) {
        let target = register(frame, word.a)
        let meta = try singletonClass(of: target)
        let function = (currentFunction & 0xFF00_0000) | UInt32(word.c)
        let lexical = target.tag == .classReference ? target.classID : lexicalClass(of: frame)
        try addMethod(meta, symbol(word.b), Method.value(.bytecode, function, lexicalClass: lexical))
        setRegister(frame, word.a, .symbol(symbol(word.b)))
    }

    mutating func alias(_ id: ClassID, _ new: Symbol, _ old: Symbol) throws(Stop) {
        var (method, _) = findMethod(id, old)
        if method.tag == .undefined, isModule(id) { (method, _) = findMethod(Core.object, old) }
        guard method.tag != .undefined else {
            throw error(
                Core.nameError, "undefined method `", symbolName(old), "' for class `", symbolName(of: id), "'")
        }
        try addMethod(id, new, method)
    }

    private mutating func openClass(_ word: Instruction) throws(Stop) {
        let name = symbol(word.b)
        let superclass = register(frame, word.a)
        let scope = register(frame, word.a + 1)
        let wantsModule = word.n == 1
        var home = lexicalClass(of: frame)
        var known: Value
        if scope.tag == .classReference {
            home = scope.classID
            known = ownConstant(home, name)
        } else {
            known = ownConstant(home, name)
            if known.tag == .undefined, home == Core.object { known = findConstant(name, from: home) }
        }
        if known.tag != .undefined {
            guard known.tag == .classReference, isModule(known.classID) == wantsModule else {
                throw error(
                    Core.typeError, "", symbolName(name), wantsModule ? " is not a module" : " is not a class")
            }
            if superclass.tag == .classReference, self.superclass(of: known.classID) != superclass.classID {
                throw error(Core.typeError, "superclass mismatch for class ", symbolName(name), "")
            }
            _ = try openClass(known.classID)
            setRegister(frame, word.a, known)
            setRegister(frame, word.a + 1, .null)
            return
        }
        guard superclass.tag == .classReference || superclass.tag == .undefined else {
            throw error(Core.typeError, "superclass must be a Class")
        }
        let parent = superclass.tag == .classReference ? superclass.classID : Core.object
        let id = try makeClass(
            name: name, superclass: wantsModule ? .none : parent, flags: wantsModule ? .isModule : [],
            lexicalParent: home)
        if !wantsModule { try inheritFields(id, from: parent) }
        try setConstant(name, .classReference(id), in: home)
        setRegister(frame, word.a, .classReference(id))
        // Whether `inherited` is to be called.
        setRegister(frame, word.a + 1, .bool(!wantsModule))
    }

    /// Runs the body of a class with the class as self.
    mutating func runBody(function: UInt32, register: Int) throws(Stop) {
        let target = self.register(frame, register)
        let id = target.classID
        let body = self.function(function)
        try push(
            FrameSpecification(
                function: function, receiver: target, lexicalClass: id, ownerClass: id, selector: .none,
                flags: .classBody, result: register, start: frameEnd),
            registers: Int(body.registers), code: Int(body.code), arguments: frameEnd, count: 0)
    }

    // MARK: defined?

    private mutating func definedText(_ kind: Int, _ name: Symbol) throws(Stop) -> Value {
        let lexical = lexicalClass(of: frame)
        switch DefinedKind(rawValue: UInt8(truncatingIfNeeded: kind)) {
        case .constant:
            return findConstant(name, from: lexical).tag == .undefined ? .null : try heap.newString("constant")
        case .field:
            let target = receiver(of: frame)
            return field(of: target, name).isNil ? .null : try heap.newString("instance-variable")
        case .global:
            return heap.get(globals, name).tag == .undefined ? .null : try heap.newString("global-variable")
        case .classVariable: return hasClassVariable(name) ? try heap.newString("class variable") : .null
        case .method:
            let (method, _) = self.method(classID(of: receiver(of: frame)), name)
            return method.tag == .undefined ? .null : try heap.newString("method")
        case .yield: return block(of: frame).isNil ? .null : try heap.newString("yield")
        case .superMethod:
            let selector = Symbol(rawValue: frameWord(frame, Layout.Frame.selector))
            let owner = ClassID(rawValue: frameWord(frame, Layout.Frame.ownerClass))
            let (method, _) = findMethod(classID(of: receiver(of: frame)), selector, after: owner)
            return method.tag == .undefined ? .null : try heap.newString("super")
        case .group: return try matchGroup(Int(name.rawValue)).isNil ? .null : try heap.newString("global-variable")
        case nil: return .null
        }
    }
}

/// What `defined?` asks about.
enum DefinedKind: UInt8 {
    case constant, field, global, classVariable, method, yield, superMethod, group
}
