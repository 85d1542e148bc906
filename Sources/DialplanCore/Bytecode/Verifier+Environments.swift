/// Environments: `getEnvironment` and `setEnvironment` follow parents without looking whether there are any.
///
/// A function begins with the environments of whoever made it a proc, and none as a method, a class's body or the program.
/// Its first word may put one of its own before them. So what its shapes say is true at every other word of it, if the
/// shapes behind its own are those of every function that makes it a proc.
extension Verifier {
    func verifyEnvironments() throws(Failure) {
        for index in parts.functions.indices {
            try verifyOwnEnvironment(index)
            try verifyVariables(index)
        }
        var isProc = parts.functions.map { _ in false }
        for index in parts.functions.indices {
            let shapes = shapes(of: index)
            for (word, instruction) in instructions(of: index) {
                switch instruction.opcode {
                case .newProc:
                    guard shapes.starts(with: inherited(by: instruction.wide)) else {
                        throw Failure(function: index, word: word, reason: "environments of a block")
                    }
                    isProc[instruction.wide] = true
                case .runBody: try verifyNone(instruction.wide, at: word, of: index)
                case .defineMethod, .defineSingleton: try verifyNone(instruction.c, at: word, of: index)
                default: break
                }
            }
        }
        // The rest are methods of the prelude, or nobody calls them. Function 0 is begun by the Machine.
        for index in parts.functions.indices where index == 0 || !isProc[index] {
            let given = index == 0 ? provided[...] : []
            guard given.starts(with: inherited(by: index)) else {
                throw Failure(function: index, word: 0, reason: "environments that nobody gives")
            }
        }
    }

    /// One `newEnvironment` at most, as the first word, that no jump reaches again, with the slots of the first shape.
    private func verifyOwnEnvironment(_ index: Int) throws(Failure) {
        for (word, instruction) in instructions(of: index) {
            func fail(_ reason: String) -> Failure { Failure(function: index, word: word, reason: reason) }
            switch instruction.opcode {
            case .newEnvironment:
                guard word == 0 else { throw fail("environment in the middle") }
                guard let slots = shapes(of: index).first, instruction.wide == Int(slots) else {
                    throw fail("slots of the environment")
                }
            case .loop:
                guard word + 1 + instruction.wide > 0 || !opensEnvironment(index) else {
                    throw fail("jump to the environment")
                }
            default: break
            }
        }
    }

    /// Variables that `eval`, `binding` and the trace find by name.
    private func verifyVariables(_ index: Int) throws(Failure) {
        let shapes = Array(shapes(of: index))
        func isThere(_ depth: Int, _ slot: Int) -> Bool {
            shapes.indices.contains(depth) && slot >= 0 && slot < Int(shapes[depth])
        }
        var isValid = (parts.visible[index] ?? []).allSatisfy { isThere($0.depth, $0.slot) }
        for variable in index < parts.trace.variables.count ? parts.trace.variables[index] : [] {
            switch variable.home {
            case .register(let register): isValid = isValid && register < Int(parts.functions[index].registers)
            case .environment(let depth, let slot): isValid = isValid && isThere(depth, slot)
            }
        }
        if !isValid { throw Failure(function: index, word: 0, reason: "variables") }
    }

    private func verifyNone(_ callee: Int, at word: Int, of index: Int) throws(Failure) {
        guard inherited(by: callee).isEmpty else {
            throw Failure(function: index, word: word, reason: "environments of a method")
        }
    }

    private func opensEnvironment(_ index: Int) -> Bool {
        Instruction(word: parts.code[Int(parts.functions[index].code)]).opcode == .newEnvironment
    }

    private func shapes(of index: Int) -> ArraySlice<UInt16> {
        let function = parts.functions[index]
        return parts.shapes[Int(function.shapes)..<Int(function.shapes + function.shapeCount)]
    }

    /// The environments that a function begins with.
    private func inherited(by index: Int) -> ArraySlice<UInt16> {
        shapes(of: index).dropFirst(opensEnvironment(index) ? 1 : 0)
    }

    private func instructions(of index: Int) -> some Sequence<(offset: Int, element: Instruction)> {
        let function = parts.functions[index]
        return parts.code[Int(function.code)..<Int(function.code + function.codeCount)]
            .lazy.map { Instruction(word: $0) }.enumerated()
    }
}
