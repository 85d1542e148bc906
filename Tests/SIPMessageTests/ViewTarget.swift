import SIPMessage

/// What is read in place and what the typed values say about the same message, for ``FuzzTarget`` and the tests.
enum ViewTarget {
    /// nil when both are the same.
    static func disagreement(_ message: SIPMessage) -> String? {
        let fields = message.headers
        touchAll(fields)
        return addresses(fields) ?? tokens(fields) ?? vias(fields) ?? others(fields)
    }

    private static func addresses(_ fields: HeaderFields) -> String? {
        for name in [.from, .to, .contact, .route, .recordRoute, .pAssertedIdentity, .diversion] as [HeaderName] {
            var seen: [NameAddress] = []
            var hasWildcard = false
            let isRead = reads(fields, name) { value in
                if case .address(let address) = value { seen.append(address.value) }
                if case .wildcard = value { hasWildcard = true }
            }
            if hasWildcard { continue }
            let typed = try? fields.addresses(name)
            if isRead != (typed != nil) { return "\(name) can be read in one way only" }
            if let typed, typed != seen { return "\(name) differs in place" }
        }
        return nil
    }

    private static func tokens(_ fields: HeaderFields) -> String? {
        for header in [.supported, .require, .allowEvents, .contentEncoding] as [ListHeader<Token>] {
            var seen: [String] = []
            let isRead = reads(fields, header.name) { if case .token(let token) = $0 { seen.append(text(token)) } }
            let typed = try? fields.values(header).map(\.text)
            if isRead != (typed != nil) { return "\(header.name) can be read in one way only" }
            if let typed, typed != seen { return "\(header.name) differs in place" }
        }
        return nil
    }

    private static func vias(_ fields: HeaderFields) -> String? {
        var ports: [UInt16?] = []
        var parameters: [Int] = []
        let isRead = reads(fields, .via) { value in
            guard case .via(let via) = value else { return }
            ports.append(via.port)
            parameters.append(count(via.parameters))
        }
        let typed = try? fields.vias
        if isRead != (typed != nil) { return "Via can be read in one way only" }
        guard let typed else { return nil }
        return typed.map(\.sentBy.port) == ports && typed.map(\.parameters.elements.count) == parameters
            ? nil : "Via differs in place"
    }

    private static func others(_ fields: HeaderFields) -> String? {
        var reasons: [Int] = []
        let isRead = reads(fields, .reason) {
            if case .parameterized(let value) = $0 { reasons.append(count(value.parameters)) }
        }
        let typed = (try? fields.values(.reason))?.map(\.parameters.elements.count)
        if isRead != (typed != nil) || (typed ?? reasons) != reasons { return "Reason differs in place" }
        if fields.values(named: .sessionExpires).count == 1 {
            var seconds: UInt32?
            _ = reads(fields, .sessionExpires) { if case .interval(let value, _) = $0 { seconds = value } }
            if fields[.sessionExpires]?.seconds != seconds { return "Session-Expires differs in place" }
        }
        if fields.values(named: .contentType).count == 1 {
            var subtype: String?
            let isRead = reads(fields, .contentType) {
                if case .media(let media) = $0 { subtype = text(media.subtype) }
            }
            if !isRead { subtype = nil }
            let typed = fields[.contentType]
            if typed?.subtype.utf8.count != subtype?.utf8.count { return "Content-Type differs in place" }
        }
        return credentials(fields)
    }

    private static func credentials(_ fields: HeaderFields) -> String? {
        guard let typed = try? fields.authorizations else { return nil }
        var count = 0
        let isRead = reads(fields, .authorization) {
            if case .digest(let digest) = $0, digest.realm != nil { count += 1 }
        }
        return isRead && count == typed.count ? nil : "Authorization differs in place"
    }

    // MARK: Reading

    private static func reads(_ fields: HeaderFields, _ name: HeaderName, _ body: (HeaderValueView) -> Void) -> Bool {
        (try? fields.forEachValue(of: name) { _, value in body(value) }) != nil
    }

    private static func text(_ span: Span<UInt8>) -> String {
        String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
    }

    private static func count(_ parameters: ParametersView) -> Int {
        var count = 0
        parameters.forEach { _, _ in count += 1 }
        return count
    }

    /// Every span of every view lies within the message.
    private static func touchAll(_ fields: HeaderFields) {
        var sum = 0
        _ = try? fields.forEachValue { field, value in
            sum += field.spelledName.count + field.value.count
            switch value {
            case .via(let via):
                sum += via.transport.count + via.host.count + via.branch.count + count(via.parameters)
                sum += via.parameters.value("received")?.count ?? 0
            case .address(let address):
                sum += address.displayName.count + address.tag.count + address.uri.host.count + address.uri.user.count
                sum += count(address.parameters) + count(address.uri.parameterList)
            case .wildcard: sum += 1
            case .token(let token): sum += token.count
            case .parameterized(let value): sum += value.value.count + count(value.parameters)
            case .media(let media): sum += media.type.count + media.subtype.count + count(media.parameters)
            case .number(let number): sum += number > 0 ? 1 : 0
            case .interval(_, let parameters): sum += count(parameters)
            case .cSeq(_, let method): sum += method.count
            case .digest(let digest):
                sum += digest.scheme.count + (digest.username?.count ?? 0) + (digest.response?.count ?? 0)
                sum += (digest.nonce?.count ?? 0) + (digest.uri?.count ?? 0) + (digest.opaque?.count ?? 0)
            case .text(let text): sum += text.count
            }
        }
    }
}
