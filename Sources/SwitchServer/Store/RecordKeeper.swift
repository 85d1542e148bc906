import CallStore
import Logging
import NIOPosix
import SIPMessage
import SIPStack
import Switchboard

/// Gives the switchboard's rows to the store's writer, with the row numbers that the store wants.
///
/// Lives on the event loop; completions come back through `onCompletion`, from the writer's thread.
final class RecordKeeper {
    private let store: CallStore
    private let logger: Logger
    private let onCompletion: @Sendable (StoreToken, Bool) -> Void
    private let threads: NIOThreadPool
    private var loaded: LoadedDirectory

    init(
        store: CallStore, threads: NIOThreadPool, loaded: LoadedDirectory, logger: Logger,
        onCompletion: @escaping @Sendable (StoreToken, Bool) -> Void
    ) {
        self.store = store
        self.threads = threads
        self.loaded = loaded
        self.logger = logger
        self.onCompletion = onCompletion
    }

    /// Reads a value and commits an empty batch, for a probe: one of them hangs or fails when the store does.
    func probe(_ token: StoreToken) {
        let store = store
        let onCompletion = onCompletion
        threads.submit { _ in
            do {
                _ = try store.setting("probe")
            } catch {
                return onCompletion(token, false)
            }
            store.submit([]) { result in
                if case .success = result { onCompletion(token, true) } else { onCompletion(token, false) }
            }
        }
    }

    func replace(_ loaded: LoadedDirectory) { self.loaded = loaded.keepingVersions(of: self.loaded) }

    func keep(_ writes: [Switchboard::StoreWrite], token: StoreToken?) {
        let rows = writes.compactMap { row($0) }
        guard rows.count == writes.count else {
            logger.error("a write names what the store does not have", metadata: ["writes": "\(writes)"])
            if let token { onCompletion(token, false) }
            return
        }
        let logger = logger
        let onCompletion = onCompletion
        store.submit(rows) { result in
            if case .failure(let error) = result { logger.error("store", metadata: ["error": "\(error)"]) }
            guard let token else { return }
            if case .success = result { onCompletion(token, true) } else { onCompletion(token, false) }
        }
    }

    private func row(_ write: Switchboard::StoreWrite) -> CallStore::StoreWrite? {
        switch write {
        case .upsertBinding(let binding):
            guard let account = loaded.accountIDs[binding.account] else { return nil }
            return .upsertBinding(
                CallStore::Binding(
                    accountID: account, contact: binding.contact.description,
                    received: BindingFlow(
                        transport: "udp", local: binding.flow.local.description,
                        remote: binding.flow.remote.description),
                    callID: binding.callID, cSeq: binding.cSeq, userAgent: binding.userAgent,
                    expires: UnixTime(microseconds: binding.expiresAt), updated: UnixTime.now()))
        case .removeBinding(let account, let contact):
            guard let account = loaded.accountIDs[account] else { return nil }
            return .removeBinding(account: account, contact: contact)
        case .saveJournal(let call, let execution, let engineVersion, let bytes, let at):
            return .saveJournal(
                CallStore::Journal(
                    call: call, execution: execution, engineVersion: engineVersion, entries: bytes,
                    updated: UnixTime(microseconds: at)))
        case .callEnded(let record):
            guard let owner = loaded.ownerIDs[record.owner] else { return nil }
            return .insertCallRecord(self.record(record, owner: owner))
        }
    }

    private func record(_ record: Switchboard::CallRecord, owner: RowID<User>) -> CallStore::CallRecord {
        let version: RowID<DialplanVersion>? =
            if let name = record.dialplan, let number = record.scriptVersion {
                loaded.versionIDs[LoadedDirectory.versionKey(owner: record.owner, name: name, number: number)]
            } else { nil }
        return CallStore::CallRecord(
            call: record.number, ownerID: owner, direction: record.direction == .inbound ? .in : .out,
            account: record.account, from: record.from, to: record.to, sipCallID: record.sipCallID,
            dialplanVersion: version, started: UnixTime(microseconds: record.startedAt),
            answered: record.answeredAt.map(UnixTime.init(microseconds:)),
            ended: UnixTime(microseconds: record.endedAt), status: record.status, reason: record.reason,
            hungUpBy: record.hungUpBy.flatMap(CallStore::CallRecord.Party.init(rawValue:)),
            legs: record.legs.map { leg in
                CallLeg(
                    destination: leg.destination, sipCallID: leg.sipCallID,
                    started: UnixTime(microseconds: leg.startedAt),
                    answered: leg.answeredAt.map(UnixTime.init(microseconds:)),
                    ended: UnixTime(microseconds: leg.endedAt), status: leg.status, reason: leg.reason)
            })
    }
}
