import DialplanHostCalls
import Testing

@testable import DialplanCore

/// Every method name of the core library called on anything, with anything. The only wrong end is a trap.
/// (400,000 of these programs ran without one on the day this was written; the test runs a few with a fixed seed.)
@Suite("Nothing that a script calls can stop the process")
struct MachineFuzzTests {
    static let values = [
        "nil", "true", "-1", "0", "3", "9223372036854775807", "(-9223372036854775807 - 1)", "1.5", "-1e300", "(0.0/0)",
        "(1/0.0)", "''", "'abc'", "'abc def'", "'é日'", "\"\\xff\\xe3\"", "('x'*300)", "('a,b'*400)", "[]", "[1,2,3]",
        "[[1,2],[2,3]]", "['b','a']", "{}", "{1=>2}", "{'a'=>[1]}", "(1..3)", "(1...0)", "('a'..'c')", "(1..nil)",
        ":sym", "/a(b)?/", "/(?<n>x)|$/", "'ab'.match(/a(b)/)", "Time.now", "Time.at(0)", "lambda{|x| x}",
        "proc{|x,y| x}", "Object.new", "String", "Array", "Comparable", "Exception.new('x')", "sys", "req", "[nil]*5",
        "(1<<62)", "(1..3).each", "Class.new", "Struct.new(:a).new(1)", "'%d %s %5.2f'", "Hash.new{|h,k| h[k]=1}", "64",
        "100000", "2**40", "'a'.freeze", "[1,[2,[3]]]", "self", "Math", "Regexp", "Time", "Hash", "Integer", "Kernel",
        "(2**70)", "-(3**90)", "Fiber.new { |x| Fiber.yield x; 2 }", "Enumerator.new { |y| y << 1; y << 2 }", "binding",
        "Set.new([1, 'a'])", "[1, 2].lazy.map { |x| x }", "5.method(:+)", "OpenStruct.new(:a => 1)", "'x + 1'",
        "'U*a3'",
    ]
    static let blocks = [
        "", "", "", " { |a, b| a }", " { |*a| 1 }", " { true }", " { break 1 }", " { |a, b| a <=> b }",
    ]

    @Test("random calls, random slices, random heaps", arguments: [11, 12, 13] as [UInt64])
    func randomCalls(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        func pick<T>(_ list: [T], _ random: inout RandomSource) -> T { list[Int(random.below(UInt64(list.count)))] }
        let names = CoreLibrary.shared.symbolIndex.keys.map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.isEmpty && !$0.contains("'") && !$0.contains("\\") }.sorted()
        for round in 0..<150 {
            var script = ""
            for _ in 0..<12 {
                let arguments = (0..<random.below(4)).map { _ in ", " + pick(Self.values, &random) }.joined()
                script +=
                    "begin; x = (\(pick(Self.values, &random))); y = x.__send__('\(pick(names, &random))'\(arguments))"
                    + "\(pick(Self.blocks, &random)); y.inspect; y.to_s; [y, x].hash; x == y; x.dup\n"
                    + "rescue Exception; end\n"
            }
            var trial = Trial(slice: pick([1, 3, 50, 1_000_000], &random))
            trial.limits.instructions = 40_000
            trial.limits.heapBytes = Int64(4096 + random.below(1_000_000))
            trial.limits.stringBytes = 100_000
            trial.collectsAlways = random.below(2) == 0
            let report = try trial.run(script)
            if case .failed(let failure) = report.result {
                #expect(failure.kind == .limit, "seed \(seed), round \(round): \(failure)")
            }
        }
    }

    @Test(
        "what once trapped, or was confused about its kinds, is an error now",
        arguments: [
            "Integer.singleton_class.inspect", "Integer.singleton_class.singleton_class", "req.extend(String)",
            "'a'.extend(Array)", "['b', 'a'].__initialize(3, -1)", "[1, 2, 3].__send__('initialize', 3).inspect",
            "__character_after(Kernel, 9223372036854775807)", "[1, 2][1...(-9223372036854775807 - 1)]",
            "'abc'[9223372036854775807, 9223372036854775807]", "__order('x')", "a = [1]; a << a; a.hash",
            "h = {}; h[h] = h; h.inspect", "Time.at(9223372036854775807)", "5.round(-9223372036854775807)",
            "'x'.center(9223372036854775807)", "rand(-9223372036854775807 - 1)", "(1..9223372036854775807).size",
        ])
    func onceWrong(_ script: String) throws {
        let report = try Trial().run("begin\n\(script)\nrescue Exception\nend\nsys.Log 'on'")
        var isLimit = false
        if case .failed(let failure) = report.result { isLimit = failure.kind == .limit }
        #expect(report.lines == ["on"] || isLimit)
    }
}
