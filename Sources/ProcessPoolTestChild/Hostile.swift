import CHostileCalls
import CProcessPoolSupport
import Glibc

/// Memory from the kernel, with its pages: memory that is only written could be optimised away. False when refused.
@discardableResult
func takeMemory(megabytes: Int, shared: Bool = false) -> Bool {
    let flags = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_POPULATE
    return unsafe mmap(nil, megabytes << 20, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED
}

/// A child process that does nothing; its number, or -1.
func makeProcess() -> Int {
    // As `fork` does: Swift does not show it.
    let pid = processpool_hostile_fork()
    if pid == 0 { _exit(0) }
    return pid
}

/// Tries what a sandbox must not allow. Answers `done` when it could, the error's name when it was refused; often it does
/// not live to answer.
func hostile(_ deed: String) -> String {
    let words = deed.split(separator: " ").map(String.init)
    let pid = words.count > 1 ? Int32(words[1]) ?? 0 : 0
    errno = 0
    let succeeded: Bool
    switch words.first {
    case "open": succeeded = unsafe open("/etc/passwd", O_RDONLY) >= 0
    case "create": succeeded = unsafe open("/tmp/processpool-hostile", O_WRONLY | O_CREAT, 0o600) >= 0
    case "read-proc": succeeded = unsafe open("/proc/\(pid)/environ", O_RDONLY) >= 0
    case "connect":
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if descriptor < 0 { return name(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(9).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        succeeded = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe connect(
                descriptor, UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 || errno == ECONNREFUSED
        }
    case "datagram": succeeded = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) >= 0
    case "fork": succeeded = makeProcess() >= 0
    case "exec":
        processpool_hostile_exec()
        succeeded = false
    case "ptrace": succeeded = processpool_hostile_ptrace(pid) == 0
    case "signal": succeeded = kill(pid, SIGCONT) == 0
    case "signal-thread": succeeded = processpool_hostile_tgkill(pid) == 0
    case "io-uring": succeeded = processpool_hostile_io_uring() >= 0
    case "memfd": succeeded = processpool_page_create() >= 0
    case "executable-memory":
        succeeded =
            unsafe mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
    case "shared-memory": succeeded = takeMemory(megabytes: 1, shared: true)
    case "allocate":
        // Beyond RLIMIT_DATA, which the test sets to less.
        succeeded = takeMemory(megabytes: 512)
    case "raise-limit":
        var limit = rlimit()
        limit.rlim_cur = rlim_t.max
        limit.rlim_max = rlim_t.max
        succeeded = unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0
    default: return "unknown deed: \(deed)"
    }
    return succeeded ? "done" : name(errno)
}

private func name(_ number: Int32) -> String {
    switch number {
    case EPERM: "EPERM"
    case EACCES: "EACCES"
    case EAGAIN: "EAGAIN"
    case ENOMEM: "ENOMEM"
    default: "error \(number)"
    }
}
