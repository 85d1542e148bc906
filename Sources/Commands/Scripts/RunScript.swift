import ArgumentParser
import DialplanCore
import DialplanHostCalls
import Foundation

/// Runs a plain script: `puts` goes to standard output, `ARGV` holds the arguments; there is no call and no switch. All
/// limits are on; those that a benchmark would meet are wider than a dialplan's.
struct RunScript: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a plain script with puts and ARGV, all limits on.",
        discussion: "EXAMPLES:\n  dialplanctl script run fib.rb 20\n  dialplanctl script run --trace plan.rb")

    @Flag(help: "Show every statement before it runs, with the variables that changed (on standard error).")
    var trace = false
    @OptionGroup var file: ScriptCommand.File
    @Argument(parsing: .captureForPassthrough, help: "ARGV.") var arguments: [String] = []

    /// Fuel of one slice, as a worker grants it.
    static let sliceFuel: Int64 = 100_000

    static var limits: ExecutionLimits {
        var limits = ExecutionLimits()
        limits.instructions = 1 << 40
        limits.regexWork = 1 << 40
        limits.heapBytes = 256 << 20
        limits.stringBytes = 64 << 20
        limits.logLines = 1_000_000
        limits.logBytes = 256 << 20
        return limits
    }

    /// The script with `ARGV` in front, on its first line.
    static func program(_ source: [UInt8], arguments: [String]) -> [UInt8] {
        let quoted = arguments.map { argument in
            "'" + argument.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] } + "'"
        }
        return Array("ARGV = [\(quoted.joined(separator: ", "))]; ".utf8) + source
    }

    func run() throws {
        let source = try file.source()
        let image: DialplanImage
        do {
            image = try DialplanCompiler.compile(
                source: RunScript.program(source, arguments: arguments), name: file.file)
        } catch {
            return try fail("\(file.file):\(error.line): \(error.message)")
        }
        var machine = Machine(
            image: image,
            start: ExecutionStart(
                execution: 1, sourceDigest: [], sourceName: file.file, source: nil,
                request: HostRecord(typeName: "", text: [], fields: []),
                startTime: Int64(Date().timeIntervalSince1970 * 1_000_000), seed: 42, limits: RunScript.limits))
        var listing = TraceListing(source: source)
        if trace { machine.startTrace() }
        while true {
            let result = machine.run(fuel: RunScript.sliceFuel)
            for event in machine.takeTrace() {
                FileHandle.standardError.write(Data((listing.text(of: event) + "\n").utf8))
            }
            try printLog(&machine)
            switch result {
            case .outOfSlice: continue
            case .finished: return
            case .failed(let failure): return try fail("\(file.file):\(failure.line): \(failure.message)")
            case .awaiting(let call): return try fail("\(file.file): there is no switch to ask (\(call))")
            case .ended(let end): return try fail("\(file.file): ended (\(end))")
            }
        }
    }

    private func printLog(_ machine: inout Machine) throws {
        var bytes: [UInt8] = []
        let count = machine.takeEntries(into: &bytes)
        var reader = ByteReader(bytes)
        for _ in 0..<count {
            if case .effect(_, let values) = try Entry(from: &reader) {
                print(values.map(\.displayText).joined())
            }
        }
    }

    private func fail(_ message: String) throws {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        throw ExitCode.failure
    }
}
