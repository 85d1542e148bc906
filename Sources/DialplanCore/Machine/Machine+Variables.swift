/// Instance, class and global variables, and constants.
extension Machine {
    // MARK: Instance variables

    /// The slot of an instance variable in a class, or -1.
    mutating func slot(_ id: ClassID, _ name: Symbol) -> Int {
        if let hit = cache.find(id, name.rawValue ^ MethodCache.fieldMark) { return Int(hit.value.integer) }
        let object = classObject(id)
        guard object != 0 else { return -1 }
        let fields = heap.region.u32(object, Layout.Class.fields)
        guard fields != 0 else { return -1 }
        for index in 0..<heap.count(fields) where heap.element(fields, index).bits == UInt64(name.rawValue) {
            cache.insert(id, name.rawValue ^ MethodCache.fieldMark, .integer(index), owner: id)
            return index
        }
        return -1
    }

    /// Nil when it was never set.
    mutating func field(of value: Value, _ name: Symbol) -> Value {
        switch value.tag {
        case .object:
            let slot = slot(heap.region.classID(of: value.handle), name)
            guard slot >= 0 else { return .null }
            let found = heap.field(value.handle, slot)
            return found.tag == .undefined ? .null : found
        case .classReference:
            let object = classObject(value.classID)
            guard object != 0 else { return .null }
            let found = heap.get(heap.region.u32(object, Layout.Class.variables), name)
            return found.tag == .undefined ? .null : found
        default:
            guard looseFields != 0, value.isHeap else { return .null }
            let identity = heap.region.u32(value.handle, Layout.identity)
            guard identity != 0 else { return .null }
            let table = heap.get(looseFields, immediate: .integer(Int64(identity)))
            guard table.tag == .hash else { return .null }
            let found = heap.get(table.handle, name)
            return found.tag == .undefined ? .null : found
        }
    }

    /// Instance variables of a string, array, hash …: a table by identity. Those of dead objects stay until the end.
    private mutating func setLooseField(of value: Value, _ name: Symbol, _ new: Value) throws(Stop) {
        guard value.isHeap else {
            throw error(Core.frozenError, "can't modify frozen ", symbolName(of: visibleClass(value)), "")
        }
        if heap.isFrozen(value) { throw frozen(value) }
        if looseFields == 0 { looseFields = try heap.newHash().handle }
        let key = Value.integer(Int64(heap.identity(of: value.handle)))
        var table = heap.get(looseFields, immediate: key)
        if table.tag != .hash {
            table = try heap.newHash()
            try heap.put(looseFields, key, table)
        }
        try heap.put(table.handle, .symbol(name), new)
    }

    mutating func setField(of value: Value, _ name: Symbol, _ new: Value) throws(Stop) {
        switch value.tag {
        case .object:
            if heap.isFrozen(value) { throw frozen(value) }
            let id = heap.region.classID(of: value.handle)
            var index = slot(id, name)
            if index < 0 {
                let fields = try fieldList(id)
                index = heap.count(fields)
                guard index < 1000 else { throw error(Core.runtimeError, "too many instance variables") }
                try heap.push(fields, .symbol(name))
            }
            try heap.setField(value.handle, index, new)
        case .classReference:
            let object = try openClass(value.classID)
            var table = heap.region.u32(object, Layout.Class.variables)
            if table == 0 {
                table = try heap.newHash().handle
                heap.region.set(object, Layout.Class.variables, u32: table)
            }
            try heap.put(table, .symbol(name), new)
        default: try setLooseField(of: value, name, new)
        }
    }

    /// The names of a class's instance variables, by slot; made when there is none.
    mutating func fieldList(_ id: ClassID) throws(Stop) -> Handle {
        let object = try openClass(id)
        let known = heap.region.u32(object, Layout.Class.fields)
        if known != 0 { return known }
        let list = try heap.newArray(capacity: 4)
        switch allocator(of: id) {
        case .exception:
            for name in [Sym.hiddenMessage, Sym.hiddenLine, Sym.hiddenCause] { try heap.push(list, .symbol(name)) }
        case .fiber:
            for _ in 0..<FiberSlot.count { try heap.push(list, .symbol(FiberSlot.name)) }
        default: break
        }
        heap.region.set(object, Layout.Class.fields, u32: list)
        return list
    }

    /// A new class begins with the variables of its superclass, so that slots agree.
    mutating func inheritFields(_ id: ClassID, from parent: ClassID) throws(Stop) {
        let object = classObject(parent)
        guard object != 0 else { return }
        let fields = heap.region.u32(object, Layout.Class.fields)
        guard fields != 0 else { return }
        let copy = try heap.copyArray(fields).handle
        heap.region.set(classObject(id), Layout.Class.fields, u32: copy)
    }

    // MARK: Globals

    mutating func global(_ name: Symbol) throws(Stop) -> Value {
        let found = heap.get(globals, name)
        if found.tag != .undefined { return found }
        let text = symbolName(name)
        if text.isEqual(ByteView("$!")) { return errorInfo }
        if text.isEqual(ByteView("$0")) || text.isEqual(ByteView("$PROGRAM_NAME")) {
            return try heap.newString("dialplan")
        }
        return .null
    }

    mutating func setGlobal(_ name: Symbol, _ value: Value) throws(Stop) {
        let text = symbolName(name)
        if text.isEqual(ByteView("$!")) {
            errorInfo = value
            return
        }
        if text.isEqual(ByteView("$~")) {
            setMatch(value)
            return
        }
        if globals == 0 { globals = try heap.newHash().handle }
        try heap.put(globals, .symbol(name), value)
    }

    // MARK: Class variables

    private func classVariableHome(_ name: Symbol) -> ClassID? {
        var found: ClassID?
        _ = ancestors(lexicalClass(of: frame)) { id in
            let object = classObject(id)
            guard object != 0 else { return false }
            if heap.get(heap.region.u32(object, Layout.Class.classVariables), name).tag != .undefined {
                found = id
                return true
            }
            return false
        }
        return found
    }

    mutating func classVariable(_ name: Symbol) throws(Stop) -> Value {
        guard let home = classVariableHome(name) else {
            throw error(Core.nameError, "uninitialized class variable ", symbolName(name), "")
        }
        return heap.get(heap.region.u32(classObject(home), Layout.Class.classVariables), name)
    }

    func hasClassVariable(_ name: Symbol) -> Bool { classVariableHome(name) != nil }

    mutating func setClassVariable(_ name: Symbol, _ value: Value) throws(Stop) {
        let home = classVariableHome(name) ?? lexicalClass(of: frame)
        let object = try openClass(home)
        var table = heap.region.u32(object, Layout.Class.classVariables)
        if table == 0 {
            table = try heap.newHash().handle
            heap.region.set(object, Layout.Class.classVariables, u32: table)
        }
        try heap.put(table, .symbol(name), value)
    }

    // MARK: Constants

    /// A constant in a class's own table, or undefined.
    func ownConstant(_ id: ClassID, _ name: Symbol) -> Value {
        let object = classObject(id)
        if object != 0 {
            let found = heap.get(heap.region.u32(object, Layout.Class.constants), name)
            if found.tag != .undefined { return found }
        }
        if id.rawValue < Core.metaOffset {
            if let found = library.info(id)?.constants[name] { return found }
            if id == Core.object, let known = library.classByName[name] { return .classReference(known) }
        }
        return .undefined
    }

    /// Lexical scopes outwards, then the ancestors of the innermost, then Object; undefined when nowhere.
    func findConstant(_ name: Symbol, from lexical: ClassID) -> Value {
        var walk = lexical
        var steps = 0
        while walk != Core.object, walk != .none, steps < 64 {
            let found = ownConstant(walk, name)
            if found.tag != .undefined { return found }
            let object = classObject(walk)
            walk =
                object == 0
                ? Core.object : ClassID(rawValue: heap.region.u32(object, Layout.Class.lexicalParent))
            steps += 1
        }
        let inherited = inheritedConstant(name, in: lexical)
        return inherited.tag != .undefined ? inherited : ownConstant(Core.object, name)
    }

    func inheritedConstant(_ name: Symbol, in id: ClassID) -> Value {
        var result = Value.undefined
        _ = ancestors(id) { ancestor in
            result = ownConstant(ancestor, name)
            return result.tag != .undefined
        }
        return result
    }

    mutating func constant(_ name: Symbol, from lexical: ClassID) throws(Stop) -> Value {
        let found = findConstant(name, from: lexical)
        guard found.tag != .undefined else {
            let stop = error(Core.nameError, "uninitialized constant ", symbolName(name), "")
            if pending.tag == .object { try setField(of: pending, Sym.nameField, .symbol(name)) }
            throw stop
        }
        cache.insert(lexical, name.rawValue ^ MethodCache.constantMark, found, owner: lexical)
        return found
    }

    /// `Scope::NAME`
    mutating func constant(_ name: Symbol, in scope: Value) throws(Stop) -> Value {
        guard scope.tag == .classReference else {
            throw error(Core.typeError, "", try inspected(scope), " is not a class/module")
        }
        var found = inheritedConstant(name, in: scope.classID)
        if found.tag == .undefined, isModule(scope.classID) { found = ownConstant(Core.object, name) }
        guard found.tag != .undefined else {
            throw error(
                Core.nameError, "uninitialized constant ", symbolName(of: scope.classID), "::", symbolName(name), "")
        }
        return found
    }

    mutating func setConstant(_ name: Symbol, _ value: Value, in id: ClassID) throws(Stop) {
        let object = try openClass(id)
        var table = heap.region.u32(object, Layout.Class.constants)
        if table == 0 {
            table = try heap.newHash().handle
            heap.region.set(object, Layout.Class.constants, u32: table)
        }
        let isNew = heap.get(table, name).tag == .undefined
        try heap.put(table, .symbol(name), value)
        // A class takes the first constant that it is given as its name.
        if value.tag == .classReference, value.classID.rawValue >= Core.firstUser {
            let made = classObject(value.classID)
            if heap.region.u32(made, Layout.Class.name) == 0 {
                heap.region.set(made, Layout.Class.name, u32: name.rawValue)
                heap.region.set(made, Layout.Class.lexicalParent, u32: id.rawValue)
            }
        }
        forgetLookUps()
        if !isNew { try warnConstant(name) }
    }
}
