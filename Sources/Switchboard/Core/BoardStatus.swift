import DialplanHostCalls
public import SIPStack

/// What the switchboard has in hand; all zero (but registrations and their timer) when no call is up.
public struct BoardStatus: Sendable {
    public var calls: Int
    public var executions: Int
    public var waitingExecutions: Int
    public var legs: Int
    public var dialogs: Int
    public var unacknowledgedAnswers: Int
    public var registrations: Int
    public var pendingRegistrations: Int
    /// Without the standing one that looks for expired bindings.
    public var timers: Int
    public var transactions: TransactionCounts
    public var workerExecutions: [WorkerKey: Int]
}

/// Whose execution it is and what it runs.
public struct ExecutionDescription: Hashable, Sendable {
    public var owner: String
    public var dialplan: String
    public var version: Int
}

extension Switchboard {
    /// What runs under this number; `nil` when nothing does (any more), or no script.
    public func description(ofExecution number: UInt64) -> ExecutionDescription? {
        guard let execution = executions[number], case .script(let script) = execution.program else { return nil }
        return ExecutionDescription(owner: script.owner, dialplan: script.name, version: script.version)
    }

    /// Script versions that are not run any more because they ended workers.
    public var quarantinedScripts: [QuarantinedScript] { quarantine.list }

    /// The longest that a script may take.
    public var scriptTimeTotal: Duration { configuration.scriptTimeTotal }

    /// Workers that leave and that no execution needs any more: they can be drained.
    public var dispensableWorkers: [WorkerKey] {
        dispatcher.dispensable {
            Set(
                executions.values.compactMap { execution in
                    execution.call.isProbe || execution.journal.entries.isEmpty && execution.worker == nil
                        ? nil : execution.start?.engineVersion
                })
        }
    }

    /// A reading of all tables. Looks at every transaction: for status pages and tests.
    public var status: BoardStatus {
        BoardStatus(
            calls: calls.values.count { !$0.isProbe }, executions: executions.values.count { !$0.call.isProbe },
            waitingExecutions: waiting.count,
            legs: calls.values.reduce(0) { $0 + $1.legs.count }, dialogs: dialogs.count,
            unacknowledgedAnswers: acceptedInvites.count, registrations: bindings.count,
            pendingRegistrations: pendingRegistrations.count, timers: timers.count - 1,
            transactions: transactions.counts, workerExecutions: dispatcher.executionCounts)
    }

    /// Entries of all tables that follow calls: zero when none is up and no transaction is remembered.
    public var trackedEntries: Int {
        calls.count + callsByInvite.count + executions.count + waiting.count + legsByTransaction.count
            + bridgesByTransaction.count + dialogs.count + pendingRegistrations.count + pendingLookups.count
            + strayAnswers.count + acceptedInvites.count + callsOfOwner.count
    }
}
