/// A row that the switchboard wants kept. The shell gives it to the store's writer.
public enum StoreWrite: Hashable, Sendable {
    case upsertBinding(Binding)
    case removeBinding(account: AccountKey, contact: String)
    case callEnded(CallRecord)
}
