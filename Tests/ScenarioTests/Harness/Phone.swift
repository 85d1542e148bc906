import Foundation
import Testing

/// A phone: an account (or a stranger), an address, and the sipp that plays it in one scenario after the other.
struct Phone: Sendable {
    let user: String
    let domain: String
    let port: Int
    let switchPort: Int
    let folder: URL

    /// - Parameter port: a free one unless given; given when a dialplan names it.
    init(
        _ user: String, domain: String = SwitchSetup.domain, port: Int? = nil, of running: SwitchUnderTest
    ) throws {
        self.user = user
        self.domain = domain
        self.port = try port ?? Ports.free()
        switchPort = running.port
        folder = running.folder
    }

    /// `sip:user@127.0.0.1:port` without the user: for dial strings that name an address.
    var address: String { "127.0.0.1:\(port)" }

    /// Registers this phone's address and waits for the 200.
    func register() async throws {
        let sipp = try play("register", password: SwitchSetup.password(of: user), authenticating: domain)
        try await sipp.succeeds()
    }

    /// Starts answering, as the scenario says, and returns when its port is open.
    /// - Parameters:
    ///   - calls: how many calls it takes before it is done.
    ///   - pauseMilliseconds: how long the scenario's pause is (ringing, or talking, as the scenario says).
    func answering(
        _ scenario: String, calls: Int = 1, pauseMilliseconds: Int = 100, tracing: Bool = true
    ) async throws -> Sipp {
        let sipp = try play(
            scenario, calls: calls, pauseMilliseconds: pauseMilliseconds, tracing: tracing,
            seconds: tracing ? 60 : 600)
        try await eventually("\(user)'s port \(port) to be open") {
            guard sipp.child.isRunning else {
                throw CommandFailed(
                    command: sipp.child.name, status: await sipp.child.stop(), output: sipp.child.output)
            }
            return try Ports.isBound(port)
        }
        return sipp
    }

    /// Calls `dialled` at `domain` of the switch.
    func calling(
        _ dialled: String, at calledDomain: String = SwitchSetup.domain, as scenario: String = "caller_hangs_up",
        password: String? = nil, calls: Int = 1, rate: Int = 10, pauseMilliseconds: Int = 100, tracing: Bool = true
    ) throws -> Sipp {
        try play(
            scenario, dialled: dialled, calledDomain: calledDomain,
            password: password ?? SwitchSetup.password(of: user), authenticating: "\(dialled)@\(calledDomain)",
            calls: calls, rate: rate, pauseMilliseconds: pauseMilliseconds, tracing: tracing,
            seconds: tracing ? 60 : calls / rate + 120)
    }

    func play(
        _ scenario: String, dialled: String = "nobody", calledDomain: String = SwitchSetup.domain,
        password: String = "none", authenticating uri: String = SwitchSetup.domain, calls: Int = 1, rate: Int = 10,
        pauseMilliseconds: Int = 100, tracing: Bool = true, seconds: Int = 60
    ) throws -> Sipp {
        let name = "\(user)-\(scenario)-\(UUID().uuidString.prefix(6))"
        var arguments = [
            "-sf", Sipp.folder.appending(path: "\(scenario).xml").path, "127.0.0.1:\(switchPort)",
            "-i", "127.0.0.1", "-p", "\(port)", "-mp", "\(try Ports.free())", "-nostdin",
            "-m", "\(calls)", "-r", "\(rate)", "-l", "\(max(calls, 1))", "-d", "\(pauseMilliseconds)",
            "-timeout", "\(seconds)", "-timeout_error", "-cid_str", "\(name)-%u",
            "-key", "user", user, "-key", "domain", domain, "-key", "dialled", dialled,
            "-key", "called_domain", calledDomain, "-key", "expires", "600",
            "-au", user, "-ap", password, "-auth_uri", uri,
            "-trace_err", "-error_file", "\(name).err",
        ]
        if tracing { arguments += ["-trace_msg", "-message_file", "\(name).msg"] }
        let child = try Child("sipp", arguments, name: name, in: folder, limit: .seconds(seconds + 15))
        return Sipp(
            child: child, port: port, callIDs: (1...max(calls, 1)).map { "\(name)-\($0)" },
            messageFile: folder.appending(path: "\(name).msg"), errorFile: folder.appending(path: "\(name).err"),
            seconds: seconds)
    }
}

/// One sipp under way.
struct Sipp {
    /// Tests/Scenarios.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Scenarios")

    let child: Child
    let port: Int
    /// Call-IDs of the calls that it places itself.
    let callIDs: [String]
    let messageFile: URL
    let errorFile: URL
    let seconds: Int

    var callID: String { callIDs[0] }

    var trace: MessageTrace { MessageTrace(file: messageFile) }

    /// Waits for its end and expects every one of its calls to have gone as the scenario says.
    func succeeds(within limit: Duration? = nil, location: SourceLocation = #_sourceLocation) async throws {
        let status = try await child.exitStatus(within: limit ?? .seconds(seconds + 20))
        if status != 0 {
            let errors = (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
            let lines = trace.messages.map { ($0.sent ? "→ " : "← ") + $0.startLine }.joined(separator: "\n")
            Issue.record(
                """
                \(child.name) ended with status \(status) (1: a call failed, 255: sipp itself)
                \(errors.prefix(1500))
                \(lines.prefix(3000))
                """, sourceLocation: location)
        }
    }

    func stop() async { await child.stop() }

    /// Waits for the n-th INVITE with a Call-ID not seen before.
    func leg(_ number: Int, within limit: Duration = .seconds(15)) async throws -> MessageTrace.Message {
        try await eventually("INVITE \(number) at \(child.name)", within: limit) {
            var seen: Set<String> = []
            let legs = trace.requests("INVITE").filter { seen.insert($0.callID).inserted }
            return legs.count >= number ? legs[number - 1] : nil
        }
    }

    /// Waits until a response with that status to its INVITE has come.
    func gets(_ status: Int, within limit: Duration = .seconds(15)) async throws {
        try await eventually("\(status) at \(child.name)", within: limit) {
            trace.statuses(of: "INVITE").contains(status)
        }
    }

    /// Tells a scenario that waits for a word of ours what to do: a datagram with a request in the call.
    func tell(_ method: String, callID: String) async throws {
        let message = [
            "\(method) sip:told@127.0.0.1:\(port) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK\(UUID().uuidString)",
            "Max-Forwards: 70", "From: <sip:test@127.0.0.1>;tag=test", "To: <sip:told@127.0.0.1>",
            "Call-ID: \(callID)", "CSeq: 1 \(method)", "Content-Length: 0", "", "",
        ].joined(separator: "\r\n")
        // bash opens a UDP socket itself, cat writes the message in one piece: one datagram.
        try await run(
            "/bin/bash", ["-c", "cat > /dev/udp/127.0.0.1/\(port)"], in: messageFile.deletingLastPathComponent(),
            input: message)
    }
}
