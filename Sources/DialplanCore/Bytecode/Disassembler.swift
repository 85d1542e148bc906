/// Bytecode as text, made from the opcode table: one line per word, with the source's line where it changes.
struct Disassembler {
    let image: DialplanImage
    let library: CoreLibrary

    /// All functions of the image, the program first.
    func text() -> String {
        image.functions.indices.map { text(of: $0) }.joined(separator: "\n")
    }

    func text(of index: Int) -> String {
        let function = image.functions[index]
        let name = function.name == .none ? (index == 0 ? "program" : "body") : self.name(function.name)
        var lines = [
            "function \(index) \(name): \(function.parameterCount) parameters, \(function.registers) registers"
        ]
        var line = 0
        for word in 0..<Int(function.codeCount) {
            let now = image.position(ofWord: Int(function.code) + word).line
            let instruction = Instruction(word: image.code[Int(function.code) + word])
            lines.append(
                "\(pad(now == line ? "" : "\(now)", 6)) \(pad("\(word)", 5))  \(text(of: instruction, at: word))")
            line = now
        }
        for position in 0..<Int(function.handlerCount) {
            let handler = image.handlers[Int(function.handlers) + position]
            lines.append(
                "       \(handler.isEnsure ? "ensure" : "rescue") \(handler.start)..<\(handler.end) to "
                    + "\(handler.target), R\(handler.register)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func text(of instruction: Instruction, at word: Int) -> String {
        guard let opcode = instruction.opcode else { return "?" }
        let fields = opcode.fields
        let operands = [
            text(fields.0, instruction.a, instruction, word), text(fields.1, instruction.b, instruction, word),
            text(fields.2, instruction.c, instruction, word),
        ]
        let count = instruction.n == 0 ? [] : ["n=\(instruction.n)"]
        let all = (operands.compactMap { $0 } + count).joined(separator: ", ")
        let name = "\(opcode)"
        return all.isEmpty ? name : name + String(repeating: " ", count: max(1, 24 - name.utf8.count)) + all
    }

    private func text(_ field: Field, _ value: Int, _ instruction: Instruction, _ word: Int) -> String? {
        let wide = instruction.wide
        switch field {
        case .none: return nil
        case .register, .window, .list, .pair: return "R\(value)"
        case .number, .depth, .slot: return "\(value)"
        case .symbol: return name(Symbol(rawValue: UInt32(value)))
        case .function: return "function \(value)"
        case .wide: return "\(wide)"
        case .wideConstant: return "constant \(wide)"
        case .wideLiteral:
            let literal = image.unit.literal(wide)
            let start = Int(literal.address & ~(Handle.shared | Handle.prelude))
            let bytes = image.bytes.slice(start, start + Int(literal.count)).array
            return "\"\(String(decoding: bytes, as: UTF8.self))\""
        case .wideSymbol: return name(Symbol(rawValue: UInt32(truncatingIfNeeded: wide)))
        case .wideRegex: return "/\(String(decoding: image.regexes[wide].source, as: UTF8.self))/"
        case .wideFunction: return "function \(wide)"
        case .wideJump: return "to \(word + 1 + wide)"
        }
    }

    private func name(_ symbol: Symbol) -> String {
        let bytes = image.symbolName(symbol) ?? library.prelude.symbolName(symbol) ?? ByteView("?")
        return String(decoding: bytes.array, as: UTF8.self)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
