import Foundation
import Testing

@testable import DialplanCore

/// Expressions with the value that CRuby 3.1 gives them (`Resources/Ruby/*.txt`: an expression, then its `inspect` or
/// `Class: message`, indented). What we do differently on purpose or not at all stands in `Docs/Ruby.md`.
struct RubyLines: Sendable, CustomTestStringConvertible {
    let name: String
    let rows: [(expression: String, value: String)]
    var testDescription: String { name }

    static let all = ["strings", "numbers", "arrays", "hashes", "language", "core"].map(RubyLines.init)

    init(_ name: String) {
        self.name = name
        let file = Bundle.module.bundleURL.appendingPathComponent("Resources/Ruby/\(name).txt")
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").components(separatedBy: "\n")
        rows = stride(from: 0, to: lines.count - 1, by: 2).map { (lines[$0], String(lines[$0 + 1].dropFirst(2))) }
    }

    /// A script that logs the value of an expression.
    static func script(_ expression: String) -> String {
        "begin; __r = (\(expression)); sys.Log __r.inspect; rescue Exception => __e; "
            + "sys.Log __e.class.to_s + ': ' + __e.message; end"
    }
}

@Suite("Expressions have the values that CRuby gives them")
struct RubyLineTests {
    @Test("value of each line", arguments: RubyLines.all)
    func values(_ lines: RubyLines) throws {
        #expect(lines.rows.count > 100)
        for row in lines.rows {
            let report = try Trial().run(RubyLines.script(row.expression))
            #expect(report.lines.last == row.value, "\(row.expression)")
        }
    }

    @Test(
        "slices of 1, a collection at every safe point and a region that moves at every reservation change no entry",
        arguments: RubyLines.all)
    func stress(_ lines: RubyLines) throws {
        for row in lines.rows {
            let image = try Trial.compile(RubyLines.script(row.expression))
            let whole = try Trial().run(image)
            #expect(try Trial(slice: 1).run(image) == whole, "\(row.expression)")
            // A collection charges fuel, so instructions differ; what the script does must not.
            let collected = try Trial(collectsAlways: true).run(image)
            #expect(collected.bytes == whole.bytes, "\(row.expression)")
            #expect(collected.result == whole.result, "\(row.expression)")
            #expect(try Trial(movesAlways: true).run(image) == whole, "\(row.expression)")
        }
    }
}

@Suite("Programs print what CRuby prints")
struct RubyProgramTests {
    /// `Resources/Ruby/programs.txt`: a program, `#===`, what CRuby 3.1 printed for it, `#---`.
    static let programs: [(source: String, output: [String])] = {
        let file = Bundle.module.bundleURL.appendingPathComponent("Resources/Ruby/programs.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "#---\n").dropLast().map { part in
            let halves = part.components(separatedBy: "#===\n")
            return (halves[0], halves.count > 1 ? halves[1].components(separatedBy: "\n").dropLast() : [])
        }
    }()

    @Test("each program, whole and in slices of 1", arguments: programs.indices)
    func output(_ index: Int) throws {
        let (source, output) = Self.programs[index]
        #expect(!output.isEmpty)
        let report = try Trial().run(source)
        #expect(report.result == .finished)
        // One call of `puts` may write several lines at once.
        #expect(report.lines.joined(separator: "\n").components(separatedBy: "\n") == output)
        #expect(try Trial(slice: 1).run(source) == report)
    }
}
