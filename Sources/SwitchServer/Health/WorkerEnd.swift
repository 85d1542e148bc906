import Foundation
import ProcessPool
import Switchboard

/// One worker's end with its circumstances, as administrators see it.
public struct WorkerEnd: Codable, Sendable {
    /// What a worker used at one moment.
    public struct Sample: Codable, Sendable {
        /// Milliseconds since the process was spawned.
        public var age: Int64
        public var residentBytes: Int
        /// Milliseconds on a processor so far.
        public var processorTime: Int64
    }

    public var slot: Int
    public var generation: UInt64
    public var pid: Int32
    /// Microseconds since 1970 UTC.
    public var time: Int64
    public var reason: String
    public var wasInService: Bool
    /// Milliseconds that the process lived.
    public var age: Int64
    public var residentBytes: Int
    /// Executions that it had begun in its life.
    public var executionsBegun: UInt64
    /// Executions that it had when it ended; they went on elsewhere.
    public var executionsHeld: Int
    /// What ran in that moment; 0 for nothing.
    public var execution: UInt64
    public var owner: String?
    public var dialplan: String?
    public var version: Int?
    public var line: Int?
    /// Whether that execution is blamed for the end.
    public var isBlamed: Bool
    /// Memory and processor time in the last moments, the oldest first.
    public var samples: [Sample]

    init(_ id: WorkerID, _ report: EndReport, running: ExecutionDescription?, held: Int, time: Int64) {
        slot = id.slot
        generation = id.generation
        pid = report.pid
        self.time = time
        reason = report.reason.description
        wasInService = report.wasInService
        age = report.age.milliseconds
        residentBytes = report.residentBytes
        executionsBegun = report.page?.work ?? 0
        executionsHeld = held
        execution = report.page?.execution ?? 0
        owner = running?.owner
        dialplan = running?.dialplan
        version = running?.version
        line = running == nil ? nil : report.page.map { Int(clamping: $0.line) }
        isBlamed = report.blame != nil
        samples = report.samples.map(Sample.init)
    }
}

extension WorkerEnd.Sample {
    init(_ sample: UsageSample) {
        self.init(
            age: sample.age.milliseconds, residentBytes: sample.residentBytes,
            processorTime: sample.processorTime.milliseconds)
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }

    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
