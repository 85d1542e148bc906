import DialplanHostCalls
import SIPMessage
import Switchboard
import TestPhone
import Testing

@testable import DialplanBench

/// A script is tried with one call; what the caller hears, and what the script did, is what counts.
@Suite("A dialplan under test")
struct BenchTests {
    static let start: Int64 = 1_800_000_000_000_000

    static func scenario(
        _ script: String, to: String = "sip:bob@demo.test", answers: [String] = [], inbound: Bool = false
    ) throws -> BenchScenario {
        let target = try SIPURI(to)
        let from = inbound ? "\"Eve\" <sip:eve@outside.example>" : "\"Alice\" <sip:alice@demo.test>"
        var call = OutgoingCall(target: .sip(target), from: try NameAddress(from))
        call.talks = .seconds(1)
        let key =
            inbound
            ? AccountKey(user: target.user ?? "", domain: "\(target.host)")
            : AccountKey(user: "alice", domain: "demo.test")
        var scenario = BenchScenario(
            script: ScriptVersion(
                owner: "demo", name: "plan", version: 1, digest: Array(repeating: 1, count: 32),
                text: Array(script.utf8)),
            direction: inbound ? .inbound : .outbound, account: key, call: call, startTime: start)
        scenario.seed = 42
        scenario.rules = try answers.map { try AnswerRule(parsing: $0) }
        return scenario
    }

    static func run(
        _ script: String, to: String = "sip:bob@demo.test", answers: [String] = [], inbound: Bool = false
    ) throws -> BenchResult {
        try Bench.run(try scenario(script, to: to, answers: answers, inbound: inbound))
    }

    static func log(_ result: BenchResult) -> [String] {
        result.steps.compactMap { step in
            guard case .entry(.effect(HostCallTable.Name.log, let arguments), _) = step.kind else { return nil }
            return arguments.first?.displayText
        }
    }

    static let outcomes: [(script: String, answers: [String], outcome: BenchOutcome, milliseconds: Int64)] = [
        (#"sys.Dial "bob@demo.test""#, [], .answered(by: "bob@demo.test"), 3_000),
        (#"sys.Dial "bob@demo.test""#, ["bob=after 500ms"], .answered(by: "bob@demo.test"), 500),
        (#"sys.Dial "bob@demo.test""#, ["bob=busy"], .refused(status: 486, reason: "Busy Here"), 0),
        (
            #"sys.Dial "bob@demo.test""#, ["bob=503 Try later after 2s"], .refused(status: 503, reason: "Try later"),
            2_000
        ),
        (
            #"sys.Dial "bob@demo.test", 20"#, ["*=no-answer"],
            .refused(status: 480, reason: "Temporarily Unavailable"), 20_000
        ),
        (
            #"sys.Dial "sip:1@nowhere.example""#, ["nowhere*=unknown-host"],
            .refused(status: 480, reason: "Unresolvable host nowhere.example"), 0
        ),
        (
            #"sys.Dial "sip:1@there.example""#, ["1@there.example=off"], .refused(status: 408, reason: "No response"),
            32_000
        ),
        (#"sys.Dial "a@demo.test|b@demo.test""#, ["a=busy after 1s"], .answered(by: "b@demo.test"), 4_000),
        (#"sys.Dial "a@demo.test&b@demo.test[dt=1]""#, ["a=after 9s"], .answered(by: "b@demo.test"), 4_000),
        (#"sys.Respond 404, "No such number""#, [], .refused(status: 404, reason: "No such number"), 0),
        (#"sys.Log "nothing else""#, [], .refused(status: 480, reason: "Temporarily Unavailable"), 0),
        (#"nil.knows"#, [], .refused(status: 500, reason: "Dial plan missing method"), 0),
        (#"sys.Dial("#, [], .refused(status: 500, reason: "Dial plan syntax error"), 0),
    ]

    @Test("the outcome and its time are those of a switch with such phones", arguments: outcomes.indices)
    func outcome(index: Int) throws {
        let wanted = Self.outcomes[index]
        let result = try Self.run(wanted.script, answers: wanted.answers)
        #expect(result.outcome == wanted.outcome)
        #expect(abs(result.outcomeAt - wanted.milliseconds * 1_000) < 1_000, "\(result.outcomeAt) µs")
        #expect(result.record?.status != nil)
    }

    @Test("a forwarded call that is answered leaves the script its last words")
    func lastWords() throws {
        let result = try Self.run(
            ##"""
            begin
              sys.Dial "bob@demo.test"
            rescue
              sys.Log "ended: #{$!}"
            end
            """##)
        #expect(result.outcome == .answered(by: "bob@demo.test"))
        #expect(Self.log(result) == ["ended: Thread was being aborted."])
    }

    @Test("a call to an account is In, with the caller's name and the script's owner")
    func inbound() throws {
        let result = try Self.run(
            ##"sys.Log "#{sys.In} #{sys.Out} #{sys.Username} #{req.Header.From.FromName} #{req.URI.User}""##,
            inbound: true)
        #expect(Self.log(result) == ["true false demo Eve bob"])
    }

    @Test("time, random numbers and steps are the same in every run of the same scenario")
    func repeatable() throws {
        let script = ##"sys.Log "#{Time.now.to_i} #{rand(1000)}"; sys.Dial "bob@demo.test", 5; sys.Log Time.now.to_i"##
        let scenario = try Self.scenario(script, answers: ["bob=no-answer"])
        let first = try Bench.run(scenario)
        let second = try Bench.run(scenario)
        #expect(first.journals == second.journals)
        let log = Self.log(first)
        #expect(log.first?.hasPrefix("1800000000 ") ?? false)
        #expect(log.last == "1800000005")
        #expect(
            StepLine.lines(of: first.steps, journals: first.journals)
                == StepLine.lines(of: second.steps, journals: second.journals))
    }

    @Test("every step of a script names its line")
    func lines() throws {
        let result = try Self.run("sys.Log 1\n\n[1, 2].each do |n|\n  sys.Log n\nend\nsys.Respond 404\n")
        let lines = result.steps.compactMap { step -> Int? in
            if case .entry(_, let line) = step.kind { line } else { nil }
        }
        #expect(lines == [1, 4, 4, 6])
    }

    @Test("an account with a dialplan of its own runs it, one level deeper")
    func innerDialplan() throws {
        var scenario = try Self.scenario(#"sys.Dial "carol@demo.test""#)
        scenario.directory.insert(domain: "demo.test")
        scenario.directory.insert(
            ScriptVersion(
                owner: "carol", name: "inner", version: 3, digest: Array(repeating: 2, count: 32),
                text: Array(#"sys.Log "inner"; sys.Dial "sip:mobile@outside.example", 9"#.utf8)))
        scenario.directory.insert(
            Account(
                key: AccountKey(user: "carol", domain: "demo.test"), owner: "carol", ha1MD5: "", ha1SHA256: "",
                inDialplan: "inner"))
        let result = try Bench.run(scenario)
        #expect(result.journals.map(\.owner) == ["demo", "carol"])
        #expect(result.journals.map(\.scriptVersion) == [1, 3])
        #expect(result.journals.last?.parent == result.journals.first?.start.execution)
        let lines = StepLine.lines(of: result.steps, journals: result.journals)
        #expect(lines.contains { $0.depth == 1 && $0.kind == .log && $0.text == "inner" })
        #expect(result.outcome == .answered(by: "carol@demo.test"))
    }

    @Test("a caller that gives up ends the script, which hears of it")
    func callerCancels() throws {
        var scenario = try Self.scenario(
            #"begin; sys.Dial "bob@demo.test"; rescue; sys.Log "gone"; end"#, answers: ["*=no-answer"])
        scenario.cancelsAfter = .seconds(10)
        let result = try Bench.run(scenario)
        #expect(result.outcome == .refused(status: 487, reason: "Request Terminated"))
        #expect(Self.log(result) == ["gone"])
    }

    @Test("a script that never ends meets its limit, and the run ends")
    func endless() throws {
        let result = try Self.run("while true; end")
        #expect(result.outcome == .refused(status: 500, reason: "Dial plan exception"))
    }

    @Test(
        "rules are read as they are written",
        arguments: [
            ("bob=busy", "bob"), ("*@a.example = 404 after 1.5s", "*@a.example"), ("x=after 200ms", "x"), ("y", "y"),
        ])
    func rules(text: String, pattern: String) throws {
        #expect(try AnswerRule(parsing: text).pattern == pattern)
    }

    @Test(
        "what is no rule is refused with the way to write one",
        arguments: ["", "=busy", "bob=perhaps", "bob=200", "bob=busy after soon", "bob=99"])
    func noRules(text: String) throws {
        #expect(throws: AnswerRule.Failure.self) { try AnswerRule(parsing: text) }
    }

    @Test(
        "patterns match user, host or both",
        arguments: [
            ("bob", "bob", "demo.test", true), ("b*", "bob", "demo.test", true), ("demo.*", "bob", "demo.test", true),
            ("bob@demo.test", "bob", "demo.test", true), ("*@*", "bob", "demo.test", true),
            ("BOB", "bob", "demo.test", true), ("bo", "bob", "demo.test", false), ("?ob", "bob", "x", true),
            ("*a*b*c*d*e*f*g*h", String(repeating: "abcdefg", count: 50), "x", false),
        ])
    func patterns(pattern: String, user: String, host: String, fits: Bool) throws {
        #expect(AnswerRule(pattern: pattern, .unknownHost).matches(user: user, host: host) == fits)
    }
}
