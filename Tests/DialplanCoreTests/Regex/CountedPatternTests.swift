import Foundation
import Testing

@testable import DialplanCore

@Suite("Patterns with counted repetitions")
struct CountedPatternTests {
    private func counted(_ pattern: String, isExtended: Bool = false) -> String? {
        let bytes = Array(pattern.utf8)
        return CountedPattern.counted(bytes, isExtended: isExtended, names: GroupNames.find(in: bytes))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "every round of a repetition, every reference and every call of a group is counted",
        arguments: [
            ("a*", "(?:(*u)a)*"), ("ab+?c", "a(?:(*u)b)+?c"), ("(a|b){2,}", "(?:(*u)(a|b)){2,}"), ("a?", "a?"),
            ("a{x", "a{x"),
            ("a{,2}", "(?:(*u)a){,2}"), ("é*", "(?:(*u)é)*"), (#"\*+"#, #"(?:(*u)\*)+"#),
            (#"\x41*"#, #"(?:(*u)\x41)*"#),
            (#"\x{41}*"#, #"(?:(*u)\x{41})*"#), (#"\u00e9*"#, #"(?:(*u)\u00e9)*"#), (#"\p{L}++"#, #"(?:(*u)\p{L})++"#),
            ("[a*]*", "(?:(*u)[a*])*"), ("[[:alpha:]]*", "(?:(*u)[[:alpha:]])*"), ("(?>a*)x", "(?>(?:(*u)a)*)x"),
            ("((a*)*)*", "(?:(*u)((?:(*u)((?:(*u)a)*))*))*"), (#"(a)\1*"#, #"(a)(?:(*u)(?:(*r{1})\1))*"#),
            (#"(?<n>a)\k<n>"#, #"(?<n>a)(?:(*r{1})\k<n>)"#), (#"(?<n>a\g<n>?)"#, #"(?<n>a(?:(*u)\g<n>)?)"#),
            ("(?i:a)*", "(?:(*u)(?i:a))*"), ("(?i)a*", "(?i)(?:(*u)a)*"), ("(?=a*)b", "(?=(?:(*u)a)*)b"),
            ("(?#a*)b*", "(?#a*)(?:(*u)b)*"), ("a**", "(?:(*u)(?:(*u)a)*)*"),
        ])
    func rewritten(_ pattern: String, _ wanted: String) {
        #expect(counted(pattern) == wanted)
    }

    @Test("flag x: comments and blanks are none of it")
    func extended() {
        #expect(counted("a * # b*\n c+", isExtended: true) == "(?:(*u)a )* # b*\n (?:(*u)c)+")
    }

    @Test(
        "what is not told apart is not counted",
        arguments: [
            #"(a)\12*"#, #"\ca*"#, #"\01*"#, "(?(1)a|b)", "(?~a)", "(?x: a*)", #"\X*"#, "[]a]*", "(*a)", #"\k<-1>"#,
        ])
    func unknown(_ pattern: String) { #expect(counted(pattern) == nil) }

    /// Start and groups of the match at a position, by either way.
    private func match(_ regex: CompiledRegex, _ subject: [UInt8], at position: Int) throws -> (SearchKind, [[Int]]) {
        let scratch = try #require(RegexScratch())
        return unsafe subject.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return (.none, []) }
            let view = unsafe ByteView(start: start, count: buffer.count)
            let kind: SearchKind =
                switch regex.match(view, at: position, scratch: scratch, retries: CompiledRegex.retriesMax) {
                case .match: .match
                case .none: .none
                case .tooMuchWork: .tooMuchWork
                }
            guard kind == .match else { return (kind, []) }
            return (kind, (0..<scratch.count).map { [scratch.range($0).0, scratch.range($0).1] })
        }
    }

    private enum SearchKind { case match, none, tooMuchWork }

    @Test(
        "a counted pattern matches what the pattern matches, with the same groups",
        arguments: 1...4 as ClosedRange<UInt64>)
    func differential(seed: UInt64) throws {
        var compared = 0
        for line in RegexGenerator.program(seed: 900 + seed, pairs: 700).split(separator: "\n") {
            // `… Regexp.new('PATTERN', FLAGS).match("SUBJECT"); …`: searched by our own search, then position by position.
            guard let open = line.range(of: "Regexp.new('"), let close = line.range(of: "', "),
                let flags = Int32(String(line[close.upperBound...].prefix(1)))
            else { continue }
            let pattern = String(line[open.upperBound..<close.lowerBound]).replacing("\\\\", with: "\\")
            guard let regex = try? CompiledRegex(source: Array(pattern.utf8), flags: RegexFlags(rawValue: flags)) else {
                continue
            }
            for subject in ["aab1c b", "éaÉ.-ab", "", "abcabc11", "a\nb\n_a"].map({ Array($0.utf8) })
            where !subject.isEmpty {
                let scratch = try #require(RegexScratch())
                let whole = unsafe subject.withUnsafeBufferPointer { buffer -> (Int, [[Int]])? in
                    guard let start = buffer.baseAddress else { return nil }
                    let view = unsafe ByteView(start: start, count: buffer.count)
                    guard case .match(let place) = regex.search(view, from: 0, scratch: scratch, retries: 100_000)
                    else { return nil }
                    return (place, (0..<scratch.count).map { [scratch.range($0).0, scratch.range($0).1] })
                }
                guard let whole else { continue }
                let (kind, groups) = try match(regex, subject, at: whole.0)
                #expect(
                    kind == .match && groups == whole.1,
                    "/\(pattern)/ \(flags) on \(String(decoding: subject, as: UTF8.self))")
                compared += 1
            }
        }
        #expect(compared > 300)
    }

    @Test(
        "a match that would take seconds is given up",
        arguments: [
            "(?:(?>a*)x|a)*y", "(?i)(?:(?>[^x]*)x|a)*y", "(a*)\\1*b", "(?:a*?a*?)*b", "(?=.*.*z)|(?:.*.*.*)b", "\\X*b",
        ])
    func heavy(_ pattern: String) throws {
        let regex = try CompiledRegex(source: Array(pattern.utf8), flags: [])
        #expect(try match(regex, Array(repeating: UInt8(ascii: "a"), count: 60_000), at: 0).0 == .tooMuchWork)
    }
}
