import SIPStack
import Testing

@Suite("Timer wheel")
struct TimerWheelTests {
    private func time(_ nanoseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: nanoseconds) }

    /// Goes from deadline to deadline and notes when each key comes out.
    private func drain(_ wheel: inout TimerWheel<Int>, from start: MonotonicTime) -> [(Int, MonotonicTime)] {
        var out: [(Int, MonotonicTime)] = []
        var now = start
        while let deadline = wheel.nextDeadline {
            now = max(now, deadline)
            out += wheel.popDue(now).map { ($0, now) }
        }
        return out
    }

    @Test("a timer fires at its exact deadline and not a nanosecond before")
    func exact() {
        var wheel = TimerWheel<Int>()
        wheel.schedule(1, at: time(500_000_001))
        #expect(wheel.popDue(time(500_000_000)).isEmpty)
        #expect(wheel.nextDeadline == time(500_000_001))
        #expect(wheel.popDue(time(500_000_001)) == [1])
        #expect(wheel.isEmpty)
        #expect(wheel.nextDeadline == nil)
    }

    @Test("due keys come earliest first, equal deadlines in scheduling order")
    func order() {
        var wheel = TimerWheel<String>()
        wheel.schedule("third", at: time(3_000_000_000))
        wheel.schedule("second a", at: time(2_000_000_000))
        wheel.schedule("second b", at: time(2_000_000_000))
        wheel.schedule("first", at: time(5))
        #expect(wheel.popDue(time(10_000_000_000)) == ["first", "second a", "second b", "third"])
    }

    @Test("a cancelled timer does not fire, and a moved one only at its new time")
    func cancelAndMove() {
        var wheel = TimerWheel<Int>()
        wheel.schedule(1, at: time(1000))
        wheel.schedule(2, at: time(1000))
        wheel.schedule(2, at: time(80_000_000))
        wheel.cancel(1)
        wheel.cancel(7)
        #expect(wheel.count == 1)
        #expect(wheel[2] == time(80_000_000))
        #expect(wheel[1] == nil)
        #expect(wheel.popDue(time(79_999_999)).isEmpty)
        #expect(wheel.popDue(time(80_000_000)) == [2])
    }

    @Test("a deadline in the past is due at once")
    func past() {
        var wheel = TimerWheel<Int>()
        _ = wheel.popDue(time(1_000_000_000_000))
        wheel.schedule(1, at: time(5))
        wheel.schedule(2, at: time(-5))
        #expect(wheel.popDue(time(1_000_000_000_000)) == [2, 1])
    }

    @Test("any representable time can be a deadline", arguments: [Int64.min, -1, 0, 1, .max - 1, .max])
    func extremes(nanoseconds: Int64) {
        var wheel = TimerWheel<Int>()
        wheel.schedule(1, at: time(nanoseconds))
        var wakes = 0
        while !wheel.isEmpty, let next = wheel.nextDeadline, wakes < 20 {
            #expect(next <= time(nanoseconds))
            wakes += wheel.popDue(next).isEmpty ? 1 : 0
        }
        #expect(wheel.isEmpty)
        #expect(wakes <= 8)
    }

    @Test("agrees with a sorted list over random work", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var wheel = TimerWheel<Int>()
        var model: [Int: MonotonicTime] = [:]
        var now = time(Int64.random(in: -1_000_000_000...1_000_000_000_000, using: &random))
        for step in 0..<5000 {
            let key = Int.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let scale: Int64 = [1000, 2_000_000, 600_000_000, 40_000_000_000].randomElement(using: &random) ?? 1
                let deadline = time(now.nanoseconds + Int64.random(in: -scale / 10...scale, using: &random))
                wheel.schedule(key, at: deadline)
                model[key] = deadline
            case 6:
                wheel.cancel(key)
                model[key] = nil
            default:
                if let next = wheel.nextDeadline {
                    let earliest = model.values.min()
                    #expect(earliest.map { next <= $0 } == true, "seed \(seed) step \(step)")
                }
                now = time(now.nanoseconds + Int64.random(in: 0...1_000_000_000, using: &random))
                let due = wheel.popDue(now)
                let expected = model.filter { $0.value <= now }
                #expect(Set(due) == Set(expected.keys), "seed \(seed) step \(step)")
                #expect(due.count == expected.count)
                let times = due.compactMap { expected[$0] }
                #expect(times == times.sorted(), "seed \(seed) step \(step)")
                for key in due { model[key] = nil }
            }
            #expect(wheel.count == model.count)
        }
        #expect(drain(&wheel, from: now).count == model.count)
        #expect(wheel.isEmpty)
    }
}

@Suite("Monotonic time")
struct MonotonicTimeTests {
    @Test("adding and taking away saturate")
    func saturation() {
        let last = MonotonicTime(nanoseconds: .max)
        let first = MonotonicTime(nanoseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect(MonotonicTime.zero + .seconds(Int64.max) == last)
        #expect(MonotonicTime.zero + .milliseconds(200) == MonotonicTime(nanoseconds: 200_000_000))
        #expect(MonotonicTime(nanoseconds: 5) - MonotonicTime(nanoseconds: 8) == .nanoseconds(-3))
        #expect(last - first == .nanoseconds(Int64.max) - .nanoseconds(Int64.min))
    }
}
