/// Runs a `PatternProgram` over a short ASCII subject, backtracking as Oniguruma does: the first way that matches, from the
/// leftmost position.
///
/// Its memory is a small block. A search that needs more of it, or too many attempts, says
/// `.gaveUp`: Oniguruma then does it from the beginning, with its own limits.
@safe struct PatternMatcher: BitwiseCopyable, @unchecked Sendable {
    // @unchecked Sendable: the steps are written once and live as long as the pattern that owns them.
    enum Outcome { case match, none, gaveUp }

    /// What a search writes to: groups (two places each) and places to go back to.
    @safe struct Memory: BitwiseCopyable {
        let slots: UnsafeMutablePointer<Int32>
        let stack: UnsafeMutablePointer<UInt64>
    }

    /// Words of `Memory.stack`.
    static let stackMax = 512
    /// Ways tried, over all start positions.
    static let attemptsMax = 20_000

    private let steps: UnsafePointer<PatternProgram.Step>
    private let first: ByteSet
    private let hasFirst: Bool
    private let isAnchored: Bool
    private let least: Int
    let groups: Int

    @unsafe init(_ program: PatternProgram, steps: UnsafePointer<PatternProgram.Step>) {
        unsafe self.steps = unsafe steps
        first = program.first ?? .all
        hasFirst = program.first != nil
        isAnchored = program.isAnchored
        least = program.least
        groups = program.groups
    }

    /// Searches from a position; where it matched is in the memory's slots (-1: a group took no part).
    func search(
        _ subject: ByteView, from: Int, _ memory: Memory, attemptsMax: Int = PatternMatcher.attemptsMax
    ) -> Outcome {
        if from > 0, isAnchored { return .none }
        guard subject.count - from >= least else { return .none }
        // The subject and the memory are used only during this call.
        return unsafe subject.withPointer { bytes, count in
            var attempts = 0
            var position = from
            let last = isAnchored ? from : count - least
            while position <= last {
                if hasFirst {
                    while unsafe position <= last && !first.contains(bytes[position]) { position += 1 }
                    if position > last { return .none }
                }
                let outcome = unsafe match(
                    bytes, count, at: position, slots: memory.slots, stack: memory.stack, attempts: &attempts,
                    attemptsMax)
                if outcome != .none { return outcome }
                position += 1
            }
            return .none
        }
    }

    /// A place to go back to is two words: (step, position) and, for a `run`, the shortest and the present end; a
    /// slot's former value is one word with the top bit.
    private func match(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, at start: Int, slots: UnsafeMutablePointer<Int32>,
        stack: UnsafeMutablePointer<UInt64>, attempts: inout Int,
        _ attemptsMax: Int
    ) -> Outcome {
        for slot in 0..<(groups + 1) * 2 { unsafe slots[slot] = -1 }
        var top = 0
        var position = start
        var index = 0
        func isWord(_ place: Int) -> Bool {
            unsafe place >= 0 && place < count && PatternParser.word.contains(bytes[place])
        }
        while true {
            let step = unsafe steps + index
            var failed = false
            switch unsafe step.pointee.operation {
            case .set:
                if unsafe position < count && step.pointee.set.contains(bytes[position]) {
                    position += 1
                    index += 1
                } else {
                    failed = true
                }
            case .run:
                let most = unsafe min(count - position, Int(step.pointee.most))
                var end = position
                let limit = position + most
                let set = unsafe step.pointee.set
                while unsafe end < limit && set.contains(bytes[end]) { end += 1 }
                // A long run takes as long as several attempts.
                attempts &+= (end - position) >> 5
                let shortest = unsafe position + Int(step.pointee.least)
                if end < shortest {
                    failed = true
                } else {
                    index += 1
                    if end > shortest {
                        guard top + 2 <= PatternMatcher.stackMax else { return .gaveUp }
                        unsafe stack[top] = UInt64(shortest) << 32 | UInt64(end)
                        unsafe stack[top + 1] = 1 << 62 | UInt64(index)
                        top += 2
                    }
                    position = end
                }
            case .split:
                guard top + 1 <= PatternMatcher.stackMax else { return .gaveUp }
                unsafe stack[top] = UInt64(position) << 32 | UInt64(UInt32(bitPattern: step.pointee.other))
                top += 1
                index = unsafe Int(step.pointee.target)
            case .jump: index = unsafe Int(step.pointee.target)
            case .save:
                let slot = unsafe Int(step.pointee.target)
                guard top + 1 <= PatternMatcher.stackMax else { return .gaveUp }
                unsafe stack[top] = 1 << 63 | UInt64(slot) << 32 | UInt64(UInt32(bitPattern: slots[slot]))
                top += 1
                unsafe slots[slot] = Int32(truncatingIfNeeded: position)
                index += 1
            case .textBegin:
                failed = position != 0
                index += 1
            case .textEnd:
                failed = position != count
                index += 1
            case .lineBegin:
                failed = unsafe position != 0 && (position == count || bytes[position - 1] != 0x0A)
                index += 1
            case .lineEnd:
                failed = unsafe position != count && bytes[position] != 0x0A
                index += 1
            case .wordBoundary:
                failed = isWord(position - 1) == isWord(position)
                index += 1
            case .noWordBoundary:
                failed = isWord(position - 1) != isWord(position)
                index += 1
            case .match:
                unsafe slots[0] = Int32(truncatingIfNeeded: start)
                unsafe slots[1] = Int32(truncatingIfNeeded: position)
                return .match
            }
            guard failed else { continue }
            attempts += 1
            if attempts > attemptsMax { return .gaveUp }
            // Back to the last place with another way.
            while true {
                guard top > 0 else { return .none }
                let entry = unsafe stack[top - 1]
                if entry >> 63 == 1 {
                    unsafe slots[Int(entry >> 32) & 0xFFFF] = Int32(truncatingIfNeeded: entry)
                    top -= 1
                    continue
                }
                if entry >> 62 == 1 {
                    let range = unsafe stack[top - 2]
                    let shortest = Int(range >> 32)
                    position = Int(range & 0xFFFF_FFFF) - 1
                    index = Int(entry & 0xFFFF_FFFF)
                    if position > shortest {
                        unsafe stack[top - 2] = UInt64(shortest) << 32 | UInt64(position)
                    } else {
                        top -= 2
                    }
                    break
                }
                position = Int(entry >> 32)
                index = Int(entry & 0xFFFF_FFFF)
                top -= 1
                break
            }
        }
    }
}
