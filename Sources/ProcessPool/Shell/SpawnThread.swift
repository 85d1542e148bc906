internal import CProcessPoolSupport
internal import Glibc
internal import Synchronization

/// The one permanent thread that makes all worker processes of this program and sees them end.
///
/// A worker is killed when the thread that made it ends (PDEATHSIG), so this thread never does. It sleeps in `poll` on
/// the descriptors of all its processes, and so learns of a death at once and reaps it.
final class SpawnThread: Sendable {
    /// A wish for a process. Both answers come on the thread itself; `ended` comes once if `spawned` had a process.
    struct Request: Sendable {
        var configuration: WorkerConfiguration
        var spawned: @Sendable (Result<SpawnedProcess, SpawnFailure>) -> Void
        var ended: @Sendable (ExitStatus) -> Void
    }

    static let shared = SpawnThread()

    private let requests = Mutex<[Request]>([])
    /// An eventfd that wakes the thread; negative when the thread could not be started.
    private let wake: Int32

    private init() {
        wake = processpool_eventfd()
    }

    private static let started: Bool = {
        guard shared.wake >= 0 else { return false }
        var thread = pthread_t()
        // Unsafe: the thread needs no argument and is never joined, `thread` is written during the call.
        return unsafe pthread_create(&thread, nil, { _ in
            // Unsafe: a C string, copied during the call.
            unsafe processpool_name_thread("process-pool")
            SpawnThread.shared.run()
        }, nil) == 0
    }()

    /// Asks for a process; callable from any thread.
    func spawn(_ request: Request) {
        guard Self.started else {
            request.spawned(.failure(SpawnFailure("spawn thread", errno: EAGAIN)))
            return
        }
        requests.withLock { $0.append(request) }
        var one: UInt64 = 1
        // Unsafe: eight bytes are read from `one`. The only failure is a full counter, which wakes the thread as well.
        _ = unsafe write(wake, &one, 8)
    }

    private struct Child {
        var handle: ChildHandle
        var pidfd: Int32
        var ended: @Sendable (ExitStatus) -> Void
    }

    private func run() -> Never {
        var children: [Child] = []
        while true {
            var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            polled += children.map { pollfd(fd: $0.pidfd, events: Int16(POLLIN), revents: 0) }
            // Unsafe: the array and its count. EINTR is harmless: all is looked at again.
            _ = unsafe poll(&polled, nfds_t(polled.count), -1)
            // Deaths first: the replacement is wanted sooner than anything else.
            children = zip(children, polled.dropFirst()).compactMap { child, poll in
                guard poll.revents != 0, let status = child.handle.reap() else { return child }
                child.ended(status)
                return nil
            }
            var count: UInt64 = 0
            // Unsafe: eight bytes are written to `count`; the descriptor does not block.
            _ = unsafe read(wake, &count, 8)
            for request in requests.withLock({ let all = $0; $0 = []; return all }) {
                do {
                    let process = try SpawnedProcess(request.configuration)
                    children.append(
                        Child(handle: process.handle, pidfd: process.handle.descriptorForPolling, ended: request.ended))
                    request.spawned(.success(process))
                } catch {
                    request.spawned(.failure(error))
                }
            }
        }
    }
}
