import Foundation

/// A small file system of its own, for disks that are really full and really read-only. Needs the right to mount (root in
/// most containers); tests are skipped, and say so, where it is missing.
package final class SmallDisk {
    package let folder: TemporaryFolder

    /// - Parameter size: as mount knows it, such as `2m`.
    package init(size: String) throws {
        self.folder = try TemporaryFolder()
        guard Self.mount(["-t", "tmpfs", "-o", "size=\(size)", "tmpfs", self.folder.path]) else { throw NotMountable() }
    }

    package struct NotMountable: Error {}

    package var database: String { self.folder.database }
    private var filler: String { self.folder.path + "/filler" }

    /// Takes all the room that is left.
    package func fill() throws {
        _ = FileManager.default.createFile(atPath: self.filler, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: self.filler))
        defer { try? file.close() }
        for size in [65_536, 4_096] {
            while (try? file.write(contentsOf: Data(repeating: 1, count: size))) != nil {}
        }
    }

    package func makeRoom() throws { try FileManager.default.removeItem(atPath: self.filler) }

    package func makeReadOnly() -> Bool { Self.mount(["-o", "remount,ro", self.folder.path]) }

    deinit {
        _ = Self.run("/bin/umount", ["-l", self.folder.path])
    }

    package static let isPossible: Bool = {
        (try? SmallDisk(size: "64k")) != nil
    }()

    private static func mount(_ arguments: [String]) -> Bool { self.run("/bin/mount", arguments) }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
