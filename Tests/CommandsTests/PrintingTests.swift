import Testing

@testable import Commands

@Suite("What is printed")
struct PrintingTests {
    private func console(width: Int?, terminal: Bool = true, environment: [String: String] = [:]) -> Console {
        var console = Console.standard
        console.isOutputTerminal = terminal
        console.width = width
        console.environment = environment
        return console
    }

    private var table: Table {
        var table = Table([.init("NAME"), .init("N", isNumber: true), .init("TEXT", isFlexible: true), .init("END")])
        table.add(["alice", "7", .init(String(repeating: "long ", count: 10)), .init(nil)])
        table.add([.init("中文"), "1234", "e\u{301}", "x"])
        return table
    }

    @Test("a table is aligned by columns of the terminal, wide and combining characters too")
    func alignment() {
        #expect(
            table.text(on: console(width: nil, terminal: false)) == """
                NAME      N  TEXT                                                END
                alice     7  long long long long long long long long long long   -
                中文   1234  e\u{301}                                                   x
                """)
    }

    @Test("on a terminal the flexible column is cut, so that no line is wider", arguments: [30, 40, 60])
    func fitting(width: Int) {
        let lines = table.text(on: console(width: width, environment: ["NO_COLOR": "1"])).split(separator: "\n")
        #expect(lines.allSatisfy { TextWidth.of(String($0)) <= width })
        #expect(lines[1].contains("…"))
    }

    @Test("colours are for terminals, and not where NO_COLOR is set or the terminal is dumb")
    func colours() {
        #expect(table.text(on: console(width: 80)).contains("\u{1B}[1mNAME\u{1B}[0m"))
        #expect(!table.text(on: console(width: 80, environment: ["NO_COLOR": "1"])).contains("\u{1B}"))
        #expect(!table.text(on: console(width: 80, environment: ["TERM": "dumb"])).contains("\u{1B}"))
        #expect(!table.text(on: console(width: nil, terminal: false)).contains("\u{1B}"))
    }

    @Test("no line ends in blanks")
    func blanks() {
        for line in table.text(on: console(width: nil, terminal: false)).split(separator: "\n") {
            #expect(line.last != " ")
        }
    }

    @Test(
        "what comes from outside cannot steer the terminal",
        arguments: [
            ("plain – ünï 中", "plain – ünï 中"), ("\u{1B}]0;title\u{7}", "\\x1b]0;title\\x07"),
            ("a\r\nb\tc", "a\\r\\nb\\tc"),
            ("\u{9B}31m", "\\x9b31m"), ("\u{202E}evil", "\\u202eevil"), ("\u{2028}", "\\u2028"),
            ("\0\u{7F}", "\\x00\\x7f"),
        ])
    func escaping(text: String, shown: String) {
        #expect(Escaping.line(text) == shown)
    }

    @Test("JSON is escaped as JSON")
    func json() throws {
        #expect(
            try Console.json(["k": "\u{9B}\u{1B}\n\u{202E}/é"], isLaidOut: false) == #"{"k":"\u009b\u001b\n\u202e/é"}"#)
    }

    @Test(
        "durations",
        arguments: [
            (0, "0 ms"), (999_999, "999 ms"), (4_250_000, "4.2 s"), (60_000_000, "1:00"), (3_723_000_000, "1:02:03"),
        ])
    func durations(microseconds: Int64, text: String) {
        #expect(LocalTime.duration(microseconds) == text)
    }
}
