import CallStore
import SIPStack
import Testing

@testable import SwitchServer

/// A machine on which all is well.
private func healthy() -> DoctorProbes {
    DoctorProbes(
        userID: { 100 },
        file: { path in
            switch path {
            case "/srv": DoctorProbes.File(isFolder: true, owner: 100, mode: 0o750)
            case "/srv/x.sqlite", "/srv/x.sqlite.key": DoctorProbes.File(owner: 100, mode: 0o600)
            case "/usr/share/zoneinfo/Europe/London": DoctorProbes.File()
            default: nil
            }
        },
        text: { path in
            switch path {
            case "/etc/resolv.conf": "# comment\nnameserver 192.0.2.53\n"
            case "/proc/self/cgroup": "0::/user.slice\n"
            case "/proc/sys/net/core/rmem_max": "4194304\n"
            case "/proc/self/attr/current": "unconfined\n"
            default: nil
            }
        },
        port: { _ in .free }, running: { nil }, program: { _ in nil },
        store: { [StoreFinding(verdict: .fine, subject: "integrity", message: "every page is sound")] },
        domains: { ["example.org", "demo.test"] }, landlockVersion: { 6 }, hasSeccomp: { true },
        hasMemoryFiles: { true }, hasProcessDescriptors: { true }, resolves: { _ in true },
        serviceRecords: { _ in 1 }, isClockSynchronised: { true }, wallClock: { 1_795_458_896_000_000 },
        descriptorLimit: { (65_536, 65_536) }, space: { _ in (100 << 30, 200 << 30) })
}

private func options() throws -> ServeOptions {
    var options = ServeOptions()
    options.database = "/srv/x.sqlite"
    options.advertisedHost = "sip.example.org"
    return options
}

private func replaced(_ path: String, _ file: DoctorProbes.File?) -> (inout DoctorProbes) -> Void {
    { probes in
        let others = probes.file
        probes.file = { $0 == path ? file : others($0) }
    }
}

private func replaced(_ path: String, _ text: String?) -> (inout DoctorProbes) -> Void {
    { probes in
        let others = probes.text
        probes.text = { $0 == path ? text : others($0) }
    }
}

private typealias File = DoctorProbes.File

/// What is wrong with a machine, and the finding that must come of it.
private struct Ailment: Sendable, CustomTestStringConvertible {
    let area: String
    let severity: Finding.Severity
    /// A piece of the finding or of its advice.
    let words: String
    let infect: @Sendable (inout DoctorProbes) -> Void

    var testDescription: String { "\(area): \(words)" }

    init(
        _ area: String, _ severity: Finding.Severity, _ words: String,
        _ infect: @escaping @Sendable (inout DoctorProbes) -> Void
    ) {
        self.area = area
        self.severity = severity
        self.words = words
        self.infect = infect
    }
}

private let running = DoctorProbes.Running(calls: 3, readyWorkers: 2, workers: 3, workerPid: 7)

private let ailments: [Ailment] = [
    Ailment("switch", .problem, "none of its 3 workers is ready") {
        $0.running = { .init(calls: 0, readyWorkers: 0, workers: 3, workerPid: nil) }
        $0.port = { _ in .held(by: nil) }
    },
    Ailment("switch", .warning, "systemctl restart dialplan") {
        $0.running = { running }
        $0.port = { _ in .held(by: nil) }
        $0.program = { _ in "/usr/bin/dialplanctl (deleted)" }
    },
    Ailment("files", .problem, "/srv is no folder") { replaced("/srv", File())(&$0) },
    Ailment("files", .problem, "/srv cannot be written") {
        replaced("/srv", File(isFolder: true, isWritable: false))(&$0)
    },
    Ailment("files", .warning, "chmod o-w /srv") { replaced("/srv", File(isFolder: true, mode: 0o777))(&$0) },
    Ailment("files", .warning, "/srv is not there yet") { replaced("/srv", nil as File?)(&$0) },
    Ailment("files", .problem, "chown dialplan: /srv/x.sqlite") {
        replaced("/srv/x.sqlite", File(mode: 0o600, isWritable: false))(&$0)
    },
    Ailment("files", .warning, "chmod 600 /srv/x.sqlite") { replaced("/srv/x.sqlite", File(mode: 0o644))(&$0) },
    Ailment("files", .problem, "chmod 600 /srv/x.sqlite.key") {
        replaced("/srv/x.sqlite.key", File(owner: 100, mode: 0o640))(&$0)
    },
    Ailment("files", .problem, "belongs to another user (5)") {
        replaced("/srv/x.sqlite.key", File(owner: 5, mode: 0o600))(&$0)
    },
    Ailment("files", .warning, "phones log in once more") { replaced("/srv/x.sqlite.key", nil as File?)(&$0) },
    Ailment("files", .problem, "is no socket") { replaced("/srv/x.sqlite.sock", File())(&$0) },
    Ailment("files", .warning, "others may connect") {
        replaced("/srv/x.sqlite.sock", File(isSocket: true, mode: 0o666))(&$0)
    },
    Ailment("store", .problem, "dialplanctl restore") {
        $0.store = {
            [
                StoreFinding(
                    verdict: .problem, subject: "integrity", message: "damaged", remedy: "dialplanctl restore"),
                // These have findings of the doctor's own.
                StoreFinding(verdict: .problem, subject: "file", message: "x", remedy: "y"),
                StoreFinding(verdict: .problem, subject: "disk", message: "x", remedy: "y"),
            ]
        }
    },
    Ailment("store", .warning, "end that program") {
        $0.store = {
            [StoreFinding(verdict: .warning, subject: "log", message: "log of 1 GiB", remedy: "end that program")]
        }
    },
    Ailment("disk", .problem, "10 MiB are free") { $0.space = { _ in (10 << 20, 100 << 30) } },
    Ailment("disk", .warning, "make room") { $0.space = { _ in (4 << 30, 100 << 30) } },
    Ailment("disk", .warning, "cannot be read") { $0.space = { _ in nil } },
    Ailment("port", .problem, "held by asterisk (pid 9)") { $0.port = { _ in .held(by: "asterisk (pid 9)") } },
    Ailment("port", .problem, "run doctor as root") { $0.port = { _ in .held(by: nil) } },
    Ailment("port", .problem, "no interface of this machine") { $0.port = { _ in .foreignAddress } },
    Ailment("port", .problem, "CAP_NET_BIND_SERVICE") { $0.port = { _ in .notAllowed } },
    Ailment("port", .problem, "cannot be opened: odd") { $0.port = { _ in .failed("odd") } },
    Ailment("port", .problem, "does not listen on udp:127.0.0.1:5060") { $0.running = { running } },
    Ailment("kernel", .warning, "no Landlock") { $0.landlockVersion = { 0 } },
    Ailment("kernel", .problem, "CONFIG_SECCOMP_FILTER") { $0.hasSeccomp = { false } },
    Ailment("kernel", .problem, "memfd") { $0.hasMemoryFiles = { false } },
    Ailment("kernel", .problem, "pidfd") { $0.hasProcessDescriptors = { false } },
    Ailment("kernel", .warning, "control groups") { replaced("/proc/self/cgroup", "5:memory:/\n")(&$0) },
    Ailment("dns", .warning, "names no name server") { replaced("/etc/resolv.conf", "# empty\n")(&$0) },
    Ailment("dns", .problem, "sip.example.org does not resolve") { $0.resolves = { _ in false } },
    Ailment("dns", .warning, "no SRV record _sip._udp.example.org") { $0.serviceRecords = { _ in 0 } },
    Ailment("dns", .warning, "dig SRV _sip._udp.example.org") { $0.serviceRecords = { _ in nil } },
    Ailment("clock", .problem, "years behind") { $0.wallClock = { 0 } },
    Ailment("clock", .warning, "timedatectl set-ntp true") { $0.isClockSynchronised = { false } },
    Ailment("limits", .problem, "only 64 open files") { $0.descriptorLimit = { (64, 128) } },
    Ailment("limits", .warning, "ulimit -n 4096") { $0.descriptorLimit = { (1_024, 65_536) } },
    Ailment("network", .warning, "net.core.rmem_max=") { replaced("/proc/sys/net/core/rmem_max", "212992\n")(&$0) },
    Ailment("zone-data", .warning, "apt-get install tzdata") {
        replaced("/usr/share/zoneinfo/Europe/London", nil as File?)(&$0)
    },
    Ailment("security", .warning, "this is root") { $0.userID = { 0 } },
    Ailment("security", .warning, "SELinux") { replaced("/sys/fs/selinux/enforce", "1")(&$0) },
    Ailment("security", .warning, "AppArmor") { replaced("/proc/self/attr/current", "dialplan (enforce)\n")(&$0) },
]

@Suite("Doctor")
struct DoctorTests {
    @Test("on a machine where all is well nothing is wrong, and every area has been looked at")
    func healthyMachine() throws {
        let findings = Doctor(options: try options(), probes: healthy()).examine()
        #expect(findings.filter { $0.severity != .ok } == [])
        #expect(findings.allSatisfy { $0.advice == nil })
        for area in [
            "switch", "files", "store", "disk", "port", "kernel", "dns", "clock", "limits", "network", "zone-data",
        ] {
            #expect(findings.contains { $0.area == area }, "\(area)")
        }
    }

    @Test("each ailment has its own finding, and no other comes with it", arguments: ailments)
    fileprivate func ailment(_ ailment: Ailment) throws {
        var probes = healthy()
        ailment.infect(&probes)
        let findings = Doctor(options: try options(), probes: probes).examine().filter { $0.severity != .ok }
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.area == ailment.area)
        #expect(finding.severity == ailment.severity)
        let advice = try #require(finding.advice, "a finding says what to do")
        #expect((finding.text + " " + advice).contains(ailment.words), "\(finding)")
    }

    @Test("a running switch holds its port: that is as it should be")
    func runningSwitch() throws {
        var probes = healthy()
        probes.running = { running }
        probes.port = { _ in .held(by: "dialplanctl (pid 1)") }
        probes.program = { _ in "/usr/bin/dialplanctl" }
        #expect(Doctor(options: try options(), probes: probes).examine().allSatisfy { $0.severity == .ok })
    }

    @Test("names that are reserved for tests are not asked for in the DNS")
    func reservedNames() throws {
        var probes = healthy()
        probes.domains = { ["demo.test", "localhost", "192.0.2.1", "pbx.lan"] }
        probes.serviceRecords = { _ in 0 }
        #expect(Doctor(options: try options(), probes: probes).examine().allSatisfy { $0.severity == .ok })
    }

    @Test("the live probes answer on any machine")
    func live() throws {
        let findings = Doctor.examineThisMachine(try options())
        #expect(findings.count > 10)
        for finding in findings { #expect((finding.advice != nil) == (finding.severity != .ok)) }
    }
}
