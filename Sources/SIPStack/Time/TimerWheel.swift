/// Timers by key: a hierarchical wheel (Varghese and Lauck) of eight levels with 64 slots each.
///
/// A key has at most one deadline. Scheduling, moving and cancelling take constant time; an entry moves down a level
/// at most seven times in its life. A timer fires at its exact deadline, never before it; the slots (1.05 ms, 67 ms,
/// 4.3 s, …) only say where it waits. Memory follows the largest number of timers that ever waited together.
public struct TimerWheel<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: Key
        var deadline: MonotonicTime
        var sequence: UInt64
        var bucket: Int32
        var previous: Int32
        var next: Int32
    }

    private static var tickBits: UInt64 { 20 }
    private static var levelBits: Int { 6 }
    private static var levels: Int { 8 }

    private var entries: [Entry?] = []
    private var free: [Int32] = []
    private var positions: [Key: Int32] = [:]
    /// First entry of each slot, all levels in a row; -1 for none.
    private var heads: [Int32]
    /// One bit for each slot that has an entry.
    private var occupied: [UInt64]
    /// The tick up to which everything has fired.
    private var currentTick: UInt64 = 0
    private var nextSequence: UInt64 = 0

    public init() {
        heads = [Int32](repeating: -1, count: Self.levels << Self.levelBits)
        occupied = [UInt64](repeating: 0, count: Self.levels)
    }

    /// How many timers wait.
    public var count: Int { positions.count }
    public var isEmpty: Bool { positions.isEmpty }
    /// Whether a deadline is set for this key.
    public func contains(_ key: Key) -> Bool { positions[key] != nil }

    /// The deadline of `key`, if it has one.
    public subscript(_ key: Key) -> MonotonicTime? {
        guard let position = positions[key] else { return nil }
        return entries[Int(position)]?.deadline
    }

    /// Sets the deadline of `key`, in place of the one it had. A deadline in the past is due at the next `popDue`. Setting
    /// the deadline that it has already changes nothing.
    public mutating func schedule(_ key: Key, at deadline: MonotonicTime) {
        nextSequence &+= 1
        if let position = positions[key] {
            if entries[Int(position)]?.deadline == deadline { return }
            unlink(position)
            entries[Int(position)]?.deadline = deadline
            entries[Int(position)]?.sequence = nextSequence
            link(position)
            return
        }
        let entry = Entry(key: key, deadline: deadline, sequence: nextSequence, bucket: -1, previous: -1, next: -1)
        let position: Int32
        if let reused = free.popLast() {
            position = reused
            entries[Int(position)] = entry
        } else {
            position = Int32(truncatingIfNeeded: entries.count)
            entries.append(entry)
        }
        positions[key] = position
        link(position)
    }

    /// Forgets the deadline of `key`; nothing happens when it has none.
    public mutating func cancel(_ key: Key) {
        guard let position = positions.removeValue(forKey: key) else { return }
        unlink(position)
        entries[Int(position)] = nil
        free.append(position)
    }

    /// When `popDue` should be called next: never later than the first deadline. It can be earlier, when the first
    /// timers still wait in a coarse slot; the call then only moves them to a finer one.
    public var nextDeadline: MonotonicTime? {
        guard let (level, slot, tick) = firstOccupied() else { return nil }
        guard level == 0 else { return Self.time(ofTick: tick) }
        var first: MonotonicTime?
        var position = heads[slot]
        while position >= 0, let entry = entries[Int(position)] {
            first = earliest(first, entry.deadline)
            position = entry.next
        }
        return first
    }

    /// Takes out the keys whose deadline is at or before `now`, earliest first, equal deadlines in scheduling order.
    ///
    /// All of them are out before the first is handled: cancelling one while handling another comes too late for it.
    public mutating func popDue(_ now: MonotonicTime) -> [Key] {
        guard !positions.isEmpty else { return [] }
        let nowTick = Self.tick(of: now)
        var due: [Entry] = []
        while let (level, slot, tick) = firstOccupied(), tick <= nowTick {
            currentTick = max(currentTick, tick)
            let bucket = level << Self.levelBits | slot
            var position = heads[bucket]
            if level > 0 {
                heads[bucket] = -1
                occupied[level] &= ~(1 << UInt64(slot))
            }
            while position >= 0, let entry = entries[Int(position)] {
                if level > 0 {
                    link(position)
                } else if entry.deadline <= now {
                    due.append(entry)
                    cancel(entry.key)
                }
                position = entry.next
            }
            // What is left in the slot of this very tick is due later in it.
            if level == 0, occupied[0] & (1 << UInt64(slot)) != 0 { break }
        }
        currentTick = max(currentTick, nowTick)
        if due.count > 1 {
            due.sort { ($0.deadline, $0.sequence) < ($1.deadline, $1.sequence) }
        }
        // A closure, not a key path: this runs for every packet, and a generic key path is instantiated each time.
        return due.map { $0.key }
    }

    // MARK: Slots

    /// Ticks since the earliest representable time: 44 bits, so the eight levels of six bits hold any deadline.
    private static func tick(of time: MonotonicTime) -> UInt64 {
        (UInt64(bitPattern: time.nanoseconds) ^ (1 << 63)) >> tickBits
    }

    private static func time(ofTick tick: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(bitPattern: (tick << tickBits) ^ (1 << 63)))
    }

    /// The level is that of the highest group of six bits in which the deadline's tick differs from the current one;
    /// so everything on a lower level comes before everything on a higher one.
    private mutating func link(_ position: Int32) {
        guard let entry = entries[Int(position)] else { return }
        let tick = max(Self.tick(of: entry.deadline), currentTick)
        let differing = 63 - ((tick ^ currentTick) | 1).leadingZeroBitCount
        let level = differing / Self.levelBits
        let slot = Int(truncatingIfNeeded: (tick >> UInt64(level * Self.levelBits)) & 63)
        let bucket = level << Self.levelBits | slot
        let head = heads[bucket]
        entries[Int(position)]?.bucket = Int32(truncatingIfNeeded: bucket)
        entries[Int(position)]?.previous = -1
        entries[Int(position)]?.next = head
        if head >= 0 { entries[Int(head)]?.previous = position }
        heads[bucket] = position
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ position: Int32) {
        guard let entry = entries[Int(position)] else { return }
        if entry.previous >= 0 {
            entries[Int(entry.previous)]?.next = entry.next
        } else {
            let bucket = Int(entry.bucket)
            heads[bucket] = entry.next
            if entry.next < 0 { occupied[bucket >> Self.levelBits] &= ~(1 << UInt64(bucket & 63)) }
        }
        if entry.next >= 0 { entries[Int(entry.next)]?.previous = entry.previous }
    }

    /// The first slot with an entry and the tick at which it begins.
    private func firstOccupied() -> (level: Int, slot: Int, tick: UInt64)? {
        for level in 0..<Self.levels where occupied[level] != 0 {
            // No slot before the current one is ever occupied, so the lowest bit is the first in time.
            let slot = occupied[level].trailingZeroBitCount
            let shift = UInt64(level * Self.levelBits)
            let above = shift + UInt64(Self.levelBits)
            let start = (currentTick >> above) << above
            return (level, slot, start | (UInt64(slot) << shift))
        }
        return nil
    }
}
