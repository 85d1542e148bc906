import ArgumentParser
import Foundation
import ServiceSupport
import SwitchServer

/// Where settings come from beside a command's own options: a file, and any setting by its name.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Configuration file (default: $\(SwitchSettings.fileVariable), then \(SwitchSettings.standardFiles[0])).",
            valueName: "file"),
        completion: .file(extensions: ["yaml", "json"]))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any setting by its name, as calls.ring-time=60s; may be given again. `dialplanctl config` lists them.",
            valueName: "name=value"))
    var assignments: [String] = []

    /// Finds every setting's value.
    ///
    /// - Parameter flags: what the command's own options say, by key.
    /// - Throws: ``ServeError``, `SettingsFile.Failure`, `SettingsProblems`.
    func read(
        flags: [String: [String]] = [:], environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> SettingsTable<ServeOptions>.Reading {
        try Self.read(config: config, assigned: try assigned(), flags: flags, environment: environment)
    }

    static func read(
        config: String?, assigned: [String: [String]] = [:], flags: [String: [String]] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> SettingsTable<ServeOptions>.Reading {
        let path = config ?? environment[SwitchSettings.fileVariable] ?? standardFile
        return try SwitchSettings.table.read(
            defaults: ServeOptions(), file: try path.map { try SettingsFile(path: $0) }, environment: environment,
            flags: assigned.merging(flags) { _, own in own })
    }

    private static var standardFile: String? {
        SwitchSettings.standardFiles.first { FileManager.default.fileExists(atPath: $0) }
    }

    private func assigned() throws -> [String: [String]] {
        var texts: [String: [String]] = [:]
        for assignment in assignments {
            guard let sign = assignment.firstIndex(of: "="), sign != assignment.startIndex else {
                throw ServeError("--set \(assignment): write it as name=value, for example --set calls.ring-time=60s")
            }
            let key = String(assignment[..<sign])
            let value = String(assignment[assignment.index(after: sign)...])
            let isList = if case .list? = SwitchSettings.table.setting(key)?.kind { true } else { false }
            let items = isList ? value.split(separator: ",").map { String($0) } : [value]
            texts[key, default: []] += items
        }
        return texts
    }
}
