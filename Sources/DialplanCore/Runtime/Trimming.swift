/// What is taken off a string's ends: blanks, given characters, a line's end.
extension Machine {
    mutating func strip(_ method: StringMethod, _ target: Value) throws(Stop) -> Value {
        let view = heap.bytes(target)
        var start = 0
        var end = view.count
        func isBlank(_ byte: UInt8) -> Bool { NumberText.isSpace(byte) || byte == 0 }
        if method != .rstrip, method != .rstripBang { while start < end, isBlank(view[start]) { start += 1 } }
        if method != .lstrip, method != .lstripBang { while end > start, isBlank(view[end - 1]) { end -= 1 } }
        if method == .strip || method == .lstrip || method == .rstrip || method == .trim {
            return try heap.newString(from: target.handle, start, end - start)
        }
        if heap.isFrozen(target) { throw frozen(target) }
        if start == 0, end == view.count { return .null }
        let text = try heap.newString(from: target.handle, start, end - start)
        try heap.replace(target.handle, with: text.handle)
        return target
    }

    /// The CLR's TrimStart and TrimEnd: white space, or the given character.
    mutating func trim(_ atStart: Bool, _ call: NativeCall) throws(Stop) -> Value {
        let set: Value? = call.count > 0 ? try stringArgument(call, 0) : nil
        let view = heap.bytes(call.receiver)
        func drops(_ byte: UInt8, _ machine: borrowing Machine) -> Bool {
            guard let set else { return NumberText.isSpace(byte) }
            let characters = machine.heap.bytes(set)
            for index in 0..<characters.count where characters[index] == byte { return true }
            return false
        }
        var start = 0
        var end = view.count
        if atStart {
            while start < end, drops(view[start], self) { start += 1 }
        } else {
            while end > start, drops(view[end - 1], self) { end -= 1 }
        }
        return try heap.newString(from: call.receiver.handle, start, end - start)
    }

    mutating func chompedLength(_ chops: Bool, _ call: NativeCall) throws(Stop) -> Int {
        let view = heap.bytes(call.receiver)
        let count = view.count
        if chops {
            if count >= 2, view[count - 1] == 0x0A, view[count - 2] == 0x0D { return count - 2 }
            let characters = heap.characterCount(call.receiver.handle)
            return characters > 0 ? heap.byteOffset(call.receiver.handle, character: characters - 1) : 0
        }
        if call.count > 0, argument(call, 0).tag == .string {
            let suffix = heap.bytes(argument(call, 0))
            let matches = suffix.count <= count && view.slice(count - suffix.count, count).isEqual(suffix)
            return matches ? count - suffix.count : count
        }
        if count > 0, view[count - 1] == 0x0A { return count >= 2 && view[count - 2] == 0x0D ? count - 2 : count - 1 }
        return count > 0 && view[count - 1] == 0x0D ? count - 1 : count
    }
}
