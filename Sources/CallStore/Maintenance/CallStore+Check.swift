internal import Foundation
internal import GRDB

/// One thing that was looked at, for `doctor`.
public struct StoreFinding: Hashable, Sendable {
    public enum Verdict: String, Hashable, Sendable, CaseIterable {
        case fine
        /// The switch runs, but somebody should look.
        case warning
        /// The switch does not run on this, or will lose something.
        case problem
    }

    public var verdict: Verdict
    /// What was looked at: `file`, `folder`, `lock`, `schema`, `integrity`, `references`, `log`, `disk`, `secrets key`.
    public var subject: String
    public var message: String
    /// What to do about it; nil when it is fine.
    public var remedy: String?

    public init(verdict: Verdict, subject: String, message: String, remedy: String? = nil) {
        self.verdict = verdict
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }
}

extension CallStore {
    /// Below this free space a warning is given; below a tenth of it, a problem.
    private static let freeBytesWanted: Int64 = 1 << 30
    /// A log that nobody could empty for long.
    private static let logBytesWarned: Int64 = 256 << 20

    /// Looks at the store at `path` from outside, also while a switch runs on it. Changes nothing, never throws: what it
    /// cannot look at is a finding.
    ///
    /// - Parameter everyPage: read the whole file and compare every index with its table (some seconds per GiB); false
    ///   reads the pages only.
    public static func check(_ path: String, everyPage: Bool = true) -> [StoreFinding] {
        var findings = FileCheck(path: path).findings
        guard FileManager.default.fileExists(atPath: path) else { return findings }
        let opened: CallStore
        do {
            opened = try CallStore.open(path, role: .inspecting)
        } catch {
            findings.append(Self.finding(opening: error))
            return findings
        }
        findings += opened.check(everyPage: everyPage)
        opened.close()
        return findings
    }

    private static func finding(opening error: StoreError) -> StoreFinding {
        switch error.code {
        case .olderSchema:
            StoreFinding(
                verdict: .warning, subject: "schema", message: error.message,
                remedy: "take a backup, then start the switch: it brings the file to this version")
        case .newerSchema:
            StoreFinding(
                verdict: .problem, subject: "schema", message: error.message,
                remedy: "use the dialplanctl that wrote it, or a newer one")
        case .corrupt:
            StoreFinding(
                verdict: .problem, subject: "integrity", message: error.message,
                remedy: "stop the switch, keep a copy of the file, and restore the last backup: dialplanctl restore")
        default:
            StoreFinding(verdict: .problem, subject: "schema", message: error.message, remedy: "see the message")
        }
    }

    /// What an open store can be asked: schema, pages, references, the secrets key.
    func check(everyPage: Bool) -> [StoreFinding] {
        let file = self.path ?? "the store in memory"
        return [
            self.finding("schema") { database in
                let schema = try StoreMigrator.checkOurs(database, file: file)
                return .fine("schema", "schema \(schema), the newest that this program knows")
            },
            self.finding("integrity") { database in
                let what = everyPage ? "integrity_check" : "quick_check"
                let verdict = try String.fetchAll(database, sql: "PRAGMA \(what)(5)")
                guard verdict != ["ok"] else {
                    return .fine("integrity", everyPage ? "every page and index is sound" : "every page is sound")
                }
                return StoreFinding(
                    verdict: .problem, subject: "integrity",
                    message: "\(file) is damaged: \(verdict.joined(separator: "; "))",
                    remedy: "stop the switch, keep a copy of the file, and restore the last backup: dialplanctl restore"
                )
            },
            self.finding("references") { database in
                let rows = try Row.fetchAll(database, sql: "SELECT * FROM pragma_foreign_key_check LIMIT 5")
                guard !rows.isEmpty else { return .fine("references", "every row finds the rows that it names") }
                let tables = try rows.map { try $0.text("table") }
                return StoreFinding(
                    verdict: .problem, subject: "references",
                    message: "rows name others that are not there (\(Set(tables).sorted().joined(separator: ", ")))",
                    remedy: "somebody changed the file with another program; restore the last backup")
            },
            self.finding("secrets key") { try self.keyFinding(in: $0) },
        ]
    }

    private func finding(_ subject: String, _ look: (Database) throws -> StoreFinding) -> StoreFinding {
        do {
            return try self.reading(look)
        } catch {
            return StoreFinding(
                verdict: .problem, subject: subject, message: error.message, remedy: "see the message")
        }
    }

    private func keyFinding(in database: Database) throws -> StoreFinding {
        let names = try Self.providersWithSecret(in: database)
        guard !names.isEmpty, let path = self.secretsKeyPath else {
            return .fine("secrets key", "no provider has a secret, no key is needed")
        }
        for name in try Provider.all(in: database).filter(\.hasSecret) {
            _ = try self.openSecret(of: name, in: database)
        }
        return .fine("secrets key", "\(path) opens the secrets of \(names.count) providers")
    }

    /// The files as the operating system sees them.
    private struct FileCheck {
        let path: String

        var findings: [StoreFinding] {
            let folder = URL(fileURLWithPath: self.path).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: self.path) else {
                return [
                    StoreFinding(
                        verdict: .problem, subject: "file", message: "there is no database at \(self.path)",
                        remedy: "name the right file with --database; starting the switch makes a new one"),
                    self.folder(folder),
                ]
            }
            return [self.file, self.folder(folder), self.lock, self.log, self.disk(folder)]
        }

        private var file: StoreFinding {
            let status = FileStatus(self.path)
            guard FileManager.default.isWritableFile(atPath: self.path) else {
                return StoreFinding(
                    verdict: .problem, subject: "file", message: "\(self.path) cannot be written by this user",
                    remedy: "give it to the user that the switch runs as (chown), mode 600")
            }
            let mode = status?.mode ?? 0
            guard mode & 0o077 == 0 else {
                return StoreFinding(
                    verdict: .warning, subject: "file",
                    message: "\(self.path) can be read by other users (mode \(String(mode, radix: 8)))",
                    remedy: "chmod 600 \(self.path): it holds what phones log in with")
            }
            return .fine("file", "\(self.path), \((status?.size ?? 0) >> 20) MiB, for its owner alone")
        }

        private func folder(_ folder: String) -> StoreFinding {
            guard FileManager.default.isWritableFile(atPath: folder) else {
                return StoreFinding(
                    verdict: .problem, subject: "folder",
                    message: "\(folder) is missing or cannot be written; the database needs its log beside it",
                    remedy: "make it, and give it to the user that the switch runs as")
            }
            let mode = FileStatus(folder)?.mode ?? 0
            guard mode & 0o002 == 0 || mode & 0o1000 != 0 else {
                return StoreFinding(
                    verdict: .warning, subject: "folder",
                    message: "\(folder) can be written by every user (mode \(String(mode, radix: 8)))",
                    remedy: "chmod o-w \(folder): whoever writes there can replace the database")
            }
            return .fine("folder", "\(folder) can be written")
        }

        private var lock: StoreFinding {
            let holders = StoreLock.holders(of: self.path)
            guard let first = holders.first else { return .fine("lock", "no switch and no command has it open") }
            return .fine(
                "lock",
                first.isExclusive
                    ? "process \(first.pid) serves from it"
                    : "commands have it open (processes \(holders.map { "\($0.pid)" }.joined(separator: ", ")))")
        }

        private var log: StoreFinding {
            let bytes = FileStatus(self.path + "-wal")?.size ?? 0
            guard bytes >= CallStore.logBytesWarned else {
                return .fine("log", "the write-ahead log has \(bytes >> 10) KiB")
            }
            return StoreFinding(
                verdict: .warning, subject: "log", message: "the write-ahead log has grown to \(bytes >> 20) MiB",
                remedy: "a program that reads the database for long (an open sqlite3 shell?) keeps it; end that program"
            )
        }

        private func disk(_ folder: String) -> StoreFinding {
            guard let free = FileStatus.freeBytes(onDiskOf: folder) else {
                return StoreFinding(
                    verdict: .warning, subject: "disk", message: "the free space of \(folder) is not known",
                    remedy: "look with df")
            }
            let text = "\(free >> 20) MiB are free on the disk of \(folder)"
            guard free < CallStore.freeBytesWanted else { return .fine("disk", text) }
            return StoreFinding(
                verdict: free < CallStore.freeBytesWanted / 10 ? .problem : .warning, subject: "disk", message: text,
                remedy: "free some space: without it registrations are refused and call records are lost")
        }
    }
}

extension StoreFinding {
    fileprivate static func fine(_ subject: String, _ message: String) -> StoreFinding {
        StoreFinding(verdict: .fine, subject: subject, message: message)
    }
}
