/// `==`, `eql?`, `hash` and `<=>` of values that need no script code. Nesting is counted, never unbounded.
extension Heap {
    private static var depthMax: Int { 64 }
    /// Steps that looking at a big integer takes: its words are copied out.
    private static var bigWork: Int64 { 16 }

    /// One step of a leaf that compares or hashes. One that has taken many leaves the rest to the prelude.
    @inline(__always) mutating func countStep() throws(Stop) {
        work &+= 1
        guard work < Heap.workMax else { throw .slow }
    }

    /// `==`, or `eql?` when `strict` (1 and 1.0 differ).
    mutating func isEqual(_ left: Value, _ right: Value, strict: Bool = false, depth: Int = 0) throws(Stop) -> Bool {
        if left.isIdentical(to: right) { return left.tag != .float || left.double == right.double }
        try countStep()
        switch (left.tag, right.tag) {
        case (.integer, .float): return !strict && Double(left.integer) == right.double
        case (.float, .integer): return !strict && left.double == Double(right.integer)
        case (.float, .float): return left.double == right.double
        case (.string, .string):
            let count = length(left.handle)
            guard count == length(right.handle) else { return false }
            work &+= Int64(count >> 6)
            return bytes(left).isEqual(bytes(right))
        case (.array, .array):
            let count = count(left.handle)
            guard count == self.count(right.handle) else { return false }
            guard depth < Heap.depthMax else { throw .slow }
            for index in 0..<count {
                let (a, b) = (element(left.handle, index), element(right.handle, index))
                let same = try isEqual(a, b, strict: strict, depth: depth + 1)
                if !same { return false }
            }
            return true
        case (.hash, .hash): throw .slow
        case (.range, .range):
            guard isExclusive(left) == isExclusive(right), depth < Heap.depthMax else { return false }
            guard try isEqual(rangeLow(left), rangeLow(right), strict: strict, depth: depth + 1) else { return false }
            return try isEqual(rangeHigh(left), rangeHigh(right), strict: strict, depth: depth + 1)
        case (.time, .time): return microseconds(left) == microseconds(right)
        case (.bigInteger, .bigInteger):
            work &+= Heap.bigWork
            return bigNumber(left.handle) == bigNumber(right.handle)
        case (.bigInteger, .float), (.float, .bigInteger):
            // No smaller float is beyond 64 bits.
            let float = left.tag == .float ? left.double : right.double
            if strict || !(float.magnitude >= 0x1p63) { return false }
            work &+= Heap.bigWork
            return compareBig(left, right) == 0
        case (.regex, .regex), (.proc, .proc), (.match, .match): return false
        default:
            if hasCustomEquality, left.tag == .object || (right.tag == .object && left.isHeap) { throw .slow }
            return false
        }
    }

    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        var state = (a ^ seed) &* 0x9E37_79B9_7F4A_7C15 ^ b
        state = (state ^ (state >> 31)) &* 0xBF58_476D_1CE4_E5B9
        return state ^ (state >> 29)
    }

    /// Hash code; equal for values that are `eql?`.
    mutating func hashCode(_ value: Value, identity: Bool = false, depth: Int = 0) throws(Stop) -> UInt64 {
        try countStep()
        if identity, value.isHeap { return mix(0x1D, UInt64(self.identity(of: value.handle))) }
        switch value.tag {
        case .string:
            // Never so much that the comparison which follows would say `slow` whenever it is begun.
            work &+= min(Int64(length(value.handle) >> 6), Heap.workMax / 4)
            return bytes(value).hash(seed: seed)
        case .array:
            guard depth < Heap.depthMax else { throw .slow }
            var code = mix(0xA, UInt64(count(value.handle)))
            for index in 0..<count(value.handle) {
                code = mix(code, try hashCode(element(value.handle, index), depth: depth + 1))
            }
            return code
        case .range:
            guard depth < Heap.depthMax else { throw .slow }
            let low = try hashCode(rangeLow(value), depth: depth + 1)
            return mix(low, try hashCode(rangeHigh(value), depth: depth + 1))
        case .time: return mix(0x7, UInt64(bitPattern: microseconds(value)))
        case .bigInteger:
            let number = bigNumber(value.handle)
            work &+= Int64(number.words.count >> 2)
            return number.words.reduce(number.isNegative ? 0xE : 0xD) { mix($0, UInt64($1)) }
        case .hash: return mix(0xB, UInt64(hashCount(value.handle)))
        case .object:
            if hasCustomHash { throw .slow }
            return mix(0xC, UInt64(self.identity(of: value.handle)))
        case .float: return mix(0xF, value.double == 0 ? 0 : value.bits)
        default:
            if value.isHeap { return mix(0xD, UInt64(self.identity(of: value.handle))) }
            return mix(UInt64(value.tag.rawValue), value.bits)
        }
    }

    /// `<=>` as -1, 0, 1; nil when the two cannot be compared.
    mutating func compare(_ left: Value, _ right: Value, depth: Int = 0) throws(Stop) -> Int? {
        try countStep()
        switch (left.tag, right.tag) {
        case (.integer, .integer):
            return left.integer == right.integer ? 0 : (left.integer < right.integer ? -1 : 1)
        case (.integer, .float): return order(Double(left.integer), right.double)
        case (.float, .integer): return order(left.double, Double(right.integer))
        case (.float, .float): return order(left.double, right.double)
        case (.string, .string):
            work &+= Int64(min(length(left.handle), length(right.handle)) >> 6)
            return bytes(left).compare(bytes(right))
        case (.time, .time):
            let (a, b) = (microseconds(left), microseconds(right))
            return a == b ? 0 : (a < b ? -1 : 1)
        case (.array, .array):
            guard depth < Heap.depthMax else { throw .slow }
            let shared = min(count(left.handle), count(right.handle))
            for index in 0..<shared {
                let part = try compare(element(left.handle, index), element(right.handle, index), depth: depth + 1)
                if part != 0 { return part }
            }
            let (a, b) = (count(left.handle), count(right.handle))
            return a == b ? 0 : (a < b ? -1 : 1)
        case (.object, _): throw .slow
        case (.bigInteger, .integer), (.bigInteger, .bigInteger), (.bigInteger, .float), (.integer, .bigInteger),
            (.float, .bigInteger):
            work &+= Heap.bigWork
            return compareBig(left, right)
        case (.symbol, .symbol): throw .slow
        default: return try isEqual(left, right) ? 0 : nil
        }
    }

    private func order(_ left: Double, _ right: Double) -> Int? {
        left == right ? 0 : (left < right ? -1 : (left > right ? 1 : nil))
    }
}
