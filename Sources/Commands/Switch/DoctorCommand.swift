import ArgumentParser
import Foundation
import ServiceSupport
import SwitchServer

struct DoctorCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything that a switch needs of this machine, and say what to do about what is wrong.",
        discussion: """
            Takes the same settings as `serve`, and reads nothing but what is there: it changes nothing. Exit code 1 if \
            there is a problem.

            EXAMPLES:
              dialplanctl doctor
              sudo -u dialplan dialplanctl doctor
              dialplanctl doctor --json | jq '.[] | select(.severity != "ok")'
            """)

    @Flag(help: "A JSON array.") var json = false
    @Flag(help: "Only warnings and problems.") var quiet = false
    @Flag(help: "Compare every index of the database with its table, too; takes some seconds per GiB.")
    var everyIndex = false
    @OptionGroup var settings: SettingsOptions

    @Option(help: ArgumentHelp("The SQLite file.", valueName: "file"), completion: .file())
    var database: String?

    @Option(help: ArgumentHelp("The running switch's admin socket.", valueName: "path"), completion: .file())
    var adminSocket: String?

    @Option(help: ArgumentHelp("Address that the switch is to listen on.", valueName: "address"))
    var listen: [String] = []

    func execute() throws {
        var flags: [String: [String]] = [:]
        flags["database"] = database.map { [$0] }
        flags["admin-socket"] = (adminSocket ?? database.map { ServeOptions.adminSocketPath(of: $0) }).map { [$0] }
        if !listen.isEmpty { flags["listen"] = listen }
        let options = try settings.read(flags: flags).target
        try options.validate()
        let findings = Doctor.examineThisMachine(options, everyIndex: everyIndex).filter {
            !quiet || $0.severity != .ok
        }
        if json {
            try console.showJSON(findings)
        } else {
            console.line(Self.text(findings, on: console))
        }
        if findings.contains(where: { $0.severity == .problem }) { throw ExitStatus.failed }
    }

    static func text(_ findings: [Finding], on console: Console) -> String {
        let width = findings.map(\.area.count).max() ?? 0
        var lines: [String] = []
        for finding in findings {
            let word = finding.severity.rawValue + String(repeating: " ", count: 7 - finding.severity.rawValue.count)
            let area = finding.area + String(repeating: " ", count: width - finding.area.count)
            let shown = console.hasColour ? colour(of: finding.severity, word) : word
            lines.append("\(shown)  \(area)  \(Escaping.line(finding.text))")
            if let advice = finding.advice {
                lines.append(String(repeating: " ", count: 11 + width) + "→ " + Escaping.line(advice))
            }
        }
        let problems = findings.count { $0.severity == .problem }
        let warnings = findings.count { $0.severity == .warning }
        lines.append("\(problems) problem\(problems == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
        return lines.joined(separator: "\n")
    }

    private static func colour(of severity: Finding.Severity, _ word: String) -> String {
        let code =
            switch severity {
            case .ok: 32
            case .warning: 33
            case .problem: 31
            }
        return "\u{1B}[\(code)m\(word)\u{1B}[0m"
    }
}
