/// A client transaction, numbered by the user of the layer. A number is used once; take them from a counter.
public struct ClientTransactionID: Hashable, Comparable, Sendable, BitwiseCopyable {
    public let value: UInt64

    public init(_ value: UInt64) {
        self.value = value
    }

    public static func < (a: ClientTransactionID, b: ClientTransactionID) -> Bool { a.value < b.value }
}

/// A server transaction, numbered by the layer. Numbers are never used again.
public struct ServerTransactionID: Hashable, Comparable, Sendable, BitwiseCopyable {
    public let value: UInt64

    init(_ value: UInt64) {
        self.value = value
    }

    public static func < (a: ServerTransactionID, b: ServerTransactionID) -> Bool { a.value < b.value }
}

extension ClientTransactionID: CustomStringConvertible {
    public var description: String { "client#\(value)" }
}

extension ServerTransactionID: CustomStringConvertible {
    public var description: String { "server#\(value)" }
}
