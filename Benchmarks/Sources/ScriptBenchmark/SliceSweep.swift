import DialplanCore
import DialplanHostCalls

/// Every method of the core classes on receivers as large as a dialplan's limits allow: which cannot be stopped in time?
struct SliceSweep {
    /// What makes a receiver; `big` and `list` are there to be arguments.
    static let receivers = [
        "'a' * 250_000", "'é' * 125_000", "\"ab\\n\" * 85_000", "\"\\xff\" * 250_000", "'12345 ' * 43_000",
        "'9' * 19_000",
        "[1] * 450_000", "(0...120_000).to_a", "['x' * 250_000] * 100_000", "[[1] * 100] * 1000",
        "(0...50_000).map { |i| i.to_s }",
        "[1.5] * 300_000", "[nil, 1] * 150_000", "[[1, 2]] * 150_000", "(0...30_000).map { |i| [i, i] }",
        "h = {}; 45_000.times { |i| h[i] = i }; h", "h = {}; 25_000.times { |i| h[i.to_s] = i }; h", "7 ** 20_000",
        "-(3 ** 40_000)",
        "(0..400_000)", "('a'..'zzzzz')", "(0..400_000).each", "/(a|b)*c?/", "'sym' * 10_000", "'%d' * 10_000", "1.5",
        "12345", ":a",
        "Set.new((0...20_000).to_a)", "nil", "Time.at(0)", "proc { |x| x }", "Struct.new(:a).new([1] * 100_000)",
    ]
    static let arguments = [
        "", "r", "1", "250_000", "'a'", "'b' * 100_000", "/b/", "[1] * 100_000", "'a', 'b'", "0, 1", "/a/, 'bb'",
        "'a-z', 'b-y'",
        "{}", "1.5", "'m'", "'C*'", "2 ** 60_000", "0..-1",
    ]
    /// They end the script, or wait.
    static let skipped: Set<String> = ["exit", "exit!", "abort", "sleep", "sys", "req", "loop", "binding", "freeze"]

    let limitMicroseconds: Int64
    private(set) var tried = 0
    private(set) var slow: [(microseconds: Int64, script: String)] = []

    mutating func run() throws {
        for receiver in SliceSweep.receivers {
            let names = try lines("r = begin; \(receiver); end\nsys.Log r.methods.join(' ')").joined(separator: " ")
                .split(separator: " ")
            for name in names.map(String.init).sorted()
            where !SliceSweep.skipped.contains(name) && !name.hasPrefix("__") {
                for argument in SliceSweep.arguments {
                    let comma = argument.isEmpty ? "" : ", "
                    let script = "r = begin; \(receiver); end\nr.__send__(:'\(name)'\(comma)\(argument))"
                    let longest = try longestSlice(script)
                    tried += 1
                    if longest / 1000 > limitMicroseconds {
                        slow.append((longest / 1000, script))
                        print(longest / 1000, "µs:", script.replacing("\n", with: "; "))
                    }
                }
            }
        }
    }

    private func machine(_ script: String) throws -> Machine {
        Machine(
            image: try DialplanCompiler.compile(source: Array(script.utf8), name: "sweep"),
            start: ExecutionStart(
                execution: 1, sourceDigest: [], sourceName: "sweep", source: nil,
                request: HostRecord(typeName: "", text: [], fields: []), startTime: 1_700_000_000_000_000, seed: 42,
                limits: ExecutionLimits()))
    }

    private func lines(_ script: String) throws -> [String] {
        var machine = try machine(script)
        while machine.run(fuel: 1_000_000) == .outOfSlice {}
        var bytes: [UInt8] = []
        let count = machine.takeEntries(into: &bytes)
        var reader = ByteReader(bytes)
        var texts: [String] = []
        for _ in 0..<count {
            if case .effect(_, let values) = try Entry(from: &reader) {
                texts.append(values.map(\.displayText).joined())
            }
        }
        return texts
    }

    /// The least of two runs if the first is long; nanoseconds. A script runs half a second at most.
    private func longestSlice(_ script: String) throws -> Int64 {
        var least = Int64.max
        for _ in 0..<3 {
            var machine = try machine(script)
            var longest: Int64 = 0
            var total: Int64 = 0
            var result = RunResult.outOfSlice
            while result == .outOfSlice, total < 300_000_000 {
                let before = processorTime()
                result = machine.run(fuel: 20_000)
                let took = processorTime() - before
                longest = max(longest, took)
                total += took
            }
            least = min(least, longest)
            if least / 1000 <= limitMicroseconds { break }
        }
        return least
    }
}
