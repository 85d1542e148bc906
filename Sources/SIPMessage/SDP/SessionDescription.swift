/// A session description (RFC 8866) as far as a switch reads and changes it: addresses and ports. Every line that is not
/// changed keeps its octets, its line end included.
public struct SessionDescription: Hashable, Sendable {
    /// One line as it stands, with the line end.
    struct Line: Hashable, Sendable {
        var octets: [UInt8]

        var type: UInt8 { octets[0] }

        /// After the `=`, without line end.
        var value: Substring {
            let end = octets.lastIndex { $0 != 0x0D && $0 != 0x0A } ?? 1
            return end >= 2 ? String(decoding: octets[2...end], as: UTF8.self)[...] : ""
        }

        mutating func setValue(_ text: String) {
            let ending = octets.reversed().prefix { $0 == 0x0D || $0 == 0x0A }.reversed()
            octets = Array(octets.prefix(2)) + Array(text.utf8) + (ending.isEmpty ? [0x0D, 0x0A] : Array(ending))
        }
    }

    var lines: [Line] = []
    private var mediaCount = 0

    /// More `m=` lines than this are refused.
    public static let maximumMediaCount = 64
    /// More lines than this are refused.
    public static let maximumLineCount = 2_048

    /// - Throws: ``SIPParseError`` with code `malformedBody` when a line is not `type=value` or `v=0` does not come
    ///   first, `limitExceeded` past ``maximumMediaCount`` or
    ///   ``maximumLineCount``. Lone LF as line end is accepted (RFC 8866 §5), lone CR is refused.
    public init(parsing body: some Collection<UInt8>) throws(SIPParseError) {
        var offset = 0
        var line: [UInt8] = []
        for byte in body {
            line.append(byte)
            if byte == 0x0A {
                try append(line, endingAt: offset)
                line = []
            }
            offset += 1
        }
        if !line.isEmpty { try append(line, endingAt: offset) }
        guard let first = lines.first, first.type == UInt8(ascii: "v"), first.value == "0" else {
            throw SIPParseError(.malformedBody, at: 0, expected: "v=0")
        }
    }

    private mutating func append(_ line: [UInt8], endingAt offset: Int) throws(SIPParseError) {
        // Empty lines at the end are common and harmless; kept as part of the line before.
        if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }), !lines.isEmpty {
            lines[lines.count - 1].octets += line
            return
        }
        // A CR that is no part of a line end could become one when the line is written anew (RFC 8866 §9: byte-string).
        let ending = line.reversed().starts(with: [0x0A, 0x0D]) ? 2 : 0
        guard line.count >= 2, line[1] == UInt8(ascii: "="), ByteSet.alpha.contains(line[0]), !line.contains(0),
            !line.dropLast(ending).contains(0x0D)
        else {
            throw SIPParseError(.malformedBody, at: max(0, offset - line.count + 1), expected: "type=value")
        }
        if line[0] == UInt8(ascii: "m") {
            mediaCount += 1
            guard mediaCount <= SessionDescription.maximumMediaCount else {
                throw SIPParseError(.limitExceeded, at: offset, expected: "fewer media")
            }
        }
        guard lines.count < SessionDescription.maximumLineCount else {
            throw SIPParseError(.limitExceeded, at: offset, expected: "fewer lines")
        }
        lines.append(Line(octets: line))
    }

    /// The body as it goes on the wire.
    public func serialized() -> [UInt8] { lines.flatMap(\.octets) }

    // MARK: Addresses

    /// The address of `o=` (§5.2); nil without the line or when it is none.
    public var originAddress: Host? {
        guard let line = lines.first(where: { $0.type == UInt8(ascii: "o") }) else { return nil }
        let fields = line.value.split(separator: " ")
        return fields.count == 6 ? SessionDescription.host(fields[4], fields[5]) : nil
    }

    /// The version number of `o=`, which goes up with every change (§5.2).
    public var originVersion: UInt64? {
        guard let line = lines.first(where: { $0.type == UInt8(ascii: "o") }) else { return nil }
        let fields = line.value.split(separator: " ")
        return fields.count == 6 ? UInt64(fields[2]) : nil
    }

    /// The address of the session's own `c=` (§5.7).
    public var connectionAddress: Host? {
        lines.prefix { $0.type != UInt8(ascii: "m") }.first { $0.type == UInt8(ascii: "c") }
            .flatMap { SessionDescription.address($0.value) }
    }

    /// Puts `host` into the `o=` line; nothing happens without a well-formed one.
    public mutating func setOriginAddress(_ host: Host) {
        guard let index = lines.firstIndex(where: { $0.type == UInt8(ascii: "o") }) else { return }
        var fields = lines[index].value.split(separator: " ").map(String.init)
        guard fields.count == 6 else { return }
        (fields[4], fields[5]) = SessionDescription.fields(host)
        lines[index].setValue(fields.joined(separator: " "))
    }

    /// Puts `host` into every `c=` line, of the session and of all media.
    public mutating func setConnectionAddress(_ host: Host) {
        let (type, address) = SessionDescription.fields(host)
        for index in lines.indices where lines[index].type == UInt8(ascii: "c") {
            lines[index].setValue("IN \(type) \(address)")
        }
    }

    // MARK: Media

    /// One medium (§5.14).
    public struct Media: Hashable, Sendable {
        /// `audio`, `video`, …
        public let type: String
        /// 0 refuses the medium or holds its place (RFC 3264 §6).
        public let port: UInt16
        /// `RTP/AVP`, …
        public let transport: String
        /// Payload types for RTP (RFC 8866 §5.14).
        public let formats: [String]
        /// Of the medium's own `c=`, else of the session's.
        public let connectionAddress: Host?
        /// The `a=` lines of the medium, without `a=`.
        public let attributes: [String]
    }

    /// In order; a line that is no `m=` line of this grammar is left out of the list but keeps its octets.
    public var media: [Media] {
        let sessionAddress = connectionAddress
        return mediaRanges.compactMap { range in
            guard let fields = mediaFields(lines[range.lowerBound]) else { return nil }
            let section = lines[range]
            let own = section.first { $0.type == UInt8(ascii: "c") }.flatMap { SessionDescription.address($0.value) }
            return Media(
                type: String(fields.parts[0]), port: fields.port, transport: String(fields.parts[2]),
                formats: fields.parts.dropFirst(3).map(String.init), connectionAddress: own ?? sessionAddress,
                attributes: section.filter { $0.type == UInt8(ascii: "a") }.map { String($0.value) })
        }
    }

    /// Sets the port of the medium at `index` of ``media``; a count after the port stays.
    /// - Returns: whether there is such a medium.
    @discardableResult
    public mutating func setPort(_ port: UInt16, ofMedia index: Int) -> Bool {
        let known = mediaRanges.filter { mediaFields(lines[$0.lowerBound]) != nil }
        guard known.indices.contains(index) else { return false }
        let line = known[index].lowerBound
        var parts = lines[line].value.split(separator: " ").map(String.init)
        let count = parts[1].drop { $0 != "/" }
        parts[1] = "\(port)\(count)"
        lines[line].setValue(parts.joined(separator: " "))
        return true
    }

    /// From each `m=` line to the next.
    var mediaRanges: [Range<Int>] {
        let starts = lines.indices.filter { lines[$0].type == UInt8(ascii: "m") }
        return starts.enumerated().map { $1..<($0 + 1 < starts.count ? starts[$0 + 1] : lines.count) }
    }

    func mediaFields(_ line: Line) -> (parts: [Substring], port: UInt16)? {
        let parts = line.value.split(separator: " ")
        guard parts.count >= 4,
            let port = UInt32(digits: parts[1].prefix { $0 != "/" }).flatMap({ UInt16(exactly: $0) })
        else { return nil }
        return (parts, port)
    }

    /// `IN IP4 192.0.2.1[/ttl]`.
    private static func address(_ value: Substring) -> Host? {
        let fields = value.split(separator: " ")
        guard fields.count == 3 else { return nil }
        return host(fields[1], fields[2].prefix { $0 != "/" })
    }

    private static func host(_ type: Substring, _ address: Substring) -> Host? {
        switch type {
        case "IP4": IPv4Address(address).map { .ipv4($0) } ?? HostName(address).map { .name($0) }
        case "IP6": IPv6Address(address).map { .ipv6($0) } ?? HostName(address).map { .name($0) }
        default: nil
        }
    }

    static func fields(_ host: Host) -> (type: String, address: String) {
        switch host {
        case .ipv4(let address): ("IP4", address.description)
        case .ipv6(let address): ("IP6", address.description)
        case .name(let name): ("IP4", name.text)
        }
    }
}
