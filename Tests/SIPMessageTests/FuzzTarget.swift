import SIPMessage

/// What must hold for any octets at all. The tests run it over a corpus and over mutations, `Fuzz/` under libFuzzer: it uses
/// the public face only, never prints, and tells what is wrong by a text.
enum FuzzTarget {
    /// nil when all is well.
    static func violation(_ bytes: [UInt8]) -> String? {
        if let text = framing(bytes) { return text }
        let strict = try? SIPMessage(parsing: bytes, profile: .strict)
        let standard: SIPMessage
        do {
            standard = try SIPMessage(parsing: bytes)
        } catch {
            if strict != nil { return "strict accepts what standard refuses: \(error)" }
            return refused(bytes, error)
        }
        if let strict, strict.headers.from != standard.headers.from || strict.headers.via != standard.headers.via {
            return "strict and standard read different values"
        }
        guard let lenient = try? SIPMessage(parsing: bytes, profile: .lenient) else {
            return "lenient refuses what standard accepts"
        }
        if lenient.serialized() != standard.serialized() { return "lenient sends on something else than standard" }
        return accepted(standard, bytes, .standard)
    }

    private static func refused(_ bytes: [UInt8], _ error: SIPParseError) -> String? {
        if !(0...bytes.count).contains(error.offset) && error.code != .limitExceeded {
            return "offset outside: \(error)"
        }
        if let answer = SIPMessage.rejection(of: bytes, because: error) {
            guard answer.starts(with: Array("SIP/2.0 ".utf8)), !answer.contains(0) else { return "torn rejection" }
        }
        guard let lenient = try? SIPMessage(parsing: bytes, profile: .lenient) else { return nil }
        return accepted(lenient, nil, .lenient)
    }

    // MARK: Framing

    /// A stream cut in one piece and one cut in two give the same frames, and each frame is parsed without harm.
    private static func framing(_ bytes: [UInt8]) -> String? {
        let whole = frames(bytes[...], bytes[bytes.count...])
        let middle = bytes.count / 2
        let halves = frames(bytes[..<middle], bytes[middle...])
        let messages = { (frames: [StreamFramer.Frame]) in
            frames.filter { if case .message = $0 { true } else { false } }
        }
        if whole.failed == halves.failed, messages(whole.frames) != messages(halves.frames) {
            return "frames depend on where the stream is cut"
        }
        if whole.failed != halves.failed { return "an error depends on where the stream is cut" }
        for frame in whole.frames {
            guard case .message(let octets) = frame, octets != bytes else { continue }
            _ = try? SIPMessage(parsing: octets)
        }
        return nil
    }

    private static func frames(
        _ first: ArraySlice<UInt8>, _ second: ArraySlice<UInt8>
    ) -> (frames: [StreamFramer.Frame], failed: Bool) {
        var framer = StreamFramer()
        var result: [StreamFramer.Frame] = []
        for chunk in [first, second] {
            framer.append(chunk)
            do {
                while let frame = try framer.next() { result.append(frame) }
            } catch {
                return (result, true)
            }
        }
        return (result, false)
    }

    // MARK: Accepted messages

    private static func accepted(_ message: SIPMessage, _ bytes: [UInt8]?, _ profile: ParsingProfile) -> String? {
        let output = message.serialized()
        if let bytes {
            let start = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? 0
            guard bytes[start...].starts(with: output) else { return "an untouched message is sent on otherwise" }
        }
        readAll(message)
        if let violation = routed(message) { return violation }
        return ViewTarget.disagreement(message) ?? edited(message, profile) ?? answered(message, profile)
            ?? body(message)
    }

    /// Every typed view of every header.
    private static func readAll(_ message: SIPMessage) {
        let fields = message.headers
        for field in fields.fields {
            _ = fields.list(named: field.name)
            _ = try? fields.addresses(field.name)
        }
        _ = (fields[.event], fields[.subscriptionState], fields[.sessionExpires]?.refresher, fields[.minSE])
        _ = (fields[.retryAfter], fields[.contentType], fields[.replaces], fields[.join], fields[.targetDialog])
        _ = (fields[.rAck], fields[.date]?.description, fields[.timestamp], fields[.privacy], fields[.sessionID])
        _ = (fields[.pChargingVector], fields[.authenticationInfo], fields[.referTo], fields[.referredBy])
        _ = (fields[.contentDisposition], fields[.maxBreadth], fields[.subject], fields[.expires], fields[.rSeq])
        _ = (fields[.reason].map(\.cause), fields[.accept], fields[.warning], fields[.acceptContact])
        _ = (
            fields[.userToUser].map(\.octets), fields[.identity], fields[.callInfo], fields[.allow], fields[.inReplyTo]
        )
        _ = (fields[.historyInfo].map(\.historyIndex), fields[.diversion].map(\.diversionCounter))
        _ = (fields[.contact].map(\.instanceID), fields[.securityServer], fields[.pAssertedService])
        _ = (fields.expires, fields.minExpires, fields.mediaType, fields.allow, fields.supported)
    }

    /// What routing reads in place is what the typed headers say, whatever order the rows have.
    private static func routed(_ message: SIPMessage) -> String? {
        let (fields, routing) = (message.headers, message.routing)
        guard routing.fromURI.value == fields.from.uri, routing.toURI.value == fields.to.uri,
            routing.viaPort == fields.via.sentBy.port, routing.cSeqNumber == fields.cSeq.number
        else { return "routing reads another mandatory header" }
        if let uri = routing.contactURI, let first = (try? fields.contacts)?.first, uri.value != first.uri {
            return "routing reads another Contact"
        }
        if let uri = routing.routeURI, let first = (try? fields.routes)?.first, uri.value != first.uri {
            return "routing reads another Route"
        }
        return routing.maxForwards == fields.maxForwards ? nil : "routing reads another Max-Forwards"
    }

    /// What a typed view gives can be written, and gives the same when it is read again.
    private static func edited(_ message: SIPMessage, _ profile: ParsingProfile) -> String? {
        var changed = message
        changed.headers.maxForwards = 7
        changed.headers.setFrom(message.headers.from)
        changed.headers.setTo(message.headers.to)
        changed.headers.setCallID(message.headers.callID)
        changed.headers.replaceTopVia(message.headers.via)
        let contacts = try? message.headers.contacts
        if let contacts, !contacts.isEmpty { changed.headers.setContacts(contacts) }
        if case .request(var request) = changed {
            request.uri = request.uri
            request.body = message.body
            changed = .request(request)
        }
        rewrite(.reason, message, &changed)
        rewrite(.warning, message, &changed)
        rewrite(.identity, message, &changed)
        rewrite(.userToUser, message, &changed)
        rewrite(.replaces, message, &changed)
        rewrite(.retryAfter, message, &changed)
        rewrite(.contentType, message, &changed)
        rewrite(.date, message, &changed)
        rewrite(.privacy, message, &changed)
        rewrite(.callInfo, message, &changed)
        rewrite(.diversion, message, &changed)
        let again: SIPMessage
        do {
            again = try SIPMessage(parsing: changed.serialized(), limits: roomy, profile: profile)
        } catch {
            return "what was written does not parse: \(error)"
        }
        let (old, new) = (message.headers, again.headers)
        guard new.from == old.from, new.to == old.to, new.via == old.via, new.callID == old.callID, new.cSeq == old.cSeq
        else { return "a mandatory header is another after it was written" }
        if (try? new.vias) != (try? old.vias) { return "another Via" }
        if let violation = routed(changed) { return violation }
        if new.maxForwards != 7 || again.body != message.body { return "another Max-Forwards or body" }
        if let contacts, (try? new.contacts) != contacts { return "another Contact" }
        guard same(.reason, old, new), same(.warning, old, new), same(.userToUser, old, new), same(.replaces, old, new),
            same(.retryAfter, old, new), same(.contentType, old, new), same(.date, old, new), same(.privacy, old, new),
            same(.callInfo, old, new), same(.diversion, old, new), same(.identity, old, new)
        else { return "a typed header is another after it was written" }
        if again.serialized() != changed.serialized() { return "the second writing differs" }
        return credentials(message)
    }

    /// Escapes may make what is written longer than what came.
    private static let roomy: MessageLimits = {
        var limits = MessageLimits()
        limits.maximumMessageBytes = 1 << 22
        limits.maximumHeaderSectionBytes = 1 << 22
        limits.maximumHeaderBytes = 65_000
        limits.maximumURIBytes = 1 << 20
        limits.maximumHeaderCount = 4_096
        return limits
    }()

    private static func rewrite<Value>(_ header: SingleHeader<Value>, _ old: SIPMessage, _ new: inout SIPMessage) {
        if let value = old.headers[header] { new.headers[header] = value }
    }

    private static func rewrite<Value>(_ header: ListHeader<Value>, _ old: SIPMessage, _ new: inout SIPMessage) {
        let values = old.headers[header]
        if !values.isEmpty { new.headers[header] = values }
    }

    private static func same<Value: Equatable>(
        _ header: SingleHeader<Value>, _ old: HeaderFields, _ new: HeaderFields
    ) -> Bool { old[header] == nil || old[header] == new[header] }

    private static func same<Value: Equatable>(
        _ header: ListHeader<Value>, _ old: HeaderFields, _ new: HeaderFields
    ) -> Bool { old[header].isEmpty || old[header] == new[header] }

    private static func credentials(_ message: SIPMessage) -> String? {
        for credentials in (try? message.headers.authorizations) ?? [] {
            _ = credentials.isValid(ha1: "00", method: .register)
            if (try? Credentials(credentials.description)) != credentials { return "other credentials" }
        }
        for challenge in (try? message.headers.wwwAuthenticate) ?? []
        where challenge.qop.isEmpty == !challenge.offersQoP {
            if (try? Challenge(challenge.description)) != challenge { return "another challenge" }
        }
        return nil
    }

    private static func answered(_ message: SIPMessage, _ profile: ParsingProfile) -> String? {
        guard case .request(let request) = message else { return nil }
        if !request.uri.isEquivalent(to: request.uri) { return "a URI is not equivalent to itself" }
        if (try? URI(request.uri.description)) != request.uri, profile == .standard { return "another URI" }
        let answer = SIPResponse(to: request, status: .ok, toTag: "t")
        guard (try? SIPMessage(parsing: answer.serialized(), limits: roomy, profile: profile)) != nil else {
            return "an answer does not parse"
        }
        return nil
    }

    private static func body(_ message: SIPMessage) -> String? {
        if let type = message.headers[.contentType],
            let parts = try? MultipartBody(parsing: message.bodySlice, type: type)
        {
            for part in parts.parts { _ = try? parts.nested(in: part) }
        }
        guard var sdp = try? SessionDescription(parsing: message.bodySlice) else { return nil }
        if sdp.serialized() != message.body { return "an untouched session description is sent on otherwise" }
        sdp.setConnectionAddress(.ipv4(IPv4Address(bits: 1)))
        sdp.incrementOriginVersion()
        for index in sdp.media.indices {
            sdp.setPort(9, ofMedia: index)
            sdp.setConnectionAddress(.ipv4(IPv4Address(bits: 2)), ofMedia: index)
            sdp.setDirection(.sendOnly, ofMedia: index)
        }
        guard let again = try? SessionDescription(parsing: sdp.serialized()) else {
            return "an edited session does not parse"
        }
        for index in again.media.indices {
            guard again.media[index].port == 9, again.direction(ofMedia: index) == .sendOnly else {
                return "a medium was not edited"
            }
        }
        return again == sdp ? nil : "another session description"
    }
}
