/// Where the parts of a request line stand: `Method SP Request-URI SP SIP-Version` (RFC 3261 §7.1).
struct RequestLineLayout: Sendable, BitwiseCopyable {
    /// Without CRLF.
    var whole: ByteRange
    var method: ByteRange
    var uri: URILayout

    /// One space between the parts and none elsewhere, no brackets round the URI, no headers in it: messages that break
    /// this are refused, because the next hop may read them in another way.
    static func scan(
        _ line: ByteRange, _ bytes: Span<UInt8>, maximumURIBytes: Int, _ rules: ScanRules = .standard
    ) throws(SIPParseError) -> RequestLineLayout {
        var cursor = Cursor(line, rules)
        let method = cursor.take(.token, bytes)
        guard !method.isEmpty else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "a method")
        }
        guard cursor.skip(0x20, bytes) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space")
        }
        let start = cursor.position
        cursor.position = Words.find(0x20, bytes, from: start, to: cursor.end)
        let range = ByteRange(start, cursor.position)
        guard cursor.skip(0x20, bytes) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space and SIP/2.0")
        }
        let version = ByteRange(cursor.position, cursor.end)
        guard range.count <= maximumURIBytes else {
            throw SIPParseError(.limitExceeded, at: start, expected: "a shorter URI", status: .requestURITooLong)
        }
        guard isVersion2(version, bytes) else {
            guard isVersion(version, bytes) else {
                throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "SIP/2.0")
            }
            throw SIPParseError(
                .unsupportedVersion, at: cursor.position, expected: "SIP/2.0", status: .versionNotSupported)
        }
        let uri: URILayout
        do throws(ScanError) {
            uri = try URILayout.scan(range, bytes, rules)
        } catch {
            throw SIPParseError(.malformedURI, error)
        }
        if let headers = uri.headers {
            throw SIPParseError(.malformedURI, at: Int(headers.start), expected: "no headers in a Request-URI")
        }
        return RequestLineLayout(whole: line, method: method, uri: uri)
    }

    /// The line with single spaces and without brackets, if it has others and the profile allows it; else nil.
    static func rewritten(_ line: ByteRange, _ bytes: Span<UInt8>, _ rules: ScanRules) -> [UInt8]? {
        guard rules.allows(.extraSpacesInStartLine.union(.bracketedRequestURI)) else { return nil }
        var parts: [[UInt8]] = [[]]
        for index in line.range {
            if bytes[index] != 0x20 {
                parts[parts.count - 1].append(bytes[index])
            } else if parts.last?.isEmpty == false || !rules.allows(.extraSpacesInStartLine) {
                guard parts.count < 8 else { return nil }
                parts.append([])
            }
        }
        if rules.allows(.extraSpacesInStartLine), parts.last?.isEmpty == true { parts.removeLast() }
        // White space inside the URI is refused in any case (RFC 4475 §3.1.2.8): which part is the URI is then a guess.
        guard parts.count == 3 else { return nil }
        if rules.allows(.bracketedRequestURI), parts[1].first == UInt8(ascii: "<"), parts[1].last == UInt8(ascii: ">") {
            parts[1] = Array(parts[1].dropFirst().dropLast())
        }
        let result = Array(parts.joined(separator: [0x20]))
        guard result.count != line.count else { return nil }
        return result
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
    static func scan(
        _ line: ByteRange, _ bytes: Span<UInt8>, _ rules: ScanRules = .standard
    ) throws(SIPParseError) -> StatusLineLayout {
        var cursor = Cursor(line, rules)
        let version = ByteRange(cursor.position, min(cursor.position &+ 7, cursor.end))
        guard isVersion2(version, bytes) else {
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
        guard cursor.skip(0x20, bytes) || (cursor.isAtEnd && rules.allows(.missingReasonSpace)) else {
            throw SIPParseError(.malformedStartLine, at: cursor.position, expected: "one space", status: nil)
        }
        return StatusLineLayout(whole: line, status: status, reason: ByteRange(cursor.position, cursor.end))
    }
}

/// Whether `range` is `SIP/2.0`, in any case.
@inline(__always)
private func isVersion2(_ range: ByteRange, _ bytes: Span<UInt8>) -> Bool {
    guard range.count == 7 else { return false }
    return Words.load(bytes, upTo8: range) == Words.literal("SIP/2.0") || equalsIgnoringCase(bytes, range, "sip/2.0")
}
