import CallStore
import Foundation
import SIPMessage
import Testing

extension Scenarios {
    @Suite("The front is killed")
    struct FrontKillScenarios {
        @Test(
            "of 1,000 REGISTERs answered with 200 none is lost when kill -9 ends the front at random moments",
            .timeLimit(.minutes(2)))
        func registrationsSurvive() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "dp-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let database = folder.appending(path: "switch.sqlite").path
            var phones = try RegisteringPhones(count: 20, in: database)
            let port = try Ports.free()
            var acknowledged = 0
            var round = 0
            while acknowledged < 1_000 {
                round += 1
                let front = try await Self.start(database, port: port, folder: folder, round: round)
                acknowledged += try phones.register(to: port, until: Int.random(in: 80...160)) {
                    if let pid = front.pid { kill(pid, SIGKILL) }
                }
                try await front.exitStatus(within: .seconds(10))
                #expect(CallStore.check(database).filter { $0.verdict == .problem && $0.subject != "disk" } == [])
                let store = try CallStore.open(database, role: .administering)
                let stored = Set(try store.bindings().map(\.contact))
                store.close()
                for phone in phones.all { #expect(Set(phone.newestAcknowledged).subtracting(stored).isEmpty) }
            }
            #expect(round >= 6)

            // And the switch that starts again knows them.
            let front = try await Self.start(database, port: port, folder: folder, round: 0)
            for index in [0, 7, 19] {
                let contacts = try #require(try phones.contacts(ofPhone: index, at: port))
                #expect(Set(phones.all[index].newestAcknowledged).subtracting(contacts).isEmpty)
            }
            #expect(await front.stop() == 0)
            try? FileManager.default.removeItem(at: folder)
        }

        static func start(_ database: String, port: Int, folder: URL, round: Int) async throws -> Child {
            let front = try Child(
                SwitchUnderTest.dialplanctl,
                [
                    "serve", "--database", database, "--listen", "udp:127.0.0.1:\(port)", "--workers", "1",
                    "--admin-socket", folder.appending(path: "admin.sock").path,
                ], name: "switch-\(round)", in: folder, limit: .seconds(120))
            try await eventually("the switch's `ready` line", within: .seconds(20)) {
                front.output.split(separator: "\n").contains { $0.hasPrefix("ready") }
            }
            return front
        }
    }
}

/// Phones that register a new contact as soon as the last one is acknowledged, each over one REGISTER at a time.
struct RegisteringPhones {
    struct Phone {
        let user: String
        var cSeq = 0
        var challenge: Challenge?
        var nonceCount: UInt32 = 0
        var acknowledged: [String] = []

        /// The switch keeps ten contacts of an account; one more than the last acknowledged may have pushed one out.
        var newestAcknowledged: [String] { Array(acknowledged.suffix(8)) }
        var nextContact: String { "sip:\(user)-\(acknowledged.count)@127.0.0.1:9" }
    }

    private static let domain = "example.test"
    private(set) var all: [Phone]

    init(count: Int, in database: String) throws {
        all = (0..<count).map { Phone(user: "phone\($0)") }
        let store = try CallStore.open(database, role: .administering)
        try store.addUser("sam")
        try store.addDomain(Self.domain)
        for phone in all {
            try store.addAccount(phone.user, domain: Self.domain, owner: "sam") { realm in
                AccountCredentials(
                    ha1MD5: Self.ha1(phone.user, realm, .md5), ha1SHA256: Self.ha1(phone.user, realm, .sha256))
            }
        }
        store.close()
    }

    private static func ha1(_ user: String, _ realm: String, _ algorithm: DigestAlgorithm) -> String {
        Digest.ha1(user: user, realm: realm, password: "secret", algorithm: algorithm)
    }

    /// Registers until so many REGISTERs have been acknowledged, then lets `kill` end the switch and reads what it had
    /// still answered.
    ///
    /// - Returns: how many were acknowledged.
    mutating func register(to port: Int, until wanted: Int, kill: () -> Void) throws -> Int {
        let socket = try UDPSocket(to: port, wait: 300)
        var count = 0
        var isKilled = false
        for index in all.indices {
            all[index].challenge = nil
            socket.send(try request(index, contact: all[index].nextContact))
        }
        while let bytes = socket.receive() {
            guard case .response(let response) = try SIPMessage(parsing: bytes),
                let index = all.firstIndex(where: { response.headers.callID.text == $0.user })
            else { continue }
            if response.status == .ok {
                all[index].acknowledged.append(all[index].nextContact)
                count += 1
            } else if response.status == .unauthorized {
                all[index].challenge = try response.headers.wwwAuthenticate.first { $0.algorithm == .md5 }
                all[index].nonceCount = 0
            }
            if count >= wanted, !isKilled {
                isKilled = true
                kill()
            }
            if !isKilled { socket.send(try request(index, contact: all[index].nextContact)) }
        }
        return count
    }

    /// What the switch answers to a REGISTER that only asks.
    mutating func contacts(ofPhone index: Int, at port: Int) throws -> Set<String>? {
        let socket = try UDPSocket(to: port, wait: 2_000)
        all[index].challenge = nil
        for _ in 0..<2 {
            socket.send(try request(index, contact: nil))
            guard let bytes = socket.receive(), case .response(let response) = try SIPMessage(parsing: bytes) else {
                return nil
            }
            if response.status == .ok { return Set(try response.headers.contacts.map { $0.uri.description }) }
            all[index].challenge = try response.headers.wwwAuthenticate.first { $0.algorithm == .md5 }
            all[index].nonceCount = 0
        }
        return nil
    }

    private mutating func request(_ index: Int, contact: String?) throws -> String {
        all[index].cSeq += 1
        all[index].nonceCount += 1
        let phone = all[index]
        let address = "sip:\(phone.user)@\(Self.domain)"
        var lines = [
            "REGISTER sip:\(Self.domain) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK-\(phone.user)-\(phone.cSeq)", "Max-Forwards: 70",
            "From: <\(address)>;tag=\(phone.cSeq)", "To: <\(address)>", "Call-ID: \(phone.user)",
            "CSeq: \(phone.cSeq) REGISTER",
        ]
        if let contact { lines += ["Contact: <\(contact)>", "Expires: 600"] }
        if let challenge = phone.challenge {
            let credentials = try Credentials.answering(
                challenge, username: phone.user, ha1: Self.ha1(phone.user, challenge.realm, .md5), method: .register,
                uri: "sip:\(Self.domain)", nonceCount: phone.nonceCount, cnonce: "c\(phone.cSeq)")
            if let credentials { lines.append("Authorization: \(credentials)") }
        }
        return (lines + ["Content-Length: 0", "", ""]).joined(separator: "\r\n")
    }
}
