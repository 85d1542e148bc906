import Foundation

/// `Package.swift` as the package manager reads it (`swift package dump-package`), reduced to what the rules need.
struct PackageManifest: Decodable, Sendable {
    struct Target: Decodable, Sendable {
        var name: String
        var type: String
        var dependencies: [Dependency]
        var settings: [Setting]
    }

    /// `{"byName": ["X", null]}`, `{"product": ["X", "package", …]}` or `{"target": ["X", null]}`.
    struct Dependency: Decodable, Sendable {
        var name: String

        init(from decoder: any Decoder) throws {
            let forms = try decoder.singleValueContainer().decode([String: [Ignored]].self)
            guard let name = forms.values.first?.first?.text else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "a dependency without a name"))
            }
            self.name = name
        }
    }

    struct Setting: Decodable, Sendable {
        /// Such as `swiftLanguageMode 6`, `strictMemorySafety`, `enableUpcomingFeature ExistentialAny`.
        var text: String

        private enum Keys: String, CodingKey { case kind }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            let kinds = try container.decode([String: [String: Ignored]].self, forKey: .kind)
            let (name, values) = kinds.first ?? ("", [:])
            text = ([name] + values.values.compactMap(\.text)).joined(separator: " ")
        }
    }

    /// A value of any shape; its text when it is a string.
    struct Ignored: Decodable, Sendable {
        var text: String?
        init(from decoder: any Decoder) throws {
            text = try? decoder.singleValueContainer().decode(String.self)
        }
    }

    var targets: [Target]

    /// The targets that are no tests; read once, as it starts the compiler.
    static func sourceTargets() throws -> [Target] {
        try manifest.get().targets.filter { $0.type != "test" }
    }

    private static let manifest = Result { try read() }

    private static func read() throws -> PackageManifest {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "dialplan-manifest-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swift", "package", "--package-path", SourceTree.root.path, "--scratch-path", scratch.path, "dump-package",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode(PackageManifest.self, from: data)
    }
}
