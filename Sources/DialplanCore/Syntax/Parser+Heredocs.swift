/// Heredocs: the body lies on the lines behind the one being read, which then goes on.
extension Parser {
    /// A line of a `<<~` body: where its indentation stands.
    private struct HeredocLine {
        /// Which part, counted from the first of the body.
        var part: Int
        /// Where in that part the line begins.
        var offset: Int
        /// Bytes of spaces and tabs, as written in the script.
        var spaces: Int
    }

    mutating func parseHeredoc() throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        let start = token.start
        let heredoc = lexer.heredoc
        let resumption = lexer.position
        // The body begins on the next line, or behind the body of the heredoc before it on this line.
        if lexer.lineResumption > 0 {
            lexer.position = lexer.lineResumption
        } else {
            lexer.skipToLineEnd()
            if lexer.position < lexer.count { lexer.position += 1 }
        }
        lexer.lineResumption = 0
        let mark = work.count
        lexer.scratch.removeAll(keepingCapacity: true)
        let lines = try parseHeredocBody(heredoc, start: start, mark: mark)
        lexer.lineResumption = lexer.position
        lexer.position = resumption
        if heredoc.isSquiggly { removeIndentation(lines, from: mark) }
        let string = joinParts(from: mark, isCommand: heredoc.isCommand, at: start)
        lexer.state = .end
        try advance()
        return string
    }

    /// Pushes the parts of the body and steps behind its closing line.
    private mutating func parseHeredocBody(_ heredoc: Heredoc, start: Int32, mark: Int) throws(SyntaxError)
        -> [HeredocLine]
    {
        let quote = Quote(open: 0, close: 0, interpolates: heredoc.interpolates)
        var lines: [HeredocLine] = []
        var nesting = 0
        var isLineStart = true
        while true {
            if isLineStart {
                if let end = lexer.heredocEnd(heredoc) {
                    lexer.position = end
                    break
                }
                if heredoc.isSquiggly { lines.append(measureLine(part: work.count - mark)) }
                isLineStart = false
            }
            lexer.heredoc = heredoc
            let partStart = Int32(lexer.position)
            let stop = try lexer.scanQuoted(quote, style: .heredoc, nesting: &nesting, start: Int(start))
            switch stop {
            case .interpolation, .variable:
                // Also an empty part, so that a line's part number stays right.
                let bytes = lexer.scratch
                push(stringNode(bytes, at: partStart))
                push(try parseInterpolation(stop))
                lexer.scratch.removeAll(keepingCapacity: true)
            case .end, .space, .line: isLineStart = true
            }
        }
        let bytes = lexer.scratch
        push(stringNode(bytes, at: start))
        return lines
    }

    /// Measures the indentation of the line at the position; a blank line has none that counts.
    private func measureLine(part: Int) -> HeredocLine {
        var spaces = 0
        while lexer.peek(spaces) == 0x20 || lexer.peek(spaces) == 0x09 { spaces += 1 }
        return HeredocLine(part: part, offset: lexer.scratch.count, spaces: spaces)
    }

    /// Takes the common indentation off the parts since the mark.
    private mutating func removeIndentation(_ lines: [HeredocLine], from mark: Int) {
        var parts: [[UInt8]] = []
        for part in work[mark...] {
            let id = NodeID(part)
            parts.append(kind(id) == .string ? Array(tree.bytes(tree[id].literal)) : [])
        }
        let lastPart = parts.count - 1
        var width = Int.max
        for line in lines {
            let bytes = parts[line.part]
            let end = line.offset + line.spaces
            // A line of nothing but space does not count, unless an interpolation follows.
            let isBlank = end < bytes.count ? bytes[end] == 0x0A : line.part == lastPart
            if !isBlank {
                width = min(width, Parser.columns(bytes[line.offset..<min(end, bytes.count)], limit: .max).columns)
            }
        }
        guard width != Int.max, width > 0 else { return }
        var line = lines.startIndex
        for (index, bytes) in parts.enumerated() {
            let id = NodeID(work[mark + index])
            var kept: [UInt8] = []
            var position = 0
            while line < lines.endIndex, lines[line].part == index {
                let offset = lines[line].offset
                let end = min(offset + lines[line].spaces, bytes.count)
                kept += bytes[position..<offset]
                position = offset + Parser.columns(bytes[offset..<end], limit: width).bytes
                line += 1
            }
            guard position > 0 else { continue }
            let text = literal(kept + bytes[position...])
            tree.nodes[Int(id.rawValue)].a = text.rawValue
        }
    }

    /// Columns that spaces and tabs take (a tab goes to the next multiple of 8), as far as they fit in the limit.
    private static func columns(_ space: ArraySlice<UInt8>, limit: Int) -> (columns: Int, bytes: Int) {
        var columns = 0
        var bytes = 0
        for byte in space {
            let next = byte == 0x09 ? (columns / 8 + 1) * 8 : columns + 1
            guard next <= limit else { break }
            columns = next
            bytes += 1
        }
        return (columns, bytes)
    }

    /// Makes one node of the parts, dropping empty ones.
    private mutating func joinParts(from mark: Int, isCommand: Bool, at start: Int32) -> NodeID {
        let parts = work[mark...].filter { part in
            let id = NodeID(part)
            return kind(id) != .string || !tree.bytes(tree[id].literal).isEmpty
        }
        work.removeSubrange(mark...)
        if !isCommand {
            if parts.isEmpty { return stringNode([], at: start) }
            if let only = parts.first, parts.count == 1, kind(NodeID(only)) == .string {
                tree.nodes[Int(only)].start = start
                tree.nodes[Int(only)].position = start
                return NodeID(only)
            }
        }
        work.append(contentsOf: parts)
        return node(isCommand ? .commandString : .interpolatedString, at: start, takeList(from: mark))
    }
}
