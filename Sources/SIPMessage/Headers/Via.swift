/// One hop of the way back (RFC 3261 §20.42).
public struct Via: Hashable, Sendable, CustomStringConvertible {
    /// `UDP`, `TCP` …
    public var transport: SIPTransportProtocol
    /// Where the hop says that it listens.
    public var sentBy: HostPort
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public private(set) var parameters: Parameters

    /// - Parameters:
    ///   - branch: identifies the transaction; of our own making it begins with ``magicCookie``.
    ///   - requestsRPort: adds `rport` without value (RFC 3581 §3).
    public init(transport: SIPTransportProtocol, sentBy: HostPort, branch: Token, requestsRPort: Bool = true) {
        self.transport = transport
        self.sentBy = sentBy
        parameters = Parameters(.header)
        parameters.set("branch", to: branch)
        if requestsRPort { parameters.set("rport") }
    }

    /// What every branch of RFC 3261 begins with (§8.1.1.7).
    public static let magicCookie = "z9hG4bK"

    /// One Via value.
    /// - Throws: ``SIPParseError`` with code `malformedHeader`.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            try rejectLineEnds(bytes.span)
            var cursor = Cursor(0, bytes.count)
            let layout = try ViaLayout.scan(&cursor, bytes.span)
            try cursor.expectEnd(bytes.span)
            self.init(layout, bytes.span)
        } catch {
            throw SIPParseError(.malformedHeader, error, header: .via)
        }
    }

    init(_ layout: ViaLayout, _ bytes: Span<UInt8>, _ rules: ScanRules = .standard) {
        transport = SIPTransportProtocol(Token(received: String(bytes, layout.transport)))
        sentBy = layout.sentBy.value(bytes)
        parameters = Parameters(.header, bytes, layout.parameters, rules)
    }

    /// nil in messages of RFC 2543.
    public var branch: Token? {
        get { parameters.rawValue("branch").flatMap { Token(lenient: $0) } }
        set { if let newValue { parameters.set("branch", to: newValue) } else { parameters.remove("branch") } }
    }

    /// Whether the branch is one of RFC 3261, with something after the cookie, so that it alone identifies the
    /// transaction (§17.2.3).
    public var hasUniqueBranch: Bool {
        guard let text = branch?.text else { return false }
        return text.utf8.count > Via.magicCookie.utf8.count && text.hasPrefix(Via.magicCookie)
    }

    /// The address that the next hop saw (RFC 3261 §18.2.1); brackets round IPv6 are accepted. nil without one.
    public var received: Host? {
        get { parameters["received"].flatMap { Host($0) } }
        set { if let newValue { parameters.set("received", to: newValue) } else { parameters.remove("received") } }
    }

    /// Whether `rport` is there, with or without value (RFC 3581).
    public var hasRPort: Bool { parameters.contains("rport") }

    /// The value of `rport`; nil without one, see ``hasRPort``.
    public var rport: UInt16? {
        get { parameters["rport"].flatMap { UInt32(digits: $0) }.flatMap { UInt16(exactly: $0) } }
        set { if let newValue { parameters.set("rport", to: newValue) } else { parameters.remove("rport") } }
    }

    /// The multicast or other address to answer to (RFC 3261 §18.2.2).
    public var maddr: Host? { parameters["maddr"].flatMap { Host($0) } }

    /// Sets a parameter; `value` nil makes one without value.
    public mutating func setParameter(_ name: Token, to value: Token? = nil) { parameters.set(name, to: value) }

    /// Removes all parameters of this name.
    public mutating func removeParameter(_ name: String) { parameters.remove(name) }

    /// The value of the header, `SIP/2.0` included.
    public var description: String { "SIP/2.0/\(transport) \(sentBy)\(parameters)" }
}

/// Where the parts of a ``Via`` stand.
struct ViaLayout: Sendable, BitwiseCopyable {
    var transport: ByteRange
    var sentBy: HostPortLayout
    var parameters: ByteRange
    @MaybeRange var branch: ByteRange?

    /// Nothing read yet.
    static let empty = ViaLayout(transport: .empty, sentBy: .none, parameters: .empty, branch: nil)

    /// `sent-protocol LWS sent-by *( SEMI via-params )`, to the first octet that belongs to none of it.
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> ViaLayout {
        var layout = empty
        try layout.read(&cursor, bytes)
        return layout
    }

    /// The same in place of a layout that is ``empty``.
    mutating func read(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        cursor.skipWhitespace(bytes)
        if cursor.position &+ 8 < cursor.end, Words.load(bytes, cursor.position) == Words.literal("SIP/2.0/") {
            cursor.position &+= 8
        } else {
            let name = cursor.take(.token, bytes)
            guard equalsIgnoringCase(bytes, name, "sip") else { throw ScanError(Int(name.start), "SIP") }
            try ViaLayout.slash(&cursor, bytes)
            let version = cursor.take(.token, bytes)
            guard equalsIgnoringCase(bytes, version, "2.0") else { throw ScanError(Int(version.start), "2.0") }
            try ViaLayout.slash(&cursor, bytes)
        }
        cursor.skipWhitespace(bytes)
        transport = cursor.take(.token, bytes)
        guard !transport.isEmpty else { throw ScanError(cursor.position, "a transport") }
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.position > gap else { throw ScanError(gap, "white space") }
        sentBy = try HostPortLayout.scan(&cursor, bytes, allowsSpace: true)
        var branch: ByteRange?
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .header) { parameter in
            if branch == nil, isWord(bytes, parameter.name, "branch") { branch = parameter.value }
        }
        self.branch = branch
    }

    private static func slash(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "/"), bytes) else { throw ScanError(cursor.position, "/") }
        cursor.skipWhitespace(bytes)
    }
}
