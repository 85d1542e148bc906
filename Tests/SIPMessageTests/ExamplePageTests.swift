import Foundation
import SIPMessage
import Testing

/// The code of Docs/SIPMessage.md, compiled and run.
@Suite("The example page")
struct ExamplePageTests {
    private let datagram = requestText(
        "Contact: <sip:anna@192.0.2.1>\nSession-Expires: 1800\nReason: Q.850;cause=16\nX-Tenant: 7\nContent-Type: application/sdp",
        method: "INVITE", body: "v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\nm=audio 9 RTP/AVP 0\n")

    @Test("reading")
    func reading() throws {
        guard case .request(let request) = try SIPMessage(parsing: datagram) else { return }
        let caller = request.headers.from.uri.user
        let branch = request.headers.via.branch
        let contacts = try request.headers.contacts
        let session = request.headers[.sessionExpires]?.seconds
        let reasons = request.headers[.reason].map(\.cause)
        #expect(
            caller == "anna" && branch == "z9hG4bKabc" && contacts.count == 1 && session == 1_800 && reasons == [16])
        guard let name = HeaderName("X-Tenant") else { return }
        let tenant = SingleHeader<Int>(name, parse: { Int($0) }, print: { FieldText(number: $0) })
        let number = request.headers[tenant]
        #expect(number == 7)
        let routing = request.routing
        var isOurs = false
        if let uri = routing.requestURI { isOurs = uri.host.count == "example.com".utf8.count }
        let hops = routing.maxForwards ?? 70
        #expect(isOurs && hops == 70)
        var logged = 0
        func log(_ text: Span<UInt8>) { logged += text.count }
        var branches = 0
        var isOutbound = false
        try request.headers.forEachValue { field, value in
            switch value {
            case .via(let via): branches += via.branch.count
            case .address(let address): if address.parameters.contains("ob") { isOutbound = true }
            case .text(let text): if field.isUnknown { log(text) }
            default: break
            }
        }
        #expect(branches == 10 && !isOutbound && logged == 1)
    }

    @Test("writing")
    func writing() throws {
        let request = try parseRequest(datagram)
        let noteFromOutside = "hello"
        var answer = SIPResponse(to: request, status: .busyHere, toTag: "a73kszlfl")
        answer.headers[.retryAfter] = RetryAfter(seconds: 120)
        let octets = answer.serialized()
        #expect(try parseResponse(octets).headers.retryAfter == 120)
        var forwarded = request
        forwarded.headers.maxForwards = (request.headers.maxForwards ?? 70) - 1
        try forwarded.headers.append(name: "X-Note", value: noteFromOutside)
        forwarded.headers.prependVia(
            Via(transport: .tcp, sentBy: HostPort(host: .name("proxy.example.org")), branch: "z9hG4bK1"))
        #expect(try parseRequest(forwarded.serialized()).headers.vias.count == 2)
    }

    @Test("streams, errors, profiles")
    func streams() throws {
        let chunk = requestText("Content-Length: 0") + wire("\n\n")
        var received: [SIPMessage] = []
        var replies: [[UInt8]] = []
        var framer = StreamFramer()
        framer.append(chunk)
        while let frame = try framer.next() {
            switch frame {
            case .message(let bytes): received.append(try SIPMessage(parsing: bytes))
            case .ping: replies.append([0x0D, 0x0A])
            case .pong: break
            }
        }
        #expect(received.count == 1 && replies.count == 1)
        let garbage = requestText(without: "To")
        var sent: [[UInt8]] = []
        let send = { (bytes: [UInt8]) in sent.append(bytes) }
        do {
            _ = try SIPMessage(parsing: garbage)
        } catch {
            if let answer = SIPMessage.rejection(of: garbage, because: error) { send(answer) }
        }
        #expect(sent.count == 1)
        let message = try SIPMessage(parsing: datagram, profile: .strict)
        #expect(message.serialized() == datagram)
    }

    @Test("digest and session descriptions")
    func values() throws {
        let request = try parseRequest(datagram)
        var register = request
        var response = SIPResponse(to: request, status: .unauthorized, toTag: "t")
        response.headers.setWWWAuthenticate([try Challenge(realm: "r", nonce: "n", algorithm: .sha256)])
        let challenges = try response.headers.wwwAuthenticate
        if let challenge = challenges.topmost(of: [.sha256, .md5]), let algorithm = challenge.algorithm {
            let ha1 = Digest.ha1(user: "bob", realm: challenge.realm, password: "zanzibar", algorithm: algorithm)
            let credentials = try Credentials.answering(
                challenge, username: "bob", ha1: ha1, method: .register, uri: "sip:example.com", cnonce: "0a4f113b")
            if let credentials { register.headers.setAuthorizations([credentials]) }
        }
        #expect(try register.headers.authorizations.count == 1)
        var session = try SessionDescription(parsing: request.bodySlice)
        session.setConnectionAddress(.ipv4(IPv4Address(bits: 0xC000_0201)))
        session.setPort(40_000, ofMedia: 0)
        session.setDirection(.sendOnly, ofMedia: 0)
        session.incrementOriginVersion()
        #expect(session.media.first?.port == 40_000 && session.connectionAddress == Host("192.0.2.1"))
    }

    @Test("the page's code is the code above")
    func page() throws {
        let file = URL(filePath: #filePath)
        let own = try lines(of: String(contentsOf: file, encoding: .utf8))
        let docs = file.deletingLastPathComponent().appending(path: "../../Docs/SIPMessage.md").standardized
        // The package of a user has no Docs folder; the repository has.
        guard FileManager.default.fileExists(atPath: docs.path) else { return }
        let text = try String(contentsOf: docs, encoding: .utf8)
        let blocks = text.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.count > 5)
        for block in blocks {
            let wanted = lines(of: block)
            let isThere = own.indices.contains { own[$0...].starts(with: wanted) }
            #expect(isThere, "not compiled: \(block)")
        }
    }

    private func lines(of text: String) -> [String] {
        text.components(separatedBy: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
