import DialplanCore
import DialplanHostCalls
import Glibc

/// Runs a plain script (`puts`, `ARGV`) as `dialplanctl script run` does, on DialplanCore alone.
///
///     ScriptBenchmark FILE [ARGUMENTS]                 all limits on, those that a benchmark would meet wider
///     ScriptBenchmark --slices [--fuel N] FILE         a dialplan's own limits; prints the longest slice instead of output
///     ScriptBenchmark --waiting N                      memory of N executions that wait
///     ScriptBenchmark --sweep MICROSECONDS             core methods on the largest receivers: whose slices are longer
func run() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    var showsSlices = false
    var sliceFuel: Int64 = 100_000
    while let option = arguments.first, option.hasPrefix("--") {
        arguments.removeFirst()
        switch option {
        case "--slices":
            showsSlices = true
            sliceFuel = 20_000
        case "--waiting" where !arguments.isEmpty:
            return try WaitingMemory.run(count: Int(arguments.removeFirst()) ?? 10_000)
        case "--sweep" where !arguments.isEmpty:
            var sweep = SliceSweep(limitMicroseconds: Int64(arguments.removeFirst()) ?? 5_000)
            try sweep.run()
            return print(sweep.tried, "scripts,", sweep.slow.count, "with a slice that is longer")
        case "--fuel" where !arguments.isEmpty: sliceFuel = Int64(arguments.removeFirst()) ?? sliceFuel
        default: fatalError("unknown option \(option)")
        }
    }
    guard !arguments.isEmpty else { fatalError("usage: ScriptBenchmark [--slices [--fuel N]] FILE [ARGUMENTS]") }
    let path = arguments.removeFirst()
    let quoted = arguments.map { "'\($0)'" }.joined(separator: ", ")
    let image = try DialplanCompiler.compile(source: Array("ARGV = [\(quoted)]; ".utf8) + contents(path), name: path)
    var limits = ExecutionLimits()
    if !showsSlices {
        limits.instructions = 1 << 40
        limits.regexWork = 1 << 40
        limits.heapBytes = 256 << 20
        limits.stringBytes = 64 << 20
        limits.logLines = 1_000_000
        limits.logBytes = 256 << 20
    }
    var machine = Machine(
        image: image,
        start: ExecutionStart(
            execution: 1, sourceDigest: [], sourceName: path, source: nil,
            request: HostRecord(typeName: "", text: [], fields: []), startTime: 1_700_000_000_000_000, seed: 42,
            limits: limits))
    var longest: Int64 = 0
    var slices = 0
    var result = RunResult.outOfSlice
    while result == .outOfSlice {
        let before = processorTime()
        result = machine.run(fuel: sliceFuel)
        longest = max(longest, processorTime() - before)
        slices += 1
        try printLog(&machine, isShown: !showsSlices)
    }
    if showsSlices {
        print(
            longest / 1000, "µs the longest of", slices, "slices,", machine.instructions, "instructions:", path, result)
    } else if result != .finished {
        fatalError("\(path): \(result)")
    }
}

func printLog(_ machine: inout Machine, isShown: Bool) throws {
    var bytes: [UInt8] = []
    let count = machine.takeEntries(into: &bytes)
    var reader = ByteReader(bytes)
    for _ in 0..<count {
        if case .effect(_, let values) = try Entry(from: &reader), isShown {
            print(values.map(\.displayText).joined())
        }
    }
}

func contents(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { fatalError("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&block, 1, block.count, file)
        guard count > 0 else { return bytes }
        bytes += block[..<count]
    }
}

/// Nanoseconds of this thread.
func processorTime() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

try run()
