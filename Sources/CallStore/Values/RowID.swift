/// The identity of one stored row, typed by what the row is, so that a user's number cannot be passed for an account's.
///
/// Numbers are never reused within a table (`AUTOINCREMENT`), so an id that the front still holds in memory can at
/// worst name nothing, never somebody else.
public struct RowID<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: RowID<Entity>, right: RowID<Entity>) -> Bool {
        left.rawValue < right.rawValue
    }

    public var description: String {
        String(self.rawValue)
    }
}
