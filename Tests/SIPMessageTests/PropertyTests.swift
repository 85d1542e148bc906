import SIPMessage
import Testing

/// Values made at random print text that reads back to the same value; rules that must hold for all of them.
@Suite("Properties")
struct PropertyTests {
    static let rounds = 2_000

    /// Any text: separators, escapes, UTF-8, controls; with or without what no header can hold.
    private static func text(_ random: inout SeededGenerator, lineEnds: Bool = false) -> String {
        var pieces = [
            "a", "Z9", "\"", "\\", "<", ">", ";", ",", "=", "@", ":", "%", "%41", " ", "é", "漢", "?", "&", "#", "/",
            "\u{7}", "(", "[",
        ]
        if lineEnds { pieces += ["\r\n", "\0", "\n"] }
        return (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "a" }
            .joined()
    }

    private static func token(_ random: inout SeededGenerator) -> Token {
        let letters = Array("abcXYZ019-.!%*_+`'~")
        let text = String(
            (0..<Int.random(in: 1...20, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        return Token(text) ?? "a"
    }

    private static func host(_ random: inout SeededGenerator) -> Host {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .ipv4(IPv4Address(bits: UInt32.random(in: 0 ... .max, using: &random)))
        case 1:
            .ipv6(
                IPv6Address(
                    high: random.next() & (Bool.random(using: &random) ? .max : 0xFFFF),
                    low: Bool.random(using: &random) ? random.next() : 0))
        default: .name("host-1.example.org")
        }
    }

    private static func uri(_ random: inout SeededGenerator) throws -> SIPURI {
        var uri = SIPURI(
            user: Bool.random(using: &random) ? text(&random, lineEnds: true) : nil, host: host(&random),
            port: Bool.random(using: &random) ? UInt16.random(in: 0 ... .max, using: &random) : nil,
            isSecure: Bool.random(using: &random))
        if Bool.random(using: &random) { uri.password = text(&random, lineEnds: true) }
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            uri.setParameter(token(&random), to: Bool.random(using: &random) ? token(&random) : nil)
        }
        return uri
    }

    @Test("a URI reads back to itself, is equivalent to itself, and escapes keep its user")
    func uris() throws {
        var random = SeededGenerator(seed: 3_261)
        for _ in 0..<Self.rounds {
            let uri = try Self.uri(&random)
            let again = try SIPURI(uri.description)
            #expect(again == uri)
            #expect(again.isEquivalent(to: uri) && uri.isEquivalent(to: again))
            #expect(again.user == uri.user && again.password == uri.password)
        }
    }

    @Test("equivalence is symmetric, and equal escapes make equal URIs (RFC 3261 §19.1.4)")
    func equivalence() throws {
        var random = SeededGenerator(seed: 19)
        for _ in 0..<Self.rounds {
            let left = try Self.uri(&random)
            let right = try Self.uri(&random)
            #expect(left.isEquivalent(to: right) == right.isEquivalent(to: left))
            guard let user = left.rawUser else { continue }
            let escaped = user.utf8.first.map { byte -> String in
                byte == UInt8(ascii: "%") ? user : "%" + hex(byte) + user.dropFirst()
            }
            if let escaped, user.utf8.first.map({ $0 < 0x80 }) == true {
                let other = try SIPURI(left.description.replacing(":\(user)", with: ":\(escaped)", maxReplacements: 1))
                // "Characters other than those in the reserved set are equivalent to their % HEX HEX encoding."
                let isReserved = user.utf8.first.map { ";/?:@&=+$,".utf8.contains($0) } ?? false
                #expect(other.isEquivalent(to: left) != isReserved, "\(other) and \(left)")
            }
        }
    }

    private func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }

    @Test("addresses, Vias and parameters read back to themselves")
    func values() throws {
        var random = SeededGenerator(seed: 4_475)
        for _ in 0..<Self.rounds {
            var address = NameAddress(
                displayName: try FieldText(Self.text(&random)), uri: try Self.uri(&random),
                tag: Bool.random(using: &random) ? Self.token(&random) : nil)
            address.setParameter(Self.token(&random), to: try FieldText(Self.text(&random)))
            #expect(try NameAddress(address.description) == address)
            var via = Via(
                transport: .tcp, sentBy: HostPort(host: Self.host(&random), port: 5_060), branch: Self.token(&random),
                requestsRPort: Bool.random(using: &random))
            via.received = Self.host(&random)
            #expect(try Via(via.description) == via)
        }
    }

    @Test("a message of random values parses, and is the same after it is written again")
    func messages() throws {
        var random = SeededGenerator(seed: 18)
        for _ in 0..<500 {
            var request = SIPRequest(
                method: SIPMethod(Self.token(&random).text) ?? .options, uri: .sip(try Self.uri(&random)),
                via: Via(transport: .udp, sentBy: HostPort(host: Self.host(&random)), branch: Self.token(&random)),
                from: NameAddress(
                    displayName: try FieldText(Self.text(&random)), uri: try Self.uri(&random), tag: Self.token(&random)
                ),
                to: NameAddress(uri: try Self.uri(&random)), callID: CallID(Self.token(&random)), cSeq: 1,
                contact: NameAddress(uri: try Self.uri(&random)), contentType: "text/plain",
                body: Array(Self.text(&random, lineEnds: true).utf8))
            request.headers[.reason] = [
                Reason(protocolName: Self.token(&random), cause: 1, text: try FieldText(Self.text(&random)))
            ]
            request.headers[.userToUser] = [OpaqueData(try FieldText(Self.text(&random)))]
            let bytes = request.serialized()
            let again = try parseRequest(bytes)
            #expect(again.serialized() == bytes)
            #expect(again.headers.from == request.headers.from && again.headers.to == request.headers.to)
            #expect(again.uri == request.uri && again.body == request.body)
            #expect(try again.headers.contacts == request.headers.contacts)
            #expect(again.headers[.reason] == request.headers[.reason])
            #expect(again.headers[.userToUser] == request.headers[.userToUser])
            #expect(FuzzTarget.violation(bytes) == nil)
        }
    }

    @Test("credentials answer their challenge for every algorithm and qop, and for nothing else")
    func digests() throws {
        var random = SeededGenerator(seed: 7_616)
        for round in 0..<300 {
            let algorithm = DigestAlgorithm.allCases[round % DigestAlgorithm.allCases.count]
            let user = Self.text(&random)
            let challenge = try Challenge(
                realm: Self.text(&random), nonce: Self.text(&random), algorithm: algorithm,
                qop: [[.auth], [.authInt], [.auth, .authInt], []].randomElement(using: &random) ?? [],
                opaque: Bool.random(using: &random) ? Self.text(&random) : nil,
                wantsUserHash: Bool.random(using: &random))
            #expect(try Challenge(challenge.description) == challenge)
            let ha1 = Digest.ha1(user: user, realm: challenge.realm, password: "secret", algorithm: algorithm)
            let count = UInt32.random(in: 1 ... .max, using: &random)
            let credentials = try #require(
                try Credentials.answering(
                    challenge, username: user, ha1: ha1, method: .invite, uri: "sip:h", nonceCount: count,
                    cnonce: Self.text(&random), body: [1, 2]))
            let received = try Credentials(credentials.description)
            #expect(received == credentials)
            #expect(received.isValid(ha1: ha1, method: .invite, body: [1, 2]))
            #expect(!received.isValid(ha1: ha1, method: .bye, body: [1, 2]))
            let wrong = Digest.ha1(user: user, realm: challenge.realm, password: "Secret", algorithm: algorithm)
            #expect(!received.isValid(ha1: wrong, method: .invite, body: [1, 2]))
        }
    }

    @Test("edits of a session description change their line and no other")
    func sessions() throws {
        var random = SeededGenerator(seed: 8_866)
        let pieces = [
            "m=audio 49170/2 RTP/AVP 0 8", "m=video 0 RTP/AVP 31", "c=IN IP4 224.2.36.42/127", "c=IN IP6 ::1",
            "a=sendonly",
            "a=rtpmap:0 PCMU/8000", "b=AS:64", "i=title", "a=inactive", "k=clear:x", "m=odd", "a=x:sendonly",
        ]
        for _ in 0..<Self.rounds {
            let lines =
                ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "t=0 0"]
                + (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            let ending = Bool.random(using: &random) ? "\r\n" : "\n"
            let bytes = Array((lines.joined(separator: ending) + (Bool.random(using: &random) ? ending : "")).utf8)
            var session = try SessionDescription(parsing: bytes)
            #expect(session.serialized() == bytes)
            let count = session.media.count
            guard count > 0 else { continue }
            let index = Int.random(in: 0..<count, using: &random)
            let before = session.media
            session.setPort(7, ofMedia: index)
            session.setDirection(.receiveOnly, ofMedia: index)
            session.setConnectionAddress(.ipv4(IPv4Address(bits: 0x0A00_0001)), ofMedia: index)
            let again = try SessionDescription(parsing: session.serialized())
            #expect(again == session)
            #expect(again.media[index].port == 7 && again.direction(ofMedia: index) == .receiveOnly)
            #expect(again.media[index].connectionAddress == Host("10.0.0.1"))
            for other in 0..<count where other != index { #expect(again.media[other] == before[other]) }
            #expect(again.originVersion == 1)
        }
    }
}
