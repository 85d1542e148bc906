import DialplanHostCalls

/// Messages to the front, packed into payloads that fit a frame.
struct Outbox {
    /// Payloads that are complete.
    private var full: [[UInt8]] = []
    private var current: [UInt8] = []
    private let limit: Int

    init(payloadLimit limit: Int) {
        self.limit = limit
    }

    /// False when the message alone is longer than a payload; then nothing is appended.
    mutating func append(_ message: WorkerMessage) -> Bool {
        var bytes: [UInt8] = []
        message.encode(into: &bytes)
        return append(bytes)
    }

    /// Appends entries that a script made, in as many messages as they need. Returns how many were appended: all, or
    /// those before the first that is too long for a payload.
    mutating func append(entries bytes: [UInt8], count: Int, from position: Int, of execution: UInt64) -> Int {
        guard count > 0 else { return 0 }
        var message: [UInt8] = []
        message.reserveCapacity(bytes.count + 32)
        WorkerMessage.encodeEntriesHeader(execution, UInt32(clamping: position), count: count, into: &message)
        message += bytes
        return append(message) ? count : appendOneByOne(bytes, from: position, of: execution)
    }

    private mutating func appendOneByOne(_ bytes: [UInt8], from position: Int, of execution: UInt64) -> Int {
        var reader = ByteReader(bytes)
        var sent = 0
        while !reader.isAtEnd {
            guard let entry = try? Entry(from: &reader),
                append(.entries(execution: execution, position: UInt32(clamping: position + sent), [entry]))
            else { break }
            sent += 1
        }
        return sent
    }

    private mutating func append(_ message: [UInt8]) -> Bool {
        guard message.count <= limit else { return false }
        if current.count + message.count > limit {
            full.append(current)
            current = message
        } else {
            current += message
        }
        return true
    }

    /// All payloads so far.
    mutating func takePayloads() -> [[UInt8]] {
        defer {
            full = []
            current = []
        }
        return current.isEmpty ? full : full + [current]
    }
}
