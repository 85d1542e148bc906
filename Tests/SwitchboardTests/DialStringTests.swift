import Testing

@testable import Switchboard

@Suite("Dial strings")
struct DialStringTests {
    static let values = DialString.Substitutions(dialledUser: "004930123", fromName: "Alice", fromUser: "alice")

    static let forms: [(text: String, groups: [[String]])] = [
        ("bob@local", [["bob@local"]]),
        (" bob@local & carol@local | sip:100@example.net ", [["bob@local", "carol@local"], ["sip:100@example.net"]]),
        ("|&| bob@local &&|", [["bob@local"]]),
        ("", []), ("  ", []), ("|", []),
        ("bob@local&bob@local|bob@local", [["bob@local"]]),
        ("${dst}@provider", [["004930123@provider"]]),
        ("${EXTEN:2}@provider", [["4930123@provider"]]),
        ("${dst:9}@provider", [["004930123@provider"]]),
        ("${dst:99}@provider", [["004930123@provider"]]),
        ("${dst:x}@provider", [["004930123@provider"]]),
        ("${fromuriuser}-${fromname}@p", [["alice-Alice@p"]]),
        ("${unknown}@p", [["${unknown}@p"]]),
        ("${dst@p", [["${dst@p"]]),
        ("sip:bob@[::1]:5070", [["sip:bob@[::1]:5070"]]),
        ("sip:bob@[::1]:5070[dt=3]", [["sip:bob@[::1]:5070"]]),
    ]

    @Test("groups and legs are separated as the ancestor did", arguments: forms)
    func groups(form: (text: String, groups: [[String]])) throws {
        let parsed = try DialString(parsing: form.text, substituting: Self.values)
        #expect(parsed.groups.map { $0.map(\.destination) } == form.groups)
    }

    @Test("a leg's options are read in any order and unknown ones are passed over")
    func options() throws {
        let text = "bob@local[ fu=100 , zz=1,dt=5,fd=Bob B,cd=60,fh=example.test]&carol@local[dt=999]"
        let legs = try #require(DialString(parsing: text, substituting: Self.values).groups.first)
        #expect(legs[0].destination == "bob@local")
        #expect(legs[0].options.fromUser == "100")
        #expect(legs[0].options.fromDisplayName == "Bob B")
        #expect(legs[0].options.fromHost == "example.test")
        #expect(legs[0].options.delaySeconds == 5)
        #expect(legs[0].options.answeredLimitSeconds == 60)
        #expect(legs[1].options.delaySeconds == 120, "dt is at most 120 seconds")
    }

    @Test("a bracket that is not closed is an error", arguments: ["bob@local[dt=5", "a&b[", "x]y["])
    func unclosed(text: String) {
        #expect(throws: DialString.Failure.self) {
            try DialString(parsing: text, substituting: Self.values)
        }
    }
}
