import Crypto
import SIPMessage
public import SIPStack

/// What the switch asks itself: a dummy call through everything that a real call goes through.
public enum Probe {
    /// User part of the Request-URI that is reserved for probes.
    public static let user = "dialplan-probe"
    /// The probe dialplan's answer, which nothing else in the switch gives (420 Bad Extension, as in the ancestor).
    public static let healthyStatus = 420

    /// Where a probe from inside seems to come from. No datagram can: neither the address nor the port is anybody's. A
    /// reliable transport, so that the transaction is gone with the ACK.
    public static func flow(_ listeners: [TransportAddress]) -> Flow? {
        guard let nowhere = TransportAddress("0.0.0.0", port: 0) else { return nil }
        return listeners.first.map { Flow(transport: .tcp, local: $0, remote: nowhere) }
    }

    /// Where a probe was when it failed.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// The front: no answer from the switchboard itself, or a refusal before anything else.
        case front
        /// The store did not read or write.
        case store
        /// No worker was there to be given the call.
        case dispatcher
        /// The worker had the call and did not answer it.
        case worker
    }

    /// What the pool knows of a worker; written into the probe's answer.
    public struct WorkerFacts: Hashable, Sendable {
        public var residentBytes: Int
        /// Executions begun in its life.
        public var executions: UInt64
        /// Milliseconds since it was spawned.
        public var uptime: Int64

        public init(residentBytes: Int, executions: UInt64, uptime: Int64) {
            self.residentBytes = residentBytes
            self.executions = executions
            self.uptime = uptime
        }
    }

    static let text = Array("sys.Respond(\(healthyStatus), 'Healthy')\n".utf8)

    /// The dialplan that probes run. Its owner is nobody: no log line and no record is kept of it.
    static let script = ScriptVersion(
        owner: "", name: "probe", version: 1, digest: Array(SHA256.hash(data: text)), text: text)
}
