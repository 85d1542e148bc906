import NIOCore

/// Decides which workers are worn out, as a value: readings go in, reasons come out. Whether and when one is replaced is
/// for the pool's machine to say; a worker is named at every look until it is gone.
struct WearDetector {
    /// What one look at one worker showed.
    struct Reading: Hashable {
        var id: WorkerID
        var residentBytes: Int
        var work: UInt64
        var held: UInt64 = 0
        var age: TimeAmount
    }

    private struct Watch {
        /// Of age and work.
        var factor: Double
        var growth = GrowthLine()
    }

    let policy: WorkerConfiguration.Recycling
    private var jitter: JitterGenerator
    private var watches: [WorkerID: Watch] = [:]

    init(policy: WorkerConfiguration.Recycling, seed: UInt64) {
        self.policy = policy
        jitter = JitterGenerator(seed: seed)
    }

    /// Looks at all workers that are ready. The most urgent reason of each comes first and alone.
    mutating func look(_ readings: [Reading]) -> [(id: WorkerID, reason: RecycleReason)] {
        let present = Set(readings.map(\.id))
        watches = watches.filter { present.contains($0.key) }
        return readings.compactMap { reading in
            var watch = watches[reading.id] ?? Watch(factor: factor())
            watch.growth.append(work: reading.work, held: reading.held, bytes: reading.residentBytes)
            watches[reading.id] = watch
            return reason(reading, watch).map { (reading.id, $0) }
        }
    }

    private mutating func factor() -> Double {
        policy.jitter > 0 ? Double.random(in: (1 - policy.jitter)...(1 + policy.jitter), using: &jitter) : 1
    }

    private func reason(_ reading: Reading, _ watch: Watch) -> RecycleReason? {
        if policy.softResidentBytes > 0, reading.residentBytes > policy.softResidentBytes {
            return .softMemory(residentBytes: reading.residentBytes)
        }
        if policy.leakedBytes > 0, let slope = watch.growth.slope(ofAtLeast: Double(policy.leakedBytes)) {
            return .leak(bytesPerWork: Int(slope))
        }
        if policy.maximumWork > 0, Double(reading.work) >= Double(policy.maximumWork) * watch.factor {
            return .work(count: reading.work)
        }
        let age = Double(reading.age.nanoseconds)
        if policy.maximumAge > .zero, age >= Double(TimeAmount(policy.maximumAge).nanoseconds) * watch.factor {
            return .age(seconds: reading.age.nanoseconds / 1_000_000_000)
        }
        return nil
    }
}

/// Memory against the work done and the work held, over a worker's whole life, in a bounded number of points: when they are
/// too many every second one goes, and the next are taken half as often.
struct GrowthLine {
    private struct Point {
        var work: Double
        var held: Double
        var bytes: Double
    }

    private static let capacity = 32
    /// A line through fewer points says nothing.
    private static let fewest = 8
    /// Share of the variation that the line must explain: caches that fill and then stay do not look like that.
    private static let fit = 0.9
    /// The least share of the variation of the work done that the work held must not explain: while calls only begin, and
    /// none ends, nobody can tell memory that is in use from memory that is lost.
    private static let independence = 0.05

    private var points: [Point] = []
    private var stride: UInt64 = 1
    private var nextWork: UInt64 = 0

    var pointCount: Int { points.count }

    mutating func append(work: UInt64, held: UInt64, bytes: Int) {
        guard work >= nextWork else { return }
        points.append(Point(work: Double(work), held: Double(held), bytes: Double(bytes)))
        if points.count == Self.capacity {
            points = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            stride = stride > UInt64.max / 4 ? stride : stride * 2
        }
        let (next, overflow) = work.addingReportingOverflow(stride)
        nextWork = overflow ? .max : next
    }

    /// Bytes for each piece of work done, when memory, less what the work held explains, follows it in a straight line and
    /// has grown by that much at least (least squares in two variables).
    func slope(ofAtLeast growth: Double) -> Double? {
        guard points.count >= Self.fewest, let first = points.first, let last = points.last else { return nil }
        let work = centred(\.work)
        var bytes = centred(\.bytes)
        let held = centred(\.held)
        let heldSquares = product(held, held)
        var rest = work
        if heldSquares > 0 {
            // What of the two the held work explains is taken away.
            let ofWork = product(work, held) / heldSquares
            let ofBytes = product(bytes, held) / heldSquares
            rest = zip(work, held).map { $0 - ofWork * $1 }
            bytes = zip(bytes, held).map { $0 - ofBytes * $1 }
        }
        let workSquares = product(rest, rest)
        guard workSquares > 0, workSquares >= Self.independence * product(work, work) else { return nil }
        let products = product(rest, bytes)
        guard products > 0, products * products >= Self.fit * workSquares * product(bytes, bytes) else { return nil }
        let slope = products / workSquares
        return slope >= 1 && slope * (last.work - first.work) >= growth ? slope : nil
    }

    private func centred(_ value: (Point) -> Double) -> [Double] {
        let mean = points.reduce(0) { $0 + value($1) } / Double(points.count)
        return points.map { value($0) - mean }
    }

    private func product(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
