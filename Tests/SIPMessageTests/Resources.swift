import Foundation

/// The files that the tests carry, octet for octet.
enum Resources {
    static let folder = Bundle.module.bundleURL.appending(path: "Resources")

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// The messages that mutations start from; what libFuzzer has found is mostly broken already.
    static func corpus() throws -> [[UInt8]] {
        try ["messages", "torture/rfc4475", "fuzz"].flatMap { name in
            try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path).sorted()
                .filter { !$0.hasPrefix("found-") }
                .map { try bytes("\(name)/\($0)") }
        }
    }
}

/// A number from the environment.
func environmentNumber(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
}
