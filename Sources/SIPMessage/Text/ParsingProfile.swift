/// What is let pass beyond the grammar of RFC 3261 §25.1. Each leniency has a name and can be chosen by itself.
///
/// None of them changes which octets belong to which message, header or address: two readers can not be led to see different
/// messages. What no profile accepts is in the module's documentation.
public struct ParsingProfile: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// One bit for each leniency.
    public let rawValue: UInt32
    /// The leniencies whose bits are set.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    // MARK: What phones in real use send

    /// `#`, `[`, `]`, `^`, `|`, `{`, `}`, `` ` ``, `\`, `@`-free UTF-8 in the user part without `%` escape (`sip:#31#@…`).
    public static let unescapedUsers = ParsingProfile(rawValue: 1 << 0)
    /// Visible ASCII other than separators in URI parameters and headers without `%` escape.
    public static let unescapedURIParts = ParsingProfile(rawValue: 1 << 1)
    /// Header parameter values that are neither token, host nor quoted string (`/`, `=`, `@` …, never a separator).
    public static let unquotedParameters = ParsingProfile(rawValue: 1 << 2)
    /// Display names without quotes that hold more than tokens (`.`, brackets, UTF-8 …; never `<>",;:@`).
    public static let unquotedDisplayNames = ParsingProfile(rawValue: 1 << 3)
    /// `_` in host names.
    public static let underscoresInHosts = ParsingProfile(rawValue: 1 << 4)
    /// A header that may stand once stands twice with the same octets.
    public static let repeatedEqualHeaders = ParsingProfile(rawValue: 1 << 5)
    /// No space after the status code when the reason phrase is empty.
    public static let missingReasonSpace = ParsingProfile(rawValue: 1 << 6)
    /// `:::` before an embedded IPv4 address, which the grammar of RFC 3261 produced by mistake (RFC 5118 §4.10).
    public static let tripleColons = ParsingProfile(rawValue: 1 << 7)

    // MARK: What can be understood all the same; never sent on by a message that is built anew

    /// More than one space between the parts of the start line, and spaces at its end (RFC 4475 §3.1.2.9, §3.1.2.10). The line
    /// is rewritten with single spaces.
    public static let extraSpacesInStartLine = ParsingProfile(rawValue: 1 << 16)
    /// The Request-URI in angle brackets (RFC 4475 §3.1.2.7). The line is rewritten without.
    public static let bracketedRequestURI = ParsingProfile(rawValue: 1 << 17)
    /// White space inside angle brackets round a URI (RFC 4475 §3.1.2.14).
    public static let spacesInBrackets = ParsingProfile(rawValue: 1 << 18)
    /// A URI with headers but without angle brackets: all to the end of the value or the next comma, semicolon or space is
    /// the URI (RFC 4475 §3.1.2.13).
    public static let unbracketedHeaders = ParsingProfile(rawValue: 1 << 19)
    /// A Date in a zone other than GMT is read as if it were GMT's name for the same instant: only `UTC`, `UT` and `+0000`
    /// (RFC 4475 §3.1.2.12 allows more; what other zone names mean is not known).
    public static let otherNamesOfGMT = ParsingProfile(rawValue: 1 << 20)

    /// The grammar and nothing else.
    public static let strict: ParsingProfile = []
    /// For the open network: what phones in real use send. The default.
    public static let standard: ParsingProfile = [
        .unescapedUsers, .unescapedURIParts, .unquotedParameters, .unquotedDisplayNames, .underscoresInHosts,
        .repeatedEqualHeaders, .missingReasonSpace, .tripleColons,
    ]
    /// Every leniency there is.
    public static let lenient: ParsingProfile = standard.union([
        .extraSpacesInStartLine, .bracketedRequestURI, .spacesInBrackets, .unbracketedHeaders, .otherNamesOfGMT,
    ])
}

/// What a scan has to keep to. Plain data that each ``Cursor`` carries along.
struct ScanRules: Sendable, BitwiseCopyable {
    var profile: ParsingProfile
    var maximumParameters: UInt16

    /// For text that stands by itself.
    static let standard = ScanRules(profile: .standard, maximumParameters: 64)

    @inline(__always)
    func allows(_ leniency: ParsingProfile) -> Bool { profile.rawValue & leniency.rawValue != 0 }
}
