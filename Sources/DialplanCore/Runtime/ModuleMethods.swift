/// Methods of classes and modules that are leaves.
enum ModuleMethod: UInt8 {
    case name, superclass, ancestors, caseEqual, isBelow, isBelowOrSame, isAbove, isAboveOrSame, compare, reader, writer
    case accessor
    case include, makePrivate, makePublic, makeProtected, moduleFunction, privateClassMethod, defineMethod, aliasMethod
    case removeMethod, constGet, constSet, isConstDefined, constants, isMethodDefined, instanceMethods, includes
    case classVariableGet, classVariableSet, allocate, equal, instanceMethod, hash, inspect, undefMethod, constMissing
    case noteHook, prepend, superMethods, capture, privateMethods

    static let table: [NativeRow<ModuleMethod>] = [
        NativeRow("name", .name), NativeRow("to_s", .name), NativeRow("inspect", .inspect),
        NativeRow("superclass", .superclass), NativeRow("ancestors", .ancestors), NativeRow("===", .caseEqual, 1),
        NativeRow("<", .isBelow, 1), NativeRow("<=", .isBelowOrSame, 1), NativeRow(">", .isAbove, 1),
        NativeRow(">=", .isAboveOrSame, 1), NativeRow("<=>", .compare, 1),
        NativeRow("attr_reader", .reader, 0, -1), NativeRow("attr", .reader, 0, -1),
        NativeRow("attr_writer", .writer, 0, -1), NativeRow("attr_accessor", .accessor, 0, -1),
        NativeRow("include", .include, 1, -1), NativeRow("prepend", .prepend, 1, -1),
        NativeRow("__capture", .capture, 1), NativeRow("prepended", .noteHook, 1),
        NativeRow("private", .makePrivate, 0, -1),
        NativeRow("public", .makePublic, 0, -1), NativeRow("protected", .makeProtected, 0, -1),
        NativeRow("module_function", .moduleFunction, 0, -1),
        NativeRow("private_class_method", .privateClassMethod, 0, -1),
        NativeRow("private_constant", .noteHook, 0, -1), NativeRow("included", .noteHook, 1),
        NativeRow("inherited", .noteHook, 1), NativeRow("extended", .noteHook, 1),
        NativeRow("define_method", .defineMethod, 1, 2), NativeRow("alias_method", .aliasMethod, 2),
        NativeRow("remove_method", .removeMethod, 1, -1), NativeRow("undef_method", .undefMethod, 1, -1),
        NativeRow("const_get", .constGet, 1, 2), NativeRow("const_set", .constSet, 2),
        NativeRow("const_defined?", .isConstDefined, 1, 2), NativeRow("constants", .constants, 0, 1),
        NativeRow("method_defined?", .isMethodDefined, 1, 2),
        NativeRow("instance_methods", .instanceMethods, 0, 1), NativeRow("include?", .includes, 1),
        NativeRow("private_instance_methods", .privateMethods, 0, 1),
        NativeRow("class_variable_get", .classVariableGet, 1), NativeRow("class_variable_set", .classVariableSet, 2),
        NativeRow("allocate", .allocate), NativeRow("==", .equal, 1),
    ]
}

extension Machine {
    mutating func callModule(_ method: ModuleMethod, _ call: NativeCall) throws(Stop) -> Value {
        guard call.receiver.tag == .classReference else { throw missingMethod(call) }
        let id = call.receiver.classID
        let first = argument(call, 0)
        switch method {
        case .name:
            if symbolName(of: id).count == 0, call.selector != Sym.toS { return .null }
            return try className(id)
        case .inspect: return try className(id)
        case .superclass:
            var walk = superclass(of: id)
            while isSingleton(walk) { walk = superclass(of: walk) }
            return walk == .none ? .null : .classReference(walk)
        case .ancestors:
            let list = try heap.newArray(capacity: 8)
            guard heap.region.reserve(64 * 64) else { throw .needsSpace(64 * 64) }
            var found: [ClassID] = []
            _ = ancestors(id) { ancestor in
                found.append(ancestor)
                return false
            }
            for ancestor in found { try heap.push(list, .classReference(ancestor)) }
            return .array(list)
        case .caseEqual: return .bool(isKind(first, of: id))
        case .isBelow, .isBelowOrSame, .isAbove, .isAboveOrSame, .compare:
            guard first.tag == .classReference else { throw error(Core.typeError, "compared with non class/module") }
            let other = first.classID
            let below = isSubclass(id, of: other)
            let above = isSubclass(other, of: id)
            switch method {
            case .isBelow: return below && id != other ? .true : (above ? .false : .null)
            case .isBelowOrSame: return below ? .true : (above ? .false : .null)
            case .isAbove: return above && id != other ? .true : (below ? .false : .null)
            case .isAboveOrSame: return above ? .true : (below ? .false : .null)
            default:
                if id == other { return .integer(0 as Int64) }
                return below ? .integer(-1 as Int64) : (above ? .integer(1 as Int64) : .null)
            }
        case .reader, .writer, .accessor:
            for index in 0..<call.count {
                let name = try symbol(from: argument(call, index))
                let text = try heap.newString("@")
                try heap.append(text.handle, symbolName(name))
                let variable = try intern(text)
                let visibility: Method.Visibility =
                    frameFlags(frame).contains(.privateDefault) ? .isPrivate : .isPublic
                if method != .writer { try addMethod(id, name, Method.value(.reader, variable.rawValue, visibility)) }
                if method != .reader {
                    let setter = try symbolString(name)
                    try heap.append(setter.handle, "=")
                    try addMethod(id, try intern(setter), Method.value(.writer, variable.rawValue, visibility))
                }
            }
            return .null
        case .include, .prepend:
            for index in 0..<call.count {
                guard argument(call, index).tag == .classReference, isModule(argument(call, index).classID) else {
                    throw error(Core.typeError, "wrong argument type (expected Module)")
                }
                try include(argument(call, index).classID, in: id, isPrepended: method == .prepend)
            }
            let (hook, _) = self.method(
                classID(of: first), method == .prepend ? Sym.prepended : Sym.included)
            if hook.tag == .method, hook.methodKind == Method.Kind.bytecode.rawValue { throw .slow }
            return call.receiver
        case .makePrivate, .makePublic, .makeProtected, .moduleFunction:
            return try changeVisibility(method, id, call)
        case .privateClassMethod, .noteHook: return .null
        case .defineMethod:
            let body = call.count > 1 ? argument(call, 1) : call.block
            guard body.tag == .proc else {
                throw error(Core.argumentError, "tried to create Proc object without a block")
            }
            let name = try symbol(from: first)
            try addMethod(id, name, body)
            return .symbol(name)
        case .aliasMethod:
            try alias(id, try symbol(from: first), try symbol(from: argument(call, 1)))
            return call.receiver
        case .removeMethod, .undefMethod:
            for index in 0..<call.count {
                try addMethod(id, try symbol(from: argument(call, index)), Method.value(.removed, 0))
            }
            return call.receiver
        case .constGet: return try constantPath(first, id)
        case .constSet:
            try setConstant(try symbol(from: first), argument(call, 1), in: id)
            return argument(call, 1)
        case .isConstDefined:
            let name = try symbol(from: first)
            return .bool(
                inheritedConstant(name, in: id).tag != .undefined || ownConstant(Core.object, name).tag != .undefined)
        case .constants:
            let list = try heap.newArray(capacity: 4)
            let object = classObject(id)
            guard object != 0 else { return .array(list) }
            let table = heap.region.u32(object, Layout.Class.constants)
            guard table != 0 else { return .array(list) }
            for position in 0..<heap.hashUsed(table) where heap.entryKey(table, position).tag != .undefined {
                try heap.push(list, heap.entryKey(table, position))
            }
            return .array(list)
        case .isMethodDefined, .instanceMethod:
            let (found, _) = self.method(id, try symbol(from: first))
            return .bool(found.tag != .undefined)
        case .instanceMethods:
            return try methodNames(id, isPrivate: false, all: call.count == 0 || first.isTruthy)
        case .privateMethods:
            return try methodNames(id, isPrivate: true, all: call.count == 0 || first.isTruthy)
        case .includes:
            guard first.tag == .classReference else { throw typeMismatch(first, into: "Module") }
            return .bool(id != first.classID && isSubclass(id, of: first.classID))
        case .classVariableGet, .classVariableSet, .constMissing, .hash:
            throw error(
                Core.notImplementedError, "", symbolName(call.selector), " is not supported")
        case .capture:
            // __capture(name): another name for the method as it is now, for Method objects. Nil when there is none.
            let name = try symbol(from: first)
            var (found, owner) = findMethod(id, name)
            if found.tag == .undefined, isModule(id) { (found, owner) = findMethod(Core.object, name) }
            guard found.tag != .undefined else { return .null }
            let text = try heap.newString("__captured_")
            try heap.append(text.handle, integer: Int64(owner.rawValue))
            try heap.append(text.handle, "_")
            try heap.append(text.handle, integer: Int64(heap.identities))
            try heap.append(text.handle, "_")
            try heap.append(text.handle, symbolName(name))
            let hidden = try intern(text)
            if found.tag == .method { found.extra = 0 }
            try addMethod(owner, hidden, found)
            heap.identities &+= 1
            return try heap.newArray(.symbol(hidden), .classReference(owner))
        case .superMethods: throw .slow
        case .allocate:
            let kind = allocator(of: id)
            guard kind == .object || kind == .exception else {
                throw error(Core.typeError, "allocator undefined for ", symbolName(of: id), "")
            }
            return try allocate(kind, id)
        case .equal: return .bool(call.receiver.isIdentical(to: first))
        }
    }

    private mutating func changeVisibility(
        _ method: ModuleMethod, _ id: ClassID, _ call: NativeCall
    ) throws(Stop) -> Value {
        if call.count == 0 {
            var flags = frameFlags(frame).subtracting([.privateDefault, .protectedDefault, .moduleFunction])
            switch method {
            case .makePrivate: flags.insert(.privateDefault)
            case .makeProtected: flags.insert(.protectedDefault)
            case .moduleFunction: flags.insert(.moduleFunction)
            default: break
            }
            heap.region.set(
                stack, frame + Layout.Frame.flags,
                u32: frameWord(frame, Layout.Frame.flags) & 0xFFFF_0000 | flags.rawValue)
            return .null
        }
        let visibility: Method.Visibility =
            switch method {
            case .makePrivate: .isPrivate
            case .makeProtected: .isProtected
            default: .isPublic
            }
        for index in 0..<call.count {
            let given = argument(call, index)
            if given.tag == .array {
                for item in 0..<heap.count(given.handle) {
                    try setVisibility(id, try symbol(from: heap.element(given.handle, item)), visibility, method)
                }
            } else {
                try setVisibility(id, try symbol(from: given), visibility, method)
            }
        }
        return argument(call, 0)
    }

    private mutating func setVisibility(
        _ id: ClassID, _ name: Symbol, _ visibility: Method.Visibility, _ method: ModuleMethod
    ) throws(Stop) {
        var (found, _) = findMethod(id, name)
        guard found.tag != .undefined else {
            throw error(
                Core.nameError, "undefined method `", symbolName(name), "' for class `", symbolName(of: id), "'")
        }
        if method == .moduleFunction {
            try addMethod(try singletonClass(of: .classReference(id)), name, found)
        } else if found.tag == .method {
            found.extra = visibility.rawValue
            try addMethod(id, name, found)
        }
    }

    /// `const_get("A::B")`
    private mutating func constantPath(_ name: Value, _ id: ClassID) throws(Stop) -> Value {
        var scope = Value.classReference(id)
        guard name.tag == .string else { return try constant(try symbol(from: name), in: scope) }
        var start = 0
        let count = heap.length(name.handle)
        while start <= count {
            var end = heap.bytes(name).find(ByteView("::"), from: start)
            if end < 0 { end = count }
            let part = try heap.newString(from: name.handle, start, end - start)
            scope = try constant(try intern(part), in: scope)
            start = end + 2
        }
        return scope
    }

    /// Names of a class's methods, and of its ancestors' when `all`: the script's in the order of their definition, then the
    /// library's.
    private mutating func methodNames(_ id: ClassID, isPrivate: Bool, all: Bool) throws(Stop) -> Value {
        var chain = [id]
        if all {
            chain = []
            _ = ancestors(id) { ancestor in
                chain.append(ancestor)
                return false
            }
        }
        let names = try heap.newHash().handle
        func note(_ name: Symbol, _ method: Value, _ machine: inout Machine) throws(Stop) {
            guard try machine.heap.get(names, .symbol(name)).tag == .undefined else { return }
            let hidden = method.tag == .undefined
            let isAsked = !hidden && (method.extra == Method.Visibility.isPrivate.rawValue) == isPrivate
            try machine.heap.put(names, .symbol(name), .bool(isAsked))
        }
        for ancestor in chain {
            let object = classObject(ancestor)
            let table = object == 0 ? 0 : heap.region.u32(object, Layout.Class.methods)
            if table != 0 {
                for position in 0..<heap.hashUsed(table) where heap.entryKey(table, position).tag == .symbol {
                    try note(heap.entryKey(table, position).symbol, heap.entryValue(table, position), &self)
                }
            }
            for (name, method) in library.namesOfMethods[ancestor.rawValue] ?? [] { try note(name, method, &self) }
        }
        let list = try heap.newArray(capacity: heap.hashCount(names))
        for position in 0..<heap.hashUsed(names) where heap.entryValue(names, position).tag == .isTrue {
            try heap.push(list, heap.entryKey(names, position))
        }
        return .array(list)
    }
}
