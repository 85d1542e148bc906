import CallStore
import Foundation
import Synchronization

let monday = UnixTime(microseconds: 1_770_000_000_000_000)

extension UnixTime {
    func adding(seconds: Int64) -> UnixTime {
        UnixTime(microseconds: self.microseconds + seconds * 1_000_000)
    }
}

extension AccountCredentials {
    static let sample = AccountCredentials(
        ha1MD5: String(repeating: "0f", count: 16), ha1SHA256: String(repeating: "a1", count: 32))
}

extension CallStore {
    /// Alice with an account and a dialplan in a domain of its own.
    @discardableResult
    func addAlice() throws -> (user: User, account: Account, plan: DialplanVersion) {
        let user = try self.addUser("alice", at: monday)
        try self.addDomain("example.org", aliases: ["sip.example.org"], at: monday)
        let plan = try self.setDialplan(
            owner: "alice", name: "default", text: "sys.Log(\"hello\")\n", author: "alice", at: monday)
        let account = try self.addAccount("alice", domain: "example.org", owner: "alice", at: monday) { _ in .sample }
        return (user, account, plan)
    }

    /// `submit` for tests: returns when the completion was called, on whatever thread.
    func submitAndWait(_ writes: [StoreWrite]) async -> Result<Void, StoreError> {
        await withCheckedContinuation { continuation in
            self.submit(writes) { continuation.resume(returning: $0) }
        }
    }
}

/// The error that `body` throws; nil when it throws none.
func storeError(_ body: () throws(StoreError) -> Void) -> StoreError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

extension Result where Success == Void, Failure == StoreError {
    var error: StoreError? {
        if case .failure(let error) = self { error } else { nil }
    }
}

func sampleBinding(_ account: RowID<Account>, contact: String = "sip:alice@192.0.2.7:5062") -> Binding {
    Binding(
        accountID: account, contact: contact, priorityThousandths: 500,
        received: BindingFlow(transport: "udp", local: "192.0.2.1:5060", remote: "198.51.100.9:41000"),
        instance: "<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>", callID: "reg-1@phone", cSeq: 4_294_967_295,
        userAgent: "Phone/1.0", expires: monday.adding(seconds: 300), updated: monday)
}

func sampleRecord(call: UInt64, owner: RowID<User>, plan: RowID<DialplanVersion>? = nil) -> CallRecord {
    CallRecord(
        call: call, ownerID: owner, direction: .out, account: "alice@example.org", from: "sip:alice@example.org",
        to: "sip:200@example.org", sipCallID: "call-\(call)@phone", dialplanVersion: plan, engineVersion: 1,
        started: monday.adding(seconds: Int64(call)), answered: monday.adding(seconds: Int64(call) + 4),
        ended: monday.adding(seconds: Int64(call) + 64), status: 200, reason: "OK", hungUpBy: .callee,
        hangUpReason: "Q.850;cause=16",
        legs: [
            CallLeg(
                destination: "sip:first@192.0.2.9", sipCallID: "leg-1", started: monday, ended: monday, status: 486,
                reason: "Busy Here"),
            CallLeg(
                destination: "sip:second@192.0.2.9", sipCallID: "leg-2", started: monday, progressed: monday,
                progressStatus: 180, progressReason: "Ringing", answered: monday,
                ended: monday.adding(seconds: 60), status: 200, reason: "OK", hangUpReason: "normal"),
            CallLeg(destination: "nobody", started: monday),
        ])
}

/// Stops whoever calls `pass` until `open` is called: holds the store's writer at a known place.
final class Gate: Sendable {
    private let entered = DispatchSemaphore(value: 0)
    private let opened = DispatchSemaphore(value: 0)

    func pass() {
        self.entered.signal()
        self.opened.wait()
        self.opened.signal()
    }

    func waitUntilEntered() {
        self.entered.wait()
    }

    func open() {
        self.opened.signal()
    }
}

/// Collects from any thread; `values` when `count` of them have come.
final class Collector<Value: Sendable>: Sendable {
    private let gathered = Mutex<[Value]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func add(_ value: Value) {
        self.gathered.withLock { $0.append(value) }
        self.arrivals.signal()
    }

    /// Waits for `count` values, at most 30 s.
    func values(_ count: Int) -> [Value] {
        for _ in 0..<count where self.arrivals.wait(timeout: .now() + 30) == .timedOut {
            break
        }
        return self.gathered.withLock { $0 }
    }
}
