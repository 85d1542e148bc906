/// Names of one syntax tree, each kept once: identifiers, method names, symbols.
///
/// Open addressing over one byte buffer: interning a name that is known allocates nothing.
struct NameTable: Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int32] = []
    private var hashes: [UInt32] = []
    /// Slot → index + 1; 0 is free. The count is a power of two.
    private var slots = [Int32](repeating: 0, count: 256)

    /// FNV-1a from a start that differs per process: a script cannot choose names that collide. No result depends on it,
    /// names are numbered in the order of their first mention.
    private static let seed = UInt32.random(in: 0...UInt32.max)

    var count: Int { ends.count }

    subscript(_ id: NameID) -> ArraySlice<UInt8> {
        let index = Int(id.rawValue)
        return bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    mutating func intern(_ text: StaticString) -> NameID {
        text.withUTF8Buffer { buffer in unsafe intern(Array(buffer)[...]) }
    }

    mutating func intern(_ name: ArraySlice<UInt8>) -> NameID {
        var hash = NameTable.seed
        for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        // The low bits of FNV depend on low bits alone: mix the high ones in.
        hash ^= hash >> 15
        hash = hash &* 0x85EB_CA6B
        hash ^= hash >> 13
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, self[NameID(Int32(index))] == name { return NameID(Int32(index)) }
            slot = (slot + 1) & (slots.count - 1)
        }
        bytes.append(contentsOf: name)
        ends.append(Int32(bytes.count))
        hashes.append(hash)
        slots[slot] = Int32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return NameID(Int32(ends.count - 1))
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index + 1)
        }
    }
}
