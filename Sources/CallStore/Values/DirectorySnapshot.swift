/// All that the front serves from memory, read in one transaction: every part fits every other part.
public struct DirectorySnapshot: Sendable {
    public var users: [User]
    public var domains: [Domain]
    public var accounts: [Account]
    public var providers: [Provider]
    /// Each with its current text.
    public var dialplans: [Dialplan]
    /// Including those that have expired since they were written.
    public var bindings: [Binding]
    public var settings: [String: String]
    /// The highest call number in any record or journal, 0 when there is none. The front counts on from here, so that
    /// a restart never gives a number out twice.
    public var highestCall: UInt64
}
