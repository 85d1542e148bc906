import Logging
import NIOCore
import NIOPosix
import ProcessPool

/// The pool's side: gives each job to a free worker, and a job whose worker ended to nobody.
final class PrimePool {
    private var jobs = ["10000", "200000", "not a number", "-1", "1000", "300000", "50000"]
    private var running: [WorkerID: String] = [:]
    private var done = 0
    private let total: Int
    private var pool: ProcessPool?

    private init() { total = jobs.count }

    static func run() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let finished = loop.makePromise(of: Void.self)
        let owner = NIOLoopBoundBox<PrimePool?>.makeEmptyBox(valueType: PrimePool.self, eventLoop: loop)
        var configuration = WorkerConfiguration(executable: "/proc/self/exe", arguments: ["worker"])
        configuration.size = 2
        configuration.warmSpares = 1
        let pool = try ProcessPool(configuration: configuration, on: loop, logger: Logger(label: "primes")) { event in
            owner.value?.handle(event, finished)
        }
        try await loop.submit {
            let primes = PrimePool()
            primes.pool = pool
            owner.value = primes
            pool.start()
        }.get()
        try await finished.futureResult.get()
        try await loop.flatSubmit { pool.shutdown() }.get()
    }

    private func handle(_ event: PoolEvent, _ finished: EventLoopPromise<Void>) {
        switch event {
        case .ready(let id, _, _): giveJob(to: id)
        case .payload(let id, let bytes):
            print("worker \(id): \(String(decoding: bytes, as: UTF8.self))")
            running[id] = nil
            conclude(finished)
            giveJob(to: id)
        case .ended(let id, let report):
            guard let job = running.removeValue(forKey: id) else { return }
            print("worker \(id): job \"\(job)\" ended it: \(report.reason)")
            conclude(finished)
        case .standby, .draining, .leaving, .upgraded, .upgradeFailed, .judgementWithheld, .callsRefused: break
        }
    }

    private func conclude(_ finished: EventLoopPromise<Void>) {
        done += 1
        if done == total { finished.succeed() }
    }

    private func giveJob(to id: WorkerID) {
        guard !jobs.isEmpty else { return }
        let job = jobs.removeFirst()
        running[id] = job
        pool?.send(Array(job.utf8), to: id)
    }
}
