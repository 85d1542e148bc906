import DialplanCore
import DialplanHostCalls
import SIPMessage

/// Parses a call, runs a small dialplan for it until the first Dial, and prints what the script asked for.
@main
struct Consumer {
    enum Failure: Error { case notAnInvite, noUser, unexpected(String) }

    static let invite = [
        "INVITE sip:00493012345@example.test SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK776asdhds;rport",
        "Max-Forwards: 70",
        "From: \"Alice\" <sip:alice@example.test>;tag=1928301774",
        "To: <sip:00493012345@example.test>",
        "Call-ID: a84b4c76e66710@192.0.2.7",
        "CSeq: 314159 INVITE",
        "Contact: <sip:alice@192.0.2.7>",
        "Content-Length: 0",
        "", "",
    ].joined(separator: "\r\n")

    static let dialplan = """
        sys.Log("call for #{req.URI.User}")
        case req.URI.User
        when /^00(49)(\\d+)$/
          sys.Log("country #{$1}, number #{$2}")
          sys.Dial("#{$2}@provider.example", 30)
        else
          sys.Respond(404, "No such number")
        end
        """

    static func main() throws {
        let user = try dialledUser()
        print("parsed an INVITE for \(user)")

        let image = try DialplanCompiler.compile(source: Array(dialplan.utf8), name: "example")
        var machine = Machine(image: image, start: start(for: user))
        guard case .awaiting(HostCallTable.Name.dial) = machine.run(fuel: 1_000_000) else {
            throw Failure.unexpected("the dialplan did not come to its Dial")
        }

        var bytes: [UInt8] = []
        let count = machine.takeEntries(into: &bytes)
        var reader = ByteReader(bytes)
        for position in 0..<count { print("\(position)  \(describe(try Entry(from: &reader)))") }
        print(
            "waits for the answer to its Dial after \(machine.instructions) instructions, at line \(machine.currentLine)"
        )
    }

    static func dialledUser() throws -> String {
        guard case .request(let request) = try SIPMessage(parsing: Array(invite.utf8)), request.method == .invite else {
            throw Failure.notAnInvite
        }
        guard case .sip(let uri) = request.uri, let user = uri.user else { throw Failure.noUser }
        return user
    }

    /// What the script sees of the call: `req.URI.User`.
    static func start(for user: String) -> ExecutionStart {
        let uri = HostRecord(
            typeName: "SIPURI", text: Array("sip:\(user)@example.test".utf8), fields: [.init("User", .text(user))])
        let request = HostRecord(typeName: "SIPRequest", text: Array(invite.utf8), fields: [.init("URI", .record(uri))])
        return ExecutionStart(
            execution: 1, sourceDigest: [], sourceName: "example", source: nil, request: request,
            startTime: 1_700_000_000_000_000, seed: 42)
    }

    static func describe(_ entry: Entry) -> String {
        switch entry {
        case .effect(let id, let arguments), .call(let id, let arguments):
            let name = HostCallTable.call(id)?.name ?? "host call \(id.rawValue)"
            return "\(name)(\(arguments.map(\.displayText).joined(separator: ", ")))"
        case .outcome, .outsideEnd:
            return "\(entry)"
        }
    }
}
