import SIPMessage
import Testing

@Suite("What a request requires")
struct RequirementTests {
    private func torture(_ name: String) throws -> SIPRequest {
        try parseRequest(try Resources.bytes("torture/rfc4475/\(name).dat"))
    }

    private let endSystem = RequestRequirements(extensions: ["100rel"], isProxy: false, mediaTypes: [.sdp])
    private let proxy = RequestRequirements(extensions: [], isProxy: true)

    @Test("unkscm and novelsc: 416", arguments: ["unkscm", "novelsc"])
    func schemes(name: String) throws {
        let request = try torture(name)
        let problem = try #require(try request.problem(with: endSystem))
        #expect(request.answer(to: problem, toTag: "t").status.value == 416)
    }

    @Test("bext01: 420 with the tokens of Require, or of Proxy-Require")
    func extensions() throws {
        let request = try torture("bext01")
        let problem = try #require(try request.problem(with: endSystem))
        let answer = request.answer(to: problem, toTag: "t")
        #expect(answer.status.value == 420)
        #expect(answer.headers.unsupported == ["nothingSupportsThis", "nothingSupportsThisEither"])
        let second = try #require(try request.problem(with: proxy))
        #expect(
            request.answer(to: second, toTag: nil).headers.unsupported == [
                "noProxiesSupportThis", "norDoAnyProxiesSupportThis",
            ])
    }

    @Test("zeromf: 483 by a proxy, served by the end system")
    func hops() throws {
        let request = try torture("zeromf")
        #expect(try request.problem(with: proxy) == .tooManyHops)
        #expect(try request.problem(with: endSystem) == nil)
    }

    @Test("invut: 415 with Accept; a proxy does not look at bodies")
    func bodies() throws {
        let request = try torture("invut")
        let problem = try #require(try request.problem(with: endSystem))
        let answer = request.answer(to: problem, toTag: "t")
        #expect(answer.status.value == 415)
        #expect(answer.headers[.accept] == [.sdp])
        #expect(try request.problem(with: proxy) == nil)
    }

    @Test("a Via of our own is a loop")
    func loop() throws {
        var requirements = proxy
        requirements.isOwn = { $0.sentBy.host == .name("proxy.example.org") }
        let own = requestText("Via: SIP/2.0/TLS proxy.example.org;branch=z9hG4bK2")
        #expect(try parseRequest(own).problem(with: requirements)?.status.value == 482)
        #expect(try parseRequest(requestText()).problem(with: requirements) == nil)
    }

    @Test("an ACK is never asked for extensions")
    func ack() throws {
        let request = try parseRequest(requestText("Require: foo", method: "ACK"))
        #expect(try request.problem(with: endSystem) == nil)
    }
}
