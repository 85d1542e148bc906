import NIOCore

/// Decides which workers are worn out, as a value: readings go in, reasons come out. Whether and when one is replaced is
/// for the pool's machine to say; a worker is named at every look until it is gone.
struct WearDetector {
    /// What one look at one worker showed.
    struct Reading: Hashable {
        var id: WorkerID
        var residentBytes: Int
        var work: UInt64
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
            watch.growth.append(work: reading.work, bytes: reading.residentBytes)
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

/// Memory against work over a worker's whole life, in a bounded number of points: when they are too many every second one
/// goes, and the next are taken half as often.
struct GrowthLine {
    private static let capacity = 32
    /// A line through fewer points says nothing.
    private static let fewest = 8
    /// Share of the variation that the line must explain: caches that fill and then stay do not look like that.
    private static let fit = 0.9

    private var points: [(work: Double, bytes: Double)] = []
    private var stride: UInt64 = 1
    private var nextWork: UInt64 = 0

    var pointCount: Int { points.count }

    mutating func append(work: UInt64, bytes: Int) {
        guard work >= nextWork else { return }
        points.append((Double(work), Double(bytes)))
        if points.count == Self.capacity {
            points = points.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            stride = stride > UInt64.max / 4 ? stride : stride * 2
        }
        let (next, overflow) = work.addingReportingOverflow(stride)
        nextWork = overflow ? .max : next
    }

    /// Bytes for each piece of work, when memory follows work in a straight line and has grown by that much at least.
    func slope(ofAtLeast growth: Double) -> Double? {
        guard points.count >= Self.fewest, let first = points.first, let last = points.last else { return nil }
        let count = Double(points.count)
        let meanWork = points.reduce(0) { $0 + $1.work } / count
        let meanBytes = points.reduce(0) { $0 + $1.bytes } / count
        var workSquares = 0.0
        var byteSquares = 0.0
        var products = 0.0
        for point in points {
            let work = point.work - meanWork
            let bytes = point.bytes - meanBytes
            workSquares += work * work
            byteSquares += bytes * bytes
            products += work * bytes
        }
        guard workSquares > 0, byteSquares > 0, products > 0,
            products * products >= Self.fit * workSquares * byteSquares
        else { return nil }
        let slope = products / workSquares
        return slope >= 1 && slope * (last.work - first.work) >= growth ? slope : nil
    }
}
