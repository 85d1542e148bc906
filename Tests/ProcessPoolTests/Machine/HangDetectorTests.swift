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
