/// What a server looks at to decide where a message belongs and goes, read in place: no text is copied, nothing is
/// allocated, nothing is counted. From ``SIPMessage/routing``.
///
/// The mandatory parts were scanned when the message was parsed; Contact and Route are scanned when they are asked for. A
/// span can not outlive the value that it was taken from.
public struct RoutingFields: Sendable {
    /// What the layouts refer to: the start line, the message as it came, rows written since.
    private let lineBytes: [UInt8]
    private let received: [UInt8]
    private let written: [UInt8]
    private let methodRange: ByteRange
    private let uriLayout: URILayout
    private let mandatory: MandatoryLayouts
    private let rules: ScanRules
    private let contactRow: HeaderRow?
    private let routeRow: HeaderRow?

    /// The status of a response; nil for a request.
    public let status: StatusCode?
    /// Hops left; nil without the header and for one that is malformed (RFC 3261 §20.22).
    public let maxForwards: UInt8?

    /// A function rather than an initialiser: those take their arguments over, which would copy the storage first.
    @inline(__always)
    static func make(
        _ storage: HeaderFields.Storage, line: [UInt8], method: ByteRange, uri: URILayout, status: StatusCode?
    ) -> RoutingFields {
        RoutingFields(
            lineBytes: line, received: storage.received, written: storage.written, methodRange: method, uriLayout: uri,
            mandatory: storage.mandatory, rules: storage.rules, contactRow: storage.firstRow(.contact),
            routeRow: storage.firstRow(.route), status: status,
            maxForwards: storage.firstRow(.maxForwards).flatMap { storage.number($0) })
    }

    /// The method of a request; empty for a response.
    public var method: Span<UInt8> { @_lifetime(borrow self) get { lineBytes.span.extracting(methodRange.range) } }

    /// The Request-URI; nil for a response.
    public var requestURI: URIFields? {
        @_lifetime(borrow self) get { status == nil ? URIFields(lineBytes.span, uriLayout) : nil }
    }

    // MARK: Topmost Via (RFC 3261 §20.42)

    /// `UDP`, as spelled.
    public var viaTransport: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.via.isWritten, mandatory.via.layout.transport) }
    }
    /// With the brackets of an IPv6 reference.
    public var viaHost: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.via.isWritten, mandatory.via.layout.sentBy.host) }
    }
    /// nil means the transport's default.
    public var viaPort: UInt16? { mandatory.via.layout.sentBy.port }
    /// Empty in messages of RFC 2543 without one.
    public var branch: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.via.isWritten, mandatory.via.layout.branch ?? .empty) }
    }

    // MARK: Dialog (RFC 3261 §12)

    /// The URI of From.
    public var fromURI: URIFields {
        @_lifetime(borrow self) get {
            URIFields(mandatory.from.isWritten ? written.span : received.span, mandatory.from.layout.uri)
        }
    }
    /// The URI of To.
    public var toURI: URIFields {
        @_lifetime(borrow self) get {
            URIFields(mandatory.to.isWritten ? written.span : received.span, mandatory.to.layout.uri)
        }
    }
    /// Empty in messages of RFC 2543 without one.
    public var fromTag: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.from.isWritten, mandatory.from.layout.tag ?? .empty) }
    }
    /// Empty outside a dialog.
    public var toTag: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.to.isWritten, mandatory.to.layout.tag ?? .empty) }
    }
    /// RFC 3261 §20.8.
    public var callID: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.callID.isWritten, mandatory.callID.layout) }
    }
    /// Below 2^31 (RFC 3261 §8.1.1.5).
    public var cSeqNumber: UInt32 { mandatory.cSeq.layout.number }
    /// RFC 3261 §20.16.
    public var cSeqMethod: Span<UInt8> {
        @_lifetime(borrow self) get { octets(mandatory.cSeq.isWritten, mandatory.cSeq.layout.method) }
    }

    // MARK: Where it goes

    /// The URI of the first Contact; nil without one, for `*`, and for one that is malformed.
    public var contactURI: URIFields? { @_lifetime(borrow self) get { firstAddress(contactRow) } }

    /// The URI of the first Route; nil without one and for one that is malformed.
    public var routeURI: URIFields? { @_lifetime(borrow self) get { firstAddress(routeRow) } }

    @inline(__always)
    @_lifetime(borrow self)
    private func octets(_ isWritten: Bool, _ range: ByteRange) -> Span<UInt8> {
        isWritten ? written.span.extracting(range.range) : received.span.extracting(range.range)
    }

    @_lifetime(borrow self)
    private func firstAddress(_ row: HeaderRow?) -> URIFields? {
        guard let row else { return nil }
        let bytes = row.isWritten ? written.span : received.span
        var cursor = Cursor(row.value, rules)
        guard let layout = try? NameAddressLayout.scan(&cursor, bytes) else { return nil }
        return URIFields(bytes, layout.uri)
    }
}

/// The parts of a URI, read in place (RFC 3261 §19.1.1). It can not outlive the message parts that it was taken from.
public struct URIFields: ~Escapable {
    private let octets: Span<UInt8>
    private let layout: URILayout

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ layout: URILayout) {
        self.octets = octets
        self.layout = layout
    }

    /// The whole URI as it stands.
    public var text: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.whole.range) } }
    /// As spelled, without the colon.
    public var scheme: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.scheme.range) } }
    /// The user part with its escapes, or the number of a `tel` URI; empty without one.
    public var user: Span<UInt8> {
        @_lifetime(copy self) get { octets.extracting((layout.user ?? .empty).range) }
    }
    /// As spelled, with the brackets of an IPv6 reference; empty for other schemes than `sip` and `sips`.
    public var host: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.hostPort.host.range) } }
    /// nil when the URI has none.
    public var port: UInt16? { layout.hostPort.port }
    /// From the first `;` on, or empty.
    public var parameters: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.parameters.range) } }
    /// What ``parameters`` holds, one by one.
    public var parameterList: ParametersView {
        @_lifetime(copy self) get { ParametersView(octets, layout.parameters, .uri) }
    }
    /// The typed URI, a copy of its own.
    public var value: URI { layout.value(octets) }
}

extension HeaderFields.Storage {
    /// A row's value as a number up to 255.
    fileprivate func number(_ row: HeaderRow) -> UInt8? {
        var cursor = Cursor(row.value)
        let bytes = row.isWritten ? written.span : received.span
        guard let value = try? cursor.takeNumber(bytes, maximum: 255), cursor.isAtEnd else { return nil }
        return UInt8(truncatingIfNeeded: value)
    }
}

extension SIPMessage {
    /// What routing needs, read in place.
    public var routing: RoutingFields {
        switch self {
        case .request(let request): request.routing
        case .response(let response): response.routing
        }
    }
}
