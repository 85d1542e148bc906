// Stands in for swift-crypto while fuzzing, so that BoringSSL is not built with coverage: the hashes' values are of no
// interest there, only that they have the right length.

public enum Insecure {
    public enum MD5 {
        public static func hash(data: [UInt8]) -> [UInt8] { stub(data, 16) }
    }
}

public enum SHA256 {
    public static func hash(data: [UInt8]) -> [UInt8] { stub(data, 32) }
}

private func stub(_ data: [UInt8], _ count: Int) -> [UInt8] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in data { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<count).map { UInt8(truncatingIfNeeded: state &>> UInt64(8 &* ($0 & 7))) }
}
