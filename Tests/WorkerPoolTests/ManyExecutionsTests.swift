import DialplanHostCalls
import Foundation
import Logging
import NIOCore
import NIOPosix
import ProcessPool
import Testing

/// Real scripts through real, sandboxed `dialplanctl worker` processes that are recycled by age and by work and killed in
/// between: nothing is lost, nothing is done twice, every end has its reason, and our own memory stays flat.
///
/// 20,000 executions; `make prove` has 1,000,000 (`DIALPLAN_EXECUTIONS`).
@Suite(.serialized)
struct ManyExecutionsTests {
    private static let count =
        ProcessInfo.processInfo.environment["DIALPLAN_EXECUTIONS"].flatMap { UInt64($0) } ?? 20_000

    @Test("executions through workers that are recycled and killed: none lost, none twice, the reasons add up")
    func many() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let finished = loop.makePromise(of: Void.self)
        let driver = NIOLoopBoundBox<Driver?>.makeEmptyBox(valueType: Driver.self, eventLoop: loop)
        var configuration = WorkerConfiguration(executable: Self.dialplanctl, arguments: ["worker"])
        configuration.size = 2
        configuration.warmSpares = 1
        configuration.drainDeadline = .seconds(5)
        configuration.recycling.maximumWork = Self.count / 20
        configuration.recycling.maximumAge = .seconds(3)
        configuration.hang.interval = .milliseconds(10)
        let pool = try ProcessPool(
            configuration: configuration, on: loop, logger: Logger(label: "many") { _ in SwiftLogNoOpLogHandler() }
        ) { driver.value?.handle($0) }
        let count = Self.count
        try await loop.submit {
            driver.value = Driver(pool, count: count, finished)
            pool.start()
        }.get()
        try await finished.futureResult.get()
        try await loop.flatSubmit { pool.shutdown() }.get()
        let result = try await loop.submit { () -> Driver.Result? in
            defer { driver.value = nil }
            return driver.value?.result
        }.get()
        let sums = try #require(result)
        print("executions: \(sums)")
        #expect(sums.done == count && sums.twice == 0 && sums.wrong == 0)
        #expect(
            (sums.done...(sums.done + sums.repeated)).contains(sums.begun),
            "what was begun was done, or went on elsewhere")
        #expect(sums.ends.keys.allSatisfy { ["recycled", "signalled", "pool_shutdown"].contains($0) }, "\(sums.ends)")
        #expect(sums.ends["recycled", default: 0] >= 3)
        #expect(sums.ends["signalled"] == sums.kills && sums.kills >= 3)
        #expect(sums.memoryGrowth < 16 << 20, "from the middle to the end")
    }

    static let dialplanctl: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "dialplanctl").path
    }()
}

/// The front of this test: keeps the workers busy, and gives what a worker had when it ended to the next.
private final class Driver {
    struct Result: Sendable {
        var done: UInt64 = 0
        var begun: UInt64 = 0
        var repeated: UInt64 = 0
        var twice = 0
        var wrong = 0
        var kills = 0
        var ends: [String: Int] = [:]
        var memoryGrowth = 0
    }

    private static let script = Array(
        """
        number = "0044" + rand(100000).to_s
        case number
        when /^00(\\d+)/ then sys.Log("abroad #{$1.length}")
        else sys.Log("here")
        end
        table = { "a" => 1, "b" => 2 }
        sys.Log(table.keys.map { |key| key.upcase }.join(","))
        """.utf8)
    private static let digest = [UInt8](repeating: 7, count: 32)
    private static let inFlight = 64

    private let pool: ProcessPool
    private let count: UInt64
    private let finished: EventLoopPromise<Void>
    private var next: UInt64 = 1
    private var again: [UInt64] = []
    private var held: [WorkerID: Set<UInt64>] = [:]
    private var serving: Set<WorkerID> = []
    private var knowing: Set<WorkerID> = []
    /// By number. A bit map, not a set: it must not grow meanwhile.
    private var isDone: [Bool]
    private var memoryAtHalf = 0
    private(set) var result = Result()

    init(_ pool: ProcessPool, count: UInt64, _ finished: EventLoopPromise<Void>) {
        self.pool = pool
        self.count = count
        isDone = Array(repeating: false, count: Int(count) + 1)
        self.finished = finished
    }

    func handle(_ event: PoolEvent) {
        switch event {
        case .ready(let id, _, _):
            serving.insert(id)
            feed(id)
        case .draining(let id): serving.remove(id)
        case .payload(let id, let bytes):
            guard let messages = try? WorkerMessage.decodeAll(bytes) else {
                result.wrong += 1
                return
            }
            for message in messages { take(message, from: id) }
            feed(id)
        case .ended(let id, let report):
            result.ends[report.reason.kind, default: 0] += 1
            result.begun += report.page?.work ?? 0
            serving.remove(id)
            let lost = (held.removeValue(forKey: id) ?? []).sorted()
            again += lost
            for other in serving { feed(other) }
        case .standby, .leaving, .upgraded, .upgradeFailed, .judgementWithheld, .callsRefused: break
        }
    }

    private func take(_ message: WorkerMessage, from id: WorkerID) {
        switch message {
        case .entries(_, _, let entries):
            for entry in entries { if case .effect = entry { continue } else { result.wrong += 1 } }
        case .finished(let number, let position, _):
            if position != 2 { result.wrong += 1 }
            if held[id]?.remove(number) == nil { result.wrong += 1 }
            guard isDone.indices.contains(Int(number)), !isDone[Int(number)] else {
                result.twice += 1
                return
            }
            isDone[Int(number)] = true
            result.done += 1
            if result.done == count / 2 { memoryAtHalf = Self.residentBytes }
            // Now and then one is killed in the middle of its work.
            if result.done % (count / 5) == count / 10 {
                result.kills += 1
                pool.kill(id, reason: .signalled(9))
            }
            if result.done == count {
                result.memoryGrowth = Self.residentBytes - memoryAtHalf
                finished.succeed()
            }
        case .failed, .sourceNeeded: result.wrong += 1
        }
    }

    private func feed(_ id: WorkerID) {
        guard serving.contains(id) else { return }
        var payload: [UInt8] = []
        var numbers: Set<UInt64> = []
        while (held[id]?.count ?? 0) + numbers.count < Self.inFlight, let number = takeNumber() {
            FrontMessage.start(
                ExecutionStart(
                    execution: number, sourceDigest: Self.digest, sourceName: "many",
                    source: knowing.insert(id).inserted ? Self.script : nil,
                    request: HostRecord(typeName: "", text: [], fields: []), startTime: 0, seed: number),
                awaitingReplay: false
            ).encode(into: &payload)
            numbers.insert(number)
        }
        guard !numbers.isEmpty else { return }
        held[id, default: []].formUnion(numbers)
        if !pool.send(payload, to: id) { knowing.remove(id) }
    }

    private func takeNumber() -> UInt64? {
        if let number = again.popLast() {
            result.repeated += 1
            return number
        }
        guard next <= count else { return nil }
        defer { next += 1 }
        return next
    }

    private static var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
    }
}
