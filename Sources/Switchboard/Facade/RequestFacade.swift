import DialplanHostCalls
import SIPMessage
import SIPStack

/// The `req` object that a script sees: a snapshot of the request that its plan decides on.
enum RequestFacade {
    static func record(of invitation: Invitation, flow: Flow) -> HostRecord {
        let message = invitation.message
        let uri = uri(.sip(invitation.requestURI))
        return HostRecord(
            typeName: "SIPRequest", text: Array("\(message.method) \(invitation.requestURI) SIP/2.0".utf8),
            fields: [
                .init("Method", .text(message.method.name)), .init("URI", uri),
                .init("Header", .record(header(of: invitation))), .init("Body", .string(invitation.body)),
                .init("LocalSIPEndPoint", .text("udp:\(flow.local)")),
                .init("RemoteSIPEndPoint", .text("udp:\(flow.remote)")),
            ])
    }

    private static func header(of invitation: Invitation) -> HostRecord {
        let headers = invitation.message.headers
        return HostRecord(
            typeName: "SIPHeader", text: [],
            fields: [
                .init("From", address(invitation.from, prefix: "From", typeName: "SIPFromHeader")),
                .init("To", address(headers.to, prefix: "To", typeName: "SIPToHeader")),
                .init("CallId", .text(headers.callID.text)), .init("CSeq", .integer(Int64(headers.cSeq.number))),
                .init("MaxForwards", .integer(Int64(invitation.maxForwards))),
                .init("UserAgent", headers.userAgent.map { .text($0) } ?? .null),
                .init("ContentType", invitation.contentType.map { .text($0) } ?? .null),
                .init(
                    "Contact",
                    .array(
                        ((try? headers.contacts) ?? []).map {
                            address($0, prefix: "Contact", typeName: "SIPContactHeader")
                        })),
                .init("Subject", headers.subject.map { .text($0) } ?? .null),
            ])
    }

    /// From and To have members named after them (`FromName`, `FromURI`, `FromTag`).
    private static func address(_ address: NameAddress, prefix: String, typeName: String) -> HostValue {
        .record(
            HostRecord(
                typeName: typeName, text: Array(address.description.utf8),
                fields: [
                    .init("\(prefix)Name", address.displayName.map { .text($0) } ?? .null),
                    .init("\(prefix)URI", uri(address.uri)),
                    .init("\(prefix)Tag", address.tag.map { .text($0.text) } ?? .null),
                ]))
    }

    private static func uri(_ uri: URI) -> HostValue {
        let sip = uri.sip
        let text = uri.description
        let bare = sip?.addressOfRecord.description ?? text
        return .record(
            HostRecord(
                typeName: "SIPURI", text: Array(text.utf8),
                fields: [
                    .init("User", (sip?.rawUser ?? uri.user).map { .text($0) } ?? .null),
                    .init("UnescapedUser", uri.user.map { .text($0) } ?? .null),
                    .init("Host", sip.map { .text(hostText($0)) } ?? .null),
                    .init("Scheme", .text(uri.scheme)),
                    .init("Parameters", sip.map { .text($0.parameters.description) } ?? .null),
                    .init("CanonicalAddress", .text(bare)), .init("ToAOR", .text(bare)),
                    .init("ToParameterlessString", .text(bare)), .init("ToString", .text(text)),
                ]))
    }

    /// The ancestor's `Host` holds the port too.
    private static func hostText(_ uri: SIPURI) -> String {
        uri.port.map { "\(uri.host):\($0)" } ?? uri.host.description
    }
}
