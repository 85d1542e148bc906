import Foundation
import Yams

/// A configuration file in YAML (a JSON file is YAML, too), flattened to `group.name` keys, each with its line.
///
/// Values stay texts until the table gives them a type, so that YAML's own guesses (`no` for false, `1e3`) never matter.
public struct SettingsFile: Sendable {
    struct Entry: Sendable {
        var texts: [String]
        var line: Int
    }

    /// A file that cannot be used at all.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    public let path: String
    let entries: [String: Entry]

    /// The longest file that is read.
    static let longest = 1 << 20

    /// - Throws: ``Failure`` with file, line and remedy.
    public init(path: String) throws(Failure) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(description: "\(path) cannot be read: check the path and its permissions")
        }
        guard data.count <= Self.longest else {
            throw Failure(description: "\(path) is over \(Self.longest) bytes: this is no configuration file")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Failure(description: "\(path) is not UTF-8: convert it, for example with iconv -f latin1 -t utf-8")
        }
        try self.init(path: path, text: text)
    }

    /// - Parameter path: for messages only.
    public init(path: String, text: String) throws(Failure) {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let reason = LogText.escaped("\(error)".split(separator: "\n").prefix(3).joined(separator: "; "))
            throw Failure(description: "\(path) is not YAML: \(reason)")
        }
        var entries: [String: Entry] = [:]
        switch root {
        case nil: break
        case .scalar(let scalar)? where scalar.string.isEmpty: break
        case .mapping(let mapping)?: try Self.flatten(mapping, under: "", path: path, depth: 0, into: &entries)
        default:
            throw Failure(description: "\(path): settings are written as `name: value` lines, grouped by indentation")
        }
        self.entries = entries
    }

    private static func flatten(
        _ mapping: Node.Mapping, under prefix: String, path: String, depth: Int, into entries: inout [String: Entry]
    ) throws(Failure) {
        for (name, value) in mapping {
            let line = name.mark?.line ?? value.mark?.line ?? 0
            guard let text = name.scalar?.string, !text.isEmpty, depth < 8 else {
                throw Failure(description: "\(path):\(line): a setting's name is a plain word")
            }
            let key = prefix + text
            switch value {
            case .scalar(let scalar): try add(key, [scalar.string], line, path, &entries)
            case .sequence(let items):
                var texts: [String] = []
                for item in items {
                    guard let text = item.scalar?.string else {
                        throw Failure(description: "\(path):\(line): \(key): a list holds plain values only")
                    }
                    texts.append(text)
                }
                try add(key, texts, line, path, &entries)
            case .mapping(let inner):
                try flatten(inner, under: key + ".", path: path, depth: depth + 1, into: &entries)
            case .alias:
                throw Failure(description: "\(path):\(line): \(key): anchors and aliases are not used here")
            }
        }
    }

    private static func add(
        _ key: String, _ texts: [String], _ line: Int, _ path: String, _ entries: inout [String: Entry]
    ) throws(Failure) {
        if let first = entries[key] {
            throw Failure(description: "\(path):\(line): \(key) stands on line \(first.line) already")
        }
        entries[key] = Entry(texts: texts, line: line)
    }
}
