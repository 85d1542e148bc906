/// Switches for tests: they must never change what a script does.
extension Machine {
    /// A collection at every safe point.
    var collectsAlways: Bool {
        get { stress }
        set {
            stress = newValue
            if newValue { collectAt = 0 }
        }
    }

    /// The region moves at every reservation.
    var movesAlways: Bool {
        get { heap.region.movesAlways }
        set { heap.region.movesAlways = newValue }
    }

    /// Bytes of the region that the live objects take (collects first).
    mutating func liveBytes() -> Int {
        try? collect(needed: 0)
        return heap.region.top
    }

    /// Bytes of the block that the region lies in.
    var regionCapacity: Int { heap.region.capacity }
}

extension Machine {
    /// A digest of everything that lives in the region; equal runs have equal digests (collect first).
    func digest() -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in stride(from: Region.objectStart, to: heap.region.top, by: 4) {
            hash = (hash ^ UInt64(heap.region.u32(0, offset))) &* 0x100_0000_01B3
        }
        return hash
    }
}
