/// Cuts a stream of octets (TCP, TLS) into messages by Content-Length (RFC 3261 §18.3) and finds the keep-alives between
/// them (RFC 5626 §3.5.1, §4.4.1).
///
/// ```swift
/// var framer = StreamFramer()
/// framer.append(chunk)
/// while let frame = try framer.next() { … }
/// ```
/// An error means that nobody can say where the next message begins: answer it with ``SIPMessage/rejection(of:because:)`` of
/// ``pending`` and close the connection. What is kept never exceeds the limits by more than the chunk that came last.
public struct StreamFramer: Sendable {
    /// What stands next in the stream.
    public enum Frame: Hashable, Sendable {
        /// The octets of one message, for ``SIPMessage/init(parsing:limits:profile:)``.
        case message([UInt8])
        /// Two line ends: the peer asks whether we are there; answer with one (CRLF).
        case ping
        /// One line end by itself: the answer to our ping. The halves of a ping that come apart give this and then `ping`.
        case pong
    }

    private let limits: MessageLimits
    private let profile: ParsingProfile
    private var buffer: [UInt8] = []
    /// What is before has been handed out.
    private var start = 0
    /// Up to here there is no end of the headers.
    private var searched = 0
    /// The end of the headers and of the message, once the headers are complete.
    private var frameEnd: Int?
    private var lastWasLineEnd = false
    private var failure: SIPParseError?

    /// Before the first octet of a connection.
    public init(limits: MessageLimits = .default, profile: ParsingProfile = .standard) {
        self.limits = limits
        self.profile = profile
    }

    /// Octets that have come and belong to no frame yet.
    public var pending: [UInt8] { Array(buffer[start...]) }

    /// Takes octets from the stream. After an error they are dropped.
    public mutating func append(_ bytes: some Sequence<UInt8>) {
        guard failure == nil else { return }
        if start > 0, start == buffer.count || start > 65_536 {
            buffer.removeSubrange(..<start)
            searched -= start
            frameEnd = frameEnd.map { $0 - start }
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next frame; nil until more has come.
    /// - Throws: ``SIPParseError``, and the same again from then on: the framing is lost.
    public mutating func next() throws(SIPParseError) -> Frame? {
        if let failure { throw failure }
        do throws(SIPParseError) {
            return try nextFrame()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func nextFrame() throws(SIPParseError) -> Frame? {
        if let frame = takeLineEnds() { return frame }
        guard start < buffer.count, buffer[start] != 0x0D || buffer.count > start + 1 else { return nil }
        if frameEnd == nil { (frameEnd, searched) = try findEnd() }
        guard let frameEnd, frameEnd <= buffer.count else { return nil }
        let message = Array(buffer[start..<frameEnd])
        start = frameEnd
        searched = start
        self.frameEnd = nil
        lastWasLineEnd = false
        return .message(message)
    }

    private mutating func takeLineEnds() -> Frame? {
        guard frameEnd == nil, startsWithLineEnd(at: start) else { return nil }
        start += 2
        var isPing = lastWasLineEnd
        if !isPing, startsWithLineEnd(at: start) {
            start += 2
            isPing = true
        }
        searched = start
        lastWasLineEnd = !isPing
        return isPing ? .ping : .pong
    }

    private func startsWithLineEnd(at index: Int) -> Bool {
        index + 1 < buffer.count && buffer[index] == 0x0D && buffer[index + 1] == 0x0A
    }

    /// The end of the message whose headers are complete, nil when they are not yet; and how far has been searched.
    private func findEnd() throws(SIPParseError) -> (Int?, Int) {
        let span = buffer.span
        var index = searched
        while true {
            index = Words.find(0x0D, span, from: index, to: span.count)
            guard index + 3 < span.count else { break }
            if span[index + 1] == 0x0A, span[index + 2] == 0x0D, span[index + 3] == 0x0A {
                let bodyStart = index + 4
                try checkHeaderSection(bodyStart)
                let length = try contentLength(ByteRange(start, bodyStart), span)
                guard bodyStart - start + length <= limits.maximumMessageBytes else {
                    throw SIPParseError(
                        .limitExceeded, at: bodyStart - start, expected: "a shorter message", header: .contentLength,
                        status: .messageTooLarge)
                }
                return (bodyStart + length, bodyStart)
            }
            index += 1
        }
        try checkHeaderSection(span.count)
        return (nil, max(start, min(index, span.count - 3)))
    }

    private func checkHeaderSection(_ end: Int) throws(SIPParseError) {
        guard end - start <= limits.maximumHeaderSectionBytes + 4 else {
            throw SIPParseError(
                .limitExceeded, at: limits.maximumHeaderSectionBytes, expected: "shorter headers",
                status: .messageTooLarge)
        }
    }

    /// Content-Length of the header section in `range`. Without one, with two that differ, with one that is no number or too
    /// large, nobody knows where the next message begins.
    private func contentLength(_ range: ByteRange, _ bytes: Span<UInt8>) throws(SIPParseError) -> Int {
        var found: Int?
        var rows = RowWalker(Int(range.start), Int(range.end))
        while let row = rows.next(bytes) {
            guard row.id == KnownHeader.contentLength.rawValue else { continue }
            let offset = Int(row.value.start) - start
            var cursor = Cursor(row.value)
            let length: Int
            do throws(ScanError) {
                cursor.skipWhitespace(bytes)
                length = Int(truncatingIfNeeded: try cursor.takeNumber(bytes, maximum: UInt64(UInt32.max)))
                try cursor.expectEnd(bytes)
            } catch {
                throw SIPParseError(.malformedHeader, at: offset, expected: "a number", header: .contentLength)
            }
            if let earlier = found, earlier != length || !profile.contains(.repeatedEqualHeaders) {
                throw SIPParseError(
                    .conflictingHeaders, at: offset, expected: "one value of Content-Length", header: .contentLength)
            }
            found = length
        }
        guard let found else {
            throw SIPParseError(
                .missingHeader, at: Int(range.end) - start, expected: "Content-Length", header: .contentLength)
        }
        guard found <= limits.maximumBodyBytes else {
            throw SIPParseError(
                .limitExceeded, at: Int(range.end) - start, expected: "a shorter body", header: .contentLength,
                status: .requestEntityTooLarge)
        }
        return found
    }
}

/// Walks the rows of a header section by its line ends, folds included. Rows without a name and a colon are passed over: the
/// parser refuses the message later.
private struct RowWalker {
    private var position: Int
    private let end: Int

    init(_ start: Int, _ end: Int) {
        position = start
        self.end = end
    }

    mutating func next(_ bytes: Span<UInt8>) -> (id: UInt8, value: ByteRange)? {
        while position < end {
            let start = position
            var lineEnd = start
            while true {
                lineEnd = Words.find(0x0A, bytes, from: lineEnd, to: end)
                guard lineEnd + 1 < end, bytes[lineEnd + 1] == 0x20 || bytes[lineEnd + 1] == 0x09 else { break }
                lineEnd += 1
            }
            position = lineEnd + 1
            var cursor = Cursor(start, min(lineEnd, end))
            let name = cursor.take(.token, bytes)
            cursor.skipWhitespace(bytes)
            guard !name.isEmpty, cursor.skip(UInt8(ascii: ":"), bytes) else { continue }
            return (HeaderNameTable.shared.id(bytes, name), ByteRange(cursor.position, cursor.end))
        }
        return nil
    }
}
