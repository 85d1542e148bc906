import Testing

@testable import ServiceSupport

private struct Service: Sendable, Equatable {
    var workers = 2
    var patience: Duration = .seconds(30)
    var memory = 64 << 20
    var host: String?
    var isLoud = false
    var listen = ["udp:127.0.0.1:5060"]
    var level = "notice"
}

private let table = SettingsTable<Service>(
    prefix: "TRIAL",
    settings: [
        .integer("workers.count", \.workers, 1...64, unit: "processes", .restart, flag: "workers", "How many."),
        .duration("workers.hang-after", \.patience, .milliseconds(100)...(.seconds(3_600)), .reload, "When."),
        .bytes("workers.memory", \.memory, 1 << 20...1 << 40, .restart, "How much."),
        .text("host", \.host, longest: 20, .restart, "Who."),
        .flag("loud", \.isLoud, .reload, "Whether."),
        Setting("listen", .list(item: "address", longest: 3), .restart, "Where.", read: { .list($0.listen) }) {
            service, value throws(SettingKind.Failure) in
            guard case .list(let items) = value else { return }
            guard items.allSatisfy({ $0.hasPrefix("udp:") }) else { throw .init(reason: "only udp: is served") }
            service.listen = items
        },
        Setting("log.level", .choice(["info", "notice"]), .reload, "What.", read: { .text($0.level) }) {
            service, value in
            if case .text(let text) = value { service.level = text }
        },
    ])

private func read(
    _ yaml: String? = nil, environment: [String: String] = [:], flags: [String: [String]] = [:]
) throws -> SettingsTable<Service>.Reading {
    let file = try yaml.map { try SettingsFile(path: "/etc/trial.yaml", text: $0) }
    return try table.read(defaults: Service(), file: file, environment: environment, flags: flags)
}

private func problems(
    _ yaml: String? = nil, environment: [String: String] = [:], flags: [String: [String]] = [:]
) throws -> [String] {
    do {
        _ = try read(yaml, environment: environment, flags: flags)
        return []
    } catch let error as SettingsProblems {
        return error.problems.map(\.description)
    } catch let error as SettingsFile.Failure {
        return [error.description]
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test("without any source every setting has its default, and says so")
    func defaults() throws {
        let reading = try read()
        #expect(reading.target == Service())
        #expect(reading.rows.map(\.setting.key) == table.settings.map(\.key))
        #expect(reading.rows.allSatisfy { $0.source == .default })
        #expect(
            reading.rows.map(\.value.description) == ["2", "30s", "64MiB", "", "false", "udp:127.0.0.1:5060", "notice"])
    }

    @Test("the command line is stronger than the environment, which is stronger than the file")
    func order() throws {
        let yaml = "workers:\n  count: 3\n  hang-after: 2min\nhost: a\n"
        let environment = ["TRIAL_WORKERS_COUNT": "4", "TRIAL_HOST": "b"]
        let reading = try read(yaml, environment: environment, flags: ["workers.count": ["5"]])
        #expect(reading.target.workers == 5)
        #expect(reading.target.host == "b")
        #expect(reading.target.patience == .seconds(120))
        #expect(
            reading.rows.prefix(4).map(\.source) == [
                .flag("--workers"), .file(path: "/etc/trial.yaml", line: 3), .default, .environment("TRIAL_HOST"),
            ])
    }

    @Test("a file may have comments, groups, dotted names, lists, or be JSON")
    func forms() throws {
        let yaml = "# a comment\nworkers.count: 7   # another\nlisten: [udp:1.2.3.4:5, udp:5.6.7.8:9]\nloud: yes\n"
        #expect(try read(yaml).target.workers == 7)
        #expect(try read(yaml).target.listen == ["udp:1.2.3.4:5", "udp:5.6.7.8:9"])
        #expect(try read(yaml).target.isLoud)
        #expect(try read("{\"workers\": {\"count\": 9, \"memory\": \"2GiB\"}}").target.memory == 2 << 30)
        #expect(try read("# nothing but this\n").target == Service())
        #expect(try read("workers:\n#  count: 3\nloud: true\n").target.isLoud, "a group of which all is commented out")
        #expect(try read("listen: udp:1.2.3.4:5").target.listen == ["udp:1.2.3.4:5"])
    }

    @Test("a list in a variable is separated by commas")
    func listVariable() throws {
        #expect(try read(environment: ["TRIAL_LISTEN": "udp:a, udp:b"]).target.listen == ["udp:a", "udp:b"])
    }

    @Test(
        "what cannot be used is told with place, key and what is allowed",
        arguments: [
            ("workers:\n  count: 65\n", "/etc/trial.yaml:2: workers.count: 65 is not within 1 to 64 processes"),
            (
                "workers:\n  count: two\n",
                "/etc/trial.yaml:2: workers.count: \"two\" is not a whole number of processes"
            ),
            ("workers:\n  count: [1, 2]\n", "/etc/trial.yaml:2: workers.count: is a list, one value is wanted"),
            (
                "workers:\n  coutn: 1\n",
                "/etc/trial.yaml:2: workers.coutn: there is no such setting; did you mean workers.count?"
            ),
            (
                "workers: 3\n",
                "/etc/trial.yaml:1: workers: there is no such setting; those of its group are workers.count, workers.hang-after, workers.memory"
            ),
            (
                "workers:\n  hang-after: 10ms\n",
                "/etc/trial.yaml:2: workers.hang-after: 10ms is not within 100ms to 60min"
            ),
            (
                "workers:\n  hang-after: soon\n",
                "/etc/trial.yaml:2: workers.hang-after: \"soon\" is not a time: write 500ms, 30s, 5min or 2h"
            ),
            (
                "workers:\n  memory: 99999999999999999999\n",
                "/etc/trial.yaml:2: workers.memory: \"99999999999999999999\" is not a number of bytes: write 65536, 64KiB, 256MiB or 2GiB"
            ),
            (
                "workers:\n  memory: 9999999999GiB\n",
                "/etc/trial.yaml:2: workers.memory: \"9999999999GiB\" is not a number of bytes: write 65536, 64KiB, 256MiB or 2GiB"
            ),
            ("loud: perhaps\n", "/etc/trial.yaml:1: loud: \"perhaps\" is neither true nor false"),
            ("host: 012345678901234567890\n", "/etc/trial.yaml:1: host: is longer than 20 bytes"),
            ("log:\n  level: shout\n", "/etc/trial.yaml:2: log.level: \"shout\" is none of info, notice"),
            ("listen: [tcp:1]\n", "/etc/trial.yaml:1: listen: only udp: is served"),
            ("listen: [a, b, c, d]\n", "/etc/trial.yaml:1: listen: has 4 items, at most 3 allowed"),
            ("loud: true\nloud: false\n", "/etc/trial.yaml is not YAML"),
            ("workers.count: 1\nworkers:\n  count: 2\n", "/etc/trial.yaml:3: workers.count stands on line 1 already"),
            ("- a\n- b\n", "/etc/trial.yaml: settings are written as `name: value` lines"),
            ("a: [\n", "/etc/trial.yaml is not YAML"),
            ("listen: [[a]]\n", "/etc/trial.yaml:1: listen: a list holds plain values only"),
            ("host: \"a\\u001b\"\n", "/etc/trial.yaml:1: host: contains a control character"),
        ])
    func mistakes(yaml: String, message: String) throws {
        let found = try problems(yaml)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(message) == true, "\(found)")
    }

    @Test("mistakes of the environment and the command line name their place, and all are told at once")
    func otherPlaces() throws {
        let found = try problems(
            "loud: 3", environment: ["TRIAL_WORKERS_COUNT": "0"], flags: ["workers.count": ["x"], "nonsense": ["1"]])
        #expect(
            found == [
                "--set: nonsense: there is no such setting",
                "--workers: workers.count: \"x\" is not a whole number of processes",
                "TRIAL_WORKERS_COUNT: workers.count: 0 is not within 1 to 64 processes",
                "/etc/trial.yaml:1: loud: \"3\" is neither true nor false",
            ])
    }

    @Test("variables with the prefix that no setting reads are listed, not refused")
    func unknownVariables() throws {
        let environment = ["TRIAL_WORKERS": "4", "TRIAL_HOST": "x", "OTHER": "1", "TRIALS_X": "2"]
        #expect(try read(environment: environment).unknownVariables == ["TRIAL_WORKERS"])
    }

    @Test(
        "times and sizes are read in every unit and written in the largest that fits",
        arguments: [
            ("100ms", "100ms"), ("1500ms", "1500ms"), ("30", "30s"), ("60s", "60s"), ("120s", "2min"),
            ("3 min", "3min"),
            ("1h", "60min"), ("90 s", "90s"),
        ])
    func durations(text: String, shown: String) throws {
        let reading = try read("workers:\n  hang-after: \(text)")
        #expect(reading.rows[1].value.description == shown)
        // What is shown means the same when it is read.
        #expect(try read("workers:\n  hang-after: \(shown)").target == reading.target)
    }

    @Test("reading again takes over what may change at once and names what waits for a restart")
    func reloading() throws {
        var running = Service()
        let new = try read("workers:\n  count: 3\n  hang-after: 1min\nloud: true\n").target
        let (changed, waiting) = table.reload(&running, from: new)
        #expect(changed == ["workers.hang-after", "loud"])
        #expect(waiting == ["workers.count"])
        #expect(running.workers == 2)
        #expect(running.patience == .seconds(60))
        #expect(running.isLoud)
    }

    @Test("the example file holds every default: with its comments taken off it changes nothing")
    func example() throws {
        let text = table.example(defaults: Service(), introduction: ["Example."])
        #expect(try read(text).target == Service())
        let active = text.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }.map {
            $0.dropFirst()
        }
        #expect(active.count == table.settings.count)
        let reading = try read(active.joined(separator: "\n"))
        #expect(reading.target == Service())
        #expect(reading.rows.filter { $0.source == .default }.map(\.setting.key) == [])
    }

    @Test("the document has a row for each setting, with its default")
    func document() {
        let text = table.markdown(defaults: Service())
        for setting in table.settings { #expect(text.contains("| `\(setting.key)` |")) }
        #expect(
            text.contains(
                "| `workers.count` | integer | 1 to 64 processes | `2` | at restart | How many. Option `--workers`. |"))
        #expect(text.contains("| `workers.hang-after` | duration (s) | 100ms to 60min | `30s` | at reload | When. |"))
    }
}
