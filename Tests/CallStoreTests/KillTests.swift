import Foundation
import TestSupport
import Testing

@testable import CallStore

/// A process that writes is killed (SIGKILL) at a random moment, again and again, on one file.
@Suite("Killed while writing")
struct KillTests {
    @Test("what was acknowledged before kill -9 is there, whole, and the file is sound", .timeLimit(.minutes(1)))
    func killed() throws {
        let folder = try TemporaryFolder()
        let store = try CallStore.open(folder.database, role: .serving)
        try store.addAlice()
        store.close()
        var random = SystemRandomNumberGenerator()
        var acknowledged: [Int] = []
        var kills = 0
        var next = 1
        while acknowledged.count < 1_000 || kills < 20 {
            let wanted = Int.random(in: 1...120, using: &random)
            let acks = try Self.runAndKill(folder.database, first: next, after: wanted)
            #expect(acks.count >= wanted)
            #expect(acks == Array(next..<(next + acks.count)), "acknowledged in order")
            acknowledged += acks
            kills += 1
            // What was under way may be there or not, but whole.
            next = try Self.verify(folder.database, acknowledged: acknowledged) + 1
        }
        let problems = CallStore.check(folder.database).filter { $0.verdict == .problem }
        #expect(problems == [])
    }

    /// Runs the child until it has acknowledged some writes, kills it, and returns all that it acknowledged.
    private static func runAndKill(_ database: String, first: Int, after wanted: Int) throws -> [Int] {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: Self.childPath)
        child.arguments = [database, "\(first)"]
        let pipe = Pipe()
        child.standardOutput = pipe
        try child.run()
        var output = Data()
        while output.count(where: { $0 == UInt8(ascii: "\n") }) < wanted {
            let more = pipe.fileHandleForReading.availableData
            if more.isEmpty { break }
            output += more
        }
        kill(child.processIdentifier, SIGKILL)
        output += pipe.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        #expect(child.terminationReason == .uncaughtSignal)
        // A line that the kill has cut is no acknowledgement.
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        return lines.dropLast().compactMap { Int($0) }
    }

    /// - Returns: the highest number in the file.
    private static func verify(_ database: String, acknowledged: [Int]) throws -> Int {
        let store = try CallStore.open(database, role: .serving)
        defer { store.close() }
        var found: Set<Int> = []
        try store.exportCallRecords { listed in
            found.insert(Int(listed.record.call))
            #expect(listed.record.legs.count == 1)
        }
        #expect(Set(acknowledged).subtracting(found).isEmpty)
        let journals = try store.journals()
        #expect(Set(journals.map { Int($0.call) }) == found, "record and journal are one write")
        #expect(journals.allSatisfy { $0.entries.count == Int($0.call) % 5_000 })
        let bindings = try store.bindings()
        for last in acknowledged.suffix(50) {
            let binding = bindings.first { $0.contact == "sip:\(last % 50)@192.0.2.1" }
            #expect((binding?.cSeq).map { Int($0) >= last } == true)
        }
        return found.max() ?? 0
    }

    /// The test child stands beside the test program.
    private static let childPath: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().path + "/CallStoreTestChild"
    }()
}
