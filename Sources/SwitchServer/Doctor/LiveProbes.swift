import CSwitchSupport
import CallStore
import Foundation
import Glibc
import NIOCore
import SIPStack

extension Doctor {
    /// Examines this machine for a switch that would be served with these options.
    ///
    /// - Parameter everyIndex: compare every index of the database with its table, too (some seconds per GiB).
    public static func examineThisMachine(_ options: ServeOptions, everyIndex: Bool = false) -> [Finding] {
        Doctor(options: options, probes: .live(options, everyIndex: everyIndex)).examine()
    }
}

extension DoctorProbes {
    /// This machine.
    static func live(_ options: ServeOptions, everyIndex: Bool = false) -> DoctorProbes {
        DoctorProbes(
            userID: { geteuid() },
            file: { Self.file($0) },
            text: { path in
                guard let file = FileHandle(forReadingAtPath: path) else { return nil }
                defer { try? file.close() }
                return (try? file.read(upToCount: 64 << 10)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
            },
            port: { Self.port($0) },
            running: { Self.running(options) },
            program: { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/exe") },
            store: {
                guard FileManager.default.fileExists(atPath: options.databasePath) else { return nil }
                return CallStore.check(options.databasePath, everyPage: everyIndex)
            },
            domains: {
                guard FileManager.default.fileExists(atPath: options.databasePath),
                    let store = try? CallStore.open(options.databasePath, role: .inspecting)
                else { return [] }
                defer { store.close() }
                return (try? store.loadDirectory().domains.map(\.name)) ?? []
            },
            landlockVersion: { Int(switch_landlock_version()) },
            hasSeccomp: { switch_has_seccomp_filter() == 1 },
            hasMemoryFiles: { switch_has_memfd() == 1 },
            hasProcessDescriptors: { switch_has_pidfd() == 1 },
            resolves: { (try? SocketAddress.makeAddressResolvingHost($0, port: 5060)) != nil },
            serviceRecords: { name in
                // Unsafe: a C string, during the call.
                let count = unsafe switch_srv_count(name)
                return count == -1 ? nil : max(0, Int(count))
            },
            isClockSynchronised: {
                let state = switch_clock_is_synchronised()
                return state < 0 ? nil : state == 1
            },
            wallClock: { Clock.wall() },
            descriptorLimit: {
                var limit = rlimit()
                guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return (0, 0) }
                return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
            },
            space: { path in
                var status = statvfs()
                guard unsafe statvfs(path, &status) == 0 else { return nil }
                let block = UInt(status.f_frsize)
                return (
                    Int(clamping: UInt(status.f_bavail).multipliedReportingOverflow(by: block).partialValue),
                    Int(clamping: UInt(status.f_blocks).multipliedReportingOverflow(by: block).partialValue)
                )
            })
    }

    private static func file(_ path: String) -> File? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let kind = status.st_mode & S_IFMT
        return File(
            isFolder: kind == S_IFDIR, isSocket: kind == S_IFSOCK, owner: status.st_uid,
            mode: UInt16(truncatingIfNeeded: status.st_mode & 0o7777), isWritable: unsafe access(path, W_OK) == 0)
    }

    private static func port(_ address: TransportAddress) -> Port {
        guard let target = try? SocketAddress(ipAddress: "\(address.host)", port: Int(address.port)) else {
            return .failed("not an address")
        }
        let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failed(unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // Unsafe: the address structure of NIO, for the length of the call.
        let result = unsafe target.withSockAddr { pointer, size in unsafe bind(descriptor, pointer, socklen_t(size)) }
        guard result != 0 else { return .free }
        switch errno {
        case EADDRINUSE: return .held(by: holder(of: address))
        case EADDRNOTAVAIL: return .foreignAddress
        case EACCES, EPERM: return .notAllowed
        default: return .failed(unsafe String(cString: strerror(errno)))
        }
    }

    /// The process that holds a UDP port: by the socket's inode, among the descriptors of all processes we may look at.
    private static func holder(of address: TransportAddress) -> String? {
        let port = String(address.port, radix: 16, uppercase: true)
        let suffix = ":" + String(repeating: "0", count: max(0, 4 - port.count)) + port
        var inodes: Set<String> = []
        for table in ["/proc/net/udp", "/proc/net/udp6"] {
            let lines = (try? String(contentsOfFile: table, encoding: .utf8))?.split(separator: "\n") ?? []
            for line in lines.dropFirst() {
                let columns = line.split(separator: " ")
                if columns.count > 9, columns[1].hasSuffix(suffix) { inodes.insert("socket:[\(columns[9])]") }
            }
        }
        guard !inodes.isEmpty else { return nil }
        let files = FileManager.default
        for process in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] where process.allSatisfy(\.isNumber) {
            for name in (try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? [] {
                guard let target = try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(name)"),
                    inodes.contains(target)
                else { continue }
                let command = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? "?"
                return "\(command.trimmingCharacters(in: .whitespacesAndNewlines)) (pid \(process))"
            }
        }
        return nil
    }
}

extension DoctorProbes {
    fileprivate static func running(_ options: ServeOptions) -> Running? {
        guard let status = try? AdminClient(path: options.adminSocketPath).ask(StatusQuery()) else { return nil }
        return Running(
            calls: status.calls, readyWorkers: status.workers.count { $0.state == "ready" },
            workers: status.workers.count, workerPid: status.workers.first { $0.pid > 0 }?.pid)
    }
}
