internal import Glibc

/// Readings from /proc.
enum ProcessReadings {
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Resident bytes of a process: the second number of its `statm`, in pages.
    ///
    /// `statm` takes no lock of the process, so this does not wait for a sick one.
    static func residentBytes(pid: Int32) -> Int? {
        // Unsafe: a C string of our own making.
        let descriptor = unsafe open("/proc/\(pid)/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 128)
        // Unsafe: read writes at most the array's count to it.
        let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        let numbers = String(decoding: text[..<count], as: UTF8.self).split(separator: " ")
        guard numbers.count >= 2, let pages = Int(numbers[1]) else { return nil }
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: pageSize)
        return overflow ? nil : bytes
    }
}
