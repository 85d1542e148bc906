/// Proves of every function what the Machine then relies on without checking: registers, tables and jumps are inside,
/// control goes back only where fuel is charged, and the environments that a function reads and writes are there
/// (`Verifier+Environments`).
struct Verifier {
    let parts: ImageParts
    /// Slots of the environments that the Machine gives to function 0, innermost first: those of an evaluated text.
    var provided: [UInt16] = []

    /// A fault of the compiler (or of a damaged image), never of a script.
    struct Failure: Error, Equatable {
        let function: Int
        let word: Int
        let reason: String
    }

    func verify() throws(Failure) {
        for index in parts.functions.indices { try verify(index) }
        try verifyEnvironments()
    }

    private func verify(_ index: Int) throws(Failure) {
        let function = parts.functions[index]
        let start = Int(function.code)
        let count = Int(function.codeCount)
        func fail(_ word: Int, _ reason: String) -> Failure { Failure(function: index, word: word, reason: reason) }
        guard count > 0, start + count <= parts.code.count else { throw fail(0, "code") }
        let registers = Int(function.registers)
        guard function.parameterCount + 1 <= registers else { throw fail(0, "parameters") }
        for position in 0..<Int(function.handlerCount) {
            let handlerIndex = Int(function.handlers) + position
            guard handlerIndex < parts.handlers.count else { throw fail(0, "handlers") }
            let handler = parts.handlers[handlerIndex]
            // The target lies behind what it protects: something thrown there again finds another handler.
            guard handler.target < function.codeCount, handler.start <= handler.end, handler.end <= handler.target,
                Int(handler.register) < registers
            else { throw fail(0, "handler") }
        }
        guard Int(function.shapes) + Int(function.shapeCount) <= parts.shapes.count else { throw fail(0, "shapes") }
        var word = 0
        while word < count {
            let instruction = Instruction(word: parts.code[start + word])
            guard let opcode = instruction.opcode, opcode != .traced else { throw fail(word, "opcode") }
            let fields = opcode.fields
            try check(fields.0, instruction.a, instruction, function, word, fail)
            try check(fields.1, instruction.b, instruction, function, word, fail)
            try check(fields.2, instruction.c, instruction, function, word, fail)
            switch opcode {
            case .jumpUnlessLess, .jumpUnlessLessEqual, .jumpUnlessGreater, .jumpUnlessGreaterEqual, .jumpUnlessEqual,
                .jumpUnlessNotEqual, .jumpUnlessNotEqualImmediate,
                .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate, .jumpUnlessGreaterImmediate,
                .jumpUnlessGreaterEqualImmediate, .jumpUnlessEqualImmediate:
                guard word + 1 < count, Instruction(word: parts.code[start + word + 1]).opcode == .jumpUnless else {
                    throw fail(word, "compare without jump")
                }
            default: break
            }
            word += 1
        }
        guard Instruction(word: parts.code[start + count - 1]).opcode?.isTerminal == true else {
            throw fail(count - 1, "falls off the end")
        }
    }

    private func check(
        _ field: Field, _ value: Int, _ instruction: Instruction, _ function: Function, _ word: Int,
        _ fail: (Int, String) -> Failure
    ) throws(Failure) {
        let registers = Int(function.registers)
        let wide = instruction.wide
        let valid =
            switch field {
            case .none, .number, .wide: true
            case .register: value < registers
            case .pair: value + 1 < registers
            case .window:
                value + instruction.n
                    + (CallFlags(rawValue: UInt16(instruction.c)).contains(.block) ? 1 : 0) < registers
            case .list: value + instruction.c <= registers
            case .symbol: value < Int(parts.symbolBase) + parts.symbols.count
            case .function: value < parts.functions.count
            case .depth: value < Int(function.shapeCount)
            case .slot:
                instruction.b < Int(function.shapeCount)
                    && value < Int(parts.shapes[Int(function.shapes) + instruction.b])
            case .wideConstant: wide >= 0 && wide < parts.constants.count
            case .wideLiteral: wide >= 0 && wide < parts.literals.count
            case .wideSymbol: wide >= 0 && wide < Int(parts.symbolBase) + parts.symbols.count
            case .wideRegex: wide >= 0 && wide < parts.regexes.count
            case .wideFunction: wide >= 0 && wide < parts.functions.count
            case .wideJump:
                word + 1 + wide < Int(function.codeCount)
                    && (instruction.opcode == .loop ? word + 1 + wide >= 0 && instruction.a > 0 : wide >= 0)
            }
        if !valid { throw fail(word, "\(field)") }
    }
}
