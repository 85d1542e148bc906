import Foundation

/// A folder of its own for one test, gone at its end.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        self.path = FileManager.default.temporaryDirectory.appendingPathComponent("dialplan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    package var database: String { self.path + "/switch.sqlite" }
}
