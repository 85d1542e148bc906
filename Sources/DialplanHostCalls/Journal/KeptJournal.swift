/// A script's whole run as it is kept after the call: all that it depended on, all that it did, how it ended. Enough to
/// run it again on the same text (``ExecutionStart/sourceDigest``) and compare.
public struct KeptJournal: Hashable, Sendable {
    /// How the run ended.
    public enum End: Hashable, Sendable {
        /// By itself or by an outside end.
        case finished(ExecutionStatistics)
        case failed(ScriptFailure, ExecutionStatistics)
        /// The switch gave it up; the entries may stop anywhere.
        case abandoned(String)
    }

    /// The switch's number of the call.
    public var call: UInt64
    /// The execution whose leg this one was; nil when it answered to the caller.
    public var parent: UInt64?
    /// The user whose dialplan it is.
    public var owner: String
    /// Number of the dialplan's version.
    public var scriptVersion: Int
    /// Without the text.
    public var start: ExecutionStart
    public var entries: [Entry]
    public var end: End

    public init(
        call: UInt64, parent: UInt64?, owner: String, scriptVersion: Int, start: ExecutionStart, entries: [Entry],
        end: End
    ) {
        self.call = call
        self.parent = parent
        self.owner = owner
        self.scriptVersion = scriptVersion
        self.start = start
        self.start.source = nil
        self.entries = entries
        self.end = end
    }
}

// MARK: Codec

extension KeptJournal {
    /// The first byte of the encoded form; raised when the form changes.
    public static let format: UInt8 = 1

    private enum EndTag {
        static let finished: UInt8 = 1
        static let failed: UInt8 = 2
        static let abandoned: UInt8 = 3
    }

    public var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.format]
        ByteWriter.unsigned(call, into: &bytes)
        bytes.append(parent == nil ? 0 : 1)
        if let parent { ByteWriter.unsigned(parent, into: &bytes) }
        ByteWriter.blob(owner.utf8, into: &bytes)
        ByteWriter.signed(Int64(scriptVersion), into: &bytes)
        start.encode(into: &bytes)
        ByteWriter.unsigned(UInt64(entries.count), into: &bytes)
        for entry in entries { entry.encode(into: &bytes) }
        switch end {
        case .finished(let statistics):
            bytes.append(EndTag.finished)
            statistics.encode(into: &bytes)
        case .failed(let failure, let statistics):
            bytes.append(EndTag.failed)
            failure.encode(into: &bytes)
            statistics.encode(into: &bytes)
        case .abandoned(let reason):
            bytes.append(EndTag.abandoned)
            ByteWriter.blob(reason.utf8, into: &bytes)
        }
        return bytes
    }

    /// - Throws: ``CodecError`` for anything but one whole journal of this ``format``.
    public init(decoding bytes: [UInt8]) throws(CodecError) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == Self.format else { throw reader.failure(.unknownTag) }
        call = try reader.unsigned()
        parent = try reader.byte() == 0 ? nil : try reader.unsigned()
        owner = try reader.text()
        scriptVersion = Int(clamping: try reader.signed())
        start = try ExecutionStart(from: &reader)
        entries = []
        for _ in 0..<(try reader.count()) { entries.append(try Entry(from: &reader)) }
        switch try reader.byte() {
        case EndTag.finished: end = .finished(try ExecutionStatistics(from: &reader))
        case EndTag.failed:
            let failure = try ScriptFailure(from: &reader)
            end = .failed(failure, try ExecutionStatistics(from: &reader))
        case EndTag.abandoned: end = .abandoned(try reader.text())
        default: throw reader.failure(.unknownTag)
        }
        guard reader.isAtEnd else { throw reader.failure(.trailingBytes) }
    }
}
