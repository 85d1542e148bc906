import SIPMessage
import Testing

/// Headers read in place: ``HeaderFields/forEachValue(_:)``.
@Suite("Headers in place")
struct HeaderViewTests {
    private func lines(_ bytes: [UInt8]) throws -> [String] {
        var lines: [String] = []
        let fields = try SIPMessage(parsing: bytes).headers
        try fields.forEachValue { field, value in
            lines.append("\(text(field.spelledName)): \(HeaderViewTests.describe(value))")
        }
        return lines
    }

    private static func describe(_ value: HeaderValueView) -> String {
        func text(_ span: Span<UInt8>) -> String { String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
        func list(_ parameters: ParametersView) -> String {
            var result = ""
            parameters.forEach { name, value in
                result += ";\(text(name))"
                if let value { result += "=\(text(value))" }
            }
            return result
        }
        switch value {
        case .via(let via):
            return "via \(text(via.transport)) \(text(via.host)) \(via.port ?? 0)\(list(via.parameters))"
        case .address(let address):
            return
                "address \(text(address.displayName)) \(text(address.uri.text)) [\(text(address.tag))]"
                + list(address.parameters)
        case .wildcard: return "wildcard"
        case .token(let token): return "token \(text(token))"
        case .parameterized(let value): return "parameterized \(text(value.value))\(list(value.parameters))"
        case .media(let media): return "media \(text(media.type)) \(text(media.subtype))\(list(media.parameters))"
        case .number(let number): return "number \(number)"
        case .interval(let seconds, let parameters): return "interval \(seconds)\(list(parameters))"
        case .cSeq(let number, let method): return "cSeq \(number) \(text(method))"
        case .digest(let digest):
            guard let realm = digest.realm else { return "digest \(text(digest.scheme)) -" }
            return "digest \(text(digest.scheme)) \(text(realm))"
        case .text(let value): return "text \(text(value))"
        }
    }

    private func text(_ span: Span<UInt8>) -> String { String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }

    @Test("each kind of header is handed over as what it is, in the order of the message")
    func kinds() throws {
        let bytes = requestText(
            """
            m: "A, B" <sip:a@[::1]:5070;lr>;q=0.5, <sip:c@d>
            Supported:
            k: 100rel , timer
            Session-Expires: 1800;refresher=uac
            Accept: application/sdp;level=1, text/*
            Reason: SIP;cause=200;text="a;b", Q.850;cause=16
            Privacy: id;critical
            Replaces: 12@host;to-tag=a;from-tag=b
            Authorization: Digest username="u", realm="r, s", nonce="n", uri="sip:x", response="00"
            Proxy-Authorization: Basic abc=
            Subject: any, text; at all
            X-Own: a,b
            """)
        #expect(
            try lines(bytes) == [
                "Via: via UDP 192.0.2.1 5060;branch=z9hG4bKabc;rport",
                "From: address \"Anna\" sip:anna@example.com [a1];tag=a1", "To: address  sip:bob@example.com []",
                "Call-ID: token call-1@example.com", "CSeq: cSeq 7 OPTIONS",
                "m: address \"A, B\" sip:a@[::1]:5070;lr [];q=0.5", "m: address  sip:c@d []", "k: token 100rel",
                "k: token timer", "Session-Expires: interval 1800;refresher=uac",
                "Accept: media application sdp;level=1", "Accept: media text *",
                "Reason: parameterized SIP;cause=200;text=\"a;b\"", "Reason: parameterized Q.850;cause=16",
                "Privacy: token id", "Privacy: token critical",
                "Replaces: parameterized 12@host;to-tag=a;from-tag=b", "Authorization: digest Digest r, s",
                "Proxy-Authorization: digest Basic -", "Subject: text any, text; at all", "X-Own: text a,b",
            ])
    }

    @Test("Contact * is handed over as such")
    func wildcard() throws {
        #expect(try lines(requestText("Contact: *")).last == "Contact: wildcard")
    }

    @Test(
        "a header that is not what its name says is an error with its name and place",
        arguments: [
            "Contact: <sip:a@b", "Contact: *, <sip:a@b>", "Allow: INVITE,,ACK", "Reason: ;cause=1", "Event:",
            "Session-Expires: soon", "Accept: text", "Authorization: Digest realm=\"r\"", "Expires: -1",
            "Authorization: Digest username=a, realm=r, nonce=n, uri=x, response=0, realm=s", "Replaces: ;to-tag=a",
            "Call-Info: sip:a@b", "Route: <sip:a@b> x", "Privacy: id;",
        ])
    func malformed(_ line: String) throws {
        let fields = try SIPMessage(parsing: requestText(line)).headers
        let error = #expect(throws: SIPParseError.self) { try fields.forEachValue { _, _ in } }
        #expect(error?.code == .malformedHeader)
        #expect(error?.header == HeaderName(line.prefix { $0 != ":" }))
    }

    @Test("one header can be asked for, and a parameter by its name in any case")
    func oneHeader() throws {
        let fields = try SIPMessage(parsing: requestText("Contact: <sip:a@b>;Expires=60;ob")).headers
        var seen: [String] = []
        try fields.forEachValue(of: .contact) { _, value in
            guard case .address(let address) = value else { return }
            if let value = address.parameters.value("expires") { seen.append(text(value)) }
            seen.append("\(address.parameters.contains("ob")) \(address.parameters.contains("lr"))")
        }
        #expect(seen == ["60", "true false"])
    }

    @Test("a row that was written since is read like those that came")
    func written() throws {
        var fields = try SIPMessage(parsing: requestText()).headers
        fields.maxForwards = 3
        var numbers: [UInt32] = []
        try fields.forEachValue { _, value in if case .number(let number) = value { numbers.append(number) } }
        #expect(numbers == [3])
    }

    @Test("on every message of the corpus and the torture suites both ways of reading agree")
    func agreement() throws {
        var messages = 0
        for bytes in try Resources.corpus() {
            for profile in [ParsingProfile.strict, .standard, .lenient] {
                guard let message = try? SIPMessage(parsing: bytes, profile: profile) else { continue }
                messages += 1
                #expect(ViewTarget.disagreement(message) == nil)
            }
        }
        #expect(messages > 100)
    }

    @Test(
        "lists that may be empty by the grammar are read as empty ones",
        arguments: ["Supported:", "Allow: ", "Accept:", "Accept-Language:", "Accept-Encoding:"])
    func emptyLists(_ line: String) throws {
        let fields = try SIPMessage(parsing: requestText(line)).headers
        #expect(try fields.values(.supported).isEmpty && fields.values(.allow).isEmpty)
        #expect(try fields.values(.accept).isEmpty && fields.values(.acceptLanguage).isEmpty)
        #expect(throws: SIPParseError.self) {
            try SIPMessage(parsing: requestText("Require:")).headers.values(.require)
        }
    }
}
