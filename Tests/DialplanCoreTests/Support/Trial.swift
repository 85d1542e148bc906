import DialplanHostCalls
import Foundation
import Testing

@testable import DialplanCore

/// A script and the lines that it must log.
struct Behaviour: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String
    let output: String

    var testDescription: String { name }
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// Scripts with what CRuby prints for them.
    static let all = [
        controlFlow, classes, exceptions, strings, collections, idioms, blocks, objects,
    ]
}

/// What a run did, as the switch would see it.
struct Report: Equatable {
    /// The texts of all log effects.
    var lines: [String] = []
    /// Everything the Machine appended, encoded.
    var bytes: [UInt8] = []
    var entries: [Entry] = []
    var result: RunResult
    var instructions: Int64 = 0

    static func == (left: Report, right: Report) -> Bool {
        left.lines == right.lines && left.bytes == right.bytes && left.entries == right.entries
            && left.result == right.result && left.didWork(as: right)
    }

    /// Collections are charged: with one at every safe point, runs in other slices make others.
    func didWork(as other: Report) -> Bool { Trial.stress == "collections" || instructions == other.instructions }
}

/// Runs scripts the way a worker does.
struct Trial {
    var limits = ExecutionLimits()
    /// Fuel per slice.
    var slice: Int64 = stress == "slices" ? 1 : 1_000_000_000
    var collectsAlways = stress == "collections"
    /// The region moves at every reservation.
    var movesAlways = stress == "moves"
    /// A mode for every run of every test (`make prove`): what the tests expect stays as it is.
    static let stress = ProcessInfo.processInfo.environment["DIALPLAN_STRESS"] ?? ""
    /// The answer to the n-th host call.
    var answer: @Sendable (Int, HostCallID) -> Outcome = { index, _ in
        Outcome(.value(.integer(3)), time: Trial.startTime + Int64(index + 1) * 1_000_000)
    }
    var properties: [Outcome.Update] = [
        .init(HostCallTable.Name.isOut, .bool(true)), .init(HostCallTable.Name.username, .text("owner")),
    ]

    static let startTime: Int64 = 1_735_689_600_000_000  // 2025-01-01 00:00 UTC

    func start() -> ExecutionStart {
        ExecutionStart(
            execution: 1, sourceDigest: [], sourceName: "trial", source: nil, request: Trial.request,
            properties: properties, startTime: Trial.startTime, seed: 42, limits: limits)
    }

    static func compile(_ script: String) throws -> DialplanImage {
        try DialplanCompiler.compile(source: Array(script.utf8), name: "trial")
    }

    func run(_ script: String) throws -> Report { try run(try Trial.compile(script)) }

    func run(_ image: DialplanImage) throws -> Report {
        var machine = Machine(image: image, start: start())
        machine.collectsAlways = collectsAlways
        machine.movesAlways = movesAlways
        return try finish(&machine)
    }

    /// Runs a Machine to its end. `given`: host calls that have been answered before.
    func finish(_ machine: inout Machine, given: Int = 0) throws -> Report {
        var report = Report(result: .outOfSlice)
        var calls = given
        while true {
            report.result = machine.run(fuel: slice)
            try Trial.collect(&machine, into: &report)
            switch report.result {
            case .outOfSlice: continue
            case .awaiting(let id):
                machine.resume(with: answer(calls, id))
                calls += 1
            default:
                report.instructions = machine.instructions
                return report
            }
        }
    }

    static func collect(_ machine: inout Machine, into report: inout Report) throws {
        var bytes: [UInt8] = []
        let count = machine.takeEntries(into: &bytes)
        var reader = ByteReader(bytes)
        for _ in 0..<count {
            let entry = try Entry(from: &reader)
            report.entries.append(entry)
            if case .effect(HostCallTable.Name.log, let values) = entry {
                report.lines.append(values.map(\.displayText).joined())
            }
        }
        report.bytes += bytes
    }

    static let request: HostRecord = {
        let from = HostRecord(
            typeName: "SIPURI", text: Array("sip:bob@example.org;user=phone".utf8),
            fields: [.init("User", .text("bob")), .init("Host", .text("example.org"))])
        let header = HostRecord(
            typeName: "SIPFromHeader", text: Array("\"Bob\" <sip:bob@example.org>".utf8),
            fields: [.init("FromName", .text("Bob")), .init("FromURI", .record(from))])
        let uri = HostRecord(
            typeName: "SIPURI", text: Array("sip:0049301234@host".utf8),
            fields: [.init("User", .text("0049301234")), .init("Host", .text("host"))])
        return HostRecord(
            typeName: "SIPRequest", text: Array("INVITE sip:0049301234@host".utf8),
            fields: [
                .init("URI", .record(uri)),
                .init(
                    "Header",
                    .record(HostRecord(typeName: "SIPHeader", text: [], fields: [.init("From", .record(header))]))),
            ])
    }()
}
