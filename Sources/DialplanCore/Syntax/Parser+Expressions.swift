/// Operators by precedence, conditions with `? :`, unary operators.
extension Parser {
    /// Binary operators, loosest first. `?:`, assignment, `not`, `and` and modifiers are looser still.
    enum Precedence: UInt8 {
        case range = 1, or, and, equality, comparison, bitOr, bitAnd, shift, sum, product, power, none

        static let loosest = Precedence.range

        init?(_ kind: TokenKind) {
            switch kind {
            case .rangeInclusive, .rangeExclusive: self = .range
            case .logicalOr: self = .or
            case .logicalAnd: self = .and
            case .compare, .equal, .caseEqual, .notEqual, .match, .notMatch: self = .equality
            case .less, .lessEqual, .greater, .greaterEqual: self = .comparison
            case .pipe, .caret: self = .bitOr
            case .and: self = .bitAnd
            case .shiftLeft, .shiftRight: self = .shift
            case .plus, .minus: self = .sum
            case .multiply, .divide, .modulo: self = .product
            case .power: self = .power
            default: return nil
            }
        }

        var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .none }
        var isNonassociative: Bool { self == .range || self == .equality }
    }

    /// One expression.
    ///
    /// - Parameter commands: whether a call without parentheses may take arguments here (`x = foo 1`, not `x + foo 1`).
    /// - Parameter multiple: whether `a, b = …` may begin here.
    mutating func parseExpression(commands: Bool, multiple: Bool = false) throws(SyntaxError) -> NodeID {
        let operand = try parseOperand(commands: commands, multiple: multiple)
        return try parseExpression(after: operand)
    }

    /// The rest of an expression whose first operand is read.
    mutating func parseExpression(after operand: NodeID) throws(SyntaxError) -> NodeID {
        let left = try parseBinary(operand, .loosest)
        return token.kind == .question ? try parseTernary(left) : left
    }

    mutating func parseBinary(_ first: NodeID, _ loosest: Precedence) throws(SyntaxError) -> NodeID {
        var left = first
        var progress = Progress()
        while let precedence = Precedence(token.kind), precedence.rawValue >= loosest.rawValue {
            if token.kind == .pipe, pipeBlocked { break }
            try progress.check(self)
            let taken = token
            try advance()
            if precedence == .range, endsRange() {
                let flags: NodeFlags = taken.kind == .rangeExclusive ? .exclusive : []
                return node(.range, at: start(left), position: taken.start, flags: flags, left.rawValue, -1)
            }
            let operand = try parseOperand(commands: false)
            let right: NodeID
            if precedence == .power {
                try deeper()
                right = try parseBinary(operand, .power)
                depth -= 1
            } else {
                right = try parseBinary(operand, precedence.tighter)
            }
            left = makeBinary(taken, left, right)
            if precedence.isNonassociative, Precedence(token.kind) == precedence { throw unexpected() }
        }
        return left
    }

    /// Whether nothing that could be the upper end of a range follows.
    private func endsRange() -> Bool {
        switch token.kind {
        case .parenthesisEnd, .bracketEnd, .braceEnd, .newline, .semicolon, .endOfInput, .keywordThen, .keywordEnd,
            .comma,
            .arrow, .keywordDo, .keywordIf, .keywordUnless, .colon:
            true
        default: false
        }
    }

    private mutating func makeBinary(_ taken: Token, _ left: NodeID, _ right: NodeID) -> NodeID {
        let start = self.start(left)
        switch taken.kind {
        case .logicalAnd: return node(.and, at: start, position: taken.start, left.rawValue, right.rawValue)
        case .logicalOr: return node(.or, at: start, position: taken.start, left.rawValue, right.rawValue)
        case .rangeInclusive: return node(.range, at: start, position: taken.start, left.rawValue, right.rawValue)
        case .rangeExclusive:
            return node(.range, at: start, position: taken.start, flags: .exclusive, left.rawValue, right.rawValue)
        default:
            let call = callNode(left, taken.name, right, position: taken.start)
            return taken.kind == .match && kind(left) == .regex ? makeMatch(call, regex: left) : call
        }
    }

    /// `/(?<name>…)/ =~ text` sets local variables.
    private mutating func makeMatch(_ call: NodeID, regex: NodeID) -> NodeID {
        let source = Array(tree.bytes(tree[regex].literal))
        // A longer pattern is refused when it is compiled.
        guard source.count <= 4096 else { return call }
        let mark = work.count
        var index = 0
        while index + 3 < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            index += 1
            guard byte == UInt8(ascii: "("), source[index] == UInt8(ascii: "?"), source[index + 1] == UInt8(ascii: "<")
            else { continue }
            var end = index + 2
            while end < source.count, Byte.isIdentifier(source[end]) { end += 1 }
            let name = source[(index + 2)..<end]
            guard end < source.count, source[end] == UInt8(ascii: ">"), let first = name.first,
                Byte.isIdentifierStart(first),
                !Byte.isUpper(first)
            else { continue }
            let id = lexer.names.intern(name)
            guard id.rawValue > Int32(TokenKind.keywordEncoding.rawValue) else { continue }
            let known = lookUp(id)
            let variable = known.isPresent ? known : declare(id, start: start(regex))
            if tree.variables[Int(variable.rawValue)].scope != frame.id {
                tree.variables[Int(variable.rawValue)].isCaptured = true
            }
            if !work[mark...].contains(variable.rawValue) { work.append(variable.rawValue) }
            index = end
        }
        if work.count == mark { return call }
        let list = takeList(from: mark)
        return node(.matchAssign, at: start(call), position: tree[call].position, call.rawValue, list)
    }

    /// `first ? a : b ? c : …`; the `?` is not yet taken.
    private mutating func parseTernary(_ first: NodeID) throws(SyntaxError) -> NodeID {
        let mark = work.count
        var condition = first
        var progress = Progress()
        while token.kind == .question {
            try progress.check(self)
            try refuseFlipFlop(condition)
            push(condition)
            work.append(token.start)
            try advance()
            try deeper()
            push(try parseExpression(commands: false))
            depth -= 1
            try skipNewlines()
            try expect(.colon)
            let operand = try parseOperand(commands: false)
            condition = try parseBinary(operand, .loosest)
        }
        var result = condition
        while work.count > mark {
            let then = work.removeLast()
            let position = work.removeLast()
            let condition = NodeID(work.removeLast())
            result = node(.if, at: start(condition), position: position, condition.rawValue, then, result.rawValue)
        }
        return result
    }

    // MARK: Operands

    /// An operand with its unary operators, calls and, if it is a target, its assignment.
    mutating func parseOperand(commands: Bool, multiple: Bool = false) throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        let start = token.start
        switch token.kind {
        case .unaryMinusNumber: return try parseNegativeNumber()
        case .unaryMinus:
            try advance()
            let operand = try parseOperand(commands: false)
            let value = try parseBinary(operand, .power)
            return callNode(value, Names.unaryMinus, position: start, start: start)
        case .unaryPlus:
            try advance()
            return callNode(try parseOperand(commands: false), Names.unaryPlus, position: start, start: start)
        case .tilde:
            try advance()
            return callNode(try parseOperand(commands: false), Names.tilde, position: start, start: start)
        case .bang:
            try advance()
            let operand = try parseOperand(commands: commands)
            return node(.not, at: start, operand.rawValue)
        case .rangeInclusive, .rangeExclusive:
            let flags: NodeFlags = token.kind == .rangeExclusive ? .exclusive : []
            try advance()
            let operand = try parseOperand(commands: false)
            let high = try parseBinary(operand, Precedence.range.tighter)
            return node(.range, at: start, flags: flags, -1, high.rawValue)
        case .star where multiple:
            return try parseMultipleAssignment(first: nil, at: start)
        default:
            let place = try parsePrimaryWithCalls(commands: commands)
            return try parseAssignment(to: place, commands: commands, multiple: multiple)
        }
    }

    private mutating func parseNegativeNumber() throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        let isPower: Bool
        let number = token
        let value = lexer.number
        guard number.kind == .integer || number.kind == .bigInteger || number.kind == .float else { throw unexpected() }
        try advance()
        isPower = token.kind == .power
        if isPower {
            // -2 ** 2 is -(2 ** 2).
            let operand = numberNode(value, at: number.start)
            let power = try parseBinary(operand, .power)
            return callNode(power, Names.unaryMinus, position: start, start: start)
        }
        let negative: Lexer.Number
        switch value {
        case .integer(let integer): negative = .integer(0 &- integer)
        case .float(let float): negative = .float(-float)
        case .big(let digits):
            // The one value whose negative fits.
            negative =
                digits.elementsEqual("9223372036854775808".utf8)
                ? .integer(.min) : .big(digits: [UInt8(ascii: "-")] + digits)
        }
        let literal = numberNode(negative, at: start)
        return try parseCalls(on: literal, commands: false, mayTakeBlock: false)
    }

    mutating func numberNode(_ number: Lexer.Number, at start: Int32) -> NodeID {
        switch number {
        case .integer(let value):
            let bits = UInt64(bitPattern: value)
            return node(
                .integer, at: start, Int32(bitPattern: UInt32(truncatingIfNeeded: bits)),
                Int32(bitPattern: UInt32(truncatingIfNeeded: bits >> 32)))
        case .float(let value):
            let bits = value.bitPattern
            return node(
                .float, at: start, Int32(bitPattern: UInt32(truncatingIfNeeded: bits)),
                Int32(bitPattern: UInt32(truncatingIfNeeded: bits >> 32)))
        case .big(let digits):
            let text = literal(digits)
            return node(.bigInteger, at: start, text.rawValue)
        }
    }
}
