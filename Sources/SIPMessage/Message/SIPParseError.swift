/// Why octets are no SIP message, or text no URI or header value.
public struct SIPParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An open set of reasons.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: StaticString
        private init(_ name: StaticString) { self.name = name }
        /// The name of the constant.
        public var description: String { name.description }
        /// By name.
        public static func == (left: Code, right: Code) -> Bool { left.description == right.description }
        /// By name.
        public func hash(into hasher: inout Hasher) { hasher.combine(description) }

        /// No octets but line ends: a keep-alive (RFC 5626 §3.5.1).
        public static let emptyMessage = Code("emptyMessage")
        /// Neither a request line nor a status line (RFC 3261 §7.1, §7.2).
        public static let malformedStartLine = Code("malformedStartLine")
        /// A SIP version other than 2.0.
        public static let unsupportedVersion = Code("unsupportedVersion")
        /// Not the URI that the grammar wants (RFC 3261 §19.1.1).
        public static let malformedURI = Code("malformedURI")
        /// A line of the header section without a colon, with a name that is no token, a lone CR or LF, or a NUL.
        public static let malformedLine = Code("malformedLine")
        /// The value of a header is not what its grammar says.
        public static let malformedHeader = Code("malformedHeader")
        /// One of Via, From, To, Call-ID, CSeq is not there.
        public static let missingHeader = Code("missingHeader")
        /// A header that may occur once is there with two values.
        public static let conflictingHeaders = Code("conflictingHeaders")
        /// The method of CSeq is not that of the request line.
        public static let methodMismatch = Code("methodMismatch")
        /// No empty line after the headers.
        public static let unterminatedHeaders = Code("unterminatedHeaders")
        /// Content-Length says more than the datagram has.
        public static let truncatedBody = Code("truncatedBody")
        /// A body is not what its media type says.
        public static let malformedBody = Code("malformedBody")
        /// A limit of ``MessageLimits`` is passed.
        public static let limitExceeded = Code("limitExceeded")
    }

    /// The reason.
    public let code: Code
    /// Where, in octets from the start of what was parsed.
    public let offset: Int
    /// The header concerned, if it is one.
    public let header: HeaderName?
    /// What should stand there, for people.
    public let expected: String
    /// What to answer if it was a request; nil when nothing can be answered (a response, an ACK, no SIP at all).
    public internal(set) var suggestedStatus: StatusCode?

    init(_ code: Code, at offset: Int, expected: String, header: HeaderName? = nil, status: StatusCode? = .badRequest) {
        self.code = code
        self.offset = offset
        self.header = header
        self.expected = expected
        self.suggestedStatus = status
    }

    init(_ code: Code, _ error: ScanError, header: HeaderName? = nil, status: StatusCode? = .badRequest) {
        self.init(code, at: error.offset, expected: error.expected.description, header: header, status: status)
    }

    /// For people: reason, offset, header and what was expected.
    public var description: String {
        "\(code) at \(offset)\(header.map { " in \($0)" } ?? ""): expected \(expected)"
    }
}
