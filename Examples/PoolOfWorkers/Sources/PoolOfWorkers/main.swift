// Counts primes in processes of its own: one job makes its worker crash, one hangs, and neither costs more than itself.
//
//   swift run --package-path Examples/PoolOfWorkers PoolOfWorkers
import Logging
import NIOCore
import NIOPosix
import ProcessPool
import ProcessPoolChild

// The same program is pool and worker.
if CommandLine.arguments.dropFirst().first == "worker" {
    do {
        try PrimeWorker.run()
    } catch {
        fatalError("worker: \(error)")
    }
} else {
    try await PrimePool.run()
}
