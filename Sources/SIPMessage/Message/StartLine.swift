/// Where the parts of a request line stand: `Method SP Request-URI SP SIP-Version` (RFC 3261 §7.1).
struct RequestLineLayout: Sendable, BitwiseCopyable {
    /// Without CRLF.
    var whole: ByteRange
    var method: ByteRange
    var uri: URILayout

    /// One space between the parts and none elsewhere, no brackets round the URI, no headers in it: messages that break
    /// this are refused, because the next hop may read them in another way.
    static func scan(
        _ line: ByteRange, _ bytes: Span<UInt8>, maximumURIBytes: Int
    ) throws(SIPParseError) -> RequestLineLayout {
        var cursor = Cursor(line)
        let method = cursor.take(.token, bytes)
        guard !method.isEmpty else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "a method")
        }
        guard cursor.skip(0x20, bytes) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space")
        }
        let start = cursor.position
        while let byte = cursor.peek(bytes), byte != 0x20 { cursor.position &+= 1 }
        let range = ByteRange(start, cursor.position)
        guard cursor.skip(0x20, bytes) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space and SIP/2.0")
        }
        let version = ByteRange(cursor.position, cursor.end)
        guard range.count <= maximumURIBytes else {
            throw SIPParseError(.limitExceeded, at: start, expected: "a shorter URI", status: .requestURITooLong)
        }
        guard equalsIgnoringCase(bytes, version, "sip/2.0") else {
            guard isVersion(version, bytes) else {
                throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "SIP/2.0")
            }
            throw SIPParseError(
                .unsupportedVersion, at: cursor.position, expected: "SIP/2.0", status: .versionNotSupported)
        }
        let uri: URILayout
        do throws(ScanError) {
            uri = try URILayout.scan(range, bytes)
        } catch {
            throw SIPParseError(.malformedURI, error)
        }
        if let headers = uri.headers {
            throw SIPParseError(.malformedURI, at: Int(headers.start), expected: "no headers in a Request-URI")
        }
        return RequestLineLayout(whole: line, method: method, uri: uri)
    }

    /// `"SIP" "/" 1*DIGIT "." 1*DIGIT`.
    private static func isVersion(_ range: ByteRange, _ bytes: Span<UInt8>) -> Bool {
        var cursor = Cursor(range)
        guard equalsIgnoringCase(bytes, cursor.take(.token, bytes), "sip"), cursor.skip(UInt8(ascii: "/"), bytes),
            !cursor.take(.digit, bytes).isEmpty, cursor.skip(UInt8(ascii: "."), bytes)
        else { return false }
        return !cursor.take(.digit, bytes).isEmpty && cursor.isAtEnd
    }
}

/// Where the parts of a status line stand: `SIP-Version SP Status-Code SP Reason-Phrase` (RFC 3261 §7.2).
struct StatusLineLayout: Sendable, BitwiseCopyable {
    /// Without CRLF.
    var whole: ByteRange
    var status: StatusCode
    var reason: ByteRange

    /// The space before an empty reason may be missing: many do so and nothing can be misread.
    static func scan(_ line: ByteRange, _ bytes: Span<UInt8>) throws(SIPParseError) -> StatusLineLayout {
        var cursor = Cursor(line)
        let version = ByteRange(cursor.position, min(cursor.position &+ 7, cursor.end))
        guard equalsIgnoringCase(bytes, version, "sip/2.0") else {
            throw SIPParseError(.unsupportedVersion, at: cursor.position, expected: "SIP/2.0", status: nil)
        }
        cursor.position = Int(version.end)
        guard cursor.skip(0x20, bytes) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space", status: nil)
        }
        let digits = cursor.take(.digit, bytes)
        var number = Cursor(digits)
        guard digits.count == 3, let value = try? number.takeNumber(bytes, maximum: 999),
            let status = StatusCode(Int(truncatingIfNeeded: value))
        else { throw SIPParseError(.malformedStartLine, at: Int(digits.start), expected: "a status", status: nil) }
        guard cursor.skip(0x20, bytes) || cursor.isAtEnd else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space", status: nil)
        }
        return StatusLineLayout(whole: line, status: status, reason: ByteRange(cursor.position, cursor.end))
    }
}
