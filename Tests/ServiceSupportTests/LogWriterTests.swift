import Foundation
import Testing

@testable import ServiceSupport

@Suite("Writing the log")
struct LogWriterTests {
    private let pipe = Pipe()

    private func writer(capacity: Int) -> LogWriter {
        LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, capacity: capacity) { "\($0) lost" }
    }

    private func read() throws -> [String] {
        try pipe.fileHandleForWriting.close()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("lines come out whole and in order")
    func order() throws {
        let writer = writer(capacity: 1 << 20)
        for number in 0..<1_000 { writer.put("line \(number)") }
        writer.flush(within: .seconds(20))
        #expect(try read() == (0..<1_000).map { "line \($0)" })
    }

    @Test(
        "a reader that does not read stops nobody: what finds no room is counted, and told where it is missing",
        .timeLimit(.minutes(1)))
    func stuckReader() async throws {
        let writer = writer(capacity: 10_000)
        // A pipe takes 64 KiB; this is far more than that and the queue.
        let text = String(repeating: "x", count: 90)
        for number in 0..<10_000 { writer.put("\(number) \(text)") }
        writer.flush(within: .milliseconds(20))
        let reading = Task { [pipe] in try pipe.fileHandleForReading.readToEnd() ?? Data() }
        writer.flush(within: .seconds(20))
        writer.put("after")
        writer.flush(within: .seconds(20))
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: try await reading.value, as: UTF8.self).split(separator: "\n")

        var next = 0
        var lost = 0
        for line in lines.dropLast() {
            let first = try #require(line.split(separator: " ").first.flatMap { Int($0) })
            if line.hasSuffix("lost") {
                lost += first
                next += first
            } else {
                #expect(first == next, "a gap that nobody told of")
                next += 1
            }
        }
        #expect(next == 10_000)
        #expect(lost > 5_000)
        #expect(lines.last == "after")
    }

    @Test("who has gone away is not waited for")
    func brokenPipe() throws {
        signal(SIGPIPE, SIG_IGN)
        let writer = writer(capacity: 10_000)
        try pipe.fileHandleForReading.close()
        for number in 0..<100 { writer.put("line \(number)") }
        writer.flush(within: .seconds(20))
    }
}
