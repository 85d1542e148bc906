/// Character sets of `tr`, `delete`, `squeeze`, `count`: ranges and negation; ASCII sets and any text.
struct CharacterSet {
    var scalars: [UInt32] = []
    var negated = false
    private var lowest: UInt32 = 0
    private var highest: UInt32 = 0
    /// From the lowest to the highest, where each last stands; -1: it does not. Empty when there are few of them, or they lie
    /// far apart.
    private var places: [Int32] = []

    init(_ view: ByteView, _ codepoint: (ByteView, Int) -> UInt32, limit: Int = 4096) {
        var points: [UInt32] = []
        var index = 0
        while index < view.count, points.count < limit {
            points.append(codepoint(view, index))
            index += UTF8Facts.characterLength(view, index)
        }
        var start = 0
        if points.count > 1, points[0] == 0x5E {
            negated = true
            start = 1
        }
        index = start
        while index < points.count, scalars.count < 70_000 {
            if points[index] == 0x5C, index + 1 < points.count {
                scalars.append(points[index + 1])
                index += 2
            } else if index + 2 < points.count, points[index + 1] == 0x2D, points[index] <= points[index + 2] {
                scalars += points[index]...points[index + 2]
                index += 3
            } else {
                scalars.append(points[index])
                index += 1
            }
        }
        lowest = scalars.min() ?? 0
        highest = scalars.max() ?? 0
        guard scalars.count > 8, highest - lowest < 65_536 else { return }
        places = [Int32](repeating: -1, count: Int(highest - lowest) + 1)
        // Of two that are the same the last counts, as in Ruby.
        for (place, scalar) in scalars.enumerated() { places[Int(scalar - lowest)] = Int32(place) }
    }

    /// What it took to make it.
    var size: Int { scalars.count + places.count }

    /// What it takes to look a character up.
    var steps: Int { places.isEmpty ? scalars.count / 8 + 1 : 1 }

    private func place(of scalar: UInt32) -> Int? {
        guard scalar >= lowest, scalar <= highest else { return nil }
        if places.isEmpty { return scalars.lastIndex(of: scalar) }
        let place = places[Int(scalar - lowest)]
        return place < 0 ? nil : Int(place)
    }

    func contains(_ scalar: UInt32) -> Bool { (place(of: scalar) != nil) != negated }

    /// What `tr` puts in the place of a character: -1 for nothing; nil when it stays.
    func replacement(of scalar: UInt32, by others: CharacterSet) -> Int64? {
        let place = place(of: scalar)
        if negated { return place != nil ? nil : others.scalars.last.map { Int64($0) } ?? -1 }
        guard let place else { return nil }
        return others.scalars.isEmpty ? -1 : Int64(others.scalars[min(place, others.scalars.count - 1)])
    }

    /// Its ASCII characters.
    var ascii: ByteSet {
        var set = ByteSet()
        for scalar in scalars where scalar < 0x80 { set.insert(UInt8(scalar)) }
        return negated ? set.inverted : set
    }
}

extension Machine {
    private mutating func set(_ value: Value) -> CharacterSet {
        let set = CharacterSet(heap.bytes(value), { codepoint($0, $1) })
        heap.work &+= Int64(set.size >> 3)
        return set
    }

    /// Every character is looked up in the sets: refused when that is too much for one step.
    private mutating func chargeSets(_ count: Int, _ steps: Int) throws(Stop) {
        let steps = count.multipliedReportingOverflow(by: steps)
        guard !steps.overflow, steps.partialValue < 4_000_000 else {
            throw error(Core.argumentError, "character set too large for this string")
        }
        heap.work &+= Int64(steps.partialValue >> 1)
    }

    mutating func translate(_ call: NativeCall, squeezes: Bool) throws(Stop) -> Value {
        let from = set(try stringArgument(call, 0))
        let to = set(try stringArgument(call, 1))
        let target = call.receiver
        let count = heap.length(target.handle)
        try chargeSets(count, from.steps)
        // What becomes of each ASCII character: itself, another, nothing (-1), or something to be looked up (-2).
        var table = [Int32](repeating: -2, count: 128)
        var kept = ByteSet()
        for scalar in 0..<UInt32(count > 64 ? 128 : 0) {
            guard let replacement = from.replacement(of: scalar, by: to) else {
                table[Int(scalar)] = Int32(scalar)
                kept.insert(UInt8(scalar))
                continue
            }
            if replacement < 0x80 { table[Int(scalar)] = Int32(replacement) }
        }
        var text = try StringBuilder(&heap, capacity: count)
        var index = 0
        // Of the last character that was replaced.
        var last: Int64 = -1
        while index < count {
            let byte = heap.bytes(target)[index]
            if byte < 0x80, case let known = table[Int(byte)], known >= 0 {
                let stays = kept.contains(byte)
                if stays || !squeezes || last != Int64(known) {
                    try text.append(UInt8(truncatingIfNeeded: known), &heap)
                }
                last = stays ? -1 : Int64(known)
                index += 1
                continue
            }
            let (scalar, length) = character(heap.bytes(target), index)
            if let replacement = from.replacement(of: scalar, by: to) {
                if replacement >= 0, !(squeezes && last == replacement) {
                    let made = Unicode.Scalar(UInt32(truncatingIfNeeded: replacement))
                    for byte in made.flatMap({ UTF8.encode($0) }) ?? .init() { try text.append(byte, &heap) }
                }
                last = replacement
            } else {
                for place in index..<index + length { try text.append(heap.bytes(target)[place], &heap) }
                last = -1
            }
            index += length
        }
        return text.finish(&heap)
    }

    mutating func characterSetCall(_ method: TextMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        var sets: [CharacterSet] = []
        for index in 0..<call.count { sets.append(set(try stringArgument(call, index))) }
        func contains(_ scalar: UInt32) -> Bool { sets.allSatisfy { $0.contains(scalar) } }
        let count = heap.length(target.handle)
        try chargeSets(count, sets.reduce(1) { $0 + $1.steps })
        let ascii = sets.reduce(ByteSet.all) { $0.intersection($1.ascii) }
        let drops = method == .delete || method == .deleteBang
        let counts = method == .count
        var text = try StringBuilder(&heap, capacity: counts ? 0 : count)
        var index = 0
        var hits: Int64 = 0
        var last: UInt32?
        while index < count {
            let byte = heap.bytes(target)[index]
            let (scalar, length) = byte < 0x80 ? (UInt32(byte), 1) : character(heap.bytes(target), index)
            let hit = byte < 0x80 ? ascii.contains(byte) : contains(scalar)
            if hit { hits += 1 }
            if !counts, !(hit && (drops || last == scalar)) {
                for place in index..<index + length { try text.append(heap.bytes(target)[place], &heap) }
            }
            last = scalar
            index += length
        }
        if counts { return .integer(hits) }
        let result = text.finish(&heap)
        switch method {
        case .deleteBang, .squeezeBang:
            if heap.isFrozen(target) { throw frozen(target) }
            if text.count == count { return .null }
            try heap.replace(target.handle, with: text.handle)
            return target
        default: return result
        }
    }
}
