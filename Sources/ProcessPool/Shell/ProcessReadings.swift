internal import Glibc

/// Readings from /proc.
enum ProcessReadings {
    struct Usage: Hashable {
        var residentBytes: Int
        /// Nanoseconds on a processor, and ready to run without one. Zero when the kernel does not count them.
        var processorTime: Int64
        var waitingTime: Int64
    }

    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// `nil` when the process is gone.
    ///
    /// Neither file takes a lock of the process, so this does not wait for a sick one.
    static func usage(pid: Int32) -> Usage? {
        // statm: all pages, resident pages, …
        guard let memory = numbers(in: "/proc/\(pid)/statm"), memory.count >= 2 else { return nil }
        // It has ended and is not reaped yet: its last reading must stay.
        guard memory[1] > 0 else { return nil }
        let (bytes, overflow) = Int(clamping: memory[1]).multipliedReportingOverflow(by: pageSize)
        // schedstat (of the main thread): time run, time waited, slices.
        let times = numbers(in: "/proc/\(pid)/schedstat") ?? []
        return overflow
            ? nil
            : Usage(
                residentBytes: bytes, processorTime: times.first ?? 0, waitingTime: times.count > 1 ? times[1] : 0)
    }

    private static func numbers(in path: String) -> [Int64]? {
        // Unsafe: a C string of our own making.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 128)
        // Unsafe: read writes at most the array's count to it.
        let count = unsafe text.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        return text[..<count].split { $0 == 0x20 || $0 == 0x0A }.compactMap {
            Int64(String(decoding: $0, as: UTF8.self))
        }
    }
}
