/// A SIP request (RFC 3261 §7.1). Always complete; what was received and not changed is sent on octet by octet.
public struct SIPRequest: Sendable {
    /// Also the method of CSeq.
    public let method: SIPMethod
    /// All fields, in order.
    public var headers: HeaderFields
    /// The octets that `line` refers to: those of the message received, or a line of our own.
    private var lineBytes: [UInt8]
    private var line: RequestLineLayout
    /// The body, without a copy. Setting it sets Content-Length.
    public var bodySlice: ArraySlice<UInt8> {
        didSet { headers.setContentLength(bodySlice.count) }
    }

    init(_ line: RequestLineLayout, _ bytes: [UInt8], headers: HeaderFields, body: ArraySlice<UInt8>) {
        self.line = line
        lineBytes = bytes
        method = SIPMethod(bytes.span, line.method)
        self.headers = headers
        bodySlice = body
    }

    /// A complete request.
    ///
    /// - Parameters:
    ///   - method: also the method of CSeq.
    ///   - uri: Request-URI. Headers in it are left out (RFC 3261 §19.1.1).
    ///   - cSeq: below 2^31.
    ///   - maxForwards: 70 at the start of a path (RFC 3261 §8.1.1.6).
    ///   - contact: where the sender can be reached; needed in INVITE and other dialog-forming requests.
    ///   - contentType: of the body, such as `application/sdp`; written only when there is a body.
    public init(
        method: SIPMethod, uri: URI, via: Via, from: NameAddress, to: NameAddress, callID: CallID, cSeq: UInt32,
        maxForwards: UInt8 = 70, contact: NameAddress? = nil, contentType: FieldText? = nil, body: [UInt8] = []
    ) {
        self.method = method
        headers = HeaderFields(
            vias: [via], from: from, to: to, callID: callID, cSeq: CSeq(cSeq, method), maxForwards: maxForwards)
        (lineBytes, line) = SIPRequest.renderLine(method, uri)
        bodySlice = body[...]
        if let contact { headers.setContacts([contact]) }
        if let contentType, !body.isEmpty { headers.setContentType(contentType) }
        headers.setContentLength(body.count)
    }

    /// Request-URI, parsed on demand. Setting it leaves out headers in it.
    public var uri: URI {
        get { line.uri.value(lineBytes.span, headers.storage.value.rules) }
        set { (lineBytes, line) = SIPRequest.renderLine(method, newValue) }
    }

    /// What routing needs, read in place.
    public var routing: RoutingFields {
        RoutingFields.make(headers.storage.value, line: lineBytes, method: line.method, uri: line.uri, status: nil)
    }

    /// The body as an array of its own. Setting it sets Content-Length.
    public var body: [UInt8] {
        get { Array(bodySlice) }
        set { bodySlice = newValue[...] }
    }

    /// The number of CSeq; the method is always that of the request.
    public mutating func setCSeqNumber(_ number: UInt32) { headers.setCSeq(CSeq(number, method)) }

    /// The message as it goes on the wire.
    public func serialized() -> [UInt8] {
        headers.serialize(line: lineBytes[line.whole.range], body: bodySlice)
    }

    private static func renderLine(_ method: SIPMethod, _ uri: URI) -> ([UInt8], RequestLineLayout) {
        var uri = uri
        if case .sip(var sip) = uri, !sip.headers.isEmpty {
            sip.removeHeaders()
            uri = .sip(sip)
        }
        let bytes = Array("\(method) \(uri) SIP/2.0".utf8)
        let line = ByteRange(0, bytes.count)
        if let layout = try? RequestLineLayout.scan(line, bytes.span, maximumURIBytes: .max) { return (bytes, layout) }
        // Every URI value prints text that scans; the property tests hold this.
        assertionFailure("a URI printed what is no URI: \(uri)")
        let name = ByteRange(0, method.name.utf8.count)
        return (
            bytes,
            RequestLineLayout(
                whole: line, method: name,
                uri: URILayout(kind: .other, whole: .empty))
        )
    }
}
