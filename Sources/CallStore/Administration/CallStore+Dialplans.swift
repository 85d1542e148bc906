internal import Crypto
internal import Foundation
internal import GRDB

extension CallStore {
    /// Saves a dialplan's text as its newest version; the first makes the dialplan. New calls run it, running calls
    /// keep theirs. The very text that is current already makes no new version: that one is returned.
    ///
    /// - Parameters:
    ///   - text: at most 256 KiB of UTF-8, no NUL. It is stored as it is, not compiled.
    ///   - author: who saves it, at most 128 characters. `note`: why, at most 1,024.
    ///   - base: the number of the version that the text was made from, 0 for a dialplan that should be new; when another
    ///     is current, somebody else saved meanwhile and nothing is saved. Nil does not look.
    /// - Throws: `unknownUser`, `invalidValue`, `changedMeanwhile`.
    @discardableResult
    public func setDialplan(
        owner: String, name: String, text: String, author: String, note: String = "", basedOn base: Int? = nil,
        at moment: UnixTime = .now()
    ) throws(StoreError) -> DialplanVersion {
        try Names.checkDialplan(name)
        try Names.checkText(author, "the author's name", lengthMax: 128)
        try Names.checkText(note, "the note", lengthMax: 1_024)
        guard text.utf8.count <= DialplanVersion.textBytesMax, !text.utf8.contains(0) else {
            throw StoreError(
                .invalidValue,
                "a dialplan's text must have at most \(DialplanVersion.textBytesMax) bytes and no NUL character")
        }
        return try self.writing { database in
            let ownerID = try database.userID(named: owner)
            let found = try Dialplan.find(owner: ownerID, name: name, in: database)
            if let base, base != found?.current.number ?? 0 {
                throw StoreError(
                    .changedMeanwhile,
                    """
                    dialplan '\(name)' of '\(owner)' is at version \(found?.current.number ?? 0) by now, the text was made \
                    from version \(base); look at what changed, then save again
                    """)
            }
            return try Dialplan.save(
                text, as: name, ownerID: ownerID, found: found, author: author, note: note, at: moment, in: database)
        }
    }

    /// Makes the text of an older version current again, as a new version.
    ///
    /// - Parameter note: nil writes which version it came from.
    /// - Throws: `unknownUser`, `unknownDialplan` (of the version too), `invalidValue`.
    @discardableResult
    public func rollBackDialplan(
        owner: String, name: String, toVersion number: Int, author: String, note: String? = nil,
        at moment: UnixTime = .now()
    ) throws(StoreError) -> DialplanVersion {
        try Names.checkText(author, "the author's name", lengthMax: 128)
        if let note { try Names.checkText(note, "the note", lengthMax: 1_024) }
        return try self.writing { database in
            let dialplan = try database.requiredDialplan(owner: owner, name: name)
            let version = try database.requiredVersion(number, of: dialplan)
            return try Dialplan.save(
                version.text, as: dialplan.name, ownerID: dialplan.ownerID, found: dialplan, author: author,
                note: note ?? "back to version \(number)", at: moment, in: database)
        }
    }

    /// Takes a dialplan away: new calls find none of that name, running ones keep theirs. Its versions stay in the file for
    /// the call records and journals that name them; a new dialplan of the name begins at version 1.
    ///
    /// - Throws: `unknownUser`, `unknownDialplan`.
    public func removeDialplan(owner: String, name: String, at moment: UnixTime = .now()) throws(StoreError) {
        try self.writing { database in
            let dialplan = try database.requiredDialplan(owner: owner, name: name)
            try database.run(
                "UPDATE dialplans SET removed_us = ? WHERE id = ?", [moment.microseconds, dialplan.id.rawValue])
        }
    }

    /// The dialplans of one owner, or all, with their current texts, by owner and name.
    ///
    /// - Throws: `unknownUser`.
    public func dialplans(owner: String? = nil) throws(StoreError) -> [Dialplan] {
        try self.reading { database in
            guard let owner else { return try Dialplan.all(in: database) }
            let id = try database.userID(named: owner)
            return try database.all(
                "\(Dialplan.select) AND owner_id = ? ORDER BY dialplans.name", [id.rawValue], Dialplan.init(row:))
        }
    }

    /// One dialplan with its current text.
    ///
    /// - Throws: `unknownUser`, `unknownDialplan`.
    public func dialplan(owner: String, name: String) throws(StoreError) -> Dialplan {
        try self.reading { try $0.requiredDialplan(owner: owner, name: name) }
    }

    /// Every version that a dialplan has had, the newest first.
    ///
    /// - Throws: `unknownUser`, `unknownDialplan`.
    public func dialplanVersions(owner: String, name: String) throws(StoreError) -> [DialplanVersion] {
        try self.reading { database in
            let dialplan = try database.requiredDialplan(owner: owner, name: name)
            return try database.all(
                "\(DialplanVersion.select) WHERE dialplan_id = ? ORDER BY number DESC", [dialplan.id.rawValue],
                DialplanVersion.init(row:))
        }
    }

    /// One version of a dialplan.
    ///
    /// - Throws: `unknownUser`, `unknownDialplan`.
    public func dialplanVersion(owner: String, name: String, number: Int) throws(StoreError) -> DialplanVersion {
        try self.reading { database in
            try database.requiredVersion(number, of: database.requiredDialplan(owner: owner, name: name))
        }
    }

    /// The version that a call record or a journal names, of a removed dialplan too.
    ///
    /// - Throws: `unknownDialplan`.
    public func dialplanVersion(_ id: RowID<DialplanVersion>) throws(StoreError) -> DialplanVersion {
        try self.reading { database in
            let found = try database.first(
                "\(DialplanVersion.select) WHERE id = ?", [id.rawValue], DialplanVersion.init(row:))
            guard let found else { throw StoreError(.unknownDialplan, "there is no dialplan version of row \(id)") }
            return found
        }
    }
}

extension Dialplan {
    fileprivate static let select = """
        SELECT dialplans.id, owner_id, users.name AS owner, dialplans.name, dialplans.created_us,
            version.id AS version_id, number, digest, text, author, note, version.created_us AS version_created_us
        FROM dialplans JOIN users ON users.id = owner_id
        JOIN dialplan_versions AS version ON version.dialplan_id = dialplans.id
            AND number = (SELECT max(number) FROM dialplan_versions WHERE dialplan_id = dialplans.id)
        WHERE removed_us IS NULL
        """

    static func all(in database: Database) throws -> [Dialplan] {
        try database.all("\(Self.select) ORDER BY owner, dialplans.name", [], Dialplan.init(row:))
    }

    fileprivate static func find(owner: RowID<User>, name: String, in database: Database) throws -> Dialplan? {
        try database.first(
            "\(Self.select) AND owner_id = ? AND dialplans.name = ?", [owner.rawValue, name], Dialplan.init(row:))
    }

    /// Adds a version unless the text is the current one's. `found` is the dialplan as it is, nil for a new one.
    fileprivate static func save(
        _ text: String, as name: String, ownerID: RowID<User>, found: Dialplan?, author: String, note: String,
        at moment: UnixTime, in database: Database
    ) throws -> DialplanVersion {
        let digest = Array(SHA256.hash(data: Array(text.utf8)))
        if let found, found.current.digest == digest { return found.current }
        let dialplanID: Int64
        if let found {
            dialplanID = found.id.rawValue
        } else {
            try database.run(
                "INSERT INTO dialplans(owner_id, name, created_us) VALUES (?, ?, ?)",
                [ownerID.rawValue, name, moment.microseconds])
            dialplanID = database.lastInsertedRowID
        }
        let number = (found?.current.number ?? 0) + 1
        try database.run(
            """
            INSERT INTO dialplan_versions(dialplan_id, number, digest, text, author, note, created_us)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [dialplanID, number, Data(digest), text, author, note, moment.microseconds])
        return DialplanVersion(
            id: RowID(rawValue: database.lastInsertedRowID), number: number, digest: digest, text: text,
            author: author, note: note, created: moment)
    }

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.identity("id"), ownerID: try row.identity("owner_id"), owner: try row.text("owner"),
            name: try row.text("name"), created: try row.time("created_us"), current: try DialplanVersion(row: row))
    }
}

extension DialplanVersion {
    fileprivate static let select = """
        SELECT id AS version_id, number, digest, text, author, note, created_us AS version_created_us
        FROM dialplan_versions
        """

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.identity("version_id"), number: try row.decode(Int.self, forColumn: "number"),
            digest: try row.bytes("digest"), text: try row.text("text"), author: try row.text("author"),
            note: try row.text("note"), created: try row.time("version_created_us"))
    }
}

extension Database {
    fileprivate func requiredDialplan(owner: String, name: String) throws -> Dialplan {
        let ownerID = try self.userID(named: owner)
        guard let dialplan = try Dialplan.find(owner: ownerID, name: name, in: self) else {
            throw StoreError(
                .unknownDialplan, "user '\(owner)' has no dialplan '\(name)'; list the dialplans to see their names")
        }
        return dialplan
    }

    fileprivate func requiredVersion(_ number: Int, of dialplan: Dialplan) throws -> DialplanVersion {
        let found = try self.first(
            "\(DialplanVersion.select) WHERE dialplan_id = ? AND number = ?", [dialplan.id.rawValue, number],
            DialplanVersion.init(row:))
        guard let found else {
            throw StoreError(
                .unknownDialplan,
                """
                dialplan '\(dialplan.name)' of '\(dialplan.owner)' has no version \(number); \
                it has 1 to \(dialplan.current.number)
                """)
        }
        return found
    }
}
