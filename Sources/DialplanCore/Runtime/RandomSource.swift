/// xoshiro256**, seeded through SplitMix64: small, well known, the same numbers on every worker.
struct RandomSource: BitwiseCopyable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var word = mixer
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
        state = (next(), next(), next(), next())
    }

    mutating func next() -> UInt64 {
        func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// 0 ..< 1
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// 0 ..< bound, without bias.
    mutating func below(_ bound: UInt64) -> UInt64 {
        let threshold = (0 &- bound) % bound
        while true {
            let word = next()
            if word >= threshold { return word % bound }
        }
    }
}
