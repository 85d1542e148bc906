import DialplanHostCalls
import Foundation
import Testing

@testable import DialplanCore

#if os(Linux)
import CMallocCounter
#endif

@Suite("Hostile scripts end with their named error, inside their budget")
struct HostileTests {
    /// A script and the limits one of which must end it.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        let limits: [Limit]
        var testDescription: String { name }
        init(_ name: String, _ limits: [Limit], _ script: String) {
            self.name = name
            self.script = script
            self.limits = limits
        }
    }

    static let rows: [Row] = [
        Row("eval that calls eval", [.callDepth], "def f; eval('f'); end; f"),
        Row("eval of ever new text", [.instructions], "i = 0; while true; eval(\"x#{i += 1} = #{i}\"); end"),
        Row(
            "eval of ever new methods", [.instructions, .heap], "i = 0; while true; eval(\"def m#{i += 1}; end\"); end"),
        Row(
            "eval of ever new procs, kept", [.instructions, .heap],
            "a = []; while true; a << eval(\"proc { #{a.length} }\"); end"),
        Row("eval of an endless loop", [.instructions], "eval('while true; end')"),
        Row(
            "Regexp.new of ever new patterns", [.instructions, .regex, .heap],
            "i = 0; while true; Regexp.new(\"a#{i += 1}b*\"); end"),
        Row("interpolated patterns", [.instructions, .regex, .heap], "i = 0; while true; 'aaab' =~ /a#{i += 1}/; end"),
        Row("big factorials", [.instructions], "while true; (1..2000).inject(:*); end"),
        Row(
            "squares of squares", [.instructions],
            "x = 3; while true; begin; x *= x; rescue RangeError; x = 3; end; end"),
        Row("text of big integers", [.instructions, .string], "x = 2 ** 65000; while true; x.to_s; end"),
        Row("big division", [.instructions], "x = 3 ** 40000; y = 7 ** 10000; while true; x % y; end"),
        Row("powers modulo", [.instructions], "while true; 3.pow(2 ** 4000, 2 ** 4001 - 1); end"),
        Row("big integers kept", [.heap, .instructions], "a = []; x = 2 ** 60000; while true; a << (x += 1); end"),
        Row("big digits read", [.instructions], "s = '7' * 18000; while true; s.to_i; end"),
        Row(
            "fibers without end", [.heap], "a = []; while true; f = Fiber.new { Fiber.yield 1 }; f.resume; a << f; end"),
        Row("fibers in fibers", [.callDepth, .heap], "def f; Fiber.new { f }.resume; end; f"),
        Row(
            "a fiber that never ends", [.instructions],
            "f = Fiber.new { while true; Fiber.yield 1; end }; while true; f.resume; end"),
        Row(
            "an enumerator without end", [.instructions, .heap],
            "e = Enumerator.new { |y| while true; y << 1; end }; e.to_a"),
        Row("next without end", [.instructions], "e = (1..Float::INFINITY).each; while true; e.next; end"),
        Row(
            "lazy without end", [.instructions],
            "(1..Float::INFINITY).lazy.map { |x| x + 1 }.select { |x| x < 0 }.first(1)"),
        Row("cycle", [.instructions], "[1, 2].cycle { |x| x }"),
        Row("produce", [.instructions, .heap], "Enumerator.produce(1) { |x| x }.to_a"),
        Row("pack to the moon", [.string, .heap, .instructions], "['a'].pack('a999999999')"),
        Row("pack of many", [.string, .heap, .instructions], "a = [65] * 50_000; while true; a.pack('U*'); end"),
        Row("unpack to the moon", [.heap, .instructions], "while true; ('a' * 100_000).unpack('C*'); end"),
        Row("unpack of nothing", [.heap], "''.unpack('C999999999')"),
        Row(
            "curry without end", [.instructions, .heap, .callDepth],
            "f = lambda { |*a| a }; while true; f = f.curry(3); end"),
        Row("methods captured without end", [.instructions, .heap], "while true; 5.method(:+); end"),
        Row("sets without end", [.instructions, .heap], "s = Set.new; i = 0; while true; s << (i += 1); end"),
        Row("structs without end", [.heap, .instructions], "while true; Struct.new(:a, :b); end"),
        Row("prepended modules", [.heap, .instructions], "while true; Class.new { prepend Module.new }; end"),
        Row("instance variables of strings", [.heap], "while true; 'x'.instance_variable_set(:@a, 1); end"),
        Row("binding without end", [.heap], "a = []; while true; a << binding; end"),
        Row(
            "variables of a binding", [.heap, .instructions],
            "b = binding; i = 0; while true; begin; b.local_variable_set(\"v#{i += 1}\", 1); rescue ArgumentError; b = binding; end; end"
        ),
        Row(
            "quadratic gsub", [.regex, .instructions], "s = 'ab' * 20_000; while true; s.gsub(/[a-z]+[0-9]/, ''); end"),
        Row("scan bomb", [.regex, .instructions, .heap], "s = 'a' * 30_000; while true; s.scan(/(a|a)*b/); end"),
        Row("split bomb", [.regex, .instructions, .heap], "s = 'a,' * 20_000; while true; s.split(/(,|,)+x?/); end"),
        Row("look-behind bomb", [.regex, .instructions], "s = 'a' * 60_000; while true; s =~ /(?<=b)a+$/; end"),
        Row(
            "method_missing for ever", [.callDepth, .heap],
            "class A; def method_missing(n, *a); send(\"x#{n}\"); end; end; A.new.y"),
        Row(
            "define_method for ever", [.instructions, .heap],
            "class A; end; i = 0; while true; A.class_eval { define_method(\"m#{i += 1}\") { } }; end"),
        Row("catch in catch", [.callDepth], "def f; catch(:x) { f }; end; f"),
        Row("sort with a block that lies", [.instructions], "while true; (1..500).sort { |a, b| rand(3) - 1 }; end"),
        Row(
            "hash with equal codes", [.instructions],
            "class K; def hash; 1; end; def eql?(o) false end; end; h = {}; while true; h[K.new] = 1; end"),
        Row("deep to_s", [.callDepth, .instructions], "a = []; 3000.times { a = [a] }; a.to_s"),
        Row(
            "deep flatten", [.callDepth, .instructions, .heap],
            "a = []; while true; 3000.times { a = [a] }; a = a.flatten; end"),
        Row(
            "deep hash of hashes", [.callDepth, .instructions, .heap],
            "h = {}; 3000.times { h = { h => 1 } }; h.hash; while true; h == { 1 => 2 }; end"),
        Row("format of wide numbers", [.string, .instructions], "while true; '%0100000d' % 5; end"),
        Row("tr ranges", [.instructions], "s = 'a' * 100_000; while true; s.tr('a-y', 'b-z'); end"),
        Row("succ of a long string", [.instructions, .string], "s = 'z' * 400_000; while true; s = s.succ; end"),
        Row("upto of strings", [.instructions, .heap], "'a'.upto('zzzzzzzzzz') { |x| x }"),
        Row("product", [.heap, .instructions], "a = (1..400).to_a; a.product(a, a)"),
        Row("permutations", [.heap, .instructions], "(1..40).to_a.permutation.to_a"),
        Row(
            "a line of divisions", [.instructions],
            "x = 3 ** 40_000; y = 7 ** 10_000\n" + String(repeating: "z = x % y\n", count: 3000)),
        Row(
            "a line of interpolations", [.instructions, .heap],
            "x = 3 ** 40_000\n" + String(repeating: "z = \"#{x}\"\n", count: 3000)),
        Row(
            "a line of long keys", [.instructions],
            "x = 'a' * 200_000; h = { x => 1 }; 20.times { |i| h[i] = i }\n"
                + String(repeating: "z = h[x]\n", count: 3000)),
        Row(
            "a line of comparisons", [.instructions],
            "x = 'a' * 200_000; y = 'a' * 200_000\n" + String(repeating: "z = x == y\n", count: 3000)),
        Row(
            "a line of hashes", [.instructions],
            "x = 'a' * 200_000\n" + String(repeating: "z = { x => 1 }\n", count: 3000)),
        Row(
            "a line of patterns", [.instructions],
            "x = 'a' * 4000\n" + String(repeating: "z = /#{x}/\n", count: 3000)),
        Row(
            "a line of stores", [.instructions],
            "x = 'a' * 200_000; h = {}\n" + String(repeating: "h[x] = 1\n", count: 3000)),
        Row(
            "copies of a large hash", [.instructions, .heap],
            "h = {}; 15_000.times { |i| h[i] = i }; while true; z = { **h }; end"),
        Row(
            "arrays that hold each other", [.instructions],
            "a = []; 40.times { a = [a, a] }; a.flatten"),
        Row("wide sets", [.instructions], "while true; 'a'.tr(\"\\u0001-\\uffff\", 'b'); end"),
        Row("ensure that loops", [.instructions], "begin; raise 'x'; ensure; while true; end; end"),
        Row(
            "an error that raises errors", [.callDepth],
            "class E < StandardError; def message; raise E; end; def to_s; raise E; end; end; def f; raise E; rescue E => e; f; end; f"
        ),
    ]

    @Test("ends with a limit, rescue and ensure unseen; every slice is short", arguments: rows)
    func ends(_ row: Row) throws {
        var limits = ExecutionLimits()
        limits.instructions = 3_000_000
        limits.heapBytes = 3 << 20
        limits.stringBytes = 512 << 10
        limits.regexWork = 1_000_000
        let script =
            "begin\n\(row.script)\nrescue Exception => e\n  sys.Log \"rescued #{e.class} #{e.message}\"\nensure\n  sys.Log 'ensure'\nend"
        var machine = Machine(image: try Trial.compile(script), start: Trial(limits: limits).start())
        var longest: Int64 = 0
        var before: Int64 = 0
        var result = RunResult.outOfSlice
        while result == .outOfSlice {
            result = machine.run(fuel: 20_000)
            longest = max(longest, machine.instructions - before)
            before = machine.instructions
        }
        var report = Report(result: result)
        try Trial.collect(&machine, into: &report)
        guard case .failed(let failure) = result, failure.kind == .limit else {
            let said = "ended \(result), \(report.lines.prefix(3))"
            Issue.record("\(said)")
            return
        }
        #expect(row.limits.contains { $0.message == failure.message }, "\(failure.message)")
        #expect(report.lines.isEmpty)
        // One step that cannot be divided (the longest string or array that the limits allow) and no more.
        #expect(longest < 400_000)
    }

    /// A start, a piece that is repeated, what stands in the middle, and a piece that is repeated after it.
    struct Chain: Sendable, CustomTestStringConvertible {
        let name: String
        let start: String
        let piece: String
        let count: Int
        let middle: String
        let end: String
        var testDescription: String { name }

        init(_ name: String, _ start: String, _ piece: String, _ count: Int, _ middle: String = "", _ end: String = "")
        {
            self.name = name
            self.start = start
            self.piece = piece
            self.count = count
            self.middle = middle
            self.end = end
        }

        var source: [UInt8] {
            var bytes = Array(start.utf8)
            for _ in 0..<count { bytes += piece.utf8 }
            bytes += middle.utf8
            for _ in 0..<count { bytes += end.utf8 }
            return bytes
        }
    }

    /// Long chains of everything that a parser might recurse on.
    static let chains: [Chain] = [
        Chain("parentheses", "", "(", 10_000, "1", ")"),
        Chain("array brackets", "", "[", 10_000, "", "]"),
        Chain("terms of +", "x = 1", "+1", 120_000),
        Chain("elsif", "if false then 1\n", "elsif nil then 2\n", 14_000, "end"),
        Chain("method calls", "x = 1", ".abs", 60_000),
        Chain("string concatenation", "x = ''", "+''", 80_000),
        Chain("adjacent strings", "x = ", "'' ", 80_000),
        Chain("blocks in blocks", "", "1.times{", 10_000, "", "}"),
        Chain("unary operators", "x = ", "!", 100_000, "true"),
        Chain("ternaries", "x = ", "true ? 1 : ", 20_000, "2"),
        Chain("and", "x = true", " && true", 30_000),
        Chain("assignments", "", "a = ", 50_000, "1"),
        Chain("interpolations in interpolations", "", "\"#{", 5_000, "1", "}\""),
        Chain("classes in classes", "", "class A;", 9_000, "", "end;"),
        Chain("whens", "case 1\n", "when 2 then 3\n", 15_000, "end"),
        Chain("rescues", "begin\n", "rescue A\n", 20_000, "end"),
        Chain("hash entries", "x = {", "1=>2,", 40_000, "}"),
        Chain("arguments", "p(", "1,", 100_000, "1)"),
        Chain("statements", "", "1;", 120_000),
        Chain("heredocs", "", "x = <<A\nA\n", 20_000),
    ]

    @Test("long chains compile or are refused by name", arguments: chains)
    func longChains(_ chain: Chain) throws {
        let bytes = chain.source
        #expect(bytes.count <= DialplanCompiler.sourceBytesMax)
        do {
            let image = try DialplanCompiler.compile(source: bytes, name: chain.name)
            let report = try Trial().run(image)
            switch report.result {
            case .finished, .failed: break
            default: Issue.record("\(report.result)")
            }
        } catch let error as CompileError {
            let words = ["nest", "too many", "too complex", "deep", "stack", "long"]
            #expect(words.contains { error.message.contains($0) }, "\(error.message)")
        }
    }

    /// More text than a script may have: refused for its length, by the parser alone too. What fits is in `chains`.
    @Test(
        "chains of 300,000 terms are refused for their length, and by the parser itself",
        arguments: [
            Chain("terms of +", "x = 1", "+1", 300_000),
            Chain("elsif", "if false then 1\n", "elsif nil then 2\n", 300_000, "end"),
            Chain("method calls", "x = 1", ".abs", 300_000),
            Chain("string concatenation", "x = ''", "+''", 300_000),
        ])
    func longestChains(_ chain: Chain) throws {
        let bytes = chain.source
        let refusal = #expect(throws: CompileError.self) {
            try DialplanCompiler.compile(source: bytes, name: chain.name)
        }
        #expect(refusal?.message == "the script is longer than 262144 bytes")
        let parsing = #expect(throws: SyntaxError.self) { _ = try SyntaxTree(parsing: bytes) }
        #expect(parsing?.message.contains("script is too long") == true)
    }

    /// Each hostile script again and again, as a worker would run it: nothing of it is left.
    @Test("repeated hostile scripts leave live bytes and resident memory as they were (a proof: 1,000 times)")
    func repeated() throws {
        var limits = ExecutionLimits()
        limits.instructions = 30_000
        limits.heapBytes = 512 << 10
        limits.regexWork = 200_000
        let rows = HostileTests.rows.map(\.script) + LimitTests.hostileScripts.map(\.script)
        for script in rows {
            let image = try Trial.compile(script)
            func once() -> (result: RunResult, live: Int) {
                var machine = Machine(image: image, start: Trial(limits: limits).start())
                var result = machine.run(fuel: .max)
                while case .awaiting = result {
                    machine.resume(with: Outcome(.value(.integer(3)), time: Trial.startTime))
                    result = machine.run(fuel: .max)
                }
                return (result, machine.liveBytes())
            }
            let first = once()
            for _ in 0..<3 { _ = once() }
            let before = Memory.now()
            var isSame = true
            for _ in 0..<(Prove.isOn ? 1_000 : 4) {
                let again = once()
                isSame = isSame && again.result == first.result && again.live == first.live
            }
            let after = Memory.now()
            #expect(isSame, "\(script)")
            #expect(
                after.blocks == before.blocks && after.live == before.live,
                "\(script): \(after.blocks - before.blocks) blocks, \(after.live - before.live) bytes")
            // Other tests of the process need memory at the same time; a proof runs alone.
            guard Prove.isOn else { continue }
            #expect(after.resident <= before.resident + 2 << 20, "\(script)")
        }
    }
}

/// Blocks that malloc has given to this thread and not got back, their bytes, and the process's bytes that lie in memory.
struct Memory {
    var blocks: Int
    var live: Int
    var resident: Int

    static func now() -> Memory {
        #if os(Linux)
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return Memory(
            blocks: Int(malloc_live_blocks()), live: Int(malloc_live_bytes()), resident: (pages ?? 0) * 4096)
        #else
        return Memory(blocks: 0, live: 0, resident: 0)
        #endif
    }
}
