/// Executions that no worker has.
///
/// Those that could go on wait in lanes, one for each user (and engine version): the user with the fewest scripts running
/// comes first, whoever calls a lot waits behind himself. Those that wait for an outcome anyway need no worker until it
/// comes; they stand in the background, to be replayed when there is time.
struct WaitingExecutions: Sendable {
    /// Those who wait for the same: when the first of them finds no room, neither do the others.
    struct Lane: Hashable, Sendable {
        var owner: String
        var engineVersion: UInt32
        /// Under isolation, what a worker is shared by.
        var tenant: String?
    }

    private struct Ticket: Hashable, Sendable {
        var number: UInt64
        var order: UInt64
    }

    private struct Place: Sendable {
        /// Nil: in the background.
        var lane: Lane?
        var order: UInt64
    }

    private var places: [UInt64: Place] = [:]
    private var lanes: [Lane: FIFO<Ticket>] = [:]
    private var background = FIFO<Ticket>()
    private var lastOrder: UInt64 = 0
    private(set) var dueCount = 0

    var count: Int { places.count }
    var backgroundCount: Int { places.count - dueCount }

    func contains(_ execution: UInt64) -> Bool { places[execution] != nil }

    /// One that could go on at once. If it stood in the background it stands there no more.
    mutating func add(_ execution: UInt64, to lane: Lane) {
        remove(execution)
        let ticket = newTicket(execution)
        places[execution] = Place(lane: lane, order: ticket.order)
        lanes[lane, default: FIFO()].append(ticket)
        dueCount += 1
    }

    /// One that waits for an outcome.
    mutating func addToBackground(_ execution: UInt64) {
        remove(execution)
        let ticket = newTicket(execution)
        places[execution] = Place(lane: nil, order: ticket.order)
        background.append(ticket)
    }

    private mutating func newTicket(_ execution: UInt64) -> Ticket {
        lastOrder += 1
        return Ticket(number: execution, order: lastOrder)
    }

    mutating func remove(_ execution: UInt64) {
        // Its ticket stays where it is and means nothing any more.
        guard let place = places.removeValue(forKey: execution) else { return }
        if place.lane != nil { dueCount -= 1 }
        if places.isEmpty { releaseMemory() }
    }

    private mutating func releaseMemory() {
        lanes = [:]
        background = FIFO()
    }

    /// The first of the user who has the fewest scripts running; it stays where it is until it is removed.
    ///
    /// - Parameters:
    ///   - running: how many scripts of a user run now.
    ///   - full: lanes for which there is no room.
    mutating func nextDue(running: (String) -> Int, except full: Set<Lane>) -> (execution: UInt64, lane: Lane)? {
        var best: (ticket: Ticket, lane: Lane, running: Int)?
        for lane in Array(lanes.keys) where !full.contains(lane) {
            guard let ticket = firstValid(in: lane) else {
                lanes[lane] = nil
                continue
            }
            let load = running(lane.owner)
            if let best, (best.running, best.ticket.order) < (load, ticket.order) { continue }
            best = (ticket, lane, load)
        }
        return best.map { ($0.ticket.number, $0.lane) }
    }

    private mutating func firstValid(in lane: Lane) -> Ticket? {
        while let ticket = lanes[lane]?.first {
            if places[ticket.number]?.order == ticket.order { return ticket }
            lanes[lane]?.removeFirst()
        }
        return nil
    }

    /// Those of the background who have waited longest, at most so many; they stay there until they are removed.
    mutating func nextInBackground(atMost count: Int) -> [UInt64] {
        while let ticket = background.first, places[ticket.number]?.order != ticket.order { background.removeFirst() }
        var found: [UInt64] = []
        for ticket in background {
            guard found.count < count else { break }
            if places[ticket.number]?.order == ticket.order { found.append(ticket.number) }
        }
        return found
    }
}

/// First in, first out, without moving what waits.
struct FIFO<Element: Sendable>: Sendable, Sequence {
    private var elements: [Element] = []
    private var head = 0

    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        guard head < elements.count else { return }
        head += 1
        if head == elements.count || (head >= 1024 && head * 2 >= elements.count) {
            elements.removeFirst(head)
            head = 0
        }
    }

    func makeIterator() -> ArraySlice<Element>.Iterator { elements[head...].makeIterator() }
}
