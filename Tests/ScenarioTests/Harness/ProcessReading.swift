import Foundation

/// What the kernel says of a process, from outside.
struct ProcessReading: Sendable, CustomStringConvertible {
    var descriptors: Int
    var residentKiB: Int

    var description: String { "\(descriptors) descriptors, \(residentKiB) KiB resident" }

    /// Nil when there is no such process.
    init?(pid: Int32) {
        guard
            let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd"),
            let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let size = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        descriptors = names.count
        residentKiB = size
    }

    static func exists(_ pid: Int32) -> Bool {
        // A zombie has ended; only its parent has not asked yet.
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.split(separator: " ").first != "Z"
    }
}
