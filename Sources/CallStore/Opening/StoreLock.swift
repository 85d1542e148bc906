internal import Foundation

/// The lock file beside the database, `<path>.lock`: who may open the store at all.
///
/// SQLite's own locks let several processes write in turn. That is not enough: a serving front answers from memory, so
/// nobody may change accounts behind its back. Serving holds the lock exclusively, administering shares it with other
/// administering processes. The kernel drops the lock with the process, however that ends; the file itself stays.
final class StoreLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }

    /// Locks for serving: waits up to `waitMilliseconds` for administering processes to end (they are short).
    static func serving(_ path: String, waitMilliseconds: Int) throws -> StoreLock {
        let descriptor = try Self.openFile(path)
        let deadline = DispatchTime.now().uptimeNanoseconds + UInt64(max(0, waitMilliseconds)) * 1_000_000
        // flock has no timeout; every 20 ms is often enough for a command that a person started.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, DispatchTime.now().uptimeNanoseconds < deadline else {
                close(descriptor)
                throw Self.refusal(path)
            }
            usleep(20_000)
        }
        // For the message that others get. Losing it changes nothing else.
        if ftruncate(descriptor, 0) == 0 {
            try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(
                contentsOf: Data("\(getpid())\n".utf8))
        }
        return StoreLock(descriptor: descriptor)
    }

    /// Locks for administering, beside others who administer. Fails at once when a process serves.
    static func administering(_ path: String) throws -> StoreLock {
        let descriptor = try Self.openFile(path)
        guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
            close(descriptor)
            throw Self.refusal(path)
        }
        return StoreLock(descriptor: descriptor)
    }

    struct Holder: Hashable, Sendable {
        var pid: Int32
        /// Serving; else administering.
        var isExclusive: Bool
    }

    /// Who holds the lock now, as the kernel tells (Linux). Taking it to find out would get in the way of others.
    static func holders(of path: String) -> [Holder] {
        guard let inode = FileStatus(Self.lockPath(path))?.inode,
            let locks = FileManager.default.contents(atPath: "/proc/locks")
        else { return [] }
        // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:131078 0 EOF
        return String(decoding: locks, as: UTF8.self).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "FLOCK", let pid = Int32(fields[4]),
                fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode
            else { return nil }
            return Holder(pid: pid, isExclusive: fields[3] == "WRITE")
        }
    }

    private static func lockPath(_ path: String) -> String {
        path + ".lock"
    }

    private static func openFile(_ path: String) throws -> Int32 {
        let lockPath = Self.lockPath(path)
        let descriptor = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SystemCallFailure(number: errno).storeError(opening: lockPath)
        }
        return descriptor
    }

    private static func refusal(_ path: String) -> StoreError {
        let holder = FileManager.default.contents(atPath: Self.lockPath(path))
            .flatMap { Int32(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) }
        let who = holder.map { "process \($0)" } ?? "another process"
        return StoreError(
            .beingServed,
            """
            \(path) is in use by \(who) (it holds \(Self.lockPath(path))); \
            send the command to the running switch, or stop it first
            """)
    }
}

/// A failed system call, in words.
struct SystemCallFailure: Error {
    let number: Int32

    func storeError(opening path: String) -> StoreError {
        let detail = unsafe String(cString: strerror(self.number))
        switch self.number {
        case EACCES, EPERM, EROFS:
            return StoreError(
                .readOnly, "\(path) cannot be written (\(detail)); check the owner and mode of it and of its folder")
        case ENOSPC, EDQUOT:
            return StoreError(.diskFull, "no room left on the disk of \(path); free some space")
        case ENOENT, ENOTDIR:
            return StoreError(.cannotOpen, "\(path) cannot be created: its folder does not exist; create it first")
        default:
            return StoreError(.cannotOpen, "\(path) cannot be opened (\(detail))")
        }
    }
}
