import DialplanHostCalls
import Foundation
import Testing

@testable import DialplanCore

/// How much of a proof runs: `make prove` sets the variable and all of it is done.
enum Prove {
    static let isOn = ProcessInfo.processInfo.environment["DIALPLAN_PROVE_LANGUAGE"] != nil
}

@Suite("With any amount of fuel or heap a script ends as it would or by the named limit")
struct SweepTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let source: [UInt8]
        var testDescription: String { name }
    }

    /// Every script of the tests that is a program rather than a line.
    static let samples: [Sample] =
        DialplanCorpus.all.map { Sample(name: $0.name, source: $0.bytes) }
        + Behaviour.all.map { Sample(name: $0.name, source: Array($0.script.utf8)) }
        + (DialplanBehaviour.all + CompatibilityTests.rows).map { Sample(name: $0.name, source: Array($0.script.utf8)) }
        + IsolationTests.scripts.enumerated().map { Sample(name: "isolation \($0)", source: Array($1.utf8)) }

    /// Points from 0 to the end: all of them in a proof, some in a test.
    private static func points(upTo end: Int64, coarse: Int64) -> [Int64] {
        let step = Prove.isOn ? max(1, end / 2_000) : max(1, end / coarse)
        return Array(stride(from: 0, through: end, by: Int(step)).map { Int64($0) })
    }

    private static func run(_ image: DialplanImage, _ change: (inout ExecutionLimits) -> Void) throws -> Report {
        var limits = ExecutionLimits()
        limits.instructions = 200_000
        change(&limits)
        return try Trial(limits: limits).run(image)
    }

    @Test("fuel", arguments: samples)
    func fuel(_ sample: Sample) throws {
        let image = try DialplanCompiler.compile(source: sample.source, name: sample.name)
        let whole = try Self.run(image) { _ in }
        for amount in Self.points(upTo: whole.instructions, coarse: 25) {
            let report = try Self.run(image) { $0.instructions = amount }
            #expect(
                report.result == whole.result || report.result.isLimit(.instructions), "\(amount): \(report.result)")
            #expect(whole.bytes.starts(with: report.bytes), "\(amount)")
        }
    }

    @Test("heap", arguments: samples)
    func heap(_ sample: Sample) throws {
        let image = try DialplanCompiler.compile(source: sample.source, name: sample.name)
        let whole = try Self.run(image) { _ in }
        var enough: Int64?
        for size in Self.points(upTo: 160_000, coarse: 20) {
            let report = try Self.run(image) { $0.heapBytes = size }
            if report.result.isLimit(.heap) {
                // A collection that finds more than nine tenths alive ends the run, and where collections fall depends on
                // the heap: what was enough once may not be with a little more, but it is with a ninth more.
                if let enough, !whole.result.isLimit(.instructions) {
                    #expect(size * 9 <= enough * 10 + 100, "\(enough)")
                }
                continue
            }
            // Collections charge fuel: nothing else may differ.
            #expect(report.result == whole.result, "\(size): \(report.result)")
            enough = enough ?? size
        }
    }

    @Test("strings, regular expressions, log and host calls", arguments: samples)
    func others(_ sample: Sample) throws {
        let image = try DialplanCompiler.compile(source: sample.source, name: sample.name)
        let whole = try Self.run(image) { _ in }
        for amount in [0, 1, 2, 3, 5, 8, 13, 40, 200] as [Int64] {
            func check(_ limits: [Limit], _ change: (inout ExecutionLimits) -> Void) throws {
                let report = try Self.run(image, change)
                #expect(
                    report.result == whole.result || limits.contains { report.result.isLimit($0) },
                    "\(amount): \(report.result)")
            }
            // What the start brings must fit too: where it does not, that is the memory error.
            try check([.string, .heap, .instructions]) { $0.stringBytes = amount }
            try check([.regex, .instructions]) { $0.regexWork = amount * 10 }
            try check([.logLines, .instructions]) { $0.logLines = Int32(amount) }
            try check([.logBytes, .instructions]) { $0.logBytes = amount * 10 }
            try check([.hostCalls, .instructions]) { $0.hostCalls = Int32(amount) }
            try check([.callDepth, .instructions]) { $0.callDepth = Int32(amount) }
        }
    }
}
