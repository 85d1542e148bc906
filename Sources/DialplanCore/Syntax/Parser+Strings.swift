/// Strings, symbols, regular expressions, word lists and heredocs.
///
/// The lexer stops behind the opening of a quoted text; these functions read the text itself and then the token behind it.
extension Parser {
    // MARK: Parts

    /// Turns the bytes read so far into a part.
    private mutating func flushPart(at start: Int32) {
        guard !lexer.scratch.isEmpty else { return }
        let bytes = lexer.scratch
        push(stringNode(bytes, at: start))
        lexer.scratch.removeAll(keepingCapacity: true)
    }

    /// Reads quoted text to its closing delimiter, pushing its parts. The last bytes stay in `scratch`.
    private mutating func parseQuoted(_ quote: Quote, style: Lexer.QuoteStyle, start: Int32) throws(SyntaxError) {
        var nesting = 0
        while true {
            let partStart = Int32(lexer.position)
            let stop = try lexer.scanQuoted(quote, style: style, nesting: &nesting, start: Int(start))
            switch stop {
            case .interpolation, .variable:
                flushPart(at: partStart)
                push(try parseInterpolation(stop))
            case .end, .space, .line: return
            }
        }
    }

    /// The code of `#{…}` or the variable of `#@x`; leaves the lexer behind it, in quoted text again.
    mutating func parseInterpolation(_ stop: Lexer.QuoteStop) throws(SyntaxError) -> NodeID {
        let start = Int32(lexer.position)
        if stop == .variable {
            var variable = Token(kind: .globalVariable, spaceBefore: false, start: start, end: start, value: 0)
            lexer.state = .begin
            if lexer.peek() == UInt8(ascii: "@") {
                try lexer.scanInstanceVariable(into: &variable)
            } else {
                try lexer.scanGlobalVariable(into: &variable)
            }
            lexer.scratch.removeAll(keepingCapacity: true)
            let kind: NodeKind =
                switch variable.kind {
                case .instanceVariable: .instanceVariable
                case .classVariable: .classVariable
                case .nthReference: .nthReference
                case .backReference: .backReference
                default: .globalVariable
                }
            return node(kind, at: start, variable.value)
        }
        try deeper()
        let outer = enclose()
        lexer.state = .begin
        try advance()
        let body = try parseBody()
        guard token.kind == .braceEnd else { throw unexpected(expecting: "'}'") }
        restore(outer)
        depth -= 1
        // The lexer stands right behind the `}`, which stays the current token until the quoted text ends.
        lexer.scratch.removeAll(keepingCapacity: true)
        return body.isPresent ? body : node(.nil, at: start)
    }

    /// Makes one node of the parts since the mark and the bytes in `scratch`.
    private mutating func finishParts(from mark: Int, plain: NodeKind, interpolated: NodeKind, at start: Int32)
        -> NodeID
    {
        if work.count == mark {
            let bytes = lexer.scratch
            lexer.scratch.removeAll(keepingCapacity: true)
            if plain == .symbol {
                let name = lexer.names.intern(bytes[...])
                noteReach(name)
                return node(.symbol, at: start, name.rawValue)
            }
            let text = literal(bytes)
            return node(plain, at: start, text.rawValue)
        }
        flushPart(at: start)
        return node(interpolated, at: start, takeList(from: mark))
    }

    // MARK: Strings

    /// A string or heredoc and those that follow it directly. Sets `stringWasLabel` if it is the label of `"text": value`.
    mutating func parseString() throws(SyntaxError) -> NodeID {
        let first = try parseOneString()
        guard !stringWasLabel, token.kind == .stringBegin || token.kind == .heredocBegin else { return first }
        let mark = work.count
        push(first)
        var progress = Progress()
        while token.kind == .stringBegin || token.kind == .heredocBegin {
            try progress.check(self)
            lexer.quote.mayBeLabel = false
            push(try parseOneString())
        }
        return concatenate(from: mark)
    }

    private mutating func parseOneString() throws(SyntaxError) -> NodeID {
        let start = token.start
        if token.kind == .heredocBegin { return try parseHeredoc() }
        let quote = lexer.quote
        let mark = work.count
        lexer.scratch.removeAll(keepingCapacity: true)
        try parseQuoted(quote, style: .string, start: start)
        let string = finishParts(from: mark, plain: .string, interpolated: .interpolatedString, at: start)
        if quote.mayBeLabel, lexer.peek() == UInt8(ascii: ":"), lexer.peek(1) != UInt8(ascii: ":") {
            lexer.position += 1
            lexer.state = .beginLabel
            try advance()
            stringWasLabel = true
        } else {
            lexer.state = .end
            try advance()
        }
        return string
    }

    /// Joins the strings pushed since the mark.
    private mutating func concatenate(from mark: Int) -> NodeID {
        let strings = work[mark...].map { NodeID($0) }
        work.removeSubrange(mark...)
        let start = strings.first.map { self.start($0) } ?? 0
        if strings.allSatisfy({ kind($0) == .string }) {
            return stringNode(strings.flatMap { tree.bytes(tree[$0].literal) }, at: start)
        }
        for string in strings {
            if kind(string) == .interpolatedString {
                for part in tree.nodes(in: tree[string].listA) { push(part) }
            } else {
                push(string)
            }
        }
        return node(.interpolatedString, at: start, takeList(from: mark))
    }

    /// The key of `"text": value`.
    mutating func symbolFromString(_ string: NodeID) -> NodeID {
        let index = Int(string.rawValue)
        if kind(string) == .interpolatedString {
            tree.nodes[index].kind = .interpolatedSymbol
        } else {
            let name = lexer.names.intern(tree.bytes(tree[string].literal))
            tree.nodes[index].kind = .symbol
            tree.nodes[index].a = name.rawValue
        }
        return string
    }

    mutating func parseQuotedSymbol(followedBy state: Lexer.State = .end) throws(SyntaxError) -> NodeID {
        let start = token.start
        let mark = work.count
        let quote = lexer.quote
        lexer.scratch.removeAll(keepingCapacity: true)
        try parseQuoted(quote, style: .string, start: start)
        let symbol = finishParts(from: mark, plain: .symbol, interpolated: .interpolatedSymbol, at: start)
        lexer.state = state
        try advance()
        return symbol
    }

    mutating func parseRegex() throws(SyntaxError) -> NodeID {
        let start = token.start
        let mark = work.count
        let quote = lexer.quote
        lexer.scratch.removeAll(keepingCapacity: true)
        try parseQuoted(quote, style: .regex, start: start)
        let regex = finishParts(from: mark, plain: .regex, interpolated: .interpolatedRegex, at: start)
        tree.nodes[Int(regex.rawValue)].b = try lexer.scanRegexFlags().rawValue
        lexer.state = .end
        try advance()
        return regex
    }

    mutating func parseCommandString() throws(SyntaxError) -> NodeID {
        let start = token.start
        let mark = work.count
        let quote = lexer.quote
        lexer.scratch.removeAll(keepingCapacity: true)
        try parseQuoted(quote, style: .string, start: start)
        flushPart(at: start)
        let list = takeList(from: mark)
        lexer.state = .end
        try advance()
        return node(.commandString, at: start, list)
    }

    /// `%w(…)`, `%W(…)`, `%i(…)`, `%I(…)`.
    mutating func parseWords() throws(SyntaxError) -> NodeID {
        let start = token.start
        let isSymbols = token.kind == .symbolsBegin
        let quote = lexer.quote
        let mark = work.count
        var nesting = 0
        var isOpen = true
        while isOpen {
            lexer.skipWordSpace()
            let wordStart = Int32(lexer.position)
            let wordMark = work.count
            lexer.scratch.removeAll(keepingCapacity: true)
            reading: while true {
                let stop = try lexer.scanQuoted(quote, style: .words, nesting: &nesting, start: Int(start))
                switch stop {
                case .interpolation, .variable:
                    flushPart(at: wordStart)
                    push(try parseInterpolation(stop))
                case .end:
                    isOpen = false
                    break reading
                case .space, .line: break reading
                }
            }
            if work.count == wordMark, lexer.scratch.isEmpty { continue }
            let plain: NodeKind = isSymbols ? .symbol : .string
            let interpolated: NodeKind = isSymbols ? .interpolatedSymbol : .interpolatedString
            push(finishParts(from: wordMark, plain: plain, interpolated: interpolated, at: wordStart))
        }
        let list = takeList(from: mark)
        lexer.state = .end
        try advance()
        return node(.array, at: start, list)
    }
}
