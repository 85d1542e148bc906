extension SIPMessage {
    /// The answer to a request that does not parse, as octets for the address that it came from: its Via, From, To, Call-ID and CSeq
    /// rows, as far as it has them, copied unread (RFC 3261 §8.2.6; RFC 4475 §3.3.1 wants a 400 even without some).
    ///
    /// - Parameters:
    ///   - bytes: the datagram.
    ///   - error: what ``init(parsing:limits:)`` threw for it.
    /// - Returns: nil when nothing can be answered: the error suggests no status, or no Via stands where one is looked for.
    public static func rejection(of bytes: [UInt8], because error: SIPParseError) -> [UInt8]? {
        guard let status = error.suggestedStatus, bytes.count <= 1 << 24 else { return nil }
        let span = bytes.span
        var output = Array("SIP/2.0 \(status.value) \(status.reasonPhrase)\r\n".utf8)
        var hasVia = false
        var rows = RejectionRows(bytes: span.count)
        while let row = rows.next(span), output.count <= 16_384 {
            switch KnownHeader(rawValue: row.id) {
            case .via: hasVia = true
            case .from, .to, .callID, .cSeq: break
            default: continue
            }
            output.append(contentsOf: bytes[row.line.range])
            output.append(0x0D)
            output.append(0x0A)
        }
        guard hasVia else { return nil }
        output.append(contentsOf: "Content-Length: 0\r\n\r\n".utf8)
        return output
    }
}

/// Walks the rows of a header section that may be broken anywhere. Rows with a NUL, a lone CR or LF are passed over, so
/// that the answer itself is sound.
private struct RejectionRows {
    private var position = 0
    private let end: Int
    private var isFirst = true

    init(bytes count: Int) { end = count }

    mutating func next(_ bytes: Span<UInt8>) -> (id: UInt8, line: ByteRange)? {
        while position < end {
            let start = position
            var isSound = true
            var lineEnd = start
            while true {
                (lineEnd, isSound) = endOfLine(from: lineEnd, bytes, isSound)
                let next = lineEnd &+ 2
                guard next < end, bytes[next] == 0x20 || bytes[next] == 0x09 else { break }
                lineEnd = next
            }
            position = lineEnd &+ 2
            // The end of the headers; empty lines before the start line do not count.
            if lineEnd == start {
                if isFirst { continue }
                return nil
            }
            if isFirst {
                isFirst = false
                continue
            }
            guard isSound, lineEnd < end else { continue }
            var cursor = Cursor(start, lineEnd)
            let name = cursor.take(.token, bytes)
            cursor.skipWhitespace(bytes)
            guard !name.isEmpty, cursor.peek(bytes) == UInt8(ascii: ":") else { continue }
            return (HeaderNameTable.shared.id(bytes, name), ByteRange(start, lineEnd))
        }
        return nil
    }

    /// Where the line's CRLF stands, or the end; and whether nothing odd stood before it.
    private func endOfLine(from start: Int, _ bytes: Span<UInt8>, _ sound: Bool) -> (Int, Bool) {
        var isSound = sound
        var index = start
        while index < end {
            let byte = bytes[index]
            if byte == 0x0D, index &+ 1 < end, bytes[index &+ 1] == 0x0A { return (index, isSound) }
            if byte == 0 || byte == 0x0A || byte == 0x0D { isSound = false }
            index &+= 1
        }
        return (end, isSound)
    }
}
