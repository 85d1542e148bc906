import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

/// Disks and files that fail, each for real, and what the store says and does then.
@Suite("Disks and files that fail")
struct FailureTests {
    private static func journal(_ call: UInt64, bytes: Int) -> StoreWrite {
        .saveJournal(
            Journal(
                call: call, execution: 0, engineVersion: 1, entries: Array(repeating: 7, count: bytes), updated: monday)
        )
    }

    @Test(
        "a disk that is full fails the write with words, loses nothing, and works again when there is room",
        .enabled(if: SmallDisk.isPossible, "a file system of one's own cannot be mounted here"))
    func fullDisk() async throws {
        let disk = try SmallDisk(size: "4m")
        let store = try CallStore.open(disk.database, role: .serving)
        try store.addAlice()
        #expect(await store.submitAndWait([Self.journal(1, bytes: 100_000)]).error == nil)
        try disk.fill()
        let error = await store.submitAndWait([Self.journal(2, bytes: 400_000)]).error
        #expect(error?.code == .diskFull)
        #expect(error?.message.contains(disk.database) == true)
        #expect(error?.message.contains("free some space") == true)
        #expect(try store.journals().map(\.call) == [1], "reading goes on")
        #expect(
            storeError { () throws(StoreError) in try store.setSetting("k", String(repeating: "x", count: 60_000)) }
                != nil)
        try disk.makeRoom()
        #expect(await store.submitAndWait([Self.journal(2, bytes: 400_000)]).error == nil)
        #expect(try store.journals().map(\.call) == [1, 2])
        store.close()
        #expect(CallStore.check(disk.database).filter { $0.subject != "disk" && $0.verdict == .problem } == [])
        #expect(CallStore.check(disk.database).first { $0.subject == "disk" }?.verdict == .problem)
    }

    @Test(
        "a disk without room for a new file is called full",
        .enabled(if: SmallDisk.isPossible, "a file system of one's own cannot be mounted here"))
    func noRoomToOpen() throws {
        let disk = try SmallDisk(size: "64k")
        try disk.fill()
        let error = storeError { () throws(StoreError) in _ = try CallStore.open(disk.database, role: .serving) }
        #expect(error?.code == .diskFull)
    }

    @Test(
        "a file system that is read-only is called so, and is a finding",
        .enabled(if: SmallDisk.isPossible, "a file system of one's own cannot be mounted here"))
    func readOnlyDisk() throws {
        let disk = try SmallDisk(size: "4m")
        let store = try CallStore.open(disk.database, role: .serving)
        try store.addAlice()
        store.close()
        #expect(disk.makeReadOnly())
        for role in [CallStore.Role.serving, .administering] {
            let error = storeError { () throws(StoreError) in _ = try CallStore.open(disk.database, role: role) }
            #expect(error?.code == .readOnly)
            #expect(error?.message.contains("check the owner and mode") == true)
        }
        let findings = CallStore.check(disk.database)
        #expect(findings.contains { $0.subject == "file" && $0.verdict == .problem })
        #expect(findings.allSatisfy { $0.verdict == .fine || $0.remedy != nil })
    }

    @Test("one damaged page in the middle is found by reading it and by the check; the rest can be read")
    func damagedPage() async throws {
        let folder = try TemporaryFolder()
        let store = try CallStore.open(folder.database, role: .serving)
        try store.addAlice()
        for call in 1...50 as ClosedRange<UInt64> {
            #expect(await store.submitAndWait([Self.journal(call, bytes: 20_000)]).error == nil)
        }
        let page = try await store.database.read { database in
            // A page of the journals' own tree, not of one blob.
            try Int.fetchOne(
                database,
                sql:
                    "SELECT pageno FROM dbstat WHERE name = 'journals' AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 1"
            )
        }
        store.close()
        #expect(CallStore.check(folder.database).filter { $0.verdict == .problem } == [])
        let file = try #require(FileHandle(forWritingAtPath: folder.database))
        try file.seek(toOffset: UInt64(try #require(page) - 1) * 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
        try file.close()

        let again = try CallStore.open(folder.database, role: .serving)
        #expect(try again.users().map(\.name) == ["alice"])
        let error = storeError { () throws(StoreError) in _ = try again.journals() }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("restore the last backup") == true)
        again.close()
        let finding = CallStore.check(folder.database).first { $0.subject == "integrity" }
        #expect(finding?.verdict == .problem)
        #expect(finding?.remedy?.contains("restore the last backup") == true)
        #expect(
            storeError { () throws(StoreError) in
                try CallStore.open(folder.database, role: .inspecting).backup(to: folder.path + "/b")
            }?.code == .corrupt)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/b"))
    }

    @Test("a header that is overwritten is called damage, by opening and by the check")
    func damagedHeader() throws {
        let folder = try TemporaryFolder()
        try CallStore.open(folder.database, role: .serving).close()
        let file = try #require(FileHandle(forWritingAtPath: folder.database))
        try file.write(contentsOf: Data(repeating: 0, count: 100))
        try file.close()
        let error = storeError { () throws(StoreError) in _ = try CallStore.open(folder.database, role: .serving) }
        #expect(error?.code == .corrupt)
        #expect(CallStore.check(folder.database).contains { $0.subject == "integrity" && $0.verdict == .problem })
    }
}
