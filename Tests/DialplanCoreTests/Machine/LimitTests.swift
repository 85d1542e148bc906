import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Limits")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        let limit: Limit
        var testDescription: String { name }
        init(_ name: String, _ limit: Limit, _ script: String) {
            self.name = name
            self.script = script
            self.limit = limit
        }
    }

    /// Each is tried inside `begin … rescue Exception … ensure`: a limit runs neither.
    static let hostileScripts: [Row] = [
        Row("endless while", .instructions, "while true; end"),
        Row("endless until", .instructions, "until false do 1 end"),
        Row("endless loop", .instructions, "loop { }"),
        Row("endless loop that rescues", .instructions, "loop { begin; raise 'x'; rescue; end }"),
        Row("endless redo", .instructions, "1.times { redo }"),
        Row("endless retry", .instructions, "begin; raise 'x'; rescue; retry; end"),
        Row("endless each over a growing array", .heap, "a = [1]; a.each { |x| a << x }"),
        Row("endless times", .instructions, "(2**60).times { }"),
        Row("endless upto", .instructions, "1.upto(2**62) { }"),
        Row("endless range", .instructions, "(1..Float::INFINITY).each { }"),
        Row("endless method calls without a loop", .callDepth, "def f; f; end; f"),
        Row("recursion through blocks", .callDepth, "def f(&b) f { b.call } end; f { }"),
        Row("recursion through to_s", .callDepth, "class A; def to_s; \"#{self}\" end; end; A.new.to_s"),
        Row(
            "recursion through method_missing", .callDepth, "class A; def method_missing(n) self.foo end; end; A.new.x"),
        Row("recursion through ==", .callDepth, "class A; def ==(o) o == self end; end; A.new == A.new"),
        Row("recursive inspect", .callDepth, "a = [1]; a << a; a.inspect"),
        Row("doubling string", .string, "s = 'x'; while true; s += s; end"),
        Row("doubling string in place", .string, "s = 'x'; while true; s << s; end"),
        Row("string times a lot", .string, "'abc' * 100_000_000"),
        Row("string kept over and over", .heap, "a = []; while true; a << 'x' * 1000; end"),
        Row("ljust to the moon", .string, "'a'.ljust(1 << 40)"),
        Row("format to the moon", .string, "format('%999999999d', 1); format('%*d', 1 << 40, 1) * 100"),
        Row("huge array", .heap, "Array.new(1 << 40)"),
        Row("huge array by index", .heap, "a = []; a[1 << 40] = 1"),
        Row("huge array product", .heap, "[0] * (1 << 40)"),
        Row("range to array", .heap, "(1..(1 << 40)).to_a"),
        Row("splat of a range", .heap, "[*1..(1 << 40)]"),
        Row("growing hash", .heap, "h = {}; i = 0; while true; h[i] = i; i += 1; end"),
        Row("nested arrays", .heap, "a = []; while true; a = [a, a]; end"),
        Row("symbols without end", .heap, "i = 0; while true; \"s#{i += 1}\".to_sym; end"),
        Row("procs without end", .heap, "a = []; while true; a << lambda { a }; end"),
        Row(
            "objects without end", .heap,
            "class A; attr_accessor :n; end; x = nil; while true; y = A.new; y.n = x; x = y; end"),
        Row("exceptions without end", .heap, "a = []; while true; begin; raise 'x'; rescue => e; a << e; end; end"),
        Row("classes without end", .heap, "while true; Class.new; end"),
        Row("log flood", .logLines, "while true; sys.Log 'x'; end"),
        Row("big log lines", .logBytes, "while true; sys.Log 'x' * 10_000; end"),
        Row("puts flood", .logLines, "while true; puts 'x'; end"),
        Row("Dial flood", .hostCalls, "while true; sys.Dial 'x'; end"),
        Row("effect flood", .hostCalls, "while true; sys.ExtendScriptTimeout 1; end"),
        Row("regex bomb", .regex, "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' =~ /^(a+)+$/"),
        Row("quadratic rescans", .regex, "s = 'a' * 60_000; while true; s =~ /[a-z]+[0-9]/; end"),
        Row(
            "equality of shared arrays", .instructions, "a = [1]; b = [1]; 40.times { a = [a, a]; b = [b, b] }; a == b"),
        Row("hash of shared arrays", .instructions, "a = [1]; 40.times { a = [a, a] }; { a => 1 }"),
        Row("order of shared arrays", .instructions, "a = [1]; b = [1]; 40.times { a = [a, a]; b = [b, b] }; a <=> b"),
        Row("long strings compared", .instructions, "a = 'x' * 400_000; b = 'x' * 400_000; while a == b; end"),
        Row("long string as a key", .instructions, "h = {}; k = 'x' * 400_000; while true; h[k]; end"),
        Row("long string indexed", .instructions, "s = 'é' * 100_000; while true; s[90_000]; end"),
        Row("combinations", .heap, "(1..60).to_a.combination(30).to_a"),
        Row("gsub growing", .regex, "s = 'a' * 1000; while true; s = s.gsub(/a/, 'aa'); end"),
        Row("join of a shared array", .string, "a = ['x' * 1000] * 20_000; a.join"),
        Row("flatten of shared arrays", .instructions, "a = [1]; 40.times { a = [a, a] }; a.flatten"),
    ]

    @Test("a hostile script ends with its named limit, and neither rescue nor ensure runs", arguments: hostileScripts)
    func hostile(_ row: Row) throws {
        var limits = ExecutionLimits()
        limits.instructions = 2_000_000
        limits.heapBytes = 2 << 20
        limits.stringBytes = 512 << 10
        limits.regexWork = 1_000_000
        let script =
            "begin\n\(row.script)\nrescue Exception => e\n  sys.Log \"rescued #{e.message}\"\nensure\n  sys.Log 'ensure'\nend"
        let report = try Trial(limits: limits, slice: 100_000).run(script)
        guard case .failed(let failure) = report.result else {
            Issue.record("ended \(report.result), \(report.lines.prefix(3))")
            return
        }
        #expect(failure.kind == .limit)
        // Collections are charged: with one at every safe point the instructions may end first.
        let named: [Limit] = Trial.stress == "collections" ? [row.limit, .instructions] : [row.limit]
        #expect(named.contains { $0.message == failure.message }, "\(failure.message)")
        #expect(!report.lines.contains { $0 == "ensure" || $0.hasPrefix("rescued") })
    }

    @Test("an empty array repeated without end is empty at once")
    func emptyProduct() throws {
        #expect(try Trial().run("sys.Log ([] * (1 << 62)).inspect").lines == ["[]"])
    }

    @Test("a radix beyond 64 bits is refused")
    func hugeRadix() throws {
        let script = "begin; 127.to_s(2 ** 70); rescue RangeError => e; sys.Log e.message; end"
        #expect(try Trial().run(script).lines == ["bignum too big to convert into `long'"])
    }

    @Test("with any amount of heap a run ends well or with the heap limit", arguments: [Behaviour.blocks, .objects])
    func heapSweep(_ behaviour: Behaviour) throws {
        let image = try Trial.compile(behaviour.script)
        let whole = try Trial().run(image)
        var succeeded = 0
        for size in stride(from: 0, through: 300_000, by: 19_973) {
            var limits = ExecutionLimits()
            limits.heapBytes = Int64(size)
            let report = try Trial(limits: limits).run(image)
            if report.result == .finished {
                // A smaller region collects more often, which costs fuel and nothing else.
                #expect(report.bytes == whole.bytes)
                succeeded += 1
            } else {
                #expect(report.result.isLimit(.heap), "\(size): \(report.result)")
                #expect(whole.lines.starts(with: report.lines))
            }
        }
        #expect(succeeded > 0)
    }

    @Test("with any amount of fuel a run ends well or with the instruction limit")
    func fuelSweep() throws {
        let image = try Trial.compile(Behaviour.exceptions.script)
        let whole = try Trial().run(image)
        for amount in stride(from: Int64(0), through: whole.instructions + 50, by: 17) {
            var limits = ExecutionLimits()
            limits.instructions = amount
            let report = try Trial(limits: limits).run(image)
            if report.result != .finished { #expect(report.result.isLimit(.instructions)) }
            #expect(whole.lines.starts(with: report.lines))
        }
    }

    @Test("a limit is met at the same instruction however the run is sliced")
    func sameInstruction() throws {
        var limits = ExecutionLimits()
        limits.instructions = 5_000
        let script = "i = 0\nwhile true\n  i += 1\n  [i].each { |x| sys.Log x.to_s if x % 50 == 0 }\nend"
        let whole = try Trial(limits: limits).run(script)
        for slice in [1, 2, 3, 100] as [Int64] { #expect(try Trial(limits: limits, slice: slice).run(script) == whole) }
    }

    @Test("a slice is never much longer than asked for")
    func slices() throws {
        let script =
            "a = (1..2000).to_a\n50.times { a.sort_by { |x| -x }; a.map { |x| x.to_s }.join(','); 'x' * 5000; a.inspect }"
        var machine = Machine(image: try Trial.compile(script), start: Trial().start())
        var longest: Int64 = 0
        var before: Int64 = 0
        while machine.run(fuel: 1000) == .outOfSlice {
            longest = max(longest, machine.instructions - before)
            before = machine.instructions
        }
        #expect(longest < 20_000)
    }

    @Test(
        "class hierarchies and character sets that would make look-ups long are refused",
        arguments: [
            "c = Class.new; 500.times { c = Class.new(c) }",
            "ms = []; 40.times { m = Module.new; ms.each { |x| m.__send__(:include, x) }; ms << m }",
            "module A; end; module B; include A; end; module A; include B; end",
            "('x' * 200_000).tr(\"\\u0400-\\u9000\\u{10000}-\\u{18000}\", 'y')",
        ])
    func refused(_ script: String) throws {
        let report = try Trial().run("begin; \(script); rescue ArgumentError => e; sys.Log 'refused'; end")
        #expect(report.lines == ["refused"])
        #expect(report.result == .finished)
    }

    @Test("garbage is collected: a busy loop lives in little memory")
    func garbage() throws {
        let script = "20_000.times { |i| s = \"line #{i}\"; [s, { i => s }].map { |x| x.to_s }.join }"
        var machine = Machine(image: try Trial.compile(script), start: Trial().start())
        var top = 0
        while machine.run(fuel: 10_000) == .outOfSlice { top = max(top, machine.regionBytes) }
        #expect(top < 512 << 10)
        let live = machine.liveBytes()
        #expect(live < 16 << 10)
    }
}

extension RunResult {
    func isLimit(_ limit: Limit) -> Bool {
        if case .failed(let failure) = self { return failure.kind == .limit && failure.message == limit.message }
        return false
    }
}
