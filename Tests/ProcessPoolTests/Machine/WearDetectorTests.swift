import NIOCore
import Testing

@testable import ProcessPool

struct WearDetectorTests {
    private let id = WorkerID(slot: 0, generation: 1)

    private func detector(_ change: (inout WorkerConfiguration.Recycling) -> Void = { _ in }) -> WearDetector {
        var policy = WorkerConfiguration.Recycling()
        policy.jitter = 0
        change(&policy)
        return WearDetector(policy: policy, seed: 1)
    }

    private func look(
        _ detector: inout WearDetector, bytes: Int = 10 << 20, work: UInt64 = 0, held: UInt64 = 0,
        age: TimeAmount = .zero
    ) -> RecycleReason? {
        detector.look([.init(id: id, residentBytes: bytes, work: work, held: held, age: age)]).first?.reason
    }

    @Test("memory, work and age each have their limit, and none is named below it")
    func limits() {
        var detector = detector()
        #expect(look(&detector, bytes: 512 << 20, work: 999_999, age: .hours(23)) == nil)
        #expect(look(&detector, bytes: 512 << 20 + 1) == .softMemory(residentBytes: 512 << 20 + 1))
        #expect(look(&detector, work: 1_000_000) == .work(count: 1_000_000))
        #expect(look(&detector, age: .hours(24)) == .age(seconds: 86_400))
    }

    @Test("a limit of zero is none")
    func disabled() {
        var detector = detector {
            $0.softResidentBytes = 0
            $0.maximumWork = 0
            $0.maximumAge = .zero
            $0.leakedBytes = 0
        }
        for step in 0..<100 {
            #expect(look(&detector, bytes: step << 24, work: UInt64(step) << 32, age: .hours(1_000)) == nil)
        }
    }

    @Test("jitter spreads the ends of workers that began together")
    func jitter() {
        var detector = WearDetector(policy: .init(), seed: 5)
        let ids = (0..<100).map { WorkerID(slot: $0, generation: 1) }
        func worn(at work: UInt64) -> Int {
            detector.look(ids.map { .init(id: $0, residentBytes: 0, work: work, age: .zero) }).count
        }
        #expect(worn(at: 899_999) == 0)
        #expect((20...80).contains(worn(at: 1_000_000)))
        #expect(worn(at: 1_100_001) == 100)
    }

    @Test(
        "memory that follows the work in a line is a leak, told with its bytes for each piece",
        arguments: [1, 1_000, 1 << 20])
    func leak(bytesPerWork: Int) throws {
        var detector = detector { $0.softResidentBytes = 0 }
        var found: (growth: Int, bytes: Int)?
        var work: UInt64 = 0
        // Uneven steps of work, up to 200 MiB of growth.
        while found == nil, Int(work) * bytesPerWork < 200 << 20 {
            work += UInt64(max(1, (1 << 20) / bytesPerWork)) * (work % 3 + 1)
            let growth = Int(work) * bytesPerWork
            if case .leak(let bytes)? = look(&detector, bytes: 10 << 20 + growth, work: work) {
                found = (growth, bytes)
            }
            if case .work? = look(&detector, bytes: 10 << 20 + growth, work: work) { break }
        }
        guard bytesPerWork > 1 else {
            #expect(found == nil, "200 million pieces of work: its work is over before")
            return
        }
        let leak = try #require(found)
        #expect((64 << 20...90 << 20).contains(leak.growth))
        #expect(abs(leak.bytes - bytesPerWork) <= bytesPerWork / 50 + 1)
    }

    @Test("a cache that fills and stays, and memory that goes up and down, are no leak")
    func noLeak() {
        var filling = detector { $0.softResidentBytes = 0 }
        var swinging = detector { $0.softResidentBytes = 0 }
        for step in 0..<5_000 {
            let work = UInt64(step) * 10
            #expect(look(&filling, bytes: min(step, 40) * (3 << 20), work: work) == nil || step < 90)
            #expect(look(&swinging, bytes: (step % 7) * (30 << 20), work: work) == nil)
        }
    }

    @Test("memory of calls that are held is no leak, whether they only begin, come and go, or stay")
    func held() {
        for pattern in 0..<4 {
            var detector = detector { $0.softResidentBytes = 0 }
            for step in 0..<20_000 as Range<UInt64> {
                let held: UInt64 =
                    switch pattern {
                    case 0: step
                    case 1: min(step, 8_000)
                    case 2: step < 10_000 ? step / 2 : 10_000 - step / 2
                    default: (step * step / 1_000) % 10_000
                    }
                let bytes = 10 << 20 + Int(held) * 23_000
                #expect(look(&detector, bytes: bytes, work: step, held: held) == nil, "pattern \(pattern), \(step)")
            }
        }
    }

    @Test("a leak is found under calls that are held, too")
    func leakBeneath() throws {
        var detector = detector { $0.softResidentBytes = 0 }
        for step in 0..<100_000 as Range<UInt64> {
            let held = (step * 7_919) % 500
            let bytes = 10 << 20 + Int(held) * 23_000 + Int(step) * 2_000
            if case .leak(let found)? = look(&detector, bytes: bytes, work: step, held: held) {
                #expect(abs(found - 2_000) < 40)
                #expect((64 << 20...70 << 20).contains(Int(step) * 2_000))
                return
            }
        }
        Issue.record("never found")
    }

    @Test("growth without work is no leak by work")
    func idle() {
        var detector = detector { $0.softResidentBytes = 0 }
        for step in 0..<1_000 { #expect(look(&detector, bytes: step << 20, work: 5) == nil) }
    }

    @Test("however much work, the points of a worker stay few")
    func bounded() {
        var line = GrowthLine()
        for step in 0..<1_000_000 as Range<UInt64> { line.append(work: step, held: step % 10, bytes: 100) }
        #expect(line.pointCount <= 32)
    }
}
