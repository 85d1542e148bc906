import Foundation
import Synchronization

/// UDP ports of the loopback interface that nothing uses, each given out once in a run.
enum Ports {
    private static let next = Mutex(Int.random(in: 21_000..<29_000))

    static func free() throws -> Int {
        let used = try inUse()
        for _ in 0..<2000 {
            let port = next.withLock { port -> Int in
                port = port >= 31_000 ? 21_000 : port + 2
                return port
            }
            if !used.contains(port) { return port }
        }
        throw TookTooLong(what: "a free UDP port", limit: .zero)
    }

    static func isBound(_ port: Int) throws -> Bool { try inUse().contains(port) }

    private static func inUse() throws -> Set<Int> {
        var ports: Set<Int> = []
        for table in ["/proc/net/udp", "/proc/net/udp6", "/proc/net/tcp", "/proc/net/tcp6"] {
            guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n").dropFirst() {
                let columns = line.split(separator: " ")
                guard columns.count > 1, let port = columns[1].split(separator: ":").last else { continue }
                if let number = Int(port, radix: 16) { ports.insert(number) }
            }
        }
        return ports
    }
}
