/// A SIP response (RFC 3261 §7.2). Always complete; what was received and not changed is sent on octet by octet.
public struct SIPResponse: Sendable {
    /// RFC 3261 §21.
    public let status: StatusCode
    /// All fields, in order.
    public var headers: HeaderFields
    private var lineBytes: [UInt8]
    private var line: StatusLineLayout
    /// The body, without a copy. Setting it sets Content-Length.
    public var bodySlice: ArraySlice<UInt8> {
        didSet { headers.setContentLength(bodySlice.count) }
    }

    init(_ line: StatusLineLayout, _ bytes: [UInt8], headers: HeaderFields, body: ArraySlice<UInt8>) {
        self.line = line
        lineBytes = bytes
        status = line.status
        self.headers = headers
        bodySlice = body
    }

    /// The answer to `request` (RFC 3261 §8.2.6): all Via, From, To, Call-ID and CSeq as they were received, Timestamp in
    /// a 100, Record-Route in 101 … 299 of a request that can make a dialog (§12.1.1).
    ///
    /// - Parameters:
    ///   - reasonPhrase: nil for the status's usual one.
    ///   - toTag: our tag; left out in a 100, and when the request's To has a tag already (it is in a dialog).
    public init(
        to request: SIPRequest, status: StatusCode, reasonPhrase: FieldText? = nil, toTag: Token? = nil
    ) {
        self.status = status
        headers = HeaderFields(answering: request, status: status)
        (lineBytes, line) = SIPResponse.renderLine(status, reasonPhrase?.text ?? status.reasonPhrase)
        bodySlice = []
        if let toTag, status != .trying {
            var to = headers.to
            if to.tag == nil {
                to.tag = toTag
                headers.setTo(to)
            }
        }
        headers.setContentLength(0)
    }

    /// For people; not to be taken for a meaning.
    public var reasonPhrase: String { String(lineBytes.span, line.reason) }

    /// The same response with another phrase.
    public mutating func setReasonPhrase(_ phrase: FieldText) {
        (lineBytes, line) = SIPResponse.renderLine(status, phrase.text)
    }

    /// What routing needs, read in place.
    public var routing: RoutingFields {
        RoutingFields.make(
            headers.storage.value, line: [], method: .empty, uri: URILayout(kind: .other, whole: .empty), status: status
        )
    }

    /// The body as an array of its own. Setting it sets Content-Length.
    public var body: [UInt8] {
        get { Array(bodySlice) }
        set { bodySlice = newValue[...] }
    }

    /// The message as it goes on the wire.
    public func serialized() -> [UInt8] {
        headers.serialize(line: lineBytes[line.whole.range], body: bodySlice)
    }

    private static func renderLine(_ status: StatusCode, _ reason: String) -> ([UInt8], StatusLineLayout) {
        let bytes = Array("SIP/2.0 \(status.value) \(reason)".utf8)
        // "SIP/2.0 " and three digits and a space.
        return (
            bytes,
            StatusLineLayout(whole: ByteRange(0, bytes.count), status: status, reason: ByteRange(12, bytes.count))
        )
    }
}
