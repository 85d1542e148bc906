/// Classes: core ones are shared and read-only; what this execution adds or changes lies in class objects of its region.
extension Machine {
    @inline(__always) func classID(of value: Value) -> ClassID {
        if value.isHeap { return heap.region.classID(of: value.handle) }
        if value.tag == .classReference { return metaClass(of: value.classID) }
        return Core.ofImmediate(value.tag)
    }

    /// The class object of a class in this execution, or 0 (a core class that the script has not touched).
    func classObject(_ id: ClassID) -> Handle {
        if id.rawValue >= Core.firstUser {
            return heap.element(classTable, Int(id.rawValue - Core.firstUser)).handle
        }
        guard openedCore != 0 else { return 0 }
        for position in 0..<heap.hashUsed(openedCore)
        where heap.entryKey(openedCore, position).bits == UInt64(id.rawValue) {
            return heap.entryValue(openedCore, position).handle
        }
        return 0
    }

    /// The singleton class in whose table look-ups on a class begin.
    func metaClass(of id: ClassID) -> ClassID {
        var walk = id
        while walk.rawValue >= Core.firstUser {
            let object = classObject(walk)
            let meta = heap.region.u32(object, Layout.Class.meta)
            if meta != 0 { return ClassID(rawValue: meta) }
            if heap.region.flags(of: object).contains(.isModule) { return Core.module }
            walk = ClassID(rawValue: heap.region.u32(object, Layout.Class.superclass))
        }
        // Singleton classes of singleton classes are not told apart: they are classes.
        return walk.rawValue >= Core.metaOffset ? Core.classClass : ClassID(rawValue: walk.rawValue + Core.metaOffset)
    }

    func superclass(of id: ClassID) -> ClassID {
        let raw = id.rawValue
        if raw >= Core.firstUser { return ClassID(rawValue: heap.region.u32(classObject(id), Layout.Class.superclass)) }
        if raw >= Core.metaOffset {
            guard let info = library.info(ClassID(rawValue: raw - Core.metaOffset)) else { return .none }
            if info.isModule { return Core.module }
            return info.superclass == .none
                ? Core.classClass : ClassID(rawValue: info.superclass.rawValue + Core.metaOffset)
        }
        return library.info(id)?.superclass ?? .none
    }

    func isModule(_ id: ClassID) -> Bool {
        if id.rawValue >= Core.firstUser { return heap.region.flags(of: classObject(id)).contains(.isModule) }
        return library.info(id)?.isModule ?? false
    }

    func isSingleton(_ id: ClassID) -> Bool {
        if id.rawValue >= Core.firstUser { return heap.region.flags(of: classObject(id)).contains(.isSingleton) }
        return id.rawValue >= Core.metaOffset
    }

    func allocator(of id: ClassID) -> Allocator {
        if id.rawValue >= Core.firstUser {
            return Allocator(
                rawValue: UInt8(truncatingIfNeeded: heap.region.u32(classObject(id), Layout.Class.allocator)))
                ?? .object
        }
        if id.rawValue >= Core.metaOffset { return .none }
        return library.info(id)?.allocator ?? .none
    }

    /// Modules included in a class, in order of inclusion.
    func includeCount(_ id: ClassID) -> (handle: Handle, own: Int, core: Int) {
        let core = id.rawValue < Core.metaOffset ? (library.info(id)?.includes.count ?? 0) : 0
        let object = classObject(id)
        guard object != 0 else { return (0, 0, core) }
        let list = heap.region.u32(object, Layout.Class.includes)
        return (list, list == 0 ? 0 : heap.count(list), core)
    }

    func included(_ id: ClassID, _ index: Int, _ counts: (handle: Handle, own: Int, core: Int)) -> ClassID {
        if index < counts.core { return library.info(id)?.includes[index] ?? .none }
        return heap.element(counts.handle, index - counts.core).classID
    }

    /// The most ancestors (modules counted each time they are met) that a class may have.
    static let ancestorsMax = 256

    /// Visits a class and its ancestors in order of method look-up until the body returns true.
    func ancestors(_ start: ClassID, depth: Int = 0, _ body: (ClassID) -> Bool) -> Bool {
        var walk = start
        while walk != .none {
            let prepends = prependedList(walk)
            if prepends != 0 {
                for index in stride(from: heap.count(prepends) - 1, through: 0, by: -1) where depth < 32 {
                    if includesChain(heap.element(prepends, index).classID, depth: depth + 1, body) { return true }
                }
            }
            if body(walk) { return true }
            let counts = includeCount(walk)
            for index in stride(from: counts.core + counts.own - 1, through: 0, by: -1) where depth < 32 {
                let module = included(walk, index, counts)
                if includesChain(module, depth: depth + 1, body) { return true }
            }
            walk = superclass(of: walk)
        }
        return false
    }

    /// Modules that stand before a class (`prepend`), in order of their coming, or 0.
    private func prependedList(_ id: ClassID) -> Handle {
        let object = classObject(id)
        return object == 0 ? 0 : heap.region.u32(object, Layout.Class.prepends)
    }

    private func includesChain(_ module: ClassID, depth: Int, _ body: (ClassID) -> Bool) -> Bool {
        if body(module) { return true }
        let counts = includeCount(module)
        for index in stride(from: counts.core + counts.own - 1, through: 0, by: -1) where depth < 32 {
            if includesChain(included(module, index, counts), depth: depth + 1, body) { return true }
        }
        return false
    }

    func isKind(_ value: Value, of target: ClassID) -> Bool { isSubclass(classID(of: value), of: target) }

    func isSubclass(_ id: ClassID, of target: ClassID) -> Bool {
        if id == target { return true }
        return ancestors(id) { $0 == target }
    }

    /// What `obj.class` gives: no singleton classes.
    func visibleClass(_ value: Value) -> ClassID {
        if value.tag == .classReference { return isModule(value.classID) ? Core.module : Core.classClass }
        var id = classID(of: value)
        while isSingleton(id) { id = superclass(of: id) }
        return id
    }

    // MARK: Methods

    /// The method in a class's own table, or undefined.
    func ownMethod(_ id: ClassID, _ selector: Symbol) -> Value {
        let object = classObject(id)
        if object != 0 {
            let found = heap.get(heap.region.u32(object, Layout.Class.methods), selector)
            if found.tag != .undefined { return found }
        }
        if id.rawValue < Core.firstUser { return library.methods[CoreLibrary.key(id, selector)] ?? .undefined }
        return .undefined
    }

    /// The method that a call finds, through the cache. Undefined when there is none.
    @inline(__always)
    mutating func methodEntry(_ id: ClassID, _ selector: Symbol) -> MethodCache.Entry {
        if let hit = cache.find(id, selector.rawValue) { return hit }
        return lookUp(id, selector)
    }

    mutating func method(_ id: ClassID, _ selector: Symbol) -> (Value, ClassID) {
        let entry = methodEntry(id, selector)
        return (entry.value, entry.owner)
    }

    /// The same in the loop: the entry's place, filled.
    @inline(__always)
    mutating func methodPlace(_ id: ClassID, _ selector: Symbol) -> CachedLookUp {
        let (place, isHit) = cache.place(id, selector.rawValue)
        if !isHit { lookUpAgain(id, selector) }
        return place
    }

    /// What was looked up may have another answer now. Finding it all again is not free: it is charged here, because later it
    /// would depend on the cache.
    mutating func forgetLookUps() {
        fuel &-= 200
        cache.flush()
    }

    @inline(never) private mutating func lookUpAgain(_ id: ClassID, _ selector: Symbol) {
        if !cache.restore(id, selector.rawValue) { lookUp(id, selector) }
    }

    /// A reader or writer that was looked up before its variable had a slot is looked up again.
    mutating func noteSlot(_ call: NativeCall) {
        let id = classID(of: call.receiver)
        guard let known = cache.find(id, call.selector.rawValue), known.shape == MethodCache.otherShape,
            known.value.extra == 0, slot(id, Symbol(rawValue: known.value.methodID)) >= 0
        else { return }
        lookUp(id, call.selector)
    }

    @discardableResult
    @inline(never) mutating func lookUp(_ id: ClassID, _ selector: Symbol) -> MethodCache.Entry {
        let (method, owner) = findMethod(id, selector)
        var entry = MethodCache.Entry(key: 0, value: method, owner: owner)
        if method.tag == .method, method.extra == 0 {
            let isReader = method.methodKind == Method.Kind.reader.rawValue
            if isReader || method.methodKind == Method.Kind.writer.rawValue {
                entry.code = slot(id, Symbol(rawValue: method.methodID))
                if entry.code >= 0 { entry.shape = isReader ? MethodCache.readerShape : MethodCache.writerShape }
            }
            if method.methodKind == Method.Kind.native.rawValue { entry.shape = MethodCache.nativeShape }
            if method.methodKind == Method.Kind.bytecode.rawValue {
                let function = function(method.methodID)
                if function.flags.contains(.simple), function.required < 256 {
                    entry.shape = function.required
                    entry.registers = function.registers
                    entry.code = Int(function.code)
                }
            }
        }
        cache.insert(id, selector.rawValue, entry)
        return entry
    }

    /// Walks the ancestors; with `after`, only those behind that class (`super`).
    func findMethod(_ id: ClassID, _ selector: Symbol, after: ClassID = .none) -> (Value, ClassID) {
        var found = Value.undefined
        var owner = ClassID.none
        var skipping = after != .none
        _ = ancestors(id) { ancestor in
            if skipping {
                if ancestor == after { skipping = false }
                return false
            }
            let entry = ownMethod(ancestor, selector)
            if entry.tag == .undefined { return false }
            if entry.tag == .method, entry.methodKind == Method.Kind.removed.rawValue { return true }
            found = entry
            owner = ancestor
            return true
        }
        return (found, owner)
    }

    // MARK: Making and changing classes

    /// The class object, made on first change of a core class.
    mutating func openClass(_ id: ClassID) throws(Stop) -> Handle {
        let known = classObject(id)
        if known != 0 { return known }
        let handle = try newClassObject(id, superclass: superclass(of: id), allocator: allocator(of: id))
        if isModule(id) { heap.region.setFlags(.isModule, of: handle) }
        if let info = library.info(id) { heap.region.set(handle, Layout.Class.name, u32: info.name.rawValue) }
        if id.rawValue >= Core.metaOffset {
            heap.region.setFlags(.isSingleton, of: handle)
            heap.region.set(
                handle, Layout.Class.attached, .classReference(ClassID(rawValue: id.rawValue - Core.metaOffset)))
        }
        if openedCore == 0 { openedCore = try heap.newHash().handle }
        try heap.put(openedCore, .integer(Int64(id.rawValue)), Value(.environment, handle))
        return handle
    }

    private mutating func newClassObject(
        _ id: ClassID, superclass: ClassID, allocator: Allocator
    ) throws(Stop) -> Handle {
        let handle = try heap.region.allocate(.classObject, size: Layout.Class.size, class: Core.classClass)
        heap.region.set(handle, Layout.Class.id, u32: id.rawValue)
        heap.region.set(handle, Layout.Class.superclass, u32: superclass.rawValue)
        heap.region.set(handle, Layout.Class.allocator, u32: UInt32(allocator.rawValue))
        return handle
    }

    /// A class of the script's own.
    mutating func makeClass(
        name: Symbol, superclass: ClassID, flags: ObjectFlags, lexicalParent: ClassID
    ) throws(Stop) -> ClassID {
        if classTable == 0 { classTable = try heap.newArray(capacity: 4) }
        if superclass != .none {
            var visits = 0
            _ = ancestors(superclass) { _ in
                visits += 1
                return visits > Machine.ancestorsMax
            }
            if visits > Machine.ancestorsMax { throw error(Core.argumentError, "too many ancestors") }
        }
        let id = ClassID(rawValue: Core.firstUser + UInt32(heap.count(classTable)))
        let inherited: Allocator =
            flags.contains(.isModule) ? .none : (superclass == .none ? .object : allocator(of: superclass))
        if superclass.rawValue >= Core.firstPrelude, superclass.rawValue < Core.metaOffset { heap.noteCustomEquality() }
        let handle = try newClassObject(id, superclass: superclass, allocator: inherited)
        heap.region.setFlags(flags, of: handle)
        heap.region.set(handle, Layout.Class.name, u32: name.rawValue)
        heap.region.set(handle, Layout.Class.lexicalParent, u32: lexicalParent.rawValue)
        try heap.push(classTable, Value(.environment, handle))
        return id
    }

    /// The singleton class of a value (`class << x`, `def x.y`), made when there is none.
    mutating func singletonClass(of value: Value) throws(Stop) -> ClassID {
        if value.tag == .classReference {
            let id = value.classID
            if isSingleton(id) {
                throw error(Core.notImplementedError, "singleton classes of singleton classes are not supported")
            }
            if id.rawValue < Core.metaOffset { return ClassID(rawValue: id.rawValue + Core.metaOffset) }
            let object = classObject(id)
            let known = heap.region.u32(object, Layout.Class.meta)
            if known != 0 { return ClassID(rawValue: known) }
            let parent = metaClass(of: id)
            let meta = try makeClass(name: .none, superclass: parent, flags: .isSingleton, lexicalParent: id)
            heap.region.set(classObject(meta), Layout.Class.attached, value)
            heap.region.set(classObject(id), Layout.Class.meta, u32: meta.rawValue)
            forgetLookUps()
            return meta
        }
        guard value.isHeap else { throw error(Core.typeError, "can't define singleton") }
        let id = heap.region.classID(of: value.handle)
        if isSingleton(id) { return id }
        let meta = try makeClass(name: .none, superclass: id, flags: .isSingleton, lexicalParent: id)
        heap.region.set(classObject(meta), Layout.Class.attached, value)
        // Same instance variables as before.
        let fields = heap.region.u32(try openClass(id), Layout.Class.fields)
        if fields != 0 {
            let copy = try heap.copyArray(fields).handle
            heap.region.set(classObject(meta), Layout.Class.fields, u32: copy)
        }
        heap.region.setClass(meta, of: value.handle)
        return meta
    }

    mutating func addMethod(_ id: ClassID, _ name: Symbol, _ method: Value) throws(Stop) {
        let object = try openClass(id)
        var table = heap.region.u32(object, Layout.Class.methods)
        if table == 0 {
            table = try heap.newHash(capacity: 4).handle
            heap.region.set(object, Layout.Class.methods, u32: table)
        }
        try heap.put(table, .symbol(name), method)
        noteRedefinition(id, name)
        forgetLookUps()
    }

    /// `include` and `prepend`.
    mutating func include(_ module: ClassID, in id: ClassID, isPrepended: Bool = false) throws(Stop) {
        if isSubclass(id, of: module) { return }
        if isSubclass(module, of: id) { throw error(Core.argumentError, "cyclic include detected") }
        let object = try openClass(id)
        let field = isPrepended ? Layout.Class.prepends : Layout.Class.includes
        var list = heap.region.u32(object, field)
        if list == 0 {
            list = try heap.newArray(capacity: 2)
            heap.region.set(object, field, u32: list)
        }
        try heap.push(list, .classReference(module))
        // Look-up walks the ancestors without charge: there may only be so many.
        var visits = 0
        _ = ancestors(id) { _ in
            visits += 1
            return visits > Machine.ancestorsMax
        }
        if visits > Machine.ancestorsMax {
            _ = heap.pop(list)
            throw error(Core.argumentError, "too many ancestors")
        }
        if id.rawValue < Core.firstUser { hasRedefinitions = true }
        heap.hasCustomEquality = true
        heap.hasCustomHash = true
        forgetLookUps()
    }

    /// Instances have a tag of their own, of which the loop knows operators.
    private func hasFastPaths(_ allocator: Allocator) -> Bool {
        allocator == .array || allocator == .hash || allocator == .string
    }

    /// Turns fast paths off for what a script has redefined.
    private mutating func noteRedefinition(_ id: ClassID, _ name: Symbol) {
        if name == Sym.equal { heap.hasCustomEquality = true }
        if name == Sym.hash || name == Sym.eql {
            heap.hasCustomHash = true
            heap.hasCustomEquality = true
        }
        let isCore = id.rawValue < Core.firstUser || hasFastPaths(allocator(of: id))
        guard isCore, name == Sym.toS || name.rawValue <= 24 && name.rawValue >= 6 else { return }
        hasRedefinitions = true
    }
}
