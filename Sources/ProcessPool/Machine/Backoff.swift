import NIOCore

/// Random numbers for jitter: reproducible from a seed (SplitMix64).
struct JitterGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension WorkerConfiguration.Backoff {
    /// The wait after so many failures in a row: none after the first, `first`, twice that and so on up to `longest`,
    /// each with jitter.
    func wait(afterFailures failures: Int, jitter generator: inout JitterGenerator) -> TimeAmount {
        guard failures >= 2 else { return .zero }
        let first = Double(TimeAmount(self.first).nanoseconds)
        let longest = Double(TimeAmount(self.longest).nanoseconds)
        // 2^63 times the least wait is beyond any `longest`.
        let doublings = min(failures - 2, 62)
        let wait = min(first * Double(UInt64(1) << UInt64(doublings)), longest)
        let factor = jitter > 0 ? Double.random(in: (1 - jitter)...(1 + jitter), using: &generator) : 1
        return .nanoseconds(Int64(wait * factor))
    }
}
