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

    /// Bytes of the region that the live objects take (collects first).
    mutating func liveBytes() -> Int {
        try? collect(needed: 0)
        return heap.region.top
    }

    /// Bytes of the block that the region lies in.
    var regionCapacity: Int { heap.region.capacity }
}
