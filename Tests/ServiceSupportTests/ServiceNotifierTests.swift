import Foundation
import Glibc
import Testing

@testable import ServiceSupport

/// A service manager's end of the notify socket.
private final class Manager {
    let name: String
    private let descriptor: Int32

    init(abstract: Bool) throws {
        let path = (abstract ? "@dialplan-test-" : NSTemporaryDirectory() + "notify-") + UUID().uuidString.prefix(8)
        name = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var bytes = Array(path.utf8)
        if abstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
    }

    deinit {
        close(descriptor)
        _ = unsafe unlink(name)
    }

    /// The next datagram; datagrams on one machine are there when `sendto` has returned.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}

@Suite("Notifying the service manager")
struct ServiceNotifierTests {
    @Test("messages reach a socket with a path and one in the abstract namespace", arguments: [false, true])
    func sending(abstract: Bool) throws {
        let manager = try Manager(abstract: abstract)
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": manager.name]))
        #expect(notifier.send(.ready, .status("3 calls\nSTOPPING=1")))
        #expect(notifier.send(.watchdog))
        #expect(notifier.send(.stopping))
        #expect(notifier.send(.reloading(monotonicMicroseconds: 17)))
        #expect(manager.receive() == "READY=1\nSTATUS=3 calls\\nSTOPPING=1")
        #expect(manager.receive() == "WATCHDOG=1")
        #expect(manager.receive() == "STOPPING=1")
        #expect(manager.receive() == "RELOADING=1\nMONOTONIC_USEC=17")
        #expect(manager.receive() == nil)
    }

    @Test(
        "without a manager, or with a name that cannot be one, there is nobody to notify",
        arguments: [nil, "", "relative", "@", "/" + String(repeating: "x", count: 120), "/a\0b"])
    func nobody(name: String?) {
        #expect(ServiceNotifier(environment: name.map { ["NOTIFY_SOCKET": $0] } ?? [:]) == nil)
    }

    @Test("a manager that is gone is told nothing, without a wait")
    func gone() {
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": "/nonexistent/notify"])?.send(.ready) == false)
    }

    @Test("the watchdog's time counts only for the process that is watched")
    func watchdog() {
        func interval(_ environment: [String: String]) -> Duration? {
            ServiceNotifier.watchdogInterval(environment: environment, pid: 42)
        }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]) == .seconds(30))
        #expect(interval(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "x"]) == nil)
    }
}
