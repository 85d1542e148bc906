import SIPMessage

extension Sink {
    @inline(__always)
    mutating func uri(_ name: StaticString, _ uri: borrowing URIFields) {
        text(name, uri.user)
        text(name, uri.host)
        number(name, UInt64(uri.port ?? 0))
    }
}

/// What `routing` means: start line, Via host, port and branch, tags, URI parts, Call-ID, CSeq, Contact, Route, Max-Forwards.
@inline(__always)
func readRouting(_ message: SIPMessage, into sink: inout some Sink) {
    let routing = message.routing
    if let status = routing.status { sink.number("status", UInt64(status.value)) }
    sink.text("method", routing.method)
    if let uri = routing.requestURI { sink.uri("request-uri", uri) }
    sink.text("via-host", routing.viaHost)
    sink.number("via-port", UInt64(routing.viaPort ?? 0))
    sink.text("branch", routing.branch)
    sink.uri("from", routing.fromURI)
    sink.text("from-tag", routing.fromTag)
    sink.uri("to", routing.toURI)
    sink.text("to-tag", routing.toTag)
    sink.text("call-id", routing.callID)
    sink.number("cseq", UInt64(routing.cSeqNumber))
    if let uri = routing.contactURI { sink.uri("contact", uri) }
    if let uri = routing.routeURI { sink.uri("route", uri) }
    sink.number("max-forwards", UInt64(routing.maxForwards ?? 255))
}

/// What `full` means: the above, and every header parsed and validated as what it is, each part read in place; headers that the
/// library does not know as name and value.
func readViews(_ message: SIPMessage, into sink: inout some Sink) throws {
    readRouting(message, into: &sink)
    try message.headers.forEachValue { field, value in
        switch value {
        case .via(let via):
            sink.text("transport", via.transport)
            sink.text("host", via.host)
            sink.number("port", UInt64(via.port ?? 0))
            sink.text("branch", via.branch)
            sink.parameters(via.parameters)
        case .address(let address):
            sink.text("display-name", address.displayName)
            sink.uri("uri", address.uri)
            sink.parameters(address.uri.parameterList)
            sink.text("tag", address.tag)
            sink.parameters(address.parameters)
        case .wildcard: sink.number("wildcard", 1)
        case .token(let token): sink.text("token", token)
        case .parameterized(let value):
            sink.text("token", value.value)
            sink.parameters(value.parameters)
        case .media(let media):
            sink.text("type", media.type)
            sink.text("subtype", media.subtype)
            sink.parameters(media.parameters)
        case .number(let number): sink.number("number", UInt64(number))
        case .interval(let seconds, let parameters):
            sink.number("seconds", UInt64(seconds))
            sink.parameters(parameters)
        case .cSeq(let number, let method):
            sink.number("number", UInt64(number))
            sink.text("method", method)
        case .digest(let digest):
            sink.text("scheme", digest.scheme)
            if let text = digest.username { sink.text("username", text) }
            if let text = digest.realm { sink.text("realm", text) }
            if let text = digest.nonce { sink.text("nonce", text) }
            if let text = digest.uri { sink.text("uri", text) }
            if let text = digest.response { sink.text("response", text) }
            if let text = digest.algorithm { sink.text("algorithm", text) }
            if let text = digest.opaque { sink.text("opaque", text) }
            if let text = digest.qop { sink.text("qop", text) }
            if let text = digest.cnonce { sink.text("cnonce", text) }
            if let text = digest.nonceCount { sink.text("nc", text) }
        case .text(let text):
            if field.isUnknown { sink.text("name", field.spelledName) }
            sink.text("text", text)
        }
    }
}

extension Sink {
    @inline(__always)
    fileprivate mutating func parameters(_ parameters: ParametersView) {
        parameters.forEach { name, value in
            text("parameter", name)
            if let value { text("value", value) }
        }
    }
}

/// What `values` means: every header that the library knows as a value of its own (`String`s and arrays), all others as name and
/// value.
func readValues(_ message: SIPMessage, into sink: inout some Sink) throws {
    readRouting(message, into: &sink)
    let fields = message.headers
    for via in try fields.vias { put(via.sentBy.port, via.parameters, into: &sink) }
    put(fields.from, into: &sink)
    put(fields.to, into: &sink)
    for value in try fields.contacts { put(value, into: &sink) }
    for value in try fields.routes { put(value, into: &sink) }
    for value in try fields.recordRoutes { put(value, into: &sink) }
    for value in try fields.assertedIdentities { put(value, into: &sink) }
    for value in try fields.values(.diversion) { put(value, into: &sink) }
    for value in try fields.values(.allow) { put(value.name, into: &sink) }
    for value in try fields.values(.supported) { put(value.text, into: &sink) }
    for value in try fields.values(.accept) { put(value.subtype, into: &sink) }
    for value in try fields.values(.reason) { put(value.cause, value.parameters, into: &sink) }
    if let value = try fields.value(.sessionExpires) {
        put(UInt16(truncatingIfNeeded: value.seconds), value.parameters, into: &sink)
    }
    if let value = try fields.value(.minSE) { sink.number("min-se", UInt64(value.seconds)) }
    if let value = try fields.value(.contentType) { put(value.subtype, into: &sink) }
    if let value = try fields.value(.userAgent) { put(value.text, into: &sink) }
    if let value = try fields.value(.server) { put(value.text, into: &sink) }
    if let value = try fields.value(.privacy) { for token in value.values { put(token.text, into: &sink) } }
    for value in try fields.authorizations {
        put(value.username, into: &sink)
        put(value.response, into: &sink)
    }
    for value in try fields.wwwAuthenticate {
        put(value.realm, into: &sink)
        put(value.nonce, into: &sink)
    }
    for field in fields.unknownFields { put(field.value, into: &sink) }
    sink.number("expires", UInt64(fields.expires ?? 0))
    sink.number("length", UInt64(fields.contentLength ?? 0))
}

private func put(_ text: String, into sink: inout some Sink) {
    var text = text
    text.withUTF8 { sink.text("text", $0.span) }
}

private func put(_ address: NameAddress, into sink: inout some Sink) {
    if let name = address.displayName { put(name, into: &sink) }
    if let uri = address.uri.sip {
        if let user = uri.user { put(user, into: &sink) }
        sink.number("port", UInt64(uri.port ?? 0))
        if case .name(let name) = uri.host { put(name.text, into: &sink) }
        put(nil, uri.parameters, into: &sink)
    }
    put(nil, address.parameters, into: &sink)
}

private func put(_ number: UInt16?, _ parameters: Parameters, into sink: inout some Sink) {
    sink.number("number", UInt64(number ?? 0))
    for element in parameters.elements {
        put(element.name, into: &sink)
        if let value = element.rawValue { put(value, into: &sink) }
    }
}
