/// A user's script by name, with its current text.
public struct Dialplan: Hashable, Sendable {
    public var id: RowID<Dialplan>
    public var ownerID: RowID<User>
    public var owner: String
    /// Unique among the owner's dialplans that are not removed.
    public var name: String
    public var created: UnixTime
    /// The newest version: the one new calls run.
    public var current: DialplanVersion
}

/// One text that a dialplan has had. Versions are only ever added, so a call record can name the one it ran.
public struct DialplanVersion: Hashable, Sendable {
    public var id: RowID<DialplanVersion>
    /// 1 for the first text, then 2, 3, …
    public var number: Int
    /// SHA-256 of the text's UTF-8 bytes, 32 bytes.
    public var digest: [UInt8]
    public var text: String
    /// Who saved it: a user's name, or whatever the command line calls itself.
    public var author: String
    public var note: String
    public var created: UnixTime

    /// Most UTF-8 bytes in a text (the compiler's limit).
    public static let textBytesMax = 262_144
}
