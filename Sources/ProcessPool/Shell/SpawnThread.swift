internal import CProcessPoolSupport
internal import Glibc
internal import Synchronization

/// The one permanent thread that makes all worker processes of this program.
///
/// A worker is killed when the thread that made it ends (PDEATHSIG), so this thread never does.
final class SpawnThread: Sendable {
    /// A wish for a process. The answers come on threads of the pool's own; `ended` comes once, and after `spawned`, if
    /// there was a process.
    struct Request: Sendable {
        var configuration: WorkerConfiguration
        var program: Program
        var spawned: @Sendable (Result<SpawnedProcess, SpawnFailure>) -> Void
        var ended: @Sendable (ExitStatus) -> Void
    }

    static let shared = SpawnThread()

    private let mailbox = Mailbox<Request>()

    private static let isStarted = startPermanentThread { SpawnThread.shared.run() }

    /// Asks for a process; callable from any thread.
    func spawn(_ request: Request) {
        guard Self.isStarted, mailbox.put(request) else {
            request.spawned(.failure(SpawnFailure("spawn thread", errno: EAGAIN)))
            return
        }
    }

    private func run() {
        unsafe processpool_name_thread("pool-spawn")  // Unsafe: a C string, copied during the call.
        while true {
            mailbox.wait()
            for request in mailbox.takeAll() {
                do {
                    let process = try SpawnedProcess(request.configuration, request.program)
                    request.spawned(.success(process))
                    ReapThread.shared.watch(process.handle, ended: request.ended)
                } catch {
                    request.spawned(.failure(error))
                }
            }
        }
    }
}

/// The permanent thread that sees all worker processes end and reaps them.
///
/// It sleeps in `poll` on their descriptors. It is not the one that makes them: an exec that takes long (a slow disk) must
/// not delay the news of a death.
final class ReapThread: Sendable {
    static let shared = ReapThread()

    private struct Child: Sendable {
        var handle: ChildHandle
        var pidfd: Int32
        var ended: @Sendable (ExitStatus) -> Void
    }

    private let mailbox = Mailbox<Child>()

    private static let isStarted = startPermanentThread { ReapThread.shared.run() }

    /// Calls `ended` once, on this thread, when the process has ended and is reaped.
    func watch(_ handle: ChildHandle, ended: @escaping @Sendable (ExitStatus) -> Void) {
        let child = Child(handle: handle, pidfd: handle.descriptorForPolling, ended: ended)
        guard Self.isStarted, mailbox.put(child) else {
            // Without this thread nothing can be supervised: the process must not live.
            handle.send(signal: SIGKILL)
            ended(.signalled(SIGKILL))
            return
        }
    }

    private func run() {
        unsafe processpool_name_thread("pool-reap")  // Unsafe: a C string, copied during the call.
        var children: [Child] = []
        while true {
            mailbox.wait(or: children.map(\.pidfd))
            children += mailbox.takeAll()
            children.removeAll { child in
                guard let status = child.handle.reap() else { return false }
                child.ended(status)
                return true
            }
        }
    }
}

/// Items for a thread that sleeps in `poll`.
private struct Mailbox<Item: Sendable>: ~Copyable, Sendable {
    private let items = Mutex<[Item]>([])
    /// An eventfd; negative when there is none.
    private let wake = processpool_eventfd()

    /// False when the thread cannot be woken.
    func put(_ item: Item) -> Bool {
        guard wake >= 0 else { return false }
        items.withLock { $0.append(item) }
        var one: UInt64 = 1
        // Unsafe: eight bytes are read from `one`. The only failure is a full counter, which wakes the thread as well.
        _ = unsafe write(wake, &one, 8)
        return true
    }

    func takeAll() -> [Item] {
        var count: UInt64 = 0
        // Unsafe: eight bytes are written to `count`; the descriptor does not block.
        _ = unsafe read(wake, &count, 8)
        return items.withLock { items in
            defer { items = [] }
            return items
        }
    }

    /// Sleeps until there is an item, or one of the descriptors is readable.
    func wait(or descriptors: [Int32] = []) {
        var polled = ([wake] + descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        // Unsafe: the array and its count. After EINTR all is looked at again, which is harmless.
        _ = unsafe poll(&polled, nfds_t(polled.count), -1)
    }
}

/// Starts a thread that is never joined. False when the system has none left.
private func startPermanentThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    // Unsafe: the one reference is taken over by the thread, or back when there is none.
    let argument = unsafe Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let result = unsafe pthread_create(
        &thread, nil,
        { argument in
            if let argument = unsafe argument { unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        }, argument.toOpaque())
    if result != 0 { unsafe argument.release() }
    return result == 0
}
