internal import CProcessPoolSupport
internal import Glibc
internal import Synchronization

/// A process that we made and have not reaped, or have: signals and readings reach that process or nobody.
///
/// Its number cannot belong to another while it is unreaped, and the lock keeps it unreaped while the number is used.
final class ChildHandle: Sendable {
    let pid: Int32
    /// `nil` once it is reaped.
    private let pidfd: Mutex<Int32?>

    init(pid: Int32, pidfd: Int32) {
        self.pid = pid
        self.pidfd = Mutex(pidfd)
    }

    /// The pidfd, for the one who reaps: it is valid until ``reap()`` answers.
    var descriptorForPolling: Int32 { pidfd.withLock { $0 ?? -1 } }

    /// Sends a signal; false when the process is gone.
    @discardableResult
    func send(signal: Int32) -> Bool {
        pidfd.withLock { descriptor in
            descriptor.map { processpool_pidfd_send_signal($0, signal) == 0 } ?? false
        }
    }

    /// How it ended, if it has; once. Afterwards the process is reaped and the descriptor closed.
    func reap() -> ExitStatus? {
        pidfd.withLock { descriptor in
            guard let open = descriptor else { return nil }
            var code: Int32 = 0
            var status: Int32 = 0
            // Unsafe: two numbers, written during the call.
            guard unsafe processpool_reap(open, &code, &status) != 0 else { return nil }
            close(open)
            descriptor = nil
            // CLD_EXITED is 1. A failure to reap (somebody else did) leaves 0: all that is known is that it is gone.
            return code == 1 ? .exited(code: status) : .signalled(status)
        }
    }

    /// What it uses, as the kernel says; `nil` when the process is gone.
    func usage() -> ProcessReadings.Usage? {
        pidfd.withLock { descriptor in
            descriptor == nil ? nil : ProcessReadings.usage(pid: pid)
        }
    }
}
