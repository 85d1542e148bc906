internal import Foundation
internal import GRDB

/// What a backup holds, and what it does not.
public struct BackupSummary: Hashable, Sendable {
    public var path: String
    public var bytes: Int64
    /// Providers whose secrets are in it, encrypted. Without the key file they cannot be read again.
    public var providersWithSecret: Int
    /// The key file, to be kept apart from the backup; nil for a store in memory.
    public var secretsKeyPath: String?
}

/// What a restore did.
public struct RestoreSummary: Hashable, Sendable {
    /// Where the replaced file is now; nil when there was none.
    public var replaced: String?
    /// The schema of the backup; an older one is migrated when the file is opened.
    public var schema: String
    /// Providers whose secrets need a key file that is not beside the restored file.
    public var providersWithoutKey: [String]
}

extension CallStore {
    /// Copies the store as it is at this moment into a new file, while others go on reading and writing.
    ///
    /// The copy is made beside its place under another name, checked, and only then named `destination`.
    ///
    /// - Parameters:
    ///   - destination: a path at which there is nothing.
    ///   - progress: pages copied, and pages in all; from this thread.
    /// - Throws: `alreadyExists`, and what reading the store and writing the file can meet.
    @discardableResult
    public func backup(
        to destination: String, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(StoreError) -> BackupSummary {
        guard !FileManager.default.fileExists(atPath: destination) else {
            throw StoreError(
                .alreadyExists, "\(destination) is there already; name another file, or move that one away")
        }
        return try self.reading { database in
            let providers = try Self.providersWithSecret(in: database).count
            do {
                try DatabaseCopy(to: destination, suffix: ".partial").make(of: database, progress: progress)
            } catch {
                let failure = StoreError(error, path: destination)
                // What is damaged is what was copied.
                throw failure.code == .corrupt ? StoreError(error, path: self.path) : failure
            }
            return BackupSummary(
                path: destination, bytes: FileStatus(destination)?.size ?? 0, providersWithSecret: providers,
                secretsKeyPath: self.secretsKeyPath)
        }
    }

    /// Puts a backup in the place of the store at `path`. The replaced file is kept beside it under another name.
    ///
    /// The backup is checked first (whose it is, its schema, every page); a bad one changes nothing.
    ///
    /// - Throws: `beingServed` when a switch runs on the file or a command has it open; `cannotOpen`, `corrupt`,
    ///   `notAStore`, `newerSchema` for the backup; `diskFull`, `readOnly`.
    public static func restore(
        from backup: String, to path: String, at moment: UnixTime = .now(),
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(StoreError) -> RestoreSummary {
        do {
            let lock = try StoreLock.serving(path, waitMilliseconds: 0)
            return try withExtendedLifetime(lock) {
                let copy = DatabaseCopy(to: path, suffix: ".restoring")
                let (schema, providers) = try Self.copyChecked(backup, to: copy, progress: progress)
                let replaced = try copy.setAside(at: moment)
                try copy.putInPlace()
                let hasKey = FileManager.default.fileExists(atPath: SecretsKey.path(besides: path))
                return RestoreSummary(
                    replaced: replaced, schema: schema, providersWithoutKey: hasKey ? [] : providers)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func copyChecked(
        _ backup: String, to copy: DatabaseCopy, progress: (Int, Int) -> Void
    ) throws -> (schema: String, providers: [String]) {
        do {
            try Self.refuseFolder(backup)
            var configuration = Configuration()
            configuration.readonly = true
            let source = try DatabaseQueue(path: backup, configuration: configuration)
            let found = try source.read { database in
                let schema = try StoreMigrator.checkOurs(database, file: backup)
                try copy.fill(from: database, progress: progress)
                let providers = schema == Schema1.identifier ? [] : try Self.providersWithSecret(in: database)
                return (schema, providers)
            }
            try source.close()
            return found
        } catch {
            copy.discard()
            let error = StoreError(error, path: backup)
            guard error.code == .corrupt else { throw error }
            throw StoreError(.corrupt, "the backup \(backup) is damaged or is no SQLite file; restore another one")
        }
    }
}

/// A copy of a database that is made under another name, checked, flushed and then put in its place.
struct DatabaseCopy {
    private let path: String
    private let temporary: String

    init(to path: String, suffix: String) {
        self.path = path
        self.temporary = path + suffix
    }

    /// Copies into a place that is empty.
    func make(of source: Database, progress: (Int, Int) -> Void) throws {
        do {
            try self.fill(from: source, progress: progress)
            try self.putInPlace()
        } catch {
            self.discard()
            throw error
        }
    }

    /// Pages per step: 4 MiB, a few milliseconds.
    private static let pagesPerStep: CInt = 1_024

    func fill(from source: Database, progress: (Int, Int) -> Void) throws {
        self.discard()
        // The snapshot is that of the first read; without one the copy would begin anew at every commit of others.
        _ = try Int.fetchOne(source, sql: "SELECT count(*) FROM sqlite_master")
        try CallStore.createPrivately(self.temporary)
        let copy = try DatabaseQueue(path: self.temporary)
        try copy.writeWithoutTransaction { destination in
            try withoutActuallyEscaping(progress) { progress in
                try source.backup(to: destination, pagesPerStep: Self.pagesPerStep) { step in
                    progress(step.totalPageCount - step.remainingPageCount, step.totalPageCount)
                }
            }
            let verdict = try String.fetchAll(destination, sql: "PRAGMA integrity_check(3)")
            guard verdict == ["ok"] else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict.joined(separator: "; "))
            }
            // One file, nothing beside it.
            try destination.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try copy.close()
    }

    /// Renames what stands in the place, with its log.
    ///
    /// - Returns: its new name; nil when there was nothing.
    func setAside(at moment: UnixTime) throws -> String? {
        guard FileManager.default.fileExists(atPath: self.path) else { return nil }
        // Empties the log into the file, if that can still be opened.
        if let old = try? DatabaseQueue(path: self.path) {
            _ = try? old.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try? old.close()
        }
        let stem = "\(self.path).replaced-\(moment.microseconds / 1_000_000)"
        var aside = stem
        // Two restores in one second.
        var number = 1
        while FileManager.default.fileExists(atPath: aside) {
            number += 1
            aside = "\(stem)-\(number)"
        }
        // The log first: the new file must never meet the old file's log.
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: self.path + suffix) {
            try FileManager.default.moveItem(atPath: self.path + suffix, toPath: aside + suffix)
        }
        return aside
    }

    func putInPlace() throws {
        try Self.flush(self.temporary)
        // Unsafe: C strings of Swift's for the length of the call. `link` fails when something has come to stand there.
        guard unsafe link(self.temporary, self.path) == 0 else {
            throw SystemCallFailure(number: errno).storeError(opening: self.path)
        }
        self.discard()
        let folder = URL(fileURLWithPath: self.path).deletingLastPathComponent().path
        try Self.flush(folder)
    }

    func discard() {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            try? FileManager.default.removeItem(atPath: self.temporary + suffix)
        }
    }

    private static func flush(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallFailure(number: errno).storeError(opening: path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SystemCallFailure(number: errno).storeError(opening: path) }
    }
}
