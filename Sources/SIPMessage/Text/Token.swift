/// Text that needs no quotes: a `token` of RFC 3261 §25.1. Tags, branches, parameter names and option tags are tokens.
///
/// ``init(_:)`` is strict. A token that was *received* as a parameter's value may also hold a few characters that real
/// phones put there (`/`, `=`, `@` …) and that no reader can take for a separator. White space, line ends, `;` `,` `"` `<`
/// `>` and octets above 127 are never part of one. Equality is octet by octet, case matters.
public struct Token: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The token as it stands in the message; never empty.
    public let text: String

    /// See ``text``.
    public var description: String { text }

    /// nil when `text` is empty or holds anything but token characters.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, ByteSet.token.containsAll(text) else { return nil }
        self.text = String(text)
    }

    /// For literals in source code; one that is no token is a mistake of the programmer and stops the program.
    public init(stringLiteral literal: StaticString) {
        let text = literal.description
        precondition(!text.isEmpty && ByteSet.token.containsAll(text), "not a token: \(text)")
        self.text = text
    }

    /// Text that a scan has found to be a token or a received parameter value.
    init(received text: String) { self.text = text }

    /// Takes over text under the wider rule for received values; nil if it could break out of a parameter.
    init?(lenient text: some StringProtocol) {
        guard !text.isEmpty, ByteSet.parameterValue.containsAll(text) else { return nil }
        self.text = String(text)
    }
}

/// Text for a header value, a display name or a reason phrase: anything but CR, LF and NUL, so that it can never end the
/// line that it is written to.
public struct FieldText: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// As it stands between CR and LF, without them.
    public let text: String

    /// See ``text``.
    public var description: String { text }

    /// - Throws: ``SIPValueError`` with code `forbiddenCharacter` for CR, LF or NUL.
    public init(_ text: some StringProtocol) throws(SIPValueError) {
        for byte in text.utf8 where byte == 0 || byte == 0x0A || byte == 0x0D {
            throw SIPValueError(.forbiddenCharacter, "CR, LF and NUL can not stand in a header")
        }
        self.text = String(text)
    }

    /// The decimal digits of a number.
    public init(number: some FixedWidthInteger) { text = String(number) }

    /// For literals in source code; a line end in one is a mistake of the programmer and stops the program.
    public init(stringLiteral literal: StaticString) {
        let text = literal.description
        precondition(!text.utf8.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }, "line end in a header literal")
        self.text = text
    }
}

/// The identity of a dialog's or registration's message sequence (RFC 3261 §8.1.1.4, §20.8): `word [ "@" word ]`. Compared octet by
/// octet.
public struct CallID: Hashable, Sendable, CustomStringConvertible {
    /// As it stands between CR and LF, without them.
    public let text: String

    /// See ``text``.
    public var description: String { text }

    /// nil when `text` is empty or holds a character outside `word` and `@`.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, ByteSet.callID.containsAll(text) else { return nil }
        self.text = String(text)
    }

    /// Every token is a `word`.
    public init(_ token: Token) { text = token.text }

    init(received text: String) { self.text = text }
}

/// Why a value can not be written into a message.
public struct SIPValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// An open set of reasons.
    public struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }
        /// CR, LF or NUL in text.
        public static let forbiddenCharacter = Code("forbiddenCharacter")
        /// Text that is not what the grammar wants at its place (a token, a host name …).
        public static let malformed = Code("malformed")
        /// A field that the message manages itself (Via, From, To, Call-ID, CSeq, Content-Length).
        public static let managedField = Code("managedField")
    }

    /// The reason.
    public let code: Code
    /// For people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
