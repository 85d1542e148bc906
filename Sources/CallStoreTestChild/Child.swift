import CallStore
import Foundation

/// Writes until it is killed, for the test that kills it: `CallStoreTestChild DATABASE FIRST`. Every write that the store
/// has acknowledged is told on standard output, its number on a line, written at once.
@main
enum Child {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let first = Int(arguments[2]) else {
            FileHandle.standardError.write(Data("usage: CallStoreTestChild DATABASE FIRST\n".utf8))
            exit(64)
        }
        let store = try CallStore.open(arguments[1], role: .serving)
        let directory = try store.loadDirectory()
        guard let owner = directory.users.first, let account = directory.accounts.first else { exit(65) }
        let slots = DispatchSemaphore(value: 32)
        var number = first
        while true {
            slots.wait()
            let current = number
            store.submit(Self.writes(current, owner: owner.id, account: account.id)) { result in
                if case .success = result { FileHandle.standardOutput.write(Data("\(current)\n".utf8)) }
                slots.signal()
            }
            number += 1
        }
    }

    /// What belongs to write `number`: a binding, a call record with a leg, the call's journal.
    static func writes(_ number: Int, owner: RowID<User>, account: RowID<Account>) -> [StoreWrite] {
        let now = UnixTime.now()
        let record = CallRecord(
            call: UInt64(number), ownerID: owner, direction: .out, from: "sip:\(number)@example.org", to: "sip:b@a.org",
            sipCallID: "call-\(number)", started: now, ended: now, status: 200, reason: "OK",
            legs: [CallLeg(destination: "sip:b@a.org", started: now, status: 200)])
        let journal = Journal(
            call: UInt64(number), execution: UInt64(number), engineVersion: 1,
            entries: Array(repeating: UInt8(truncatingIfNeeded: number), count: number % 5_000), updated: now)
        let binding = Binding(
            accountID: account, contact: "sip:\(number % 50)@192.0.2.1", callID: "r", cSeq: UInt32(number),
            expires: now, updated: now)
        return [.upsertBinding(binding), .insertCallRecord(record), .saveJournal(journal)]
    }
}
