import SIPMessage
import Testing

/// Mutated messages: nothing traps, untouched messages go out as they came, and what parses parses again to the same.
///
/// `FUZZ_SECONDS` makes it run that long, `FUZZ_SEED` sets where it begins.
@Suite("Mutation fuzzing")
struct FuzzTests {
    @Test("no mutation traps, and what parses comes back from its octets")
    func mutations() throws {
        let seed = environmentNumber("FUZZ_SEED") ?? 4_475
        let seconds = environmentNumber("FUZZ_SECONDS").map { Int64($0) }
        var fuzzer = Fuzzer(seed: seed, corpus: try Resources.corpus())
        let clock = ContinuousClock()
        let start = clock.now
        repeat {
            for _ in 0..<2_000 { try fuzzer.step() }
        } while seconds.map { clock.now - start < .seconds($0) } ?? false
        #expect(fuzzer.parsed > 100, "the mutations should leave some messages whole")
        #expect(fuzzer.parsed < fuzzer.steps)
        if seconds != nil { print("fuzz: seed \(seed), \(fuzzer.steps) messages, \(fuzzer.parsed) parsed") }
    }
}

struct Fuzzer {
    private var random: SeededGenerator
    private let corpus: [[UInt8]]
    private(set) var steps = 0
    private(set) var parsed = 0

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    private static let pieces: [[UInt8]] = [
        "\r\n", "\r", "\n", "\0", " ", "\t", ",", ";", "=", "\"", "\\", "<", ">", ":", "@", "%", "%00", "%4", "[", "]",
        "[::1]", "?", "&", "*", "/",
        "\r\n ", ";tag=x", "Via: SIP/2.0/UDP h\r\n", "Content-Length: 1\r\n", "SIP/2.0", "4294967296", "-1", "Digest ",
        "\u{FF}", "tel:+1", "sip:",
    ].map { Array($0.utf8) }

    mutating func step() throws {
        steps += 1
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...4, using: &random) { mutate(&bytes) }
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: bytes)
        } catch {
            #expect((0...bytes.count).contains(error.offset))
            if let answer = SIPMessage.rejection(of: bytes, because: error) {
                // It may lack rows, but it is never torn apart by what it copied.
                #expect(answer.starts(with: Array("SIP/2.0 ".utf8)) && !answer.contains(0))
            }
            return
        }
        parsed += 1
        try check(message, bytes)
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let at = bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
        case 3: bytes.replaceSubrange(at..<end, with: Self.pieces.randomElement(using: &random) ?? [])
        case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
        default:
            // A piece of another message, so that headers meet that never stood together.
            let other = corpus.randomElement(using: &random) ?? []
            guard !other.isEmpty else { return }
            let from = Int.random(in: 0..<other.count, using: &random)
            bytes.insert(contentsOf: other[from..<min(other.count, from + 80)], at: at)
        }
    }

    private func check(_ message: SIPMessage, _ bytes: [UInt8]) throws {
        let output = message.serialized()
        let start = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? 0
        #expect(bytes[start...].starts(with: output), "an untouched message goes out as it came")
        readAll(message)
        // What a typed view gives can be written, and gives the same when it is read again.
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
        let again = try SIPMessage(parsing: changed.serialized())
        #expect(again.headers.from == message.headers.from)
        #expect(again.headers.to == message.headers.to)
        #expect(again.headers.via == message.headers.via)
        #expect(again.headers.callID == message.headers.callID)
        #expect(again.headers.cSeq == message.headers.cSeq)
        #expect((try? again.headers.vias) == (try? message.headers.vias))
        #expect(again.headers.maxForwards == 7)
        #expect(again.body == message.body)
        if let contacts { #expect((try? again.headers.contacts) == contacts) }
        #expect(again.serialized() == changed.serialized())
    }

    private func readAll(_ message: SIPMessage) {
        let headers = message.headers
        for field in headers.fields {
            _ = headers.list(named: field.name)
            _ = try? headers.addresses(field.name)
        }
        for credentials in (try? headers.authorizations) ?? [] {
            _ = credentials.isValid(ha1: "00", method: .register)
            #expect((try? Credentials(credentials.description)) == credentials)
        }
        for challenge in (try? headers.wwwAuthenticate) ?? [] where challenge.qop.isEmpty == !challenge.offersQoP {
            #expect((try? Challenge(challenge.description)) == challenge)
        }
        _ = (
            headers.expires, headers.minExpires, headers.retryAfter, headers.mediaType, headers.allow, headers.supported
        )
        if var sdp = try? SessionDescription(parsing: message.bodySlice) {
            #expect(sdp.serialized() == message.body)
            sdp.setConnectionAddress(.ipv4(IPv4Address(bits: 1)))
            for index in sdp.media.indices { sdp.setPort(9, ofMedia: index) }
            #expect(sdp.media.allSatisfy { $0.port == 9 })
        }
        if case .request(let request) = message {
            #expect(request.uri.isEquivalent(to: request.uri))
            let answer = SIPResponse(to: request, status: .ok, toTag: "t")
            #expect((try? SIPMessage(parsing: answer.serialized())) != nil)
        }
    }
}
