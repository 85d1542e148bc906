/// A name and an address with parameters: the value of From, To, Contact, Route, Record-Route, Refer-To,
/// P-Asserted-Identity and others (`name-addr` or `addr-spec`, RFC 3261 §20.10, §25.1).
public struct NameAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without quotes and escapes; nil without one or when it is empty.
    public private(set) var displayName: String?
    /// The address.
    public var uri: URI
    /// The parameters after the URI, such as `tag`, `expires`, `q`.
    public private(set) var parameters: Parameters

    /// An address with a display name and a `tag`, if given.
    public init(displayName: FieldText? = nil, uri: URI, tag: Token? = nil) {
        self.displayName = displayName.flatMap { $0.text.isEmpty ? nil : $0.text }
        self.uri = uri
        self.parameters = Parameters(.header)
        if let tag { self.parameters.set("tag", to: tag) }
    }

    /// The same for a SIP URI.
    public init(displayName: FieldText? = nil, uri: SIPURI, tag: Token? = nil) {
        self.init(displayName: displayName, uri: .sip(uri), tag: tag)
    }

    /// - Throws: ``SIPParseError`` with code `malformedHeader`.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            try rejectLineEnds(bytes.span)
            var cursor = Cursor(0, bytes.count)
            let layout = try NameAddressLayout.scan(&cursor, bytes.span)
            try cursor.expectEnd(bytes.span)
            self.init(layout, bytes.span)
        } catch {
            throw SIPParseError(.malformedHeader, error)
        }
    }

    init(_ layout: NameAddressLayout, _ bytes: Span<UInt8>, _ rules: ScanRules = .standard) {
        if let range = layout.displayName {
            let text =
                bytes[Int(range.start)] == UInt8(ascii: "\"")
                ? unquoted(bytes, range) : String(unfolding: bytes, range)
            displayName = text.isEmpty ? nil : text
        }
        uri = layout.uri.value(bytes, rules)
        parameters = Parameters(.header, bytes, layout.parameters, rules)
    }

    /// Sets or removes the display name.
    public mutating func setDisplayName(_ name: FieldText?) {
        displayName = name.flatMap { $0.text.isEmpty ? nil : $0.text }
    }

    /// The `tag` parameter (RFC 3261 §19.3).
    public var tag: Token? {
        get { parameters.rawValue("tag").flatMap { Token(lenient: $0) } }
        set { if let newValue { parameters.set("tag", to: newValue) } else { parameters.remove("tag") } }
    }

    /// The `expires` parameter of a Contact, seconds; nil without one or when it is no number below 2^32.
    public var expires: UInt32? {
        get { parameters["expires"].flatMap { UInt32(digits: $0) } }
        set { if let newValue { parameters.set("expires", to: newValue) } else { parameters.remove("expires") } }
    }

    /// The `q` parameter of a Contact in thousandths, 0 … 1000; nil without one or when it is malformed.
    public var qThousandths: Int? {
        guard let text = parameters["q"] else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, whole == "0" || whole == "1" else { return nil }
        var fraction = 0
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, ByteSet.digit.containsAll(parts[1]) else { return nil }
            fraction = Int(parts[1] + String(repeating: "0", count: 3 - parts[1].utf8.count)) ?? 0
        }
        let value = (whole == "1" ? 1_000 : 0) + fraction
        return value <= 1_000 ? value : nil
    }

    /// Sets a parameter; `value` nil makes one without value.
    public mutating func setParameter(_ name: Token, to value: Token? = nil) { parameters.set(name, to: value) }

    /// Sets a parameter to any text, quoted if need be.
    public mutating func setParameter(_ name: Token, to value: FieldText) { parameters.set(name, to: value) }

    /// Removes all parameters of this name.
    public mutating func removeParameter(_ name: String) { parameters.remove(name) }

    /// Always with angle brackets: without them a URI's parameters would be read as the header's.
    public var description: String {
        let address = "<\(uri)>\(parameters)"
        guard let displayName else { return address }
        return "\(quoted(displayName)) \(address)"
    }
}

/// Where the parts of a ``NameAddress`` stand.
struct NameAddressLayout: Sendable, BitwiseCopyable {
    /// With its quotes, if it has them.
    @MaybeRange var displayName: ByteRange?
    var uri: URILayout
    /// Begins with the first `;` (or white space before it), or is empty.
    var parameters: ByteRange
    @MaybeRange var tag: ByteRange?

    /// Nothing read yet.
    static let empty = NameAddressLayout(
        displayName: nil, uri: URILayout(kind: .other, whole: .empty), parameters: .empty, tag: nil)

    /// `( name-addr / addr-spec ) *( SEMI generic-param )`, to the first octet that belongs to none of it.
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> NameAddressLayout {
        var layout = NameAddressLayout.empty
        try layout.read(&cursor, bytes)
        return layout
    }

    /// The same in place of a layout that is ``empty``.
    mutating func read(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        cursor.skipWhitespace(bytes)
        if cursor.peek(bytes) == UInt8(ascii: "<") {
            try readBracketed(&cursor, bytes)
        } else if cursor.peek(bytes) == UInt8(ascii: "\"") {
            displayName = try cursor.takeQuotedString(bytes)
            cursor.skipWhitespace(bytes)
            guard cursor.peek(bytes) == UInt8(ascii: "<") else { throw ScanError(cursor.position, "<") }
            try readBracketed(&cursor, bytes)
        } else if let bracket = NameAddressLayout.bracketBeforeSeparator(cursor, bytes) {
            var name = Cursor(cursor.position, bracket)
            let text = name.take(
                cursor.rules.allows(.unquotedDisplayNames) ? .displayName : .strictDisplayName, bytes)
            guard name.isAtEnd else { throw ScanError(name.position, "a display name") }
            var end = Int(text.end)
            while end > Int(text.start), ByteSet.whitespace.contains(bytes[end &- 1]) { end &-= 1 }
            if end > Int(text.start) { displayName = ByteRange(Int(text.start), end) }
            cursor.position = bracket
            try readBracketed(&cursor, bytes)
        } else {
            // Without brackets the URI ends at white space, comma or semicolon, and can have no headers
            // (RFC 3261 §20: "If the URI is not enclosed in angle brackets, any semicolon-delimited parameters are
            // header-parameters").
            let start = cursor.position
            while let byte = cursor.peek(bytes), byte != UInt8(ascii: ","), byte != UInt8(ascii: ";"),
                !ByteSet.whitespace.contains(byte)
            {
                if byte == UInt8(ascii: "?"), !cursor.rules.allows(.unbracketedHeaders) {
                    throw ScanError(cursor.position, "angle brackets round a URI with ?")
                }
                cursor.position &+= 1
            }
            try uri.read(ByteRange(start, cursor.position), bytes, cursor.rules)
        }
        if cursor.isAtEnd { return }
        var tag: ByteRange?
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .header) { parameter in
            if tag == nil, isWord(bytes, parameter.name, "tag") { tag = parameter.value }
        }
        self.tag = tag
    }

    /// Where `<` stands, if it comes before what would end an address without brackets.
    private static func bracketBeforeSeparator(_ cursor: Cursor, _ bytes: Span<UInt8>) -> Int? {
        var index = cursor.position
        while index &+ 16 <= bytes.count, index < cursor.end {
            let block = Block(bytes, index)
            let marks =
                block.equal(UInt8(ascii: "<")) | block.equal(UInt8(ascii: ",")) | block.equal(UInt8(ascii: ";"))
                | block.equal(UInt8(ascii: "\""))
            if marks != 0 {
                index &+= marks.trailingZeroBitCount
                return index < cursor.end && bytes[index] == UInt8(ascii: "<") ? index : nil
            }
            index &+= 16
        }
        while index < cursor.end {
            switch bytes[index] {
            case UInt8(ascii: "<"): return index
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""): return nil
            default: index &+= 1
            }
        }
        return nil
    }

    private mutating func readBracketed(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        var start = cursor.position &+ 1
        var end = Words.find(UInt8(ascii: ">"), bytes, from: start, to: cursor.end)
        guard end < cursor.end else { throw ScanError(cursor.position, "a closing >") }
        cursor.position = end &+ 1
        if cursor.rules.allows(.spacesInBrackets) {
            while start < end, ByteSet.whitespace.contains(bytes[start]) { start &+= 1 }
            while end > start, ByteSet.whitespace.contains(bytes[end &- 1]) { end &-= 1 }
        }
        try uri.read(ByteRange(start, end), bytes, cursor.rules)
    }
}

extension Cursor {
    /// Throws unless only white space is left.
    mutating func expectEnd(_ bytes: Span<UInt8>) throws(ScanError) {
        skipWhitespace(bytes)
        guard isAtEnd else { throw ScanError(position, "the end of the value") }
    }
}

/// Text from outside a message has not been through the line scanner. Like there, a NUL may stand behind a backslash: only
/// quoted strings let that pass.
func rejectLineEnds(_ bytes: Span<UInt8>) throws(ScanError) {
    for index in bytes.indices where bytes[index] == 0x0D || bytes[index] == 0x0A || bytes[index] == 0 {
        if bytes[index] == 0, index > 0, bytes[index &- 1] == UInt8(ascii: "\\") { continue }
        throw ScanError(index, "no CR, LF or NUL")
    }
}

extension UInt32 {
    /// Decimal digits only: no sign, no space.
    init?(digits text: some StringProtocol) {
        guard !text.isEmpty, ByteSet.digit.containsAll(text), let value = UInt32(text) else { return nil }
        self = value
    }
}
