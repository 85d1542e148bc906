import ArgumentParser
import Crypto
import DialplanBench
import Foundation
import SIPMessage
import SwitchServer
import Switchboard
import TestPhone

/// The call that `test-dialplan` tries a script with.
struct ScenarioOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Number, user, user@host or SIP URI that is called (default: bob).", valueName: "target"))
    var to = "bob"

    @Option(
        help: ArgumentHelp(
            "Who calls: a user, user@host, or a whole From such as '\"Alice\" <sip:alice@example.test>' "
                + "(default: alice@demo.test, with --in somebody outside).", valueName: "address"))
    var from: String?

    @Flag(name: .customLong("in"), help: "The script decides a call to one of its owner's accounts (sys.In).")
    var isIn = false

    @Flag(
        name: .customLong("out"), help: "The script decides a call of one of its owner's accounts (sys.Out; default).")
    var isOut = false

    @Option(help: ArgumentHelp("The dialplan's owner (default: the account's, or demo).", valueName: "name"))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "When the call comes, as '2026-12-24 23:30', with a zone or without for UTC: "
                + "'2026-12-24 23:30 Europe/Vienna' (default: now).", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("Seed of rand, so that a run can be repeated.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(
        name: .customLong("answer"),
        help: ArgumentHelp(
            "How destinations behave; may be given again, the first that fits decides. PATTERN=BEHAVIOUR with answer, "
                + "busy, decline, no-answer, off, unknown-host or a status, and 'after 5s'. * fits all.",
            valueName: "rule"))
    var answers: [String] = []

    @Option(
        help: ArgumentHelp(
            "An account with a registered phone; may be given again. Then others are not made up.",
            valueName: "user@domain"))
    var registered: [String] = []

    @Option(
        name: .customLong("header"),
        help: ArgumentHelp("A header of the INVITE, 'Name: value'; may be given again.", valueName: "header"))
    var headers: [String] = []

    @Option(
        name: .customLong("cancel"),
        help: ArgumentHelp("The caller gives up after this time, for example 10s.", valueName: "duration"))
    var cancelAfter: String?

    @Option(
        help: ArgumentHelp(
            "Use the accounts, dialplans, providers and registrations of this switch's file (nothing is written).",
            valueName: "file"))
    var database: String?

    @Flag(help: "Show every statement that runs, with the variables that changed.") var trace = false

    /// - Parameters:
    ///   - source: the script.
    ///   - name: as which the script sees itself.
    /// - Throws: ``ServeError`` with what to write instead.
    func scenario(source: [UInt8], name: String) throws -> BenchScenario {
        guard !(isIn && isOut) else { throw ServeError("--in and --out exclude each other: leave one out") }
        let direction: CallRecord.Direction = isIn ? .inbound : .outbound
        let loaded = try database.map { path in
            guard FileManager.default.fileExists(atPath: path) else {
                throw ServeError("\(path) does not exist: name the file of a switch, or leave --database out")
            }
            return try DirectoryFile(database: path)
        }
        let caller = try callerAddress(outside: isIn)
        let callerHost = caller.uri.sip.map { "\($0.host)" } ?? "demo.test"
        let target = try targetURI(domain: isIn ? "demo.test" : callerHost)
        let deciding = isIn ? target : caller.uri.sip ?? target
        let key = AccountKey(
            user: deciding.user ?? "",
            domain: loaded?.directory.canonicalDomain("\(deciding.host)") ?? "\(deciding.host)")
        if isIn, let host = caller.uri.sip?.host, "\(host)".lowercased() == key.domain {
            throw ServeError(
                "a call from \(host) is a call of one of its accounts: leave --in out, or let somebody outside call "
                    + "with --from sip:100@elsewhere.example")
        }
        let owner = user ?? loaded?.directory.account(key)?.owner ?? "demo"
        if let loaded, loaded.directory.account(key) == nil {
            throw ServeError(
                "\(key.text) is no account of \(database ?? ""): name one with \(isIn ? "--to" : "--from") user@domain, "
                    + "or leave --database out")
        }
        var call = OutgoingCall(target: .sip(target), from: caller)
        call.talks = .seconds(1)
        call.headers = try headers.map(Self.header)
        var scenario = BenchScenario(
            script: ScriptVersion(
                owner: owner, name: name, version: 0, digest: Array(SHA256.hash(data: source)), text: source),
            direction: direction, account: key, call: call,
            startTime: try at.map(BenchTime.parse) ?? BenchTime.now())
        scenario.seed = seed
        scenario.traces = trace
        scenario.rules = try answers.map { try AnswerRule(parsing: $0) }
        if let loaded {
            scenario.directory = loaded.directory
            scenario.bindings = loaded.bindings
            scenario.inventsAccounts = false
        }
        if let cancelAfter {
            guard let duration = Duration(written: cancelAfter) else {
                throw ServeError("--cancel \(cancelAfter): write a duration such as 10s, 1.5s or 500ms")
            }
            scenario.cancelsAfter = duration
        }
        for address in registered { scenario.addPhone(of: try Self.account(address)) }
        return scenario
    }

    private func callerAddress(outside: Bool) throws -> NameAddress {
        guard let from else {
            return try NameAddress(
                outside ? "\"Caller\" <sip:+431234567@caller.example>" : "\"Alice\" <sip:alice@demo.test>")
        }
        let text =
            from.contains(":") || from.contains("<")
            ? from : from.contains("@") ? "sip:\(from)" : "sip:\(from)@demo.test"
        guard let address = try? NameAddress(text), address.uri.sip?.user != nil else {
            throw ServeError("--from \(from): write user@host, sip:user@host or '\"Name\" <sip:user@host>'")
        }
        return address
    }

    private func targetURI(domain: String) throws -> SIPURI {
        let text =
            to.lowercased().hasPrefix("sip") && to.contains(":")
            ? to : to.contains("@") ? "sip:\(to)" : "sip:\(to)@\(domain)"
        guard let uri = try? SIPURI(text) else {
            throw ServeError("--to \(to): write a number, a user, user@host or sip:user@host")
        }
        return uri
    }

    private static func account(_ text: String) throws -> AccountKey {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ServeError("--registered \(text): an account is written user@domain, for example bob@demo.test")
        }
        return AccountKey(user: String(parts[0]), domain: String(parts[1]))
    }

    private static func header(_ text: String) throws -> (name: HeaderName, value: FieldText) {
        let parts = text.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, let name = HeaderName(parts[0]), let value = try? FieldText(parts[1]) else {
            throw ServeError("--header \(text): write 'Name: value'")
        }
        return (name, value)
    }
}

/// Times on the command line.
enum BenchTime {
    /// Microseconds since 1970 UTC.
    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// `2026-12-24`, `2026-12-24 23:30`, `2026-12-24T23:30:15`, then optionally a zone (`Europe/Vienna`, `UTC`, `Z`,
    /// `+01:00`); without one UTC.
    static func parse(_ text: String) throws -> Int64 {
        let failure = ServeError(
            "--at \(text): write a time such as '2026-12-24 23:30' or '2026-12-24 23:30 Europe/Vienna'")
        var words = text.replacing("T", with: " ", maxReplacements: text.contains(" ") ? 0 : 1)
            .split(separator: " ").map(String.init)
        guard let date = words.first?.split(separator: "-").compactMap({ Int($0) }), date.count == 3 else {
            throw failure
        }
        words.removeFirst()
        var zone = TimeZone(secondsFromGMT: 0)
        var clock = [0, 0, 0]
        if var time = words.first, time.first?.isNumber ?? false {
            words.removeFirst()
            if time.hasSuffix("Z") { time.removeLast() }
            let parts = time.split(separator: ":").map { Int($0) }
            guard (2...3).contains(parts.count), !parts.contains(nil) else { throw failure }
            clock = parts.compactMap { $0 } + (parts.count == 2 ? [0] : [])
        }
        if let name = words.first {
            zone = TimeZone(identifier: name) ?? TimeZone(abbreviation: name) ?? offset(name)
            guard zone != nil, words.count == 1 else {
                throw ServeError(
                    "--at \(text): \(words.joined(separator: " ")) is no time zone; write one such as "
                        + "Europe/Vienna, UTC or +01:00")
            }
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone ?? .gmt
        let parts = DateComponents(
            year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1], second: clock[2])
        guard (1...12).contains(date[1]), (1...31).contains(date[2]), (0...23).contains(clock[0]),
            (0...59).contains(clock[1]), (0...60).contains(clock[2]), (1970...9999).contains(date[0]),
            let moment = calendar.date(from: parts)
        else { throw failure }
        return Int64(moment.timeIntervalSince1970.rounded()) * 1_000_000
    }

    private static func offset(_ text: String) -> TimeZone? {
        let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
        guard text.first == "+" || text.first == "-", parts.count == 2, parts[0] <= 14, parts[1] < 60 else {
            return nil
        }
        return TimeZone(secondsFromGMT: (parts[0] * 3600 + parts[1] * 60) * (text.first == "-" ? -1 : 1))
    }

    /// For people, in UTC.
    static func text(_ microseconds: Int64) -> String {
        let formatter = ISO8601DateFormatter()
        formatter.timeZone = .gmt
        formatter.formatOptions = [.withFullDate, .withFullTime, .withSpaceBetweenDateAndTime]
        return formatter.string(from: Date(timeIntervalSince1970: Double(microseconds / 1_000_000)))
            .replacing("Z", with: " UTC")
    }
}
