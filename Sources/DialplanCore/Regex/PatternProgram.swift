/// A set of ASCII bytes.
struct ByteSet: BitwiseCopyable, Equatable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    static let all = ByteSet(low: .max, high: .max)

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        (byte < 64 ? low >> UInt64(byte) : byte < 128 ? high >> UInt64(byte & 63) : 0) & 1 != 0
    }

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else if byte < 128 { high |= 1 << UInt64(byte & 63) }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) { for byte in range { insert(byte) } }

    mutating func formUnion(_ other: ByteSet) {
        low |= other.low
        high |= other.high
    }

    func intersection(_ other: ByteSet) -> ByteSet { ByteSet(low: low & other.low, high: high & other.high) }

    var inverted: ByteSet { ByteSet(low: ~low, high: ~high) }

    /// With the other case of each letter.
    var folded: ByteSet {
        var result = self
        for letter in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(letter) || contains(letter - 32) {
            result.insert(letter)
            result.insert(letter - 32)
        }
        return result
    }
}

/// A pattern of the plain kind (bytes, classes, groups, alternatives, counted repetition, anchors) as steps for
/// `PatternMatcher`: dialplans match short ASCII numbers and URIs many times, and most of what such a search costs in
/// Oniguruma is its beginning and end. Anything else in a pattern, and every subject that is not ASCII, is Oniguruma's.
struct PatternProgram: Sendable {
    enum Operation: UInt8, BitwiseCopyable, Sendable {
        /// One byte of `set`.
        case set
        /// `least ... most` bytes of `set`, as many as can be, given back one at a time.
        case run
        /// Goes on at `target`; when that fails, at `other`.
        case split
        case jump
        /// Notes the position in slot `target`.
        case save
        case textBegin, textEnd, lineBegin, lineEnd, wordBoundary, noWordBoundary
        case match
    }

    struct Step: BitwiseCopyable, Sendable {
        var operation: Operation
        var target: Int32 = 0
        var other: Int32 = 0
        var least: Int32 = 0
        var most: Int32 = 0
        var set = ByteSet()
    }

    static let stepsMax = 400
    static let groupsMax = 24

    private(set) var steps: [Step] = []
    let groups: Int
    /// Only at the very beginning of the subject.
    let isAnchored: Bool
    /// The bytes that a match can begin with; nil: it may be empty.
    private(set) var first: ByteSet?
    /// The fewest bytes that a match has.
    let least: Int

    /// Nil when the pattern is not of the plain kind.
    init?(_ pattern: [UInt8], flags: RegexFlags, hasNames: Bool) {
        guard flags.isDisjoint(with: [.extended]) else { return nil }
        var parser = PatternParser(pattern, flags: flags, hasNames: hasNames)
        guard let node = parser.parse(), parser.groups <= PatternProgram.groupsMax else { return nil }
        groups = parser.groups
        isAnchored = node.isAnchored
        least = node.least
        guard emit(node), steps.count < PatternProgram.stepsMax else { return nil }
        steps.append(Step(operation: .match))
        var set = ByteSet()
        var seen: Set<Int> = []
        first = collectFirst(0, &set, &seen) ? set : nil
    }

    /// Whether every way from a step begins with a byte of `set`, which is added to.
    private func collectFirst(_ start: Int, _ set: inout ByteSet, _ seen: inout Set<Int>) -> Bool {
        var work = [start]
        while let index = work.popLast() {
            guard seen.insert(index).inserted else { continue }
            let step = steps[index]
            switch step.operation {
            case .set: set.formUnion(step.set)
            case .run:
                set.formUnion(step.set)
                if step.least == 0 { work.append(index + 1) }
            case .split: work += [Int(step.target), Int(step.other)]
            case .jump: work.append(Int(step.target))
            case .save, .textBegin, .lineBegin, .wordBoundary, .noWordBoundary: work.append(index + 1)
            case .textEnd, .lineEnd, .match: return false
            }
        }
        return true
    }

    // MARK: Steps of a node

    private mutating func emit(_ node: PatternNode) -> Bool {
        guard steps.count < PatternProgram.stepsMax else { return false }
        switch node {
        case .set(let set): steps.append(Step(operation: .set, set: set))
        case .anchor(let operation): steps.append(Step(operation: operation))
        case .sequence(let nodes): for item in nodes { guard emit(item) else { return false } }
        case .group(let number, let inner):
            steps.append(Step(operation: .save, target: Int32(number * 2)))
            guard emit(inner) else { return false }
            steps.append(Step(operation: .save, target: Int32(number * 2 + 1)))
        case .alternatives(let nodes):
            var ends: [Int] = []
            for (index, item) in nodes.enumerated() {
                guard index < nodes.count - 1 else {
                    guard emit(item) else { return false }
                    break
                }
                let split = steps.count
                steps.append(Step(operation: .split, target: Int32(split + 1)))
                guard emit(item) else { return false }
                ends.append(steps.count)
                steps.append(Step(operation: .jump))
                steps[split].other = Int32(steps.count)
            }
            for end in ends { steps[end].target = Int32(steps.count) }
        case .repeated(let inner, let least, let most, let isGreedy):
            return emitRepeated(inner, least, most, isGreedy)
        }
        return true
    }

    private mutating func emitRepeated(_ inner: PatternNode, _ least: Int, _ most: Int, _ isGreedy: Bool) -> Bool {
        if case .set(let set) = inner, isGreedy {
            steps.append(
                Step(operation: .run, least: Int32(clamping: least), most: Int32(clamping: most), set: set))
            return true
        }
        // What may match nothing is Oniguruma's: its rules for that are its own.
        guard inner.least > 0, least <= 64, most == Int.max || most <= 64 else { return false }
        for _ in 0..<least { guard emit(inner) else { return false } }
        func split(_ stay: Int) -> Step {
            isGreedy
                ? Step(operation: .split, target: Int32(stay)) : Step(operation: .split, other: Int32(stay))
        }
        func leave(_ index: Int, to target: Int) {
            if isGreedy { steps[index].other = Int32(target) } else { steps[index].target = Int32(target) }
        }
        if most == Int.max {
            let top = steps.count
            steps.append(split(top + 1))
            guard emit(inner) else { return false }
            steps.append(Step(operation: .jump, target: Int32(top)))
            leave(top, to: steps.count)
            return true
        }
        var splits: [Int] = []
        for _ in least..<max(least, most) {
            splits.append(steps.count)
            steps.append(split(steps.count + 1))
            guard emit(inner) else { return false }
        }
        for index in splits { leave(index, to: steps.count) }
        return true
    }
}

/// The parts of a plain pattern.
indirect enum PatternNode {
    case set(ByteSet)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case group(Int, PatternNode)
    case repeated(PatternNode, least: Int, most: Int, isGreedy: Bool)
    case anchor(PatternProgram.Operation)

    /// The fewest bytes that it takes.
    var least: Int {
        switch self {
        case .set: 1
        case .sequence(let nodes): nodes.reduce(0) { $0 + $1.least }
        case .alternatives(let nodes): nodes.map(\.least).min() ?? 0
        case .group(_, let node): node.least
        case .repeated(let node, let least, _, _): node.least * least
        case .anchor: 0
        }
    }

    /// Whether it begins with `\A` whatever it matches.
    var isAnchored: Bool {
        switch self {
        case .set, .repeated: false
        case .sequence(let nodes): nodes.first?.isAnchored ?? false
        case .alternatives(let nodes): nodes.allSatisfy(\.isAnchored)
        case .group(_, let node): node.isAnchored
        case .anchor(let operation): operation == .textBegin
        }
    }
}
