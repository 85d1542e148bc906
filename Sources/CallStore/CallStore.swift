internal import CCallStoreSupport
internal import Foundation
internal import GRDB
internal import Synchronization

/// The switch's memory on disk: one SQLite file with users, domains, accounts, dialplans, bindings, call records and
/// journals.
///
/// There are two ways to write. The serving front hands batches to `submit(_:completion:)`, which never blocks: one
/// thread commits whatever has gathered since its last commit in one transaction. Commands call the synchronous
/// functions (`addUser`, `setDialplan`, …), which return after their commit and must not be called on an event loop.
/// Reads are synchronous, and each sees one moment of the database.
///
/// Errors are `StoreError`, with a message for the person at the keyboard.
public final class CallStore: Sendable {
    /// What the file is opened for. The lock file `<path>.lock` keeps the roles apart.
    public enum Role: Sendable {
        /// The switch itself: at most one process, and nobody administers beside it. Waits two seconds for commands
        /// that are running.
        case serving
        /// A command that changes the file while no switch runs. Several may be open at once.
        case administering
        /// A command that only reads; possible at any time, also beside a serving process. Writes are refused.
        case inspecting
    }

    public struct Options: Sendable {
        /// What a commit survives.
        public enum Durability: Sendable {
            /// The end of this process, however it ends (SQLite's `synchronous=NORMAL` with WAL).
            case process
            /// Loss of power as well (`synchronous=FULL`): a disk flush per commit.
            case powerLoss
        }

        public var durability: Durability = .process
        /// Most writes waiting in `submit`'s queue; a submission that would pass it is refused.
        public var queuedWritesMax = 65_536
        /// Most writes in one transaction (a submission is never split).
        public var batchWritesMax = 1_024
        /// How long to wait for another process's write lock, in milliseconds.
        public var busyTimeoutMilliseconds = 5_000
        /// How often a store that serves looks for what is over its time (`Retention`), in milliseconds.
        public var pruneIntervalMilliseconds = 60_000
        /// How long `serving` waits for administering processes to end, in milliseconds.
        public var lockWaitMilliseconds = 2_000

        public init() {}
    }

    /// The file's path; nil for a store in memory.
    public let path: String?
    let database: any DatabaseWriter
    private let batches: BatchWriter
    /// Encrypts the provider secrets of a store in memory, which has no file for a key beside it.
    let memoryKey = SecretsKey(bytes: SecretsKey.randomBytes())
    /// Held until `close` or the last reference is gone; nil in memory and for inspecting.
    private let lock: Mutex<StoreLock?>

    private init(
        path: String?, database: any DatabaseWriter, lock: StoreLock?, options: Options, prunes: Bool = false
    ) {
        self.path = path
        self.database = database
        self.lock = Mutex(lock)
        self.batches = BatchWriter(database: database, path: path, options: options, prunes: prunes)
    }

    deinit {
        self.batches.stop()
    }

    /// Opens the store at `path`, creates it if it is not there (mode 0600), and migrates it to the newest schema.
    ///
    /// - Throws: `beingServed`, `cannotOpen`, `readOnly`, `corrupt`, `notAStore`, `newerSchema`, `olderSchema`
    ///   (inspecting only), `locked`, `diskFull`.
    public static func open(_ path: String, role: Role, options: Options = Options()) throws(StoreError) -> CallStore {
        do {
            try Self.refuseFolder(path)
            let lock: StoreLock? =
                switch role {
                case .serving: try StoreLock.serving(path, waitMilliseconds: options.lockWaitMilliseconds)
                case .administering: try StoreLock.administering(path)
                case .inspecting: nil
                }
            let database: any DatabaseWriter
            if role == .inspecting {
                var configuration = Self.configuration(options)
                configuration.readonly = true
                database = try DatabaseQueue(path: path, configuration: configuration)
            } else {
                try Self.createPrivately(path)
                database = try DatabasePool(path: path, configuration: Self.configuration(options))
            }
            try StoreMigrator.prepare(database, path: path, mayWrite: role != .inspecting)
            if role != .inspecting, options.durability == .powerLoss {
                // The connection that writes is the only one this matters to; GRDB sets NORMAL when it opens a pool.
                try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            }
            return CallStore(
                path: path, database: database, lock: lock, options: options, prunes: role == .serving)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// A store that lives as long as this object.
    public static func inMemory(options: Options = Options()) throws(StoreError) -> CallStore {
        do {
            let database = try DatabaseQueue(configuration: Self.configuration(options))
            try StoreMigrator.prepare(database, path: nil, mayWrite: true)
            return CallStore(path: nil, database: database, lock: nil, options: options)
        } catch {
            throw StoreError(error, path: nil)
        }
    }

    /// Hands over writes that belong together: all of them are committed, or none.
    ///
    /// Returns at once. Many submissions share a transaction; one that fails is rolled back alone and does not disturb
    /// the others. Submissions are committed in the order they were handed over.
    ///
    /// - Parameter completion: called exactly once, on the writer's thread, after the commit; a success means the
    ///   writes survive the end of this process. When the queue is full (`queueFull`) or the store closed (`closed`) it
    ///   is called on the caller's thread before this function returns. It must not block, nor call back into the
    ///   store synchronously.
    public func submit(
        _ writes: [StoreWrite], completion: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        self.batches.submit(writes, completion: completion)
    }

    /// Counters of `submit` since the store was opened.
    public var writeStatistics: WriteStatistics {
        self.batches.statistics
    }

    /// Commits what is queued, closes the file and gives the lock back. Later calls fail with `closed`. Blocks; may be
    /// called more than once, but not from a completion.
    public func close() {
        self.batches.stop()
        self.batches.waitUntilStopped()
        // GRDB closes the writing connection before those that read, and SQLite empties the log into the file only when
        // the last one goes, if that may write. Whoever copies the file should find everything in it.
        if self.lock.withLock({ $0 != nil }) {
            _ = try? self.database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        }
        // A read that is still under way keeps the connection: then it closes when that ends, with the last reference.
        try? self.database.close()
        self.lock.withLock { $0 = nil }
    }

    private static func configuration(_ options: Options) -> Configuration {
        var configuration = Configuration()
        configuration.label = "CallStore"
        configuration.busyMode = .timeout(Double(options.busyTimeoutMilliseconds) / 1_000)
        configuration.prepareDatabase { database in
            guard let connection = unsafe database.sqliteConnection else { return }
            // Unsafe: the connection is open for the length of the call, and SQLite keeps nothing of Swift's.
            let code = unsafe call_store_add_text_contains(connection)
            guard code == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        }
        return configuration
    }

    /// SQLite's own words for this are "disk I/O error".
    static func refuseFolder(_ path: String) throws {
        let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        if path.isEmpty || kind == .typeDirectory {
            throw StoreError(.cannotOpen, "'\(path)' is a folder; name a file in it")
        }
    }

    /// SQLite would create the file readable for all; it holds what logs phones in. `-wal` and `-shm` get its mode.
    static func createPrivately(_ path: String) throws {
        let descriptor = unsafe Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Foundation.close(descriptor)
        } else if errno != EEXIST {
            throw SystemCallFailure(number: errno).storeError(opening: path)
        }
    }
}

extension CallStore {
    /// Runs `body` on one consistent state of the database.
    func reading<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            try self.batches.checkOpen()
            return try self.database.read(body)
        } catch {
            throw StoreError(error, path: self.path)
        }
    }

    /// Runs `body` in a transaction, committed when it returns.
    func writing<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            try self.batches.checkOpen()
            return try self.database.write(body)
        } catch {
            throw StoreError(error, path: self.path)
        }
    }
}
