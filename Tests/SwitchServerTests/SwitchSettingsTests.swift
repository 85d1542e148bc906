import Foundation
import ProcessPool
import ServiceSupport
import Switchboard
import Testing

@testable import SwitchServer

@Suite("Settings of the switch")
struct SwitchSettingsTests {
    private func read(_ yaml: String, environment: [String: String] = [:]) throws -> ServeOptions {
        try SwitchSettings.table.read(
            defaults: ServeOptions(), file: try SettingsFile(path: "test.yaml", text: yaml), environment: environment,
            flags: [:]
        ).target
    }

    @Test("the defaults are the code's own, allowed by their own rows, and fit each other")
    func defaults() throws {
        try ServeOptions().validate()
        for setting in SwitchSettings.table.settings {
            let example = SwitchSettings.table.example(defaults: ServeOptions(), introduction: [])
            #expect(example.contains(setting.key.split(separator: ".").last ?? ""))
        }
        // A file that says every default aloud changes nothing and is accepted.
        let reading = try SwitchSettings.table.read(defaults: ServeOptions(), file: nil, environment: [:], flags: [:])
        let spoken = reading.rows.filter { $0.value != .unset && $0.value != .list([]) }
        let yaml = spoken.map { row in
            if case .list(let items) = row.value {
                return "\(row.setting.key): [\(items.map { "\"\($0)\"" }.joined(separator: ", "))]"
            }
            return "\(row.setting.key): \"\(row.value)\""
        }
        let again = try SwitchSettings.table.read(
            defaults: ServeOptions(), file: try SettingsFile(path: "x", text: yaml.joined(separator: "\n")),
            environment: [:], flags: [:])
        #expect(again.rows.map(\.value) == reading.rows.map(\.value))
    }

    @Test("every setting has a name, a variable and an option of its own")
    func names() {
        let settings = SwitchSettings.table.settings
        #expect(Set(settings.map(\.key)).count == settings.count)
        #expect(Set(settings.map(\.variable)).count == settings.count)
        #expect(Set(settings.compactMap(\.flag)).count == settings.compactMap(\.flag).count)
        for setting in settings {
            #expect(setting.key.allSatisfy { $0.isLowercase || "-.".contains($0) }, "\(setting.key)")
            #expect(setting.meaning.hasSuffix(".") || setting.meaning.hasSuffix("`."), "\(setting.key)")
        }
    }

    @Test("every setting reaches the value that it names, and no other")
    func reaching() throws {
        func values(_ options: ServeOptions) throws -> [SettingValue] {
            try SwitchSettings.table.read(defaults: options, file: nil, environment: [:], flags: [:]).rows.map(\.value)
        }
        let settings = SwitchSettings.table.settings
        let before = try values(ServeOptions())
        for (index, setting) in settings.enumerated() {
            let after = try values(try read("\(setting.key): \(Self.other(setting, than: before[index]))"))
            #expect(zip(before, after).map { $0 != $1 } == settings.indices.map { $0 == index }, "\(setting.key)")
        }
    }

    /// A value that is allowed and not the default.
    private static func other(_ setting: Setting<ServeOptions>, than value: SettingValue) -> String {
        switch setting.kind {
        case .integer(let range, _):
            value == .integer(range.lowerBound + 1) ? "\(range.lowerBound + 2)" : "\(range.lowerBound + 1)"
        case .duration(let range, _):
            value == .duration(.seconds(range.lowerBound.components.seconds + 2))
                ? "\(range.lowerBound.components.seconds * 1_000 + 3_000)ms"
                : "\(range.lowerBound.components.seconds * 1_000 + 2_000)ms"
        case .bytes(let range): "\(range.lowerBound + 1)"
        case .text: setting.key == "metrics" ? "9464" : setting.key == "advertise" ? "sip.example.org" : "/tmp/other"
        case .flag: value == .flag(true) ? "false" : "true"
        case .choice(let words): words.first { .text($0) != value } ?? ""
        case .list(let item, _):
            switch item {
            case "ALGORITHM": "[md5]"
            case "USER-AGENT=ALGORITHMS": "[Old/1=md5+sha-256]"
            case "IP address": "[192.0.2.9]"
            case "MODULE=LEVEL": "[pool=debug]"
            default: "[\"udp:192.0.2.9:5070\"]"
            }
        }
    }

    @Test(
        "options that do not fit each other are refused in words",
        arguments: [
            ("listen: [\"udp:0.0.0.0:5060\"]", "--advertise"),
            ("listen: [\"udp:127.0.0.1:5060\", \"udp:127.0.0.1:5060\"]", "twice"),
            ("registration:\n  minimum: 2h", "registration"),
            ("scripts:\n  time: 5min\n  time-total: 10s", "scripts"),
            ("workers:\n  restart-delay: 60s\n  restart-delay-longest: 1s", "workers"),
        ])
    func unfit(yaml: String, word: String) throws {
        let options = try read(yaml)
        let error = #expect(throws: ServeError.self) { try options.validate() }
        #expect(error?.description.contains(word) == true)
    }

    @Test(
        "an address or a module that cannot be is refused by its row",
        arguments: [
            ("listen: [\"tcp:127.0.0.1:5060\"]", "write a listening address as udp:"),
            ("listen: [\"udp:127.0.0.1:0\"]", "name a port"), ("listen: []", "names no address"),
            ("log:\n  modules: [pol=debug]", "with a module of switch, pool, store, admin"),
            ("log:\n  modules: [pool=loud]", "a level of trace, debug"),
            ("registration:\n  default: 90500ms", "whole seconds"),
            ("registration: {digest: [sha-1]}", "sha-256 and md5"),
            ("registration: {digest: []}", "no algorithm"),
            ("registration: {digest-clients: [Phone]}", "USER-AGENT=ALGORITHMS"),
            ("registration: {digest-clients: [\"Phone=crc32\"]}", "sha-256 and md5"),
        ])
    func refused(yaml: String, word: String) {
        let error = #expect(throws: SettingsProblems.self) { try read(yaml) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test("workers run the program that runs, whatever lies at its path by now")
    func executable() {
        #expect(ServeOptions().workers.executable == "/proc/self/exe")
    }

    @Test("Docs/Configuration.md has the table's settings, ranges and defaults word for word")
    func document() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Docs/Configuration.md"), encoding: .utf8)
        let table = SwitchSettings.table.markdown(defaults: ServeOptions())
        #expect(
            text.contains(table),
            "Docs/Configuration.md is behind the code: paste the output of `dialplanctl config reference` into it")
    }
}
