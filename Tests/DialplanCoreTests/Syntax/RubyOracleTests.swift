import Foundation
import Testing

@testable import DialplanCore

/// CRuby as the judge of what is valid. Runs only where a `ruby` of version 3 is installed; says so otherwise.
@Suite("Parser: CRuby as oracle", .enabled(if: RubyOracle.isAvailable, "needs ruby 3 in /usr/bin"))
struct RubyOracleTests {
    /// What today's Ruby refuses: habits of 1.8, a blank line in a chain of calls, `#$` at the end of a literal.
    static let onlyOurs: Set<String> = [
        "foo (1, 2)", "1 + foo (2)", "if @a: 1 end", "case @a\nwhen 1, *@b then 2\nwhen /x/: 3\nelse 4\nend",
        "case @a when 'x': 1 when y: 2 end", "x = 1; x ?1:2", "@a\n  .b # c\n  # d\n\n  &.c(1)", "/a#$/",
    ]

    @Test("what the tables call valid is valid Ruby")
    func tables() throws {
        let lines =
            ParserExpressionTests.numbers + ParserExpressionTests.operators + ParserExpressionTests.assignments
            + ParserCallTests.calls + ParserCallTests.blocks + ParserStatementTests.control
            + ParserStatementTests.definitions
            + LiteralTests.strings + LiteralTests.symbols + LiteralTests.regexes + LiteralTests.heredocs
        let sources = lines.map(\.source).filter { !Self.onlyOurs.contains($0) }
        for (source, isValid) in zip(sources, try RubyOracle.judge(sources)) {
            #expect(isValid, "Ruby refuses: \(source)")
        }
    }

    /// Refusals that are our own: Ruby takes these.
    static let ownWords = [
        "flip-flop", "find patterns", "blocks are not supported", "argument forwarding", "Rational", "Invalid ",
    ]

    @Test("what the table calls an error is one for Ruby, unless it is refused on purpose")
    func refusals() throws {
        let lines = SyntaxErrorTests.refusals.filter { line in !Self.ownWords.contains { line.message.contains($0) } }
        for (line, isValid) in zip(lines, try RubyOracle.judge(lines.map(\.source))) {
            #expect(!isValid, "Ruby accepts: \(line.source)")
        }
    }

    /// Scripts of the corpus with habits of Ruby 1.8.
    static let oldScripts: Set<String> = ["number normalising with def and splat", "old habits", "globals of matches"]

    @Test("the corpus is valid Ruby, but for the habits of 1.8")
    func corpus() throws {
        let scripts = DialplanCorpus.all.filter { !Self.oldScripts.contains($0.name) }
        for (script, isValid) in zip(scripts, try RubyOracle.judge(scripts.map(\.text))) {
            #expect(isValid, "Ruby refuses: \(script.name)")
        }
    }

    @Test("a script cut short is valid for us exactly where it is for Ruby", arguments: DialplanCorpus.all)
    func prefixes(_ script: DialplanCorpus.Script) throws {
        guard !Self.oldScripts.contains(script.name) else { return }
        var text = ""
        var sources: [String] = []
        for line in script.text.split(separator: "\n", omittingEmptySubsequences: false) {
            text += line + "\n"
            sources.append(text)
        }
        for (source, isValid) in zip(sources, try RubyOracle.judge(sources)) {
            let isOurs = (try? SyntaxTree(parsing: Array(source.utf8))) != nil
            #expect(isOurs == isValid, "\(source)")
        }
    }
}

/// One run of ruby for many sources.
enum RubyOracle {
    static let path = "/usr/bin/ruby"

    static var isAvailable: Bool {
        FileManager.default.isExecutableFile(atPath: path)
            && (try? run(script: "print RUBY_VERSION.to_i", input: Data())).map { $0.first == UInt8(ascii: "3") }
                ?? false
    }

    /// Whether CRuby parses each source (as a file: `ruby -c`).
    static func judge(_ sources: [String]) throws -> [Bool] {
        var input = Data()
        for source in sources {
            let bytes = Array(source.utf8)
            input.append(contentsOf: "\(bytes.count)\n".utf8)
            input.append(contentsOf: bytes)
        }
        let script = """
            $VERBOSE = nil
            $stdin.binmode
            while (size = $stdin.gets)
              source = $stdin.read(size.to_i).force_encoding('UTF-8')
              ok = begin; RubyVM::AbstractSyntaxTree.parse(source); 1; rescue SyntaxError, ArgumentError; 0; end
              print ok
            end
            """
        let output = try run(script: script, input: input)
        #expect(output.count == sources.count)
        return output.map { $0 == UInt8(ascii: "1") }
    }

    /// What CRuby prints for a program (less than a pipe holds).
    static func output(of program: String) throws -> String {
        String(
            decoding: try run(script: "eval STDIN.read.force_encoding('UTF-8')", input: Data(program.utf8)),
            as: UTF8.self)
    }

    private static func run(script: String, input: Data) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-e", script]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = FileHandle.nullDevice
        try process.run()
        // The output is one byte per source and never fills the pipe.
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return [UInt8](output)
    }
}
