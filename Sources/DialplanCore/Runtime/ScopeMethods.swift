/// Binding, Fiber, and what Kernel says about local variables.
enum ScopeMethod: UInt8 {
    case binding, localVariables, bindingVariables, variableGet, variableSet, hasVariable, receiver
    case initializeFiber, isAlive, parameters, methodParameters, methodArity, lookUpClass, isSingletonClass

    static let kernelTable: [NativeRow<ScopeMethod>] = [
        NativeRow("binding", .binding), NativeRow("local_variables", .localVariables),
        NativeRow("__lookup_class", .lookUpClass), NativeRow("__singleton?", .isSingletonClass),
        NativeRow("__proc_parameters", .parameters, 1),
        NativeRow("__method_parameters", .methodParameters, 2), NativeRow("__method_arity", .methodArity, 2),
    ]
    static let bindingTable: [NativeRow<ScopeMethod>] = [
        NativeRow("local_variables", .bindingVariables), NativeRow("local_variable_get", .variableGet, 1),
        NativeRow("local_variable_set", .variableSet, 2), NativeRow("local_variable_defined?", .hasVariable, 1),
        NativeRow("receiver", .receiver),
    ]
    static let fiberTable: [NativeRow<ScopeMethod>] = [
        NativeRow("initialize", .initializeFiber, 0, 1), NativeRow("alive?", .isAlive),
    ]
}

extension Machine {
    mutating func callScope(_ method: ScopeMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        switch method {
        case .binding: return try makeBinding()
        case .localVariables: return try variableNames(of: try makeBinding())
        case .bindingVariables, .variableGet, .variableSet, .hasVariable, .receiver:
            guard target.tag == .binding else { throw missingMethod(call) }
            switch method {
            case .bindingVariables: return try variableNames(of: target)
            case .variableGet: return try bindingVariable(target, argument(call, 0))
            case .hasVariable: return .bool(try hasBindingVariable(target, argument(call, 0)))
            case .receiver: return heap.region.value(target.handle, Layout.Proc.receiver)
            default:
                // The prelude makes a variable that does not exist yet.
                guard try setBindingVariable(target, argument(call, 0), argument(call, 1)) else { throw .slow }
                return argument(call, 1)
            }
        case .lookUpClass: return .classReference(classID(of: target))
        case .isSingletonClass: return .bool(target.tag == .classReference && isSingleton(target.classID))
        case .initializeFiber, .isAlive:
            guard target.tag == .object, allocator(of: classID(of: target)) == .fiber else { throw missingMethod(call) }
            if method == .isAlive { return .bool(isAlive(target)) }
            try initializeFiber(target, call.block)
            return .null
        case .parameters:
            let proc = argument(call, 0)
            guard proc.tag == .proc else { throw typeMismatch(proc, into: "Proc") }
            let flags = heap.region.flags(of: proc.handle)
            if flags.contains(.symbolProc) { return .array(try heap.newArray(capacity: 0)) }
            return try parameterList(
                heap.region.u32(proc.handle, Layout.Proc.function), isLambda: flags.contains(.lambda))
        case .methodParameters, .methodArity:
            // __method_parameters(class, name)
            guard argument(call, 0).tag == .classReference else { throw typeMismatch(argument(call, 0), into: "Class") }
            let (found, _) = self.method(argument(call, 0).classID, try symbol(from: argument(call, 1)))
            if method == .methodArity { return .integer(arity(ofMethod: found)) }
            if found.tag == .proc {
                return try parameterList(heap.region.u32(found.handle, Layout.Proc.function), isLambda: true)
            }
            guard found.tag == .method, found.methodKind == Method.Kind.bytecode.rawValue else {
                return .array(try heap.newArray(capacity: 0))
            }
            return try parameterList(found.methodID, isLambda: true)
        }
    }

    private func arity(ofMethod found: Value) -> Int64 {
        func arity(_ function: Function) -> Int64 {
            let fixed = Int64(function.required) + Int64(function.post)
            return function.flags.contains(.hasRest) || function.optional > 0 ? -fixed - 1 : fixed
        }
        if found.tag == .proc { return arity(function(heap.region.u32(found.handle, Layout.Proc.function))) }
        guard found.tag == .method else { return -1 }
        switch found.methodKind {
        case Method.Kind.bytecode.rawValue: return arity(function(found.methodID))
        case Method.Kind.native.rawValue:
            return found.leastArguments == found.mostArguments
                ? Int64(found.leastArguments) : -Int64(found.leastArguments) - 1
        case Method.Kind.reader.rawValue: return 0
        case Method.Kind.writer.rawValue: return 1
        default: return -1
        }
    }

    private mutating func parameterList(_ function: UInt32, isLambda: Bool) throws(Stop) -> Value {
        let list = try heap.newArray(capacity: 4)
        for parameter in image(of: function).parameters[index(of: function)] ?? [] {
            let kind = try heap.newString(
                !isLambda && ByteView(parameter.kind).isEqual(ByteView("req")) ? "opt" : parameter.kind)
            let pair = try heap.newArray(capacity: 2)
            heap.push(pair, reserved: .symbol(try intern(kind)))
            if parameter.name != .none { heap.push(pair, reserved: .symbol(parameter.name)) }
            try heap.push(list, .array(pair))
        }
        return .array(list)
    }
}
