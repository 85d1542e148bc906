import GRDB
import Testing

@testable import CallStore

/// `text_contains`, the function of SQL that searches call records, against LIKE and against a plain look.
@Suite("text_contains")
struct TextContainsTests {
    let store: CallStore

    init() throws {
        self.store = try CallStore.inMemory()
    }

    @Test(
        "finds a part in either text, whatever the case of ASCII letters",
        arguments: [
            ("sip:alice@example.org", "", "alice", true), ("", "sip:alice@example.org", "ALICE@Ex", true),
            ("sip:alice@example.org", "sip:bob@example.org", "alice@example.orgsip", false),
            ("sip:alice@example.org", "x", "sip:alice@example.org", true), ("abc", "abd", "abcd", false),
            ("sip:bob_smith@example.org", "x", "b_s", true), ("sip:bobbsmith@example.org", "x", "b_s", false),
            ("sip:100%@example.org", "x", "0%@", true), ("sip:100@example.org", "x", "1%@", false),
            ("a\\b", "x", "\\", true), ("[{`@", "x", "{[", false), ("[", "x", "{", false), ("@", "x", "`", false),
            ("sip:jürgen@example.org", "x", "JüR", true), ("sip:jürgen@example.org", "x", "JÜR", false),
            ("0123456789abcde#", "x", "#", true), ("#123456789abcdef", "x", "#", true),
            ("0123456789abcdefg#", "x", "G#", true), ("aaaaaaaaaaaaaaaaaaaaaaaaaaab", "x", "aab", true),
        ] as [(String, String, String, Bool)])
    func examples(from: String, to: String, part: String, found: Bool) throws {
        #expect(try self.ask(from, to, part).contains == found)
    }

    @Test("nothing stands in no value")
    func null() throws {
        let answers = try self.store.reading { database in
            try Bool?.fetchAll(
                database,
                sql: """
                    SELECT text_contains(NULL, NULL, 'a') UNION ALL SELECT text_contains('a', 'b', NULL)
                    UNION ALL SELECT text_contains(NULL, 'a', 'A')
                    """)
        }
        #expect(answers == [false, false, true])
    }

    @Test(
        "answers as LIKE and as a plain look do for random texts of every length to 80",
        arguments: ["ab", "sip:@.", "aA[{`@", "%_\\x", "éEeü", "0123456789"])
    func random(alphabet: String) throws {
        var random = SampleRandom(state: UInt64(alphabet.utf8.count))
        let alphabet = Array(alphabet)
        func text(_ length: Int) -> String {
            String((0..<length).map { _ in alphabet[random.below(alphabet.count)] })
        }
        var found = 0
        for _ in 0..<1_000 {
            let from = text(random.below(81))
            let to = text(random.below(81))
            let start = from.index(from.startIndex, offsetBy: random.below(from.count + 1))
            let isCut = random.below(2) == 0
            let part = isCut ? String(from[start...].prefix(1 + random.below(40))) : text(1 + random.below(6))
            if part.isEmpty { continue }
            let answer = try self.ask(from, to, random.below(2) == 0 ? part.uppercasedASCII : part)
            #expect(answer.contains == answer.like, "'\(part)' in '\(from)' or '\(to)'")
            let plainly = [from, to].contains { $0.lowercasedASCII.contains(part.lowercasedASCII) }
            #expect(answer.contains == plainly, "'\(part)' in '\(from)' or '\(to)'")
            if answer.contains { found += 1 }
        }
        #expect((100...999).contains(found), "all the same answer: nothing was compared")
    }

    /// What the function and what two LIKEs say.
    private func ask(_ from: String, _ to: String, _ part: String) throws -> (contains: Bool, like: Bool) {
        var pattern = "%"
        for character in part.unicodeScalars {
            if ["%", "_", "\\"].contains(character) { pattern += "\\" }
            pattern.unicodeScalars.append(character)
        }
        pattern += "%"
        return try self.store.reading { database in
            let row = try Row.fetchOne(
                database,
                sql:
                    "SELECT text_contains(:from, :to, :part), :from LIKE :like ESCAPE '\\' OR :to LIKE :like ESCAPE '\\'",
                arguments: ["from": from, "to": to, "part": part, "like": pattern])
            return (try #require(row)[0], try #require(row)[1])
        }
    }
}

extension String {
    fileprivate var lowercasedASCII: [UInt8] {
        self.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    fileprivate var uppercasedASCII: String {
        String(
            decoding: self.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & ~0x20 : $0 },
            as: UTF8.self)
    }
}

extension Array<UInt8> {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard self.count >= part.count else { return false }
        return (0...self.count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
