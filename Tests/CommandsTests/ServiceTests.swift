import Foundation
import Glibc
import SwitchServer
import TestSupport
import Testing

@testable import Commands

/// The switch as a service: events, the service manager, the configuration read again.
@Suite("A running switch as a service", .serialized)
struct ServiceTests {
    @Test("events are kept, filtered, and end with --no-follow; the admin socket is its owner's alone")
    func events() async throws {
        let run = try Workspace.filled()
        try await RunningSwitch.run(run) { _ in
            let rows = try Self.rows(try run.ok("events --no-follow --json"))
            #expect(rows.map(\.kind).contains("worker-ready"))
            #expect(rows.map(\.number) == rows.map(\.number).sorted())
            #expect(try run.ok("events --no-follow --kind call-started").out == "")
            #expect(try run.ok("events --no-follow --user sam").out == "", "what is the operator's is no user's")
            #expect(try run.ok("events --no-follow --last 0").out == "")
            #expect(try Self.rows(try run.ok("events --no-follow --since 1h --json")) == rows)
            #expect(try run.ok("events --no-follow --kind worker-ready").out.contains("worker-ready"))
            let attributes = try FileManager.default.attributesOfItem(atPath: run.database + ".sock")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test("an unknown kind, a count that is none and a switch that is not there are told")
    func eventMistakes() throws {
        let run = try Workspace.filled()
        let kind = run("events --kind calls")
        #expect(kind.status == 64 && kind.err.contains("call-started"))
        #expect(run("events --last -1").status == 64)
        #expect(run("events").status == 69)
    }

    private static func rows(_ ran: Ran) throws -> [EventRow] {
        try ran.out.split(separator: "\n").map { try JSONDecoder().decode(EventRow.self, from: Data($0.utf8)) }
    }

    @Test(
        "the service manager hears ready, signs of life, a status, reloading and stopping; SIGHUP takes over new limits"
    )
    func serviceManager() async throws {
        let run = try Workspace.filled()
        let manager = try NotifySocket(run.folder.appending(path: "notify").path)
        let file = try run.file("a.yaml", "log:\n  level: warning\n")
        let output = run.folder.appending(path: "out")
        let process = try SpawnedProcess(
            "/usr/bin/env",
            [
                "NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=300000", RunningSwitch.dialplanctl, "serve", "--config",
                file, "--database", run.database, "--listen", "udp:127.0.0.1:\(Int.random(in: 34_001..<35_000))",
                "--workers", "1", "--spares", "0",
            ], output: output.path)
        defer { if process.poll() == nil { kill(process.pid, SIGKILL) } }
        func log() -> String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
        try await eventually("READY=1") { manager.has("READY=1") }
        #expect(manager.has("STATUS=0 calls, 0 registrations, 1 of 1 workers ready"))
        let signs = manager.count("WATCHDOG=1")
        try await eventually("further signs of life") { manager.count("WATCHDOG=1") >= signs + 3 }

        _ = try run.file("a.yaml", "log:\n  level: info\nworkers:\n  spares: 1\n")
        manager.forget()
        kill(process.pid, SIGHUP)
        try await eventually("READY=1 again") { manager.has("RELOADING=1") && manager.has("READY=1") }
        try await eventually("the log says so") {
            log().contains("configuration read again") || log().contains("changed")
        }
        let rows = try Self.rows(try run.ok("events --no-follow --json --kind configuration-read"))
        #expect(rows.map(\.text) == ["changed: log.level"], "--spares on the command line is stronger than the file")

        _ = try run.file("a.yaml", "log:\n  level: loud\n")
        kill(process.pid, SIGHUP)
        try await eventually("the mistake is told") { log().contains("a.yaml:2: log.level") }
        #expect(process.poll() == nil)

        kill(process.pid, SIGTERM)
        try await eventually("STOPPING=1") { manager.has("STOPPING=1") }
        try await eventually("the end") { process.poll() != nil }
        #expect(process.poll() == 0, "\(log())")
    }

    @Test("the switch goes on with its own program when its file is replaced")
    func replacedProgram() async throws {
        let run = try Workspace.filled()
        let program = run.folder.appending(path: "dialplanctl").path
        try copyProgram(RunningSwitch.dialplanctl, to: program)
        let output = run.folder.appending(path: "out")
        let process = try SpawnedProcess(
            program,
            [
                "serve", "--database", run.database, "--listen", "udp:127.0.0.1:\(Int.random(in: 35_001..<36_000))",
                "--workers", "1", "--spares", "0",
            ], output: output.path)
        defer { if process.poll() == nil { kill(process.pid, SIGKILL) } }
        func workers() -> [SwitchStatus.Worker] { (try? run("status --json").json(SwitchStatus.self))?.workers ?? [] }
        try await eventually("a worker is ready") { workers().first?.state == "ready" }
        // What lies at the path now is no program at all.
        try FileManager.default.removeItem(atPath: program)
        _ = try run.file("dialplanctl", "#!/bin/false\n")
        let first = try #require(workers().first)
        kill(first.pid, SIGKILL)
        try await eventually("the next worker is ready") {
            workers().contains { $0.state == "ready" && $0.pid != first.pid }
        }
        let second = try #require(workers().first)
        let name = try String(contentsOfFile: "/proc/\(second.pid)/comm", encoding: .utf8)
        #expect(name == "dialplan-worker\n")
        kill(process.pid, SIGTERM)
        try await eventually("the end") { process.poll() != nil }
    }
}

/// A service manager's socket; keeps what it hears.
private final class NotifySocket {
    let path: String
    private let descriptor: Int32
    private var heard: [String] = []

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let bound = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    deinit { close(descriptor) }

    func has(_ line: String) -> Bool { count(line) > 0 }

    func count(_ line: String) -> Int {
        var buffer = [UInt8](repeating: 0, count: 2_048)
        while true {
            let length = unsafe recv(descriptor, &buffer, buffer.count, 0)
            guard length > 0 else { break }
            heard += String(decoding: buffer.prefix(length), as: UTF8.self).split(separator: "\n").map(String.init)
        }
        return heard.count { $0 == line }
    }

    func forget() {
        _ = count("")
        heard = []
    }
}
