import ArgumentParser
import CallStore
import Dispatch
import Foundation
import Glibc
import SIPMessage
import SIPStack
import SwitchServer
import Synchronization
import TestPhone

struct CallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "A small test phone: places a call, or answers calls, and shows every SIP message.",
        discussion: """
            It has no microphone: its SDP says that no media flows. The exit code is 0 when the call was answered and 1 \
            when it was refused. Ctrl-C cancels or hangs up.

            EXAMPLES:
              dialplanctl call bob --demo                       alice of the demo calls bob
              dialplanctl call --answer --demo                  bob of the demo waits for calls and answers after 2 s
              dialplanctl call --answer --demo --status 486     … and is always busy
              dialplanctl call sip:100@example.test --user carol@example.test --server 192.0.2.1:5060
              echo secret | dialplanctl call 100 --user carol@example.test --password-stdin --duration 10
              dialplanctl call --answer --user carol@example.test --local --calls 1

            PASSWORDS: asked for, or read with --password-stdin. With --local (and --demo, which means --local) the \
            credentials of the account come from the switch's own file, which whoever administers the switch can read \
            anyway; nothing is stored elsewhere.
            """)

    @Argument(help: ArgumentHelp("Number, user, user@host or SIP URI to call.", valueName: "target"))
    var target: String?

    @Flag(help: "Register and answer calls instead of placing one.") var answer = false
    @Option(
        help: ArgumentHelp(
            "The phone's account (default with --demo: alice, with --answer bob).", valueName: "user@domain"))
    var user: String?
    @Flag(help: "The demo accounts of a switch that was started with --demo, without passwords.") var demo = false
    @Flag(help: "Take the account's credentials from the local switch's file.") var local = false
    @Flag(help: "Read the password's line from standard input instead of asking for it.") var passwordStdin = false
    @Option(help: ArgumentHelp("The switch's address.", valueName: "host:port"))
    var server = "127.0.0.1:5060"
    @Flag(help: "Register before placing the call.") var register = false
    @Option(help: ArgumentHelp("How long to ring before answering or refusing.", valueName: "seconds"))
    var ring = 2.0
    @Option(help: ArgumentHelp("Refuse calls with this status instead of answering (400 to 699).", valueName: "status"))
    var status: Int?
    @Option(
        help: ArgumentHelp(
            "Hang up so long after the answer (default: 5 for a call placed; one that is answered lasts until the other "
                + "side hangs up).", valueName: "seconds"))
    var duration: Double?
    @Option(help: ArgumentHelp("With --answer: end after so many calls (default: never).", valueName: "n"))
    var calls: Int?
    @Flag(help: "One JSON object a line: every message and the result.") var json = false
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard answer == (target == nil) else {
            throw ValidationError(
                answer
                    ? "--answer waits for calls: leave \(target ?? "") out"
                    : "name whom to call, for example `dialplanctl call bob --demo`, or wait for calls with --answer")
        }
        if let status, !(400...699).contains(status) {
            throw ValidationError("--status \(status): a refusal is between 400 and 699, for example 486 for busy")
        }
        guard ring >= 0, ring <= 300, duration ?? 0 >= 0, duration ?? 0 <= 86_400 else {
            throw ValidationError("--ring is between 0 and 300 seconds, --duration between 0 and 86,400")
        }
        guard calls ?? 1 > 0 else { throw ValidationError("--calls is at least 1") }
        guard user != nil || demo else {
            throw ValidationError("name the phone's account with --user user@domain, or take the demo's with --demo")
        }
        guard !(passwordStdin && (local || demo)) else {
            throw ValidationError("--password-stdin and \(demo ? "--demo" : "--local") exclude each other")
        }
    }

    func run() throws {
        try reporting {
            let account = try PhoneAccount(
                user ?? (answer ? "bob" : "alice") + "@" + DemoSetup.domain)
            let printer = LadderPrinter(json: json)
            let shell = try PhoneShell(server: server) { printer.show($0) }
            var configuration = PhoneConfiguration(
                flow: shell.flow, user: account.user, seed: UInt64.random(in: 1...UInt64.max))
            configuration.tellsMessages = true
            if local || demo {
                configuration.ha1 = try account.credentials(in: location.database, demo: demo)
            } else {
                configuration.setPassword(
                    try SecretOptions.ask("Password", fromStandardInput: passwordStdin, on: .current))
            }
            configuration.plan = { [plan = self.plan] _ in plan }
            let session = PhoneSession(try purpose(account), registers: register)
            let signals = Self.onInterrupt { shell.interrupt() }
            printer.begin(account: account.text, server: server, answering: answer)
            let result = try shell.run(
                session, configuration, registration: (account.address, account.registrar))
            withExtendedLifetime(signals) {}
            printer.end(result)
            switch result {
            case .answered: break
            case .done(let calls) where calls > 0: break
            case .done, .refused, .notRegistered: throw ExitCode.failure
            case .interrupted: throw ExitStatus.interrupted
            }
        }
    }

    private var plan: CallPlan {
        let after = Duration.microseconds(Int64(ring * 1_000_000))
        if let status, let code = StatusCode(status) {
            return CallPlan(.refuse(code, reason: nil), ringsAfter: ring > 0 ? .zero : nil, decidesAfter: after)
        }
        return CallPlan(.answer, decidesAfter: after, talks: duration.map { .microseconds(Int64($0 * 1_000_000)) })
    }

    private func purpose(_ account: PhoneAccount) throws -> PhoneSession.Purpose {
        guard let target else { return .answer(calls: calls) }
        let text =
            target.lowercased().hasPrefix("sip:") || target.lowercased().hasPrefix("sips:")
            ? target : target.contains("@") ? "sip:\(target)" : "sip:\(target)@\(account.domain)"
        guard let uri = try? URI(text) else {
            throw ServeError("\(target): write a number, a user, user@host or sip:user@host")
        }
        var call = OutgoingCall(target: uri, from: account.address)
        call.talks = .microseconds(Int64((duration ?? 5) * 1_000_000))
        return .call(call)
    }

    /// Ctrl-C twice ends at once.
    private static func onInterrupt(_ action: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
        let count = Mutex(0)
        return [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if count.withLock({
                    $0 += 1; return $0
                }) > 1 {
                    Glibc.exit(130)
                }
                action()
            }
            source.resume()
            return source
        }
    }
}

/// The account that the phone is.
struct PhoneAccount {
    let user: String
    let domain: String
    let address: NameAddress
    let registrar: URI

    var text: String { "\(user)@\(domain)" }

    init(_ text: String) throws {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, let uri = try? SIPURI("sip:\(text)"),
            let registrar = try? URI("sip:\(parts[1])")
        else { throw ServeError("\(text): an account is written user@domain, for example alice@demo.test") }
        user = parts[0]
        domain = parts[1]
        address = NameAddress(uri: uri)
        self.registrar = registrar
    }

    /// The hashes that the switch itself keeps for the account.
    func credentials(
        in database: String, demo: Bool
    ) throws -> @Sendable (String, DigestAlgorithm) -> String? {
        guard FileManager.default.fileExists(atPath: database) else {
            throw ServeError(
                "there is no \(database): start a switch with `make serve`, or name its file with --database")
        }
        let store = try CallStore.open(database, role: .inspecting)
        defer { store.close() }
        guard
            let account = try store.accounts().first(where: { $0.username == user && $0.domain == domain.lowercased() })
        else {
            throw ServeError(
                demo
                    ? "\(database) has no account \(text): only a switch whose first start was with --demo has the demo's "
                        + "accounts; name another with --user"
                    : "\(database) has no account \(text): add it with `dialplanctl account add`")
        }
        let credentials = account.credentials
        let realm = account.domain
        return { asked, algorithm in
            guard asked == realm else { return nil }
            return switch algorithm {
            case .md5, .md5Session: credentials.ha1MD5
            case .sha256, .sha256Session: credentials.ha1SHA256
            case .sha512Slash256, .sha512Slash256Session: nil
            }
        }
    }
}
