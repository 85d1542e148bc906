/// The order of values, and sorting by it.
extension Machine {
    /// `<=>` of values that need no script code.
    mutating func compareValues(_ left: Value, _ right: Value) throws(Stop) -> Int? {
        if left.tag == .symbol, right.tag == .symbol {
            return symbolName(left.symbol).compare(symbolName(right.symbol))
        }
        return try heap.compare(left, right)
    }

    mutating func notComparable(_ left: Value, _ right: Value) -> Stop {
        do throws(Stop) {
            let text = try heap.newString("comparison of ")
            try heap.append(text.handle, symbolName(of: visibleClass(left)))
            try heap.append(text.handle, " with ")
            let shows = right.tag == .integer || right.tag == .float || right.isNil
            if shows {
                try heap.append(text.handle, string: try inspected(right).handle)
            } else {
                try heap.append(text.handle, symbolName(of: visibleClass(right)))
            }
            try heap.append(text.handle, " failed")
            return try raise(Core.argumentError, text)
        } catch { return error }
    }

    /// A sorted copy (or the order: the indices of the elements, sorted): a stable merge sort over two buffers in the
    /// region, charged n log n.
    mutating func sortFast(_ target: Value, givesOrder: Bool = false) throws(Stop) -> Value {
        let count = heap.count(target.handle)
        fuel &-= Int64(count * (Int.bitWidth - count.leadingZeroBitCount) >> 2)
        var from: Handle
        if givesOrder {
            from = try heap.newArray(capacity: count)
            for index in 0..<count { heap.push(from, reserved: .integer(index)) }
        } else {
            from = try heap.copyArray(target.handle).handle
        }
        guard count > 1 else { return .array(from) }
        var to = try heap.copyArray(from).handle
        var width = 1
        while width < count {
            var start = 0
            while start < count {
                let middle = min(start + width, count)
                let end = min(start + 2 * width, count)
                var (left, right) = (start, middle)
                for place in start..<end {
                    var takesLeft = left < middle
                    if takesLeft, right < end {
                        var a = heap.element(from, left)
                        var b = heap.element(from, right)
                        if givesOrder {
                            a = heap.element(target.handle, Int(a.integer))
                            b = heap.element(target.handle, Int(b.integer))
                        }
                        guard let order = try compareValues(b, a) else { throw notComparable(b, a) }
                        takesLeft = order >= 0
                    }
                    if takesLeft {
                        heap.setElement(to, place, existing: heap.element(from, left))
                        left += 1
                    } else {
                        heap.setElement(to, place, existing: heap.element(from, right))
                        right += 1
                    }
                }
                start += 2 * width
            }
            swap(&from, &to)
            width *= 2
        }
        return .array(from)
    }
}
