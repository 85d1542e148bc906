/// Which events somebody wants to see.
public struct EventFilter: Codable, Hashable, Sendable {
    /// Only this user's; nothing of another user or of the operator alone passes.
    public var owner: String?
    public var call: String?
    /// Names of ``EventKind``; empty: all.
    public var kinds: Set<String>

    public init(owner: String? = nil, call: String? = nil, kinds: Set<String> = []) {
        self.owner = owner
        self.call = call
        self.kinds = kinds
    }

    func matches(_ event: NumberedEvent) -> Bool {
        if let owner, event.source.owner != owner { return false }
        if let call, event.source.call != call { return false }
        return kinds.isEmpty || kinds.contains(event.source.kind.rawValue)
    }
}

/// An event with its place among all.
struct NumberedEvent: Sendable {
    let number: UInt64
    let source: EventSource

    var row: EventRow {
        let draft = source.draft
        return EventRow(
            number: number, time: Timestamp(microseconds: draft.time), kind: draft.kind.rawValue, owner: draft.owner,
            call: draft.call,
            text: draft.text, fields: draft.fields)
    }
}

/// Numbers the events, keeps the last ones, and holds back what strangers can cause at will.
struct EventHub {
    private var ring: [NumberedEvent] = []
    private var start = 0
    private let capacity: Int
    private(set) var nextNumber: UInt64 = 1
    private var noise: [EventKind: Noise] = [:]

    private struct Noise {
        var second: Int64
        var shown = 0
        var held = 0
    }

    /// Noisy events of one kind that are shown in a second.
    static let noisyPerSecond = 10

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Takes an event.
    ///
    /// - Returns: what is to be shown for it: nothing, itself, or itself after a row that counts what was held back.
    mutating func add(_ event: EventSource) -> [NumberedEvent] {
        let kind = event.kind
        guard kind.isNoisy else { return [keep(event)] }
        let second = event.time / 1_000_000
        var state = noise[kind] ?? Noise(second: second)
        defer { noise[kind] = state }
        if state.second != second {
            let held = state.held
            state = Noise(second: second, shown: 1)
            guard held > 0 else { return [keep(event)] }
            let count = EventDraft(
                kind: .suppressed, time: event.time, text: "\(held) more \(kind.rawValue)",
                fields: ["count": "\(held)", "kind": kind.rawValue])
            return [keep(.other(count)), keep(event)]
        }
        guard state.shown < Self.noisyPerSecond else {
            state.held += 1
            return []
        }
        state.shown += 1
        return [keep(event)]
    }

    private mutating func keep(_ source: EventSource) -> NumberedEvent {
        let event = NumberedEvent(number: nextNumber, source: source)
        nextNumber += 1
        if ring.count < capacity {
            ring.append(event)
        } else {
            ring[start] = event
            start = (start + 1) % capacity
        }
        return event
    }

    /// Kept events that pass, oldest first.
    ///
    /// - Parameters:
    ///   - last: at most so many, the newest.
    ///   - since: none older (microseconds since 1970 UTC).
    func recent(_ filter: EventFilter, last: Int?, since: Int64?) -> [NumberedEvent] {
        let events = (ring[start...] + ring[..<start]).filter { event in
            filter.matches(event) && event.source.time >= (since ?? .min)
        }
        return Array(events.suffix(max(0, last ?? events.count)))
    }
}
