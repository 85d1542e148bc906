/// A row that the switchboard wants kept. The shell gives it to the store's writer.
public enum StoreWrite: Hashable, Sendable {
    case upsertBinding(Binding)
    case removeBinding(account: AccountKey, contact: String)
    case callEnded(CallRecord)
    /// The encoded ``KeptJournal`` of one of the call's executions.
    case saveJournal(call: UInt64, execution: UInt64, engineVersion: UInt32, bytes: [UInt8], at: Int64)
}
