import Glibc
import NIOCore
import ServiceSupport

/// Tells the service manager how the switch is: ready, alive, what it does, stopping.
///
/// The sign of life is sent by the event loop itself, so that a loop that is stuck is noticed.
final class ServiceReporter: Sendable {
    private let notifier: ServiceNotifier?
    private let watchdog: Duration?

    init(environment: [String: String]) {
        notifier = ServiceNotifier(environment: environment)
        watchdog = ServiceNotifier.watchdogInterval(environment: environment, pid: getpid())
    }

    /// Begins to give signs of life. On the event loop.
    func begin(on loop: any EventLoop, status: @escaping @Sendable () -> SwitchStatus?) {
        guard let notifier else { return }
        notifier.send(.status("starting workers"))
        // Three signs in each period: one may be late. Without a watchdog only the status line is kept fresh.
        let period = min(watchdog.map { $0 / 3 } ?? .seconds(10), .seconds(10))
        let hasWatchdog = watchdog != nil
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(period)) { _ in
            if hasWatchdog { notifier.send(.watchdog) }
            if let status = status() { notifier.send(.status(Self.line(status))) }
        }
    }

    func ready(_ status: SwitchStatus?) {
        notifier?.send(.ready, .status(status.map(Self.line) ?? "ready"))
    }

    func stopping() { notifier?.send(.stopping, .status("ending calls")) }

    func reloading() {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)  // C writes to the local variable only
        notifier?.send(.reloading(monotonicMicroseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000))
    }

    func reloaded() { notifier?.send(.ready) }

    static func line(_ status: SwitchStatus) -> String {
        let ready = status.workers.count { $0.state == "ready" }
        return
            "\(status.calls) calls, \(status.registrations) registrations, \(ready) of \(status.workers.count) workers"
            + " ready"
    }
}
