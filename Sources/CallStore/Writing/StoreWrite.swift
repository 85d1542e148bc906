/// One change that the serving front asks for with `CallStore.submit`.
public enum StoreWrite: Hashable, Sendable {
    /// Adds a binding, or replaces the one of the same account and contact.
    /// Fails with `unknownAccount` when the account is gone.
    case upsertBinding(Binding)
    /// Removes one binding; fine when there is none.
    case removeBinding(account: RowID<Account>, contact: String)
    /// Removes all bindings of an account (`Contact: *`).
    case removeBindings(account: RowID<Account>)
    /// Removes what expired at or before this moment.
    case removeExpiredBindings(at: UnixTime)
    /// Adds a call's record with its legs. Fails with `alreadyExists` when the owner has one for this call, with
    /// `unknownUser` when the owner is gone. Texts from outside are cut to 1,024 bytes rather than refused.
    case insertCallRecord(CallRecord)
    /// Adds or replaces the journal of one execution.
    case saveJournal(Journal)
    /// Removes the journals of all executions of a call.
    case removeJournals(call: UInt64)
    /// Sets a setting; nil removes it.
    case setSetting(key: String, value: String?)
}
