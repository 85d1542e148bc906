/// Methods of every object that are leaves.
enum ObjectMethod: UInt8 {
    case initialize, toS, inspect, className, isNil, equal, notEqual, notMatch, match, caseEqual, not, eql, identical
    case hash, objectID, isKind, isInstance, respondTo, dup, clone, freeze, isFrozen, fieldGet, fieldSet, fieldNames
    case isFieldSet, methods, singletonMethods, compare, extend, singletonClass, defineSingleton, itself, toA18
    case fieldRemove, methodMissing, respondToMissing

    static let table: [NativeRow<ObjectMethod>] = [
        NativeRow("initialize", .initialize, 0, -1), NativeRow("to_s", .toS), NativeRow("ToString", .toS),
        NativeRow("inspect", .inspect), NativeRow("class", .className), NativeRow("GetType", .className),
        NativeRow("nil?", .isNil), NativeRow("==", .equal, 1), NativeRow("!=", .notEqual, 1),
        NativeRow("Equals", .equal, 1), NativeRow("=~", .match, 1), NativeRow("!~", .notMatch, 1),
        NativeRow("===", .caseEqual, 1), NativeRow("!", .not), NativeRow("eql?", .eql, 1),
        NativeRow("equal?", .identical, 1), NativeRow("hash", .hash), NativeRow("object_id", .objectID),
        NativeRow("__id__", .objectID), NativeRow("is_a?", .isKind, 1), NativeRow("kind_of?", .isKind, 1),
        NativeRow("instance_of?", .isInstance, 1), NativeRow("respond_to?", .respondTo, 1, 2), NativeRow("dup", .dup),
        NativeRow("clone", .clone, 0, 1), NativeRow("freeze", .freeze), NativeRow("frozen?", .isFrozen),
        NativeRow("instance_variable_get", .fieldGet, 1), NativeRow("instance_variable_set", .fieldSet, 2),
        NativeRow("instance_variables", .fieldNames), NativeRow("instance_variable_defined?", .isFieldSet, 1),
        NativeRow("<=>", .compare, 1), NativeRow("extend", .extend, 1, -1),
        NativeRow("singleton_class", .singletonClass), NativeRow("define_singleton_method", .defineSingleton, 1, 2),
        NativeRow("itself", .itself), NativeRow("method_missing", .methodMissing, 1, -1),
        NativeRow("respond_to_missing?", .respondToMissing, 1, 2),
    ]
}

extension Machine {
    mutating func callObject(_ method: ObjectMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        switch method {
        case .initialize: return .null
        case .toS: return target.isHeap ? try plainText(target) : try immediateText(target)
        case .inspect:
            // Objects of the script show their variables: in the prelude.
            if target.tag == .object, !target.isIdentical(to: mainObject) { throw .slow }
            return try inspected(target)
        case .className: return .classReference(visibleClass(target))
        case .isNil: return .bool(target.isNil)
        case .equal, .caseEqual:
            let other = argument(call, 0)
            if method == .caseEqual, target.tag == .object {
                // `===` is `==`, which the class may define.
                let (own, _) = self.method(classID(of: target), Sym.equal)
                if own.tag == .method, own.methodKind == Method.Kind.bytecode.rawValue { throw .slow }
            }
            // An object's own `==` has been looked up already: this is identity.
            if target.tag == .object { return .bool(target.isIdentical(to: other)) }
            return .bool(try heap.isEqual(target, other))
        case .notEqual: throw .slow
        case .match: return .null
        case .notMatch: throw .slow
        case .not: return .bool(!target.isTruthy)
        case .eql:
            if target.tag == .object { return .bool(target.isIdentical(to: argument(call, 0))) }
            return .bool(try heap.isEqual(target, argument(call, 0), strict: true))
        case .identical: return .bool(target.isIdentical(to: argument(call, 0)))
        case .hash:
            if target.tag == .object { return .integer(Int64(heap.identity(of: target.handle))) }
            return .integer(Int64(bitPattern: try heap.hashCode(target) >> 2))
        case .objectID:
            if target.isHeap { return .integer(Int64(heap.identity(of: target.handle)) * 8) }
            switch target.tag {
            case .null: return .integer(8 as Int64)
            case .isTrue: return .integer(20 as Int64)
            case .isFalse: return .integer(0 as Int64)
            case .integer: return .integer(target.integer &* 2 &+ 1)
            default: return .integer(Int64(target.tag.rawValue) << 40 | Int64(truncatingIfNeeded: target.bits))
            }
        case .isKind, .isInstance:
            let other = argument(call, 0)
            guard other.tag == .classReference else { throw error(Core.typeError, "class or module required") }
            if method == .isInstance { return .bool(visibleClass(target) == other.classID) }
            return .bool(isKind(target, of: other.classID))
        case .respondTo:
            let name = try symbol(from: argument(call, 0))
            let (found, _) = self.method(classID(of: target), name)
            if found.tag != .undefined {
                let all = call.count > 1 && argument(call, 1).isTruthy
                return .bool(found.tag == .proc || found.extra == 0 || all)
            }
            if target.tag == .host { return .bool(hostCall(name) != nil) }
            if target.tag == .record {
                return .bool(memberPosition(in: try recordFields(target.handle), symbolName(name)) >= 0)
            }
            let (missing, _) = self.method(classID(of: target), Sym.respondToMissing)
            if missing.tag != .method || missing.methodKind != Method.Kind.native.rawValue { throw .slow }
            return .false
        case .dup, .clone: return try copy(target, keepsFrozen: method == .clone)
        case .freeze:
            heap.freeze(target)
            return target
        case .isFrozen: return .bool(heap.isFrozen(target))
        case .fieldGet: return field(of: target, try symbol(from: argument(call, 0)))
        case .fieldSet:
            try setField(of: target, try symbol(from: argument(call, 0)), argument(call, 1))
            return argument(call, 1)
        case .isFieldSet: return .bool(!field(of: target, try symbol(from: argument(call, 0))).isNil)
        case .fieldRemove: return .null
        case .fieldNames:
            let list = try heap.newArray(capacity: 4)
            guard target.tag == .object else { return .array(list) }
            let object = classObject(classID(of: target))
            guard object != 0 else { return .array(list) }
            let fields = heap.region.u32(object, Layout.Class.fields)
            guard fields != 0 else { return .array(list) }
            let hidden = allocator(of: classID(of: target)).hiddenFields
            for index in hidden..<max(hidden, heap.count(fields))
            where heap.field(target.handle, index).tag != .undefined {
                try heap.push(list, heap.element(fields, index))
            }
            return .array(list)
        case .methods, .singletonMethods: return .array(try heap.newArray(capacity: 0))
        case .compare: return try heap.isEqual(target, argument(call, 0)) ? .integer(0 as Int64) : .null
        case .extend:
            let meta = try singletonClass(of: target)
            for index in 0..<call.count {
                // A class's leaves expect its own kind of object: only modules may be mixed in.
                guard argument(call, index).tag == .classReference, isModule(argument(call, index).classID) else {
                    throw error(Core.typeError, "wrong argument type (expected Module)")
                }
                try include(argument(call, index).classID, in: meta)
            }
            return target
        case .singletonClass: return .classReference(try singletonClass(of: target))
        case .defineSingleton:
            let body = call.count > 1 ? argument(call, 1) : call.block
            guard body.tag == .proc else { throw error(Core.argumentError, "tried to create a method without a block") }
            let name = try symbol(from: argument(call, 0))
            try addMethod(try singletonClass(of: target), name, body)
            return .symbol(name)
        case .itself, .toA18: return target
        case .methodMissing:
            // `super` in a script's own method_missing.
            var original = call
            original.selector = try symbol(from: argument(call, 0))
            throw missingMethod(original)
        case .respondToMissing: return .false
        }
    }

    /// `dup` and `clone`: a shallow copy.
    mutating func copy(_ value: Value, keepsFrozen: Bool) throws(Stop) -> Value {
        guard value.isHeap else { return value }
        let handle = value.handle
        if value.tag == .object, allocator(of: classID(of: value)) == .fiber {
            throw error(Core.typeError, "allocator undefined for Fiber")
        }
        var result: Value
        switch value.tag {
        case .string:
            result = try heap.newString(from: handle, 0, heap.length(handle))
            heap.region.setClass(heap.region.classID(of: handle), of: result.handle)
        case .array:
            result = try heap.copyArray(handle)
            heap.region.setClass(heap.region.classID(of: handle), of: result.handle)
        case .hash: result = try heap.copyHash(handle)
        case .object:
            let id = keepsFrozen ? classID(of: value) : visibleClass(value)
            let count = Int(heap.region.u32(handle, Layout.Object.capacity))
            result = try heap.newObject(id, fields: count)
            for index in 0..<count { try heap.setField(result.handle, index, heap.field(handle, index)) }
        default: return value
        }
        if keepsFrozen, heap.isFrozen(value) { heap.freeze(result) }
        return result
    }
}
