import Dispatch
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import SwitchServer

/// An admin server that answers as a test says, on a socket of its own.
private struct Rig {
    let path: String

    static func run(
        path: String? = nil, _ answer: @escaping @Sendable (AdminLine, any EventLoop) -> AdminReply,
        _ body: (Rig) throws -> Void
    ) throws {
        let own = FileManager.default.temporaryDirectory.appending(path: "dpa-\(UUID().uuidString.prefix(8)).sock")
        let rig = Rig(path: path ?? own.path)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let server = AdminServer(eventLoop: loop, logger: Logger(label: "test")) { answer($0, loop) }
        let channel = try server.bind(path: rig.path).wait()
        defer { try? channel.close().wait() }
        try body(rig)
    }

    /// Sends lines and reads what comes until the switch closes the connection.
    func say(_ text: String) throws -> [String] {
        let descriptor = try connected()
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        #expect(unsafe Glibc.send(descriptor, bytes, bytes.count, 0) == bytes.count)
        shutdown(descriptor, Int32(SHUT_WR))
        let data = try FileHandle(fileDescriptor: descriptor).readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func connected() throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let result = unsafe Self.withAddress(path) { unsafe connect(descriptor, $0, $1) }
        try #require(result == 0)
        return descriptor
    }

    static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

private struct Numbers: AdminStream {
    typealias Item = Int
    static let name = "numbers"
    var count: Int
}

private struct Echo: AdminRequest {
    typealias Answer = String
    static let name = "echo"
    var text: String
}

@Suite("The admin protocol")
struct AdminProtocolTests {
    private static func echo(_ line: AdminLine, _ loop: any EventLoop) -> AdminReply {
        .one(
            loop.submit {
                guard line.name == Echo.name else {
                    throw AdminError(AdminError.unknownRequest, "no \(line.name) here")
                }
                return try ReplyLine(answer: try line.parameters(Echo.self).text).encoded()
            })
    }

    @Test("a request has its answer, a refusal its reason")
    func asking() throws {
        try Rig.run(Self.echo) { rig in
            let client = AdminClient(path: rig.path)
            let answer = try client.ask(Echo(text: "Grüß\n\u{1B}"))
            #expect(answer == "Grüß\n\u{1B}")
            #expect(throws: AdminError(AdminError.unknownRequest, "no status here")) { try client.ask(StatusQuery()) }
        }
    }

    @Test("lines written by hand are answered in order, and the connection ends with the last")
    func byHand() throws {
        try Rig.run(Self.echo) { rig in
            let lines = try rig.say(
                (1...20).map { #"{"version":2,"request":"echo","parameters":{"text":"\#($0)"}}"# }.joined(
                    separator: "\n")
                    + "\n")
            #expect(lines == (1...20).map { #"{"answer":"\#($0)","version":2}"# })
        }
    }

    @Test(
        "a line that cannot be served is told why and what to do",
        arguments: [
            ("hello", "badRequest", "is no line of the admin protocol"),
            ("{}", "badRequest", "is no line of the admin protocol"),
            (
                #"{"version":1,"command":{"status":{}}}"#, "otherVersion",
                "use the dialplanctl that came with the switch"
            ),
            (#"{"version":9,"request":"echo"}"#, "otherVersion", "the request is of version 9"),
            (#"{"version":2,"request":"echo","parameters":{}}"#, "badRequest", "'text' is missing"),
            (#"{"version":2,"request":"echo","parameters":{"text":3}}"#, "badRequest", "parameters.text"),
            (#"{"version":2,"request":"nonsense"}"#, "unknownRequest", "no nonsense here"),
        ])
    func refusals(line: String, code: String, words: String) throws {
        try Rig.run(Self.echo) { rig in
            let replies = try rig.say(line + "\n")
            let reply = try JSONDecoder().decode(ReplyLine<String>.self, from: Data((replies.first ?? "").utf8))
            #expect(reply.error?.code == code)
            #expect(reply.error?.message.contains(words) == true, "\(reply)")
        }
    }

    @Test("pages are fetched one by one, and the reader gets them all and the end")
    func pages() throws {
        let fetched = Mutex(0)
        try Rig.run({ line, loop in
            let next = Mutex(0)
            return .pages {
                loop.submit {
                    let first = next.withLock { $0 }
                    guard first < 1_000 else { return nil }
                    next.withLock { $0 += 100 }
                    fetched.withLock { $0 += 1 }
                    return try ReplyLine(items: Array(first..<first + 100)).encoded()
                }
            }
        }) { rig in
            var seen: [Int] = []
            try AdminClient(path: rig.path).stream(Numbers(count: 1_000), isLive: false) { items in
                seen += items
                return true
            }
            #expect(seen == Array(0..<1_000))
        }
        #expect(fetched.withLock { $0 } == 10)
    }

    @Test("a reader that takes nothing makes the switch fetch no more than the socket holds")
    func slowPages() throws {
        let fetched = Mutex(0)
        let page = Array(0..<20_000)
        try Rig.run({ _, loop in
            .pages {
                loop.submit {
                    let count = fetched.withLock { count -> Int in
                        count += 1
                        return count
                    }
                    return count > 2_000 ? nil : try ReplyLine(items: page).encoded()
                }
            }
        }) { rig in
            var pages = 0
            try AdminClient(path: rig.path).stream(Numbers(count: 0), isLive: false) { _ in
                pages += 1
                if pages == 1 { Thread.sleep(forTimeInterval: 0.05) }
                let ahead = fetched.withLock { $0 } - pages
                #expect(ahead < 40, "pages of 100 KB in a socket that holds some 200 KB")
                return pages < 30
            }
        }
    }

    @Test("what a slow reader of a feed misses is counted, not kept")
    func slowFeed() throws {
        let total = 20_000
        let pushed = DispatchSemaphore(value: 0)
        try Rig.run({ _, _ in
            .feed { feed in
                for number in 0..<total { feed.push([number]) }
                feed.end()
                pushed.signal()
            }
        }) { rig in
            var seen: [Int] = []
            var lost = 0
            try AdminClient(path: rig.path).stream(
                Numbers(count: total), isLive: true, onLost: { lost += $0 }
            ) { items in
                // The first item is looked at until the switch has pushed all.
                if seen.isEmpty { #expect(pushed.wait(timeout: .now() + 20) == .success) }
                seen += items
                return true
            }
            #expect(seen.count + lost == total)
            #expect(seen == seen.sorted())
            #expect(lost > 0)
        }
    }

    @Test("a switch that does not answer is given up on, and that is said")
    func timeout() throws {
        try Rig.run({ _, loop in .one(loop.makePromise(of: [UInt8].self).futureResult) }) { rig in
            let error = #expect(throws: AdminError.self) {
                try AdminClient(path: rig.path, timeout: .milliseconds(50)).ask(Echo(text: ""))
            }
            #expect(error?.code == AdminError.noAnswer)
            #expect(error?.message.contains("the switch does not answer within") == true)
        }
    }

    @Test("a second switch does not take the socket of one that runs, but one that was left behind")
    func secondServer() throws {
        try Rig.run(Self.echo) { rig in
            #expect(throws: ServeError.self) {
                try Rig.run(path: rig.path, Self.echo) { _ in }
            }
            let answer = try AdminClient(path: rig.path).ask(Echo(text: "still there"))
            #expect(answer == "still there")
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "dpa-\(UUID().uuidString.prefix(8)).sock")
            .path
        let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let result = unsafe Rig.withAddress(path) { unsafe bind(left, $0, $1) }
        try #require(result == 0)
        close(left)
        #expect(FileManager.default.fileExists(atPath: path))
        try Rig.run(path: path, Self.echo) { rig in
            let answer = try AdminClient(path: rig.path).ask(Echo(text: "new"))
            #expect(answer == "new")
        }
    }

    @Test("where nobody listens, that is said with what to do")
    func nobody() {
        let error = #expect(throws: AdminError.self) {
            try AdminClient(path: "/nowhere/s.sock").ask(Echo(text: ""))
        }
        #expect(error?.code == AdminError.noServer)
        #expect(error?.message.contains("start one with `dialplanctl serve`") == true)
        let long = #expect(throws: AdminError.self) {
            try AdminClient(path: "/" + String(repeating: "x", count: 200)).ask(Echo(text: ""))
        }
        #expect(long?.message.contains("at most 107") == true)
    }
}
