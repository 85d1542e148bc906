/// An ordered list of `;name=value` parameters, of a header or of a URI (RFC 3261 §7.3.1, §19.1.1).
///
/// Names are compared without case. Values are kept as they stand in the message, quotes and escapes included; the
/// subscript gives the meaning. What is set is quoted (header) or escaped (URI) where it has to be.
public struct Parameters: Hashable, Sendable, CustomStringConvertible {
    /// Where the parameters stand: it decides about quotes or `%` escapes.
    public enum Style: Hashable, Sendable {
        /// Of a header: values may be quoted strings.
        case header
        /// Of a URI: values may have `%` escapes.
        case uri
    }

    /// One parameter as it stands in the message.
    public struct Element: Hashable, Sendable {
        /// As it stands; compared without case.
        public let name: String
        /// nil for a parameter without `=`. Quotes and escapes are kept.
        public let rawValue: String?
    }

    /// Of a header or of a URI.
    public let style: Style
    /// In the order of the message.
    public private(set) var elements: [Element] = []

    /// No parameters yet.
    public init(_ style: Style) { self.style = style }

    /// Whether there is none.
    public var isEmpty: Bool { elements.isEmpty }

    /// The value of the first parameter of this name, without its quotes or escapes; nil when there is none or it has
    /// no value.
    public subscript(name: String) -> String? {
        guard let raw = rawValue(name) else { return nil }
        switch style {
        case .uri: return percentDecoded(raw)
        case .header:
            guard raw.utf8.first == UInt8(ascii: "\"") else { return raw }
            let bytes = Array(raw.utf8)
            return unquoted(bytes.span, ByteRange(0, bytes.count))
        }
    }

    /// The value as it stands in the message.
    public func rawValue(_ name: String) -> String? {
        guard let index = index(of: name) else { return nil }
        return elements[index].rawValue
    }

    /// Whether a parameter of this name is there, with or without a value.
    public func contains(_ name: String) -> Bool { index(of: name) != nil }

    /// Sets the parameter, in its old place or at the end. `value` nil makes it a parameter without value.
    public mutating func set(_ name: Token, to value: Token? = nil) {
        store(name, value.map { style == .uri ? percentEncoded($0.text, keeping: .uriParameter) : $0.text })
    }

    /// Sets the parameter to any text, quoted or escaped where it needs to be.
    public mutating func set(_ name: Token, to value: FieldText) {
        switch style {
        case .uri: store(name, percentEncoded(value.text, keeping: .uriParameter))
        case .header: store(name, Token(value.text)?.text ?? quoted(value.text))
        }
    }

    /// Sets the parameter to a host (`received`, `maddr`), IPv6 without brackets in a header.
    public mutating func set(_ name: Token, to host: Host) {
        if style == .header, case .ipv6(let address) = host {
            store(name, address.description)
        } else {
            store(name, host.description)
        }
    }

    /// Sets the parameter to decimal digits.
    public mutating func set(_ name: Token, to number: some FixedWidthInteger & UnsignedInteger) {
        store(name, String(number))
    }

    /// Removes all parameters of this name.
    public mutating func remove(_ name: String) {
        elements = elements.filter { !matches($0, name) }
    }

    /// `;a=b;c`, the empty string without parameters.
    public var description: String {
        var text = ""
        for element in elements {
            text += ";" + element.name
            if let value = element.rawValue { text += "=" + value }
        }
        return text
    }

    private func index(of name: String) -> Int? {
        elements.firstIndex { matches($0, name) }
    }

    /// An escape in the name of a URI's parameter is the same as what it stands for (RFC 3261 §19.1.4).
    private func matches(_ element: Element, _ name: String) -> Bool {
        equalsIgnoringCase(style == .uri ? percentDecoded(element.name) : element.name, name)
    }

    private mutating func store(_ name: Token, _ raw: String?) {
        let text = style == .uri ? percentEncoded(name.text, keeping: .uriParameter) : name.text
        let element = Element(name: text, rawValue: raw)
        if let index = index(of: name.text) { elements[index] = element } else { elements.append(element) }
    }

    /// Reads parameters that a scan has accepted under `rules`; `range` begins with the first `;` or is empty.
    init(_ style: Style, _ bytes: Span<UInt8>, _ range: ByteRange, _ rules: ScanRules = .standard) {
        self.style = style
        if range.isEmpty { return }
        var cursor = Cursor(range, rules)
        while let found = try? ParameterLayout.next(&cursor, bytes, style) { append(found, bytes) }
    }

    /// One parameter that a scan has accepted.
    init(_ style: Style, _ first: ParameterLayout, _ bytes: Span<UInt8>) {
        self.style = style
        append(first, bytes)
    }

    mutating func append(_ found: ParameterLayout, _ bytes: Span<UInt8>) {
        elements.append(
            Element(name: String(bytes, found.name), rawValue: found.value.map { String(unfolding: bytes, $0) }))
    }

    mutating func append(contentsOf other: Parameters) { elements += other.elements }

    /// Sets a header parameter that is a quoted string by its grammar, whatever it holds.
    mutating func setQuoted(_ name: Token, to value: FieldText) { store(name, quoted(value.text)) }
}

/// Compares without regard to ASCII case.
func equalsIgnoringCase(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8, right.utf8)
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { lowercaseASCII($0) == lowercaseASCII($1) }
}

/// Where one parameter stands.
struct ParameterLayout: Sendable, BitwiseCopyable {
    var name: ByteRange
    /// With the quotes of a quoted string.
    var value: ByteRange?

    /// Reads `;name[=value]`; nil when the cursor does not stand on a `;` (white space before it aside).
    @inline(__always)
    static func next(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, _ style: Parameters.Style
    ) throws(ScanError) -> ParameterLayout? {
        switch style {
        case .header: try nextInHeader(&cursor, bytes)
        case .uri: try nextInURI(&cursor, bytes)
        }
    }

    private static func nextInHeader(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>
    ) throws(ScanError) -> ParameterLayout? {
        let start = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: ";"), bytes) else {
            cursor.position = start
            return nil
        }
        cursor.skipWhitespace(bytes)
        return try takeHeaderStyle(&cursor, bytes)
    }

    /// `name[=value]` of a header, without the semicolon.
    static func takeHeaderStyle(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> ParameterLayout {
        let name = cursor.takeWord(.token, bytes)
        guard !name.isEmpty else { throw ScanError(cursor.position, "a parameter name") }
        let end = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "="), bytes) else {
            cursor.position = end
            return ParameterLayout(name: name, value: nil)
        }
        cursor.skipWhitespace(bytes)
        if cursor.peek(bytes) == UInt8(ascii: "\"") {
            return ParameterLayout(name: name, value: try cursor.takeQuotedString(bytes))
        }
        let value = cursor.takeWord(
            cursor.rules.allows(.unquotedParameters) ? .parameterValue : .strictParameterValue, bytes)
        guard !value.isEmpty else { throw ScanError(cursor.position, "a parameter value") }
        return ParameterLayout(name: name, value: value)
    }

    private static func nextInURI(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> ParameterLayout? {
        guard cursor.skip(UInt8(ascii: ";"), bytes) else { return nil }
        let name = try cursor.takeEscaped(.uriParameter, bytes)
        guard !name.isEmpty else { throw ScanError(cursor.position, "a parameter name") }
        guard cursor.skip(UInt8(ascii: "="), bytes) else { return ParameterLayout(name: name, value: nil) }
        let value = try cursor.takeEscaped(
            cursor.rules.allows(.unescapedURIParts) ? .uriParameterReceived : .uriParameter, bytes)
        guard !value.isEmpty else { throw ScanError(cursor.position, "a parameter value") }
        return ParameterLayout(name: name, value: value)
    }

    /// Reads parameters to the first octet that is none of them; the result begins with the first `;`.
    @inline(__always)
    static func scanAll(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, _ style: Parameters.Style,
        visit: (ParameterLayout) -> Void = { _ in }
    ) throws(ScanError) -> ByteRange {
        let start = cursor.position
        var left = cursor.rules.maximumParameters
        while let found = try next(&cursor, bytes, style) {
            guard left > 0 else { throw ScanError(Int(found.name.start), "fewer parameters") }
            left &-= 1
            visit(found)
        }
        return ByteRange(start, cursor.position)
    }
}
