internal import Foundation

/// What the operating system says of a file.
struct FileStatus {
    let size: Int64
    let inode: UInt64
    /// Permission bits.
    let mode: Int

    /// nil when there is none, or none that may be looked at.
    init?(_ path: String) {
        var status = stat()
        // Unsafe: a C string of Swift's and a struct on this stack, for the length of the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.size = Int64(status.st_size)
        self.inode = UInt64(status.st_ino)
        self.mode = Int(status.st_mode & 0o7777)
    }

    /// Bytes that this user may still write on the disk that holds `path`.
    static func freeBytes(onDiskOf path: String) -> Int64? {
        var status = statvfs()
        // Unsafe: as above.
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isTooMany ? Int64.max : Int64(clamping: bytes)
    }
}
