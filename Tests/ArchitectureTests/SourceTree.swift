import Foundation

/// The package's own folder and its Swift sources, found from where this file lies.
enum SourceTree {
    /// `DIALPLAN_ROOT` names the folder when the tests are compiled from another place than where they lie.
    static let root: URL =
        ProcessInfo.processInfo.environment["DIALPLAN_ROOT"].map { URL(filePath: $0) }
        ?? URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        var module: String
        /// From the root of the package, for messages.
        var path: String
        var lines: [String]

        /// `path:line` of the lines that hold.
        func places(where holds: (String) -> Bool) -> [String] {
            lines.enumerated().filter { holds($0.element) }.map { "\(path):\($0.offset + 1)" }
        }
    }

    static func swiftFiles(in folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        var files: [File] = []
        for module in try FileManager.default.contentsOfDirectory(atPath: base.path).sorted() {
            let moduleFolder = base.appending(path: module)
            guard let names = FileManager.default.enumerator(atPath: moduleFolder.path) else { continue }
            for case let name as String in names where name.hasSuffix(".swift") {
                let text = try String(contentsOf: moduleFolder.appending(path: name), encoding: .utf8)
                files.append(
                    File(
                        module: module, path: "\(folder)/\(module)/\(name)",
                        lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
            }
        }
        return files
    }
}

/// The module that a line imports, or nil when the line is no import.
func importedModule(_ line: String) -> String? {
    let access: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
    var words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }.map(String.init)[...]
    while let first = words.first, first.hasPrefix("@") || access.contains(first) { words.removeFirst() }
    guard words.first == "import" else { return nil }
    words.removeFirst()
    if let first = words.first, kinds.contains(first) { words.removeFirst() }
    guard let name = words.first else { return nil }
    return name.split(separator: ".").first.map(String.init)
}

/// The line without its comment. Text in quotes that holds `//` is cut too, which no rule here minds.
func code(_ line: String) -> Substring {
    guard let comment = line.range(of: "//") else { return line[...] }
    return line[..<comment.lowerBound]
}
