/// Parameters, read in place (RFC 3261 §7.3.1, §19.1.1).
public struct ParametersView: ~Escapable {
    private let octets: Span<UInt8>
    private let range: ByteRange
    private let style: Parameters.Style

    /// `range` has been scanned: it begins with the first `;` or is empty.
    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ range: ByteRange, _ style: Parameters.Style) {
        self.octets = octets
        self.range = range
        self.style = style
    }

    /// Whether there is none.
    public var isEmpty: Bool { range.isEmpty }

    /// Calls `body` with each name and value in order. The value is nil for a parameter without `=`; quotes and escapes are
    /// kept.
    public func forEach(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>?) -> Void) {
        if range.isEmpty { return }
        // What a narrower profile has let pass the standard one lets pass as well.
        var cursor = Cursor(range)
        while let found = try? ParameterLayout.next(&cursor, octets, style) {
            if let value = found.value {
                body(octets.extracting(found.name.range), octets.extracting(value.range))
            } else {
                body(octets.extracting(found.name.range), nil)
            }
        }
    }

    /// The value of the first parameter of this name, which is written in lower case; nil without one and for a parameter
    /// without value. Quotes and escapes are kept.
    @_lifetime(copy self)
    public func value(_ name: StaticString) -> Span<UInt8>? {
        guard let value = layout(name)?.value else { return nil }
        return octets.extracting(value.range)
    }

    /// Whether a parameter of this name, which is written in lower case, is there, with or without value.
    public func contains(_ name: StaticString) -> Bool { layout(name) != nil }

    private func layout(_ name: StaticString) -> ParameterLayout? {
        var cursor = Cursor(range)
        while let found = try? ParameterLayout.next(&cursor, octets, style) {
            if equalsIgnoringCase(octets, found.name, name) { return found }
        }
        return nil
    }
}

/// One Via, read in place (RFC 3261 §20.42).
public struct ViaView: ~Escapable {
    private let octets: Span<UInt8>
    private let layout: ViaLayout

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ layout: ViaLayout) {
        self.octets = octets
        self.layout = layout
    }

    /// `UDP`, as spelled.
    public var transport: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.transport.range) } }
    /// With the brackets of an IPv6 reference.
    public var host: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.sentBy.host.range) } }
    /// nil means the transport's default.
    public var port: UInt16? { layout.sentBy.port }
    /// Empty in messages of RFC 2543 without one.
    public var branch: Span<UInt8> { @_lifetime(copy self) get { octets.extracting((layout.branch ?? .empty).range) } }
    /// `branch` and all others.
    public var parameters: ParametersView {
        @_lifetime(copy self) get { ParametersView(octets, layout.parameters, .header) }
    }
}

/// A name and an address with parameters, read in place (RFC 3261 §20.10).
public struct AddressView: ~Escapable {
    private let octets: Span<UInt8>
    private let layout: NameAddressLayout

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ layout: NameAddressLayout) {
        self.octets = octets
        self.layout = layout
    }

    /// As it stands, with its quotes and escapes; empty without one.
    public var displayName: Span<UInt8> {
        @_lifetime(copy self) get { octets.extracting((layout.displayName ?? .empty).range) }
    }
    /// The address.
    public var uri: URIFields { @_lifetime(copy self) get { URIFields(octets, layout.uri) } }
    /// The `tag` parameter; empty without one.
    public var tag: Span<UInt8> { @_lifetime(copy self) get { octets.extracting((layout.tag ?? .empty).range) } }
    /// The parameters after the URI.
    public var parameters: ParametersView {
        @_lifetime(copy self) get { ParametersView(octets, layout.parameters, .header) }
    }
    /// A copy of its own.
    public var value: NameAddress { NameAddress(layout, octets) }
}

/// A token or Call-ID with parameters, read in place.
public struct ParameterizedView: ~Escapable {
    private let octets: Span<UInt8>
    private let token: ByteRange
    private let range: ByteRange

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ token: ByteRange, _ range: ByteRange) {
        self.octets = octets
        self.token = token
        self.range = range
    }

    /// Before the parameters.
    public var value: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(token.range) } }
    /// After the value.
    public var parameters: ParametersView { @_lifetime(copy self) get { ParametersView(octets, range, .header) } }
}

/// A media type with parameters, read in place (RFC 3261 §20.1, §20.15).
public struct MediaTypeView: ~Escapable {
    private let octets: Span<UInt8>
    private let typeRange: ByteRange
    private let subtypeRange: ByteRange
    private let range: ByteRange

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ type: ByteRange, _ subtype: ByteRange, _ range: ByteRange) {
        self.octets = octets
        typeRange = type
        subtypeRange = subtype
        self.range = range
    }

    /// Compared without case; `*` stands for any.
    public var type: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(typeRange.range) } }
    /// Compared without case; `*` stands for any.
    public var subtype: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(subtypeRange.range) } }
    /// After the type.
    public var parameters: ParametersView { @_lifetime(copy self) get { ParametersView(octets, range, .header) } }
}
