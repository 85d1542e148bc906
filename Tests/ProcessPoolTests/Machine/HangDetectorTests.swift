import NIOCore
import Testing

@testable import ProcessPool

/// Workers that come on or not, looked at every 125 ms of virtual time.
private final class Bench {
    var detector = HangDetector(policy: .init())
    var now = NIODeadline.uptimeNanoseconds(1)
    var readings: [HangDetector.Reading]
    var moving: Set<Int> = []

    init(workers: Int) {
        readings = (0..<workers).map {
            .init(id: WorkerID(slot: $0, generation: 1), progress: 10, isWorkDue: true)
        }
        moving = Set(0..<workers)
    }

    func look(late: TimeAmount = .zero) -> [HangDetector.Effect] {
        let due = now + .milliseconds(125)
        now = due + late
        for worker in moving { readings[worker].progress += 1 }
        return detector.look(now: now, due: due, readings: readings)
    }

    /// Looks for so long; each effect with the milliseconds since the beginning.
    func look(for span: TimeAmount, answering: Set<Int> = []) -> [(Int64, HangDetector.Effect)] {
        let begin = now
        var seen: [(Int64, HangDetector.Effect)] = []
        while now - begin < span {
            for effect in look() {
                seen.append(((now - begin).nanoseconds / 1_000_000, effect))
                if case .ping(let id, let nonce) = effect, answering.contains(id.slot) {
                    let isKnown = detector.pong(nonce, from: id, now: now)
                    #expect(isKnown)
                }
            }
        }
        return seen
    }
}

struct HangDetectorTests {
    private func hung(_ seen: [(Int64, HangDetector.Effect)]) -> [Int] {
        seen.compactMap { if case .hung(let id) = $0.1 { id.slot } else { nil } }
    }

    @Test("a worker that stands still with work due and answers no ping hangs, within two seconds")
    func hang() throws {
        let bench = Bench(workers: 3)
        bench.moving = [0, 2]
        let seen = bench.look(for: .seconds(2))
        #expect(hung(seen).first == 1)
        let verdict = try #require(seen.first { if case .hung = $0.1 { true } else { false } })
        #expect((1250...1750).contains(verdict.0))
    }

    @Test("a worker that comes on never hangs, nor one that has nothing to do")
    func healthy() {
        let bench = Bench(workers: 2)
        bench.moving = [0]
        bench.readings[1].isWorkDue = false
        #expect(bench.look(for: .seconds(30)).isEmpty)
    }

    @Test("a worker that answers pings is not killed, however long it stands still")
    func answering() {
        let bench = Bench(workers: 3)
        bench.moving = [0, 2]
        let seen = bench.look(for: .seconds(30), answering: [1])
        #expect(hung(seen).isEmpty)
        #expect(seen.count > 10)
    }

    @Test("after we were late no worker is judged by what it did meanwhile")
    func late() {
        let bench = Bench(workers: 3)
        bench.moving = [0, 2]
        #expect(hung(bench.look(for: .milliseconds(1125))).isEmpty)
        #expect(bench.look(late: .seconds(5)) == [.withheld(.ownLateness(milliseconds: 5000))])
        #expect(hung(bench.look(for: .seconds(1))).isEmpty)
        #expect(hung(bench.look(for: .seconds(1))).first == 1)
    }

    @Test("when most look sick none is killed and one alarm is given; when they recover all is forgotten")
    func many() {
        let bench = Bench(workers: 4)
        bench.moving = [3]
        let seen = bench.look(for: .seconds(10))
        #expect(hung(seen).isEmpty)
        let alarms = seen.filter { if case .withheld = $0.1 { true } else { false } }.map(\.1)
        #expect(alarms == [.withheld(.mostLookSick(sick: 3, of: 4))])
        bench.moving = [0, 1, 2, 3]
        #expect(bench.look(for: .seconds(5)).isEmpty)
    }

    @Test("when most stay sick for long, with every look on time, they are replaced one after the other")
    func manyForLong() {
        let bench = Bench(workers: 4)
        bench.moving = [3]
        var condemned: [(Int64, Int)] = []
        let begin = bench.now
        while bench.now - begin < .seconds(20), condemned.count < 3 {
            for effect in bench.look() {
                guard case .hung(let id) = effect else { continue }
                condemned.append(((bench.now - begin).nanoseconds / 1_000_000, id.slot))
                // Its successor is well.
                bench.readings[id.slot].id = WorkerID(slot: id.slot, generation: 2)
                bench.moving.insert(id.slot)
            }
        }
        #expect(condemned.map(\.1) == [0, 1, 2])
        #expect((11_000...12_000).contains(condemned.first?.0 ?? 0))
        #expect(zip(condemned, condemned.dropFirst()).allSatisfy { $1.0 - $0.0 >= 1_000 })
        #expect(bench.look(for: .seconds(5)).isEmpty)
    }

    @Test("the patience with many begins anew when we were late ourselves")
    func manyAndLate() {
        let bench = Bench(workers: 2)
        bench.moving = []
        for _ in 0..<4 {
            #expect(hung(bench.look(for: .seconds(9))).isEmpty)
            #expect(bench.look(late: .seconds(1)) == [.withheld(.ownLateness(milliseconds: 1000))])
        }
    }

    @Test("a worker that the machine gives no processor is not judged, but not for ever")
    func starved() {
        let bench = Bench(workers: 3)
        bench.moving = [0, 2]
        var seen: [(Int64, HangDetector.Effect)] = []
        let begin = bench.now
        while bench.now - begin < .seconds(15), hung(seen).isEmpty {
            bench.readings[1].waitingTime += 100_000_000
            seen += bench.look().map { ((bench.now - begin).nanoseconds / 1_000_000, $0) }
        }
        let id = WorkerID(slot: 1, generation: 1)
        #expect(seen.filter { $0.1 == .withheld(.starved(id)) }.count == 1)
        #expect((10_000...11_000).contains(seen.last?.0 ?? 0))
        #expect(seen.last?.1 == .hung(id))
    }

    @Test("the only worker of a pool can hang")
    func single() {
        let bench = Bench(workers: 1)
        bench.moving = []
        #expect(hung(bench.look(for: .seconds(2))).first == 0)
    }

    @Test("a pong with a number that was never sent is told from one that came late")
    func pongs() {
        let bench = Bench(workers: 1)
        bench.moving = []
        let id = WorkerID(slot: 0, generation: 1)
        func isKnown(_ nonce: UInt64) -> Bool { bench.detector.pong(nonce, from: id, now: bench.now) }
        #expect(!isKnown(1))
        _ = bench.look(for: .milliseconds(1250))
        _ = bench.look(late: .seconds(1))
        #expect(isKnown(1) && !isKnown(2) && !isKnown(0))
    }
}
