import Testing

@testable import Switchboard

/// Which worker gets which execution.
@Suite("Dispatcher")
struct DispatcherTests {
    static func worker(_ slot: Int) -> WorkerKey { WorkerKey(slot: slot, generation: 1) }

    /// A dispatcher with so many workers of engine version 2.
    static func make(_ count: Int) -> Dispatcher {
        var dispatcher = Dispatcher()
        for slot in 0..<count { dispatcher.workerReady(worker(slot), engineVersion: 2) }
        return dispatcher
    }

    static func demand(_ number: UInt64, of owner: String = "sam", version: UInt32 = 2, tenant: String? = nil) -> Demand
    {
        Demand(number, engineVersion: version, owner: owner, tenant: tenant)
    }

    /// Gives executions 1, 2, 3 … of these owners; returns the slots.
    private static func slots(_ dispatcher: inout Dispatcher, owners: [String], policy: DispatchPolicy = .init())
        -> [Int?]
    {
        owners.enumerated().map { index, owner in
            dispatcher.assign(demand(UInt64(index) + 1, of: owner), policy)?.slot
        }
    }

    @Test("the least loaded worker is chosen, of equals the first")
    func leastLoaded() {
        var dispatcher = Self.make(3)
        #expect(Self.slots(&dispatcher, owners: ["a", "b", "c", "d"]) == [0, 1, 2, 0])
        dispatcher.release(2, from: Self.worker(1))
        #expect(dispatcher.assign(Self.demand(9, of: "e"), .init())?.slot == 1)
    }

    @Test("a user's executions are spread, even at the price of a little more load")
    func spread() {
        var dispatcher = Self.make(2)
        // a has one on worker 0; b, c and d follow; worker 1 has more in all, worker 0 has a's.
        #expect(Self.slots(&dispatcher, owners: ["a", "b", "c", "d", "a"]) == [0, 1, 0, 1, 1])
        #expect(dispatcher.assign(Self.demand(10, of: "a"), .init())?.slot == 0)
    }

    @Test("a worker works on so many at once and no more; what waits for an answer does not count")
    func bound() {
        var dispatcher = Self.make(1)
        var policy = DispatchPolicy()
        policy.scriptsAtOnce = 4
        #expect(Self.slots(&dispatcher, owners: ["a", "b", "c", "d", "e"], policy: policy) == [0, 0, 0, 0, nil])
        dispatcher.hasNewRoom = false
        dispatcher.setRunning(false, 2, at: Self.worker(0))
        #expect(dispatcher.hasNewRoom)
        #expect(dispatcher.running(of: "b") == 0 && dispatcher.isAssigned(2, to: Self.worker(0)))
        #expect(dispatcher.assign(Self.demand(5, of: "e"), policy)?.slot == 0)
        // It goes on, whether there is room or not: it has its worker.
        dispatcher.setRunning(true, 2, at: Self.worker(0))
        #expect(dispatcher.running(of: "b") == 1)
        #expect(dispatcher.assign(Self.demand(6, of: "f"), policy) == nil)
    }

    @Test("one user has at most three quarters of a worker")
    func share() {
        var dispatcher = Self.make(1)
        var policy = DispatchPolicy()
        policy.scriptsAtOnce = 8
        let slots = Self.slots(&dispatcher, owners: Array(repeating: "a", count: 10), policy: policy)
        #expect(slots.count { $0 != nil } == 6)
        #expect(dispatcher.assign(Self.demand(20, of: "b"), policy)?.slot == 0)
        #expect(dispatcher.running(of: "a") == 6 && dispatcher.running(of: "b") == 1)
    }

    @Test("under isolation a worker has one tenant at a time, and a probe beside him")
    func isolation() {
        var dispatcher = Self.make(2)
        #expect(dispatcher.assign(Self.demand(1, of: "a", tenant: "a"), .init())?.slot == 0)
        #expect(dispatcher.assign(Self.demand(2, of: "b", tenant: "b"), .init())?.slot == 1)
        #expect(dispatcher.assign(Self.demand(3, of: "c", tenant: "c"), .init()) == nil)
        #expect(dispatcher.assign(Self.demand(4, of: "b", tenant: "b"), .init())?.slot == 1)
        let probe = Demand(5, engineVersion: 2, owner: "", pinnedTo: Self.worker(0))
        #expect(dispatcher.assign(probe, .init())?.slot == 0)
        dispatcher.release(1, from: Self.worker(0))
        #expect(
            dispatcher.assign(Self.demand(3, of: "c", tenant: "c"), .init())?.slot == 0, "the probe is in nobody's way")
    }

    @Test("the worker that could make way is one on which nothing runs, the one with the fewest")
    func makingWay() {
        var dispatcher = Self.make(3)
        for (number, tenant) in [(1, "a"), (2, "b"), (3, "c"), (4, "b")] as [(UInt64, String)] {
            _ = dispatcher.assign(Self.demand(number, of: tenant, tenant: tenant), .init())
        }
        let wanted = Self.demand(9, of: "d", tenant: "d")
        #expect(dispatcher.whoCouldMakeWay(for: wanted) == nil)
        for number in [2, 4] as [UInt64] { dispatcher.setRunning(false, number, at: Self.worker(1)) }
        #expect(dispatcher.whoCouldMakeWay(for: wanted)?.executions == [2, 4])
        dispatcher.setRunning(false, 3, at: Self.worker(2))
        #expect(dispatcher.whoCouldMakeWay(for: wanted)?.worker == Self.worker(2))
        #expect(dispatcher.whoCouldMakeWay(for: Self.demand(9)) == nil, "only under isolation")
    }

    @Test("an execution goes only to its own engine version; a worker that leaves has what no other can take")
    func versions() {
        var dispatcher = Self.make(2)
        #expect(dispatcher.newestVersion == 2)
        dispatcher.workerReady(Self.worker(2), engineVersion: 3)
        #expect(dispatcher.newestVersion == 3)
        #expect(dispatcher.assign(Self.demand(1, version: 3), .init())?.slot == 2)
        #expect(dispatcher.assign(Self.demand(2, version: 4), .init()) == nil)
        dispatcher.leave(Self.worker(0), engineVersion: 2)
        for number in 3...5 as ClosedRange<UInt64> {
            #expect(dispatcher.assign(Self.demand(number, version: 2), .init())?.slot == 1)
        }
        dispatcher.leave(Self.worker(1), engineVersion: 2)
        #expect(
            dispatcher.assign(Self.demand(6, version: 2), .init())?.slot == 0,
            "better with a leaving one than with none")
        // A spare of theirs was not known until it leaves.
        dispatcher.leave(Self.worker(7), engineVersion: 2)
        #expect(dispatcher.assign(Self.demand(7, version: 2), .init())?.slot == 7)
    }

    @Test("a worker that leaves can go when its engine is not needed, or others have it")
    func dispensable() {
        var dispatcher = Self.make(2)
        #expect(dispatcher.dispensable { [2] } == [], "nobody leaves")
        dispatcher.workerReady(Self.worker(2), engineVersion: 3)
        dispatcher.leave(Self.worker(0), engineVersion: 2)
        #expect(dispatcher.dispensable { [2] } == [Self.worker(0)], "worker 1 stays")
        dispatcher.leave(Self.worker(1), engineVersion: 2)
        #expect(dispatcher.dispensable { [2, 3] } == [])
        #expect(dispatcher.dispensable { [3] } == [Self.worker(0), Self.worker(1)])
        dispatcher.close(Self.worker(0))
        #expect(dispatcher.dispensable { [3] } == [Self.worker(1)], "once is enough")
    }

    @Test("who drains gets nothing new, who broke the protocol is not heard any more")
    func closed() {
        var dispatcher = Self.make(2)
        dispatcher.close(Self.worker(0))
        dispatcher.retire(Self.worker(1))
        #expect(dispatcher.assign(Self.demand(1), .init()) == nil)
        #expect(dispatcher.isReady(Self.worker(0)) && !dispatcher.isReady(Self.worker(1)))
    }

    @Test("counts come back to nothing when all is over")
    func counts() {
        var dispatcher = Self.make(3)
        for number in 1...30 as ClosedRange<UInt64> {
            _ = dispatcher.assign(Self.demand(number, of: "u\(number % 4)", tenant: nil), .init())
        }
        for number in 1...10 as ClosedRange<UInt64> {
            for slot in 0..<3 { dispatcher.setRunning(false, number, at: Self.worker(slot)) }
        }
        #expect(dispatcher.executionCounts.values.reduce(0, +) == 30)
        #expect(dispatcher.workerEnded(Self.worker(0)).count == 10)
        for number in 1...30 as ClosedRange<UInt64> {
            for slot in 1..<3 { dispatcher.release(number, from: Self.worker(slot)) }
        }
        #expect(dispatcher.executionCounts == [Self.worker(1): 0, Self.worker(2): 0])
        #expect((0..<4).allSatisfy { dispatcher.running(of: "u\($0)") == 0 })
    }
}

/// Who is next among those who wait.
@Suite("Waiting executions")
struct WaitingExecutionsTests {
    private static func lane(_ owner: String, version: UInt32 = 2) -> WaitingExecutions.Lane {
        .init(owner: owner, engineVersion: version)
    }

    /// Takes all, each taken one running from then on; returns their order.
    private static func drain(_ waiting: inout WaitingExecutions, running start: [String: Int] = [:]) -> [UInt64] {
        var running = start
        var order: [UInt64] = []
        while let next = waiting.nextDue(running: { running[$0] ?? 0 }, except: []) {
            waiting.remove(next.execution)
            running[next.lane.owner, default: 0] += 1
            order.append(next.execution)
        }
        return order
    }

    @Test("users take turns, however many one of them has in line")
    func turns() {
        var waiting = WaitingExecutions()
        for number in 1...5 as ClosedRange<UInt64> { waiting.add(number, to: Self.lane("a")) }
        for number in 11...12 as ClosedRange<UInt64> { waiting.add(number, to: Self.lane("b")) }
        waiting.add(21, to: Self.lane("c"))
        #expect(waiting.count == 8 && waiting.dueCount == 8)
        #expect(Self.drain(&waiting) == [1, 11, 21, 2, 12, 3, 4, 5])
        #expect(waiting.count == 0)
    }

    @Test("who has much running comes after those who have little")
    func loaded() {
        var waiting = WaitingExecutions()
        waiting.add(1, to: Self.lane("a"))
        waiting.add(2, to: Self.lane("b"))
        #expect(Self.drain(&waiting, running: ["a": 3]) == [2, 1])
    }

    @Test("a lane without room holds up nobody else")
    func full() {
        var waiting = WaitingExecutions()
        waiting.add(1, to: Self.lane("a", version: 1))
        waiting.add(2, to: Self.lane("a"))
        #expect(waiting.nextDue(running: { _ in 0 }, except: [Self.lane("a", version: 1)])?.execution == 2)
        #expect(waiting.nextDue(running: { _ in 0 }, except: [Self.lane("a", version: 1), Self.lane("a")]) == nil)
    }

    @Test("the background keeps its order, and whoever is woken leaves it")
    func background() {
        var waiting = WaitingExecutions()
        for number in 1...6 as ClosedRange<UInt64> { waiting.addToBackground(number) }
        #expect(waiting.nextInBackground(atMost: 3) == [1, 2, 3])
        waiting.add(2, to: Self.lane("a"))
        #expect(waiting.dueCount == 1 && waiting.backgroundCount == 5)
        waiting.remove(1)
        waiting.remove(99)
        #expect(waiting.nextInBackground(atMost: 3) == [3, 4, 5])
        #expect(Self.drain(&waiting) == [2])
        waiting.addToBackground(2)
        #expect(waiting.nextInBackground(atMost: 9) == [3, 4, 5, 6, 2])
        for number in 2...6 as ClosedRange<UInt64> { waiting.remove(number) }
        #expect(waiting.count == 0 && waiting.nextInBackground(atMost: 9) == [])
    }
}
