import CallStore
import Logging
import NIOCore
import NIOPosix
import SIPMessage
import SIPStack
import Switchboard

/// Gives the switchboard's rows to the store's writer, with the row numbers that the store wants.
///
/// Rows that somebody waits for (REGISTER) succeed or fail at once; all others are kept until the store takes them
/// (`RecordBacklog`), so that a full disk or a locked file costs no call its record.
///
/// Lives on the event loop; completions come back through `onCompletion`, from the writer's thread.
final class RecordKeeper {
    /// How often a store that has failed is tried again.
    private static let retryInterval = TimeAmount.seconds(2)
    /// Most rows kept for a store that has failed: about a minute of many calls, some 20 MiB.
    private static let rowsKeptMax = 20_000

    private let store: CallStore
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let onTrouble: @Sendable (String) -> Void
    private let onCompletion: @Sendable (StoreToken, Bool) -> Void
    private let threads: NIOThreadPool
    private var loaded: LoadedDirectory
    private var backlog = RecordBacklog(capacity: rowsKeptMax)
    private var retryIsScheduled = false

    init(
        store: CallStore, eventLoop: any EventLoop, threads: NIOThreadPool, loaded: LoadedDirectory, logger: Logger,
        onTrouble: @escaping @Sendable (String) -> Void,
        onCompletion: @escaping @Sendable (StoreToken, Bool) -> Void
    ) {
        self.store = store
        self.eventLoop = eventLoop
        self.threads = threads
        self.loaded = loaded
        self.logger = logger
        self.onTrouble = onTrouble
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
        let rows = writes.compactMap { write -> CallStore::StoreWrite? in
            let known = row(write)
            if known == nil {
                logger.error("a write names what the store does not have", metadata: ["write": "\(write)"])
            }
            return known
        }
        guard let token else {
            change { $0.add(rows, into: &$1) }
            return
        }
        guard rows.count == writes.count else {
            onCompletion(token, false)
            return
        }
        let onCompletion = onCompletion
        let keeper = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        store.submit(rows) { result in
            switch result {
            case .success: onCompletion(token, true)
            case .failure(let error):
                onCompletion(token, false)
                eventLoop.execute { keeper.value.change { $0.failed(error, into: &$1) } }
            }
        }
    }

    /// The last chance for rows that wait for a store that has failed.
    func finish() {
        change { $0.finish(into: &$1) }
    }

    // MARK: The backlog's shell

    private func change(_ body: (inout RecordBacklog, inout [RecordBacklog.Effect]) -> Void) {
        var effects: [RecordBacklog.Effect] = []
        body(&backlog, &effects)
        for effect in effects { perform(effect) }
        scheduleRetry()
    }

    private func perform(_ effect: RecordBacklog.Effect) {
        switch effect {
        case .submit(let rows, let isProbe):
            let keeper = NIOLoopBound(self, eventLoop: eventLoop)
            let eventLoop = eventLoop
            store.submit(rows) { result in
                // The usual success wakes nobody.
                if case .success = result, !isProbe { return }
                eventLoop.execute { keeper.value.change { $0.completed(rows, isProbe: isProbe, result, into: &$1) } }
            }
        case .storeFailed(let error):
            logger.critical(
                "the store takes no writes: calls go on, their records are kept in memory, REGISTER gets 503",
                metadata: ["error": "\(error)"])
            onTrouble("the store takes no writes: \(error)")
        case .storeRecovered(let kept, let lost):
            logger.notice("the store works again", metadata: ["writtenLate": "\(kept)", "lost": "\(lost)"])
            if lost > 0 { logger.error("call records were lost", metadata: ["rows": "\(lost)"]) }
            onTrouble("the store works again; \(kept) rows were written late, \(lost) lost")
        case .refused(let row, let error):
            logger.error("a row is refused by the store", metadata: ["row": "\(row.summary)", "error": "\(error)"])
        }
    }

    private func scheduleRetry() {
        guard backlog.wantsRetry, !retryIsScheduled else { return }
        retryIsScheduled = true
        let keeper = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.retryInterval) {
            keeper.value.retryIsScheduled = false
            keeper.value.change { $0.retry(into: &$1) }
        }
    }

    // MARK: Rows

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

extension CallStore::StoreWrite {
    /// Which row it is, without the numbers and names of those who called.
    fileprivate var summary: String {
        switch self {
        case .insertCallRecord(let record): "record of call \(record.call) for user \(record.ownerID)"
        case .saveJournal(let journal): "journal of call \(journal.call)"
        case .removeBinding(let account, _): "removal of a binding of account \(account)"
        default: "another row"
        }
    }
}
