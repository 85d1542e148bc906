internal import Foundation
internal import GRDB

extension Row {
    func time(_ column: String) throws -> UnixTime {
        UnixTime(microseconds: try self.decode(Int64.self, forColumn: column))
    }

    func timeIfPresent(_ column: String) throws -> UnixTime? {
        try self.decode(Int64?.self, forColumn: column).map(UnixTime.init(microseconds:))
    }

    func text(_ column: String) throws -> String {
        try self.decode(String.self, forColumn: column)
    }

    func textIfPresent(_ column: String) throws -> String? {
        try self.decode(String?.self, forColumn: column)
    }

    func bytes(_ column: String) throws -> [UInt8] {
        Array(try self.decode(Data.self, forColumn: column))
    }

    func flag(_ column: String) throws -> Bool {
        try self.decode(Bool.self, forColumn: column)
    }

    func identity<Entity>(_ column: String) throws -> RowID<Entity> {
        RowID(rawValue: try self.decode(Int64.self, forColumn: column))
    }
}

extension Database {
    /// All rows of a query, each read by `read`.
    func all<Value>(
        _ sql: String, _ arguments: StatementArguments = StatementArguments(), _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        let rows = try Row.fetchCursor(try self.cachedStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() {
            values.append(try read(row))
        }
        return values
    }

    /// The first row of a query.
    func first<Value>(_ sql: String, _ arguments: StatementArguments, _ read: (Row) throws -> Value) throws -> Value? {
        let rows = try Row.fetchCursor(try self.cachedStatement(sql: sql), arguments: arguments)
        return try rows.next().map(read)
    }

    func userID(named name: String) throws -> RowID<User> {
        let id: RowID<User>? = try self.first("SELECT id FROM users WHERE name = ?", [name]) { try $0.identity("id") }
        guard let id else {
            throw StoreError(.unknownUser, "there is no user '\(name)'; list the users to see their names")
        }
        return id
    }
}
