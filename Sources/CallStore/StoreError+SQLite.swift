internal import GRDB

extension StoreError {
    /// Puts an error from below into words. Errors that are ours already pass unchanged.
    ///
    /// - Parameter path: the file, for the message; nil for a store in memory.
    init(_ error: any Error, path: String?) {
        if let known = error as? StoreError {
            self = known
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unexpected, "the store failed unexpectedly: \(error)")
            return
        }
        self.init(sqlite: error, file: path ?? "the store in memory")
    }

    private init(sqlite error: DatabaseError, file: String) {
        let detail = error.message ?? "result code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked, "\(file) is locked by another program; end it (a backup, an open sqlite3 shell?) and try again"
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt,
                """
                \(file) is damaged or is no SQLite file (\(detail)); stop the switch, keep a copy of the file, \
                and restore the last backup
                """)
        case .SQLITE_FULL:
            self.init(.diskFull, "no room left on the disk of \(file); free some space, nothing was written")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .readOnly,
                "\(file) cannot be written (\(detail)); check the owner and mode of the file and of its folder")
        case .SQLITE_CANTOPEN:
            self.init(
                .cannotOpen,
                """
                \(file) cannot be opened (\(detail)); check that the path is a file, that its folder exists, \
                and that both may be written
                """)
        case .SQLITE_IOERR:
            self.init(
                .inputOutput, "reading or writing \(file) failed (\(detail)); check the disk and the system's log")
        case .SQLITE_CONSTRAINT:
            self.init(constraint: error, detail: detail)
        default:
            self.init(.unexpected, "SQLite failed on \(file): \(detail) (\(error.extendedResultCode.rawValue))")
        }
    }

    private init(constraint error: DatabaseError, detail: String) {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            self.init(.alreadyExists, "it is there already (\(detail))")
        default:
            self.init(.invalidValue, "a value breaks a rule of the store (\(detail))")
        }
    }
}

extension DatabaseError {
    /// A row refers to one that is not there.
    var isForeignKeyViolation: Bool {
        self.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
    }

    /// A row with this key is there already.
    var isUniqueViolation: Bool {
        self.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE || self.extendedResultCode == .SQLITE_CONSTRAINT_PRIMARYKEY
    }
}
