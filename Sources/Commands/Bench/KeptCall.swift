import CallStore
import Crypto
import DialplanBench
import DialplanHostCalls
import Foundation
import SwitchServer
import Switchboard

/// A call of the past as a switch has kept it.
struct KeptCall {
    let number: UInt64
    /// Of its scripts, the call's own first.
    let journals: [KeptJournal]
    let records: [ListedCallRecord]
    /// The scripts' texts by digest, as far as they are still there.
    private let sources: [[UInt8]: [UInt8]]

    /// - Parameter name: the call's number, in hexadecimal as in the log or in decimal, or `last`.
    /// - Throws: ``ServeError`` with what to do.
    init(_ name: String, database: String) throws {
        guard FileManager.default.fileExists(atPath: database) else {
            throw ServeError("\(database) does not exist: name the file of a switch with --database")
        }
        let store = try CallStore.open(database, role: .inspecting)
        defer { store.close() }
        let candidates: [UInt64?] =
            name == "last" ? [try store.lastJournaledCall()] : [UInt64(name, radix: 16), UInt64(name)]
        guard !candidates.compactMap({ $0 }).isEmpty else {
            throw ServeError(
                name == "last"
                    ? "\(database) has no journal: journals are written when calls end"
                    : "\(name): write a call's number as `dialplanctl log` or `calls list` show it, or last")
        }
        var found: (number: UInt64, rows: [CallStore::Journal])?
        for candidate in candidates where found == nil {
            guard let candidate else { continue }
            let rows = try store.journals(ofCall: candidate)
            if !rows.isEmpty { found = (candidate, rows) }
        }
        guard let (number, rows) = found else {
            throw ServeError(
                "there is no journal of call \(name): journals are written when calls end, and only of calls for which a "
                    + "script ran")
        }
        self.number = number
        var decoded: [KeptJournal] = []
        for row in rows { decoded.append(try Self.journal(row.entries, call: name)) }
        // Rows come in the order of executions; the call's own is the one that nobody dialled.
        let roots = decoded.filter { $0.parent == nil }
        let inner = decoded.filter { $0.parent != nil }
        journals = roots + inner
        records = try store.callRecords(ofCall: number)
        var sources: [[UInt8]: [UInt8]] = [:]
        for journal in journals {
            // A removed dialplan has no versions any more.
            let versions = (try? store.dialplanVersions(owner: journal.owner, name: journal.start.sourceName)) ?? []
            for version in versions { sources[version.digest] = Array(version.text.utf8) }
        }
        self.sources = sources
    }

    private static func journal(_ bytes: [UInt8], call: String) throws -> KeptJournal {
        do {
            return try KeptJournal(decoding: bytes)
        } catch {
            throw ServeError(
                "the journal of call \(call) is in a form that this version does not read (\(error.reason)); use the "
                    + "dialplanctl that served the call")
        }
    }

    /// As in the log.
    var name: String { String(number, radix: 16) }

    func source(of journal: KeptJournal) throws -> [UInt8] {
        guard let source = sources[journal.start.sourceDigest] else {
            throw ServeError(
                "the text of \(journal.start.sourceName) version \(journal.scriptVersion) of \(journal.owner) is not in the "
                    + "database any more")
        }
        return source
    }

    /// Of all owners, in the order in which they were placed.
    var legs: [RecordedLeg] {
        let placed = records.flatMap(\.record.legs).map { leg in
            RecordedLeg(
                destination: leg.destination, sipCallID: leg.sipCallID, startedAt: leg.started.microseconds,
                answeredAt: leg.answered?.microseconds, endedAt: (leg.ended ?? leg.started).microseconds,
                status: leg.status ?? 487, reason: leg.reason ?? "")
        }
        // Those placed at once stay as they were recorded.
        return placed.enumerated()
            .sorted { ($0.element.startedAt, $0.offset) < ($1.element.startedAt, $1.offset) }
            .map(\.element)
    }

    /// The record of the owner whose script decided first.
    var record: CallStore::CallRecord? {
        (records.first { $0.owner == journals.first?.owner } ?? records.first)?.record
    }

    /// The call once more, with another script or the one that ran.
    func scenario(running source: [UInt8]?, directory: Directory) throws -> BenchScenario {
        guard let root = journals.first else { throw ServeError("no script ran for call \(name)") }
        let text = try source ?? self.source(of: root)
        return try BenchScenario(
            repeating: root, later: Array(journals.dropFirst()), legs: legs,
            script: ScriptVersion(
                owner: root.owner, name: root.start.sourceName, version: root.scriptVersion,
                digest: Array(SHA256.hash(data: text)), text: text),
            directory: directory)
    }
}
