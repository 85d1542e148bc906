/// Character sets of `tr`, `delete`, `squeeze`, `count`: ranges and negation; ASCII sets and any text.
struct CharacterSet {
    var scalars: [UInt32] = []
    var negated = false

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
    }

    func contains(_ scalar: UInt32) -> Bool { scalars.contains(scalar) != negated }
}

extension Machine {
    private func set(_ value: Value) -> CharacterSet { CharacterSet(heap.bytes(value), { codepoint($0, $1) }) }

    /// Every character is looked up in the sets: refused when that is too much for one step.
    private mutating func chargeSets(_ count: Int, _ scalars: Int) throws(Stop) {
        let steps = count.multipliedReportingOverflow(by: scalars / 8 + 1)
        guard !steps.overflow, steps.partialValue < 4_000_000 else {
            throw error(Core.argumentError, "character set too large for this string")
        }
        heap.work &+= Int64(steps.partialValue >> 2)
    }

    mutating func translate(_ call: NativeCall, squeezes: Bool) throws(Stop) -> Value {
        let from = set(try stringArgument(call, 0))
        let to = set(try stringArgument(call, 1))
        let target = call.receiver
        let count = heap.length(target.handle)
        try chargeSets(count, from.scalars.count)
        let text = try heap.newString(capacity: count)
        var index = 0
        var last: UInt32?
        while index < count {
            let length = UTF8Facts.characterLength(heap.bytes(target), index)
            let scalar = codepoint(heap.bytes(target), index)
            var replacement: UInt32? = scalar
            var hit = false
            if from.negated {
                if !from.scalars.contains(scalar) {
                    replacement = to.scalars.last
                    hit = true
                }
            } else if let place = from.scalars.firstIndex(of: scalar) {
                replacement = to.scalars.isEmpty ? nil : to.scalars[min(place, to.scalars.count - 1)]
                hit = true
            }
            if !hit {
                try heap.append(text, from: target.handle, index, length)
                last = nil
            } else if let replacement, !(squeezes && last == replacement) {
                for byte in Unicode.Scalar(replacement).flatMap({ UTF8.encode($0) }) ?? .init() {
                    try heap.append(text, byte: byte)
                }
                last = replacement
            }
            index += length
        }
        return .string(text)
    }

    mutating func characterSetCall(_ method: TextMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        var sets: [CharacterSet] = []
        for index in 0..<call.count { sets.append(set(try stringArgument(call, index))) }
        func contains(_ scalar: UInt32) -> Bool { sets.allSatisfy { $0.contains(scalar) } }
        let count = heap.length(target.handle)
        try chargeSets(count, sets.reduce(0) { $0 + $1.scalars.count })
        let text = try heap.newString(capacity: count)
        var index = 0
        var hits: Int64 = 0
        var last: UInt32?
        while index < count {
            let length = UTF8Facts.characterLength(heap.bytes(target), index)
            let scalar = codepoint(heap.bytes(target), index)
            let hit = contains(scalar)
            if hit { hits += 1 }
            let drops =
                method == .delete || method == .deleteBang ? hit : hit && last == scalar
            if !drops { try heap.append(text, from: target.handle, index, length) }
            last = scalar
            index += length
        }
        switch method {
        case .count: return .integer(hits)
        case .deleteBang, .squeezeBang:
            if heap.isFrozen(target) { throw frozen(target) }
            if heap.length(text) == count { return .null }
            try heap.replace(target.handle, with: text)
            return target
        default: return .string(text)
        }
    }
}
