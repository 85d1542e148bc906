/// Reads one datagram as one message: start line, rows, mandatory headers, body (RFC 3261 §7, §18.3).
///
/// One pass over the octets. Nothing is copied: rows and layouts are offsets. Everything that decides about the message as
/// a whole is checked here, the rest where it is asked for.
struct MessageParser {
    let limits: MessageLimits
    let rules: ScanRules
    private var start = 0
    /// nil until the start line has been read.
    private var requestLine: RequestLineLayout?
    private var statusLine: StatusLineLayout?
    private var rows: [HeaderRow] = []
    private var index = RowIndex()
    private var scanner: MandatoryScanner
    /// The start line as it has to be sent on, when that is not as it came.
    private var rewrittenLine: [UInt8]?

    init(limits: MessageLimits, profile: ParsingProfile) {
        self.limits = limits
        rules = ScanRules(
            profile: profile,
            maximumParameters: UInt16(truncatingIfNeeded: max(0, min(limits.maximumParameterCount, 65_535))))
        scanner = MandatoryScanner(rules)
    }

    static func parse(
        _ bytes: [UInt8], limits: MessageLimits, profile: ParsingProfile
    ) throws(SIPParseError) -> SIPMessage {
        var parser = MessageParser(limits: limits, profile: profile)
        do throws(SIPParseError) {
            return try parser.parse(bytes)
        } catch {
            throw parser.isAnswerable(bytes.span) ? error : error.unanswerable
        }
    }

    /// Whether what was read so far is a request that gets answers: no response, no ACK.
    private func isAnswerable(_ bytes: Span<UInt8>) -> Bool {
        let line = Cursor(start, bytes.count)
        var method = line
        let name = method.take(.token, bytes)
        if name.isEmpty || SIPMethod(bytes, name) == .ack { return false }
        // `SIP/2.0 …`: a slash is no token character, so a response's "method" ends at it.
        return method.peek(bytes) == UInt8(ascii: " ")
    }

    private mutating func parse(_ bytes: [UInt8]) throws(SIPParseError) -> SIPMessage {
        let span = bytes.span
        guard bytes.count <= min(limits.maximumMessageBytes, 1 << 24) else {
            throw SIPParseError(
                .limitExceeded, at: limits.maximumMessageBytes, expected: "a shorter message", status: .messageTooLarge)
        }
        // Empty lines before the start line are ignored (RFC 3261 §7.5).
        while start &+ 1 < span.count, span[start] == 0x0D, span[start &+ 1] == 0x0A { start &+= 2 }
        guard start < span.count else {
            throw SIPParseError(.emptyMessage, at: start, expected: "a message", status: nil)
        }
        let lineEnd = try MessageParser.endOfLine(from: start, span)
        try parseStartLine(ByteRange(start, lineEnd), span)
        let bodyStart: Int
        do throws(SIPParseError) {
            bodyStart = try parseRows(from: lineEnd &+ 2, span)
        } catch {
            // What is wrong with the value of a row before this one comes first.
            try scanRows(span)
            throw error
        }
        if !scanner.takeFirst(rows, index, span) || scanner.viaCount > limits.maximumViaCount { try scanRows(span) }
        if let missing = scanner.missing {
            throw SIPParseError(.missingHeader, at: bodyStart, expected: "\(missing)", header: missing)
        }
        try checkMethod(scanner.layouts.cSeq.layout.method, span)
        let bodyEnd = try endOfBody(from: bodyStart, span)
        let headers = HeaderFields(
            HeaderFields.Storage(
                received: bytes, rows: rows, mandatory: scanner.layouts, rules: rules,
                index: rows.count <= RowIndex.maximumCount ? index : nil))
        let body = bytes[bodyStart..<bodyEnd]
        if let requestLine {
            return .request(SIPRequest(requestLine, rewrittenLine ?? bytes, headers: headers, body: body))
        }
        guard let statusLine else { throw SIPParseError(.malformedStartLine, at: start, expected: "a start line") }
        return .response(SIPResponse(statusLine, bytes, headers: headers, body: body))
    }

    // MARK: Lines

    /// Where the line's CR stands. A CR or LF by itself, and a NUL that is no quoted pair, are errors: readers that take
    /// them for a line end would see another message than we do.
    @inline(__always)
    private static func endOfLine(from start: Int, _ bytes: Span<UInt8>) throws(SIPParseError) -> Int {
        var index = start
        let end = bytes.count
        while index < end {
            index = Words.skip(below: 0x0E, bytes, from: index, to: end)
            guard index < end else { break }
            let byte = bytes[index]
            if byte <= 0x0D {
                if byte == 0x0D {
                    if index &+ 1 < end, bytes[index &+ 1] == 0x0A { return index }
                    throw SIPParseError(.malformedLine, at: index, expected: "LF after CR")
                }
                if byte == 0x0A { throw SIPParseError(.malformedLine, at: index, expected: "CR before LF") }
                if byte == 0, index == start || bytes[index &- 1] != UInt8(ascii: "\\") {
                    throw SIPParseError(.malformedLine, at: index, expected: "no NUL")
                }
            }
            index &+= 1
        }
        throw SIPParseError(.unterminatedHeaders, at: end, expected: "a line end")
    }

    /// Reads all rows; returns the offset after the empty line.
    private mutating func parseRows(from start: Int, _ bytes: Span<UInt8>) throws(SIPParseError) -> Int {
        // In locals, which the loop keeps in registers.
        let limits = limits
        let messageStart = self.start
        let longestRow = min(limits.maximumHeaderBytes, 65_000)
        let table = HeaderNameTable.shared
        var rows: [HeaderRow] = []
        var index = RowIndex()
        defer {
            self.rows = rows
            self.index = index
        }
        rows.reserveCapacity(min(24, limits.maximumHeaderCount))
        var position = start
        while true {
            guard position < bytes.count else {
                throw SIPParseError(.unterminatedHeaders, at: position, expected: "an empty line")
            }
            if bytes[position] == 0x0D, position &+ 1 < bytes.count, bytes[position &+ 1] == 0x0A {
                return position &+ 2
            }
            let row = try MessageParser.parseRow(at: position, bytes, table, longestRow)
            guard rows.count < limits.maximumHeaderCount else {
                throw SIPParseError(.limitExceeded, at: position, expected: "fewer headers")
            }
            guard Int(row.end) &- messageStart <= limits.maximumHeaderSectionBytes else {
                throw SIPParseError(.limitExceeded, at: position, expected: "shorter headers", status: .messageTooLarge)
            }
            index.note(row.id, at: rows.count)
            rows.append(row)
            position = Int(row.end)
        }
    }

    /// `header-name HCOLON value CRLF` with folds (RFC 3261 §7.3.1). White space before the colon is allowed there.
    @inline(__always)
    private static func parseRow(
        at start: Int, _ bytes: Span<UInt8>, _ table: HeaderNameTable, _ limit: Int
    ) throws(SIPParseError) -> HeaderRow {
        var cursor = Cursor(start, bytes.count)
        var name: ByteRange
        let id: UInt8
        if start &+ 16 <= bytes.count {
            // Names of up to fifteen octets, which are nearly all: the same steps, whatever the length.
            let marks = nameEnds(Block(bytes, start))
            let count = marks.trailingZeroBitCount
            cursor.position = start &+ count
            name = ByteRange(start, cursor.position)
            if count > 1, count < 16 {
                id = table.id(
                    Words.lowercased(Words.load(bytes, start)) & Words.mask(min(count, 8)),
                    Words.lowercased(Words.load(bytes, start &+ 8)) & Words.mask(max(count &- 8, 0)), count)
            } else {
                if marks == 0 {
                    cursor.position = start
                    name = takeName(&cursor, bytes)
                }
                id = table.id(bytes, name)
            }
        } else {
            name = takeName(&cursor, bytes)
            id = table.id(bytes, name)
        }
        // A name of the table is a token. Others are looked at octet by octet.
        if id == HeaderNameTable.unknownID { try checkName(name, bytes) }
        while let byte = cursor.peek(bytes), byte == 0x20 || byte == 0x09 { cursor.position &+= 1 }
        guard cursor.skip(UInt8(ascii: ":"), bytes) else {
            throw SIPParseError(.malformedLine, at: cursor.position, expected: "a colon")
        }
        var valueStart = cursor.position
        var lineEnd = valueStart
        while true {
            lineEnd = try endOfLine(from: lineEnd, bytes)
            guard lineEnd &- start <= limit else {
                throw SIPParseError(.limitExceeded, at: start, expected: "a shorter header")
            }
            let next = lineEnd &+ 2
            guard next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 else { break }
            lineEnd = next
        }
        var valueEnd = lineEnd
        while valueStart < valueEnd, isSpace(bytes[valueStart]) { valueStart &+= 1 }
        while valueEnd > valueStart, isSpace(bytes[valueEnd &- 1]) { valueEnd &-= 1 }
        return HeaderRow(
            id: id, isWritten: false,
            nameLength: UInt16(truncatingIfNeeded: name.count), start: UInt32(truncatingIfNeeded: start),
            valueStart: UInt32(truncatingIfNeeded: valueStart), valueEnd: UInt32(truncatingIfNeeded: valueEnd),
            end: UInt32(truncatingIfNeeded: lineEnd &+ 2))
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 && ByteSet.whitespace.contains(byte) }

    /// A bit for each colon and each octet up to space.
    @inline(__always)
    private static func nameEnds(_ block: Block) -> UInt32 { block.equal(UInt8(ascii: ":")) | block.below(0x21) }

    /// Passes what stands before the next colon or octet up to space.
    @inline(never)
    private static func takeName(_ cursor: inout Cursor, _ bytes: Span<UInt8>) -> ByteRange {
        let start = cursor.position
        while cursor.position &+ 16 <= cursor.end {
            let marks = nameEnds(Block(bytes, cursor.position))
            if marks != 0 {
                cursor.position &+= marks.trailingZeroBitCount
                return ByteRange(start, cursor.position)
            }
            cursor.position &+= 16
        }
        while let byte = cursor.peek(bytes), byte != UInt8(ascii: ":"), byte > 0x20 { cursor.position &+= 1 }
        return ByteRange(start, cursor.position)
    }

    private static func checkName(_ name: ByteRange, _ bytes: Span<UInt8>) throws(SIPParseError) {
        var cursor = Cursor(name)
        let token = cursor.take(.token, bytes)
        guard !token.isEmpty else {
            throw SIPParseError(.malformedLine, at: Int(name.start), expected: "a header name")
        }
        guard cursor.isAtEnd else { throw SIPParseError(.malformedLine, at: cursor.position, expected: "a colon") }
    }

    /// Reads the rows of ``MandatoryScanner`` in their order: the first of them that is not as it should be is the error.
    @inline(never)
    private mutating func scanRows(_ bytes: Span<UInt8>) throws(SIPParseError) {
        scanner = MandatoryScanner(rules)
        for row in rows where MandatoryScanner.wants(row) { try scan(row, bytes) }
    }

    private mutating func scan(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(SIPParseError) {
        do throws(MandatoryScanner.Failure) {
            try scanner.take(row, bytes)
        } catch {
            let name = HeaderName(bytes, row.name, id: row.id)
            switch error {
            case .malformed(let error): throw SIPParseError(.malformedHeader, error, header: name)
            case .conflict(let offset):
                throw SIPParseError(
                    .conflictingHeaders, at: offset, expected: "one value of \(name)", header: name)
            }
        }
        guard scanner.viaCount <= limits.maximumViaCount else {
            throw SIPParseError(
                .limitExceeded, at: Int(row.start), expected: "fewer hops", header: .via, status: .tooManyHops)
        }
    }

    // MARK: Start line

    private mutating func parseStartLine(_ line: ByteRange, _ bytes: Span<UInt8>) throws(SIPParseError) {
        var cursor = Cursor(line)
        if cursor.skipLetters("sip", bytes), cursor.peek(bytes) == UInt8(ascii: "/") {
            statusLine = try StatusLineLayout.scan(line, bytes, rules)
        } else if let rewritten = RequestLineLayout.rewritten(line, bytes, rules) {
            let whole = ByteRange(0, rewritten.count)
            requestLine = try RequestLineLayout.scan(
                whole, rewritten.span, maximumURIBytes: limits.maximumURIBytes, rules)
            rewrittenLine = rewritten
        } else {
            requestLine = try RequestLineLayout.scan(line, bytes, maximumURIBytes: limits.maximumURIBytes, rules)
        }
    }

    /// `expected` is the method of CSeq.
    private func checkMethod(_ expected: ByteRange, _ bytes: Span<UInt8>) throws(SIPParseError) {
        guard let requestLine else { return }
        if rewrittenLine == nil, areEqual(bytes, requestLine.method, expected) { return }
        let method = rewrittenLine.map { String($0.span, requestLine.method) } ?? String(bytes, requestLine.method)
        guard method == String(bytes, expected) else {
            let isKnown = SIPMethod(method).map { SIPMethod.known.contains($0) } ?? false
            throw SIPParseError(
                .methodMismatch, at: Int(expected.start), expected: method, header: .cSeq,
                status: isKnown ? .badRequest : .notImplemented)
        }
    }

    // MARK: Body

    /// Octets after Content-Length are dropped, too few are an error (RFC 3261 §18.3, datagrams).
    private func endOfBody(from start: Int, _ bytes: Span<UInt8>) throws(SIPParseError) -> Int {
        let available = bytes.count &- start
        let length = scanner.contentLength ?? available
        guard length <= limits.maximumBodyBytes else {
            throw SIPParseError(
                .limitExceeded, at: start, expected: "a shorter body", header: .contentLength,
                status: .requestEntityTooLarge)
        }
        guard length <= available else {
            throw SIPParseError(
                .truncatedBody, at: bytes.count, expected: "\(length) octets of body", header: .contentLength)
        }
        return start &+ length
    }
}

extension SIPParseError {
    /// The same without a status to answer with.
    fileprivate var unanswerable: SIPParseError {
        var error = self
        error.suggestedStatus = nil
        return error
    }
}
