import CallStore
import SIPStack

/// Everything that the doctor can ask of the machine, so that a test can be any machine.
struct DoctorProbes {
    /// A file as its directory tells it.
    struct File: Equatable {
        var isFolder = false
        var isSocket = false
        var owner: UInt32 = 0
        /// Permission bits.
        var mode: UInt16 = 0o644
        /// Whether this process could write it.
        var isWritable = true
    }

    enum Port: Equatable {
        case free
        /// The holder, as `name (pid 7)`, if it can be known.
        case held(by: String?)
        /// No interface of this machine has the address.
        case foreignAddress
        case notAllowed
        case failed(String)
    }

    struct Running: Equatable {
        var calls: Int
        var readyWorkers: Int
        var workers: Int
        /// A worker's process, if there is one.
        var workerPid: Int32?
    }

    var userID: () -> UInt32
    var file: (String) -> File?
    /// A file's first 64 KiB.
    var text: (String) -> String?
    var port: (TransportAddress) -> Port
    /// The switch behind the admin socket; nil when none answers.
    var running: () -> Running?
    /// Where a process's program is, as `/proc/PID/exe` says it.
    var program: (Int32) -> String?
    /// What the store says of itself; nil when there is none.
    var store: () -> [StoreFinding]?
    /// Domains that the switch serves; empty if they cannot be read.
    var domains: () -> [String]
    var landlockVersion: () -> Int
    var hasSeccomp: () -> Bool
    var hasMemoryFiles: () -> Bool
    var hasProcessDescriptors: () -> Bool
    var resolves: (String) -> Bool
    /// SRV records of a name; nil: no answer.
    var serviceRecords: (String) -> Int?
    /// Nil: the kernel does not say.
    var isClockSynchronised: () -> Bool?
    /// Microseconds since 1970 UTC.
    var wallClock: () -> Int64
    /// RLIMIT_NOFILE, soft and hard.
    var descriptorLimit: () -> (soft: Int, hard: Int)
    /// Bytes that this process can still write in a folder, and its file system's size.
    var space: (String) -> (free: Int, total: Int)?
}
