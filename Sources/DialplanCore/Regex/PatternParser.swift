/// Reads a pattern of the plain kind; says nil to everything that it does not know for certain.
struct PatternParser {
    private let pattern: [UInt8]
    private let flags: RegexFlags
    private let hasNames: Bool
    private var index = 0
    private var depth = 0
    /// Groups counted so far.
    private(set) var groups = 0

    init(_ pattern: [UInt8], flags: RegexFlags, hasNames: Bool) {
        self.pattern = pattern
        self.flags = flags
        self.hasNames = hasNames
    }

    mutating func parse() -> PatternNode? {
        guard pattern.count <= 512, pattern.allSatisfy({ $0 < 0x80 }) else { return nil }
        guard let node = alternatives(), index == pattern.count else { return nil }
        return node
    }

    private var next: UInt8? { index < pattern.count ? pattern[index] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func alternatives() -> PatternNode? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 20 else { return nil }
        var nodes: [PatternNode] = []
        repeat {
            guard let node = sequence() else { return nil }
            nodes.append(node)
        } while take("|")
        return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
    }

    private mutating func sequence() -> PatternNode? {
        var nodes: [PatternNode] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            guard let atom = atom(), let item = quantified(atom) else { return nil }
            nodes.append(item)
        }
        return .sequence(nodes)
    }

    private mutating func atom() -> PatternNode? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "("): return group()
        case UInt8(ascii: "["): return bracket().map { .set(folded($0)) }
        case UInt8(ascii: "."):
            // Before `.+` and `.*` Oniguruma skips starts that it should not (`/$.*/m`), and so does Ruby.
            if flags.contains(.multiline) { return nil }
            var set = ByteSet()
            set.insert(0x0A)
            return .set(set.inverted)
        case UInt8(ascii: "^"): return .anchor(.lineBegin)
        case UInt8(ascii: "$"): return .anchor(.lineEnd)
        case UInt8(ascii: "\\"): return escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            UInt8(ascii: "]"), UInt8(ascii: ")"):
            return nil
        default: return .set(folded(single(byte)))
        }
    }

    private func single(_ byte: UInt8) -> ByteSet {
        var set = ByteSet()
        set.insert(byte)
        return set
    }

    private func folded(_ set: ByteSet) -> ByteSet { flags.contains(.ignoreCase) ? set.folded : set }

    private mutating func group() -> PatternNode? {
        var number: Int?
        if take("?") {
            if take("<") {
                guard let first = next, isLetter(first) else { return nil }
                while let byte = next, isLetter(byte) || (0x30...0x39).contains(byte) { index += 1 }
                guard take(">") else { return nil }
                groups += 1
                number = groups
            } else if !take(":") {
                return nil
            }
        } else if !hasNames {
            groups += 1
            number = groups
        }
        guard let inner = alternatives(), take(")") else { return nil }
        return number.map { .group($0, inner) } ?? inner
    }

    private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F }

    private mutating func escape() -> PatternNode? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "A"): return .anchor(.textBegin)
        case UInt8(ascii: "z"): return .anchor(.textEnd)
        case UInt8(ascii: "b"): return .anchor(.wordBoundary)
        case UInt8(ascii: "B"): return .anchor(.noWordBoundary)
        default: return escaped(byte).map { .set(folded($0)) }
        }
    }

    /// What a backslash makes of a byte, inside and outside of brackets.
    private func escaped(_ byte: UInt8) -> ByteSet? {
        switch byte {
        case UInt8(ascii: "d"): return PatternParser.digits
        case UInt8(ascii: "D"): return PatternParser.digits.inverted
        case UInt8(ascii: "w"): return PatternParser.word
        case UInt8(ascii: "W"): return PatternParser.word.inverted
        case UInt8(ascii: "s"): return PatternParser.space
        case UInt8(ascii: "S"): return PatternParser.space.inverted
        case UInt8(ascii: "h"): return PatternParser.hexadecimal
        case UInt8(ascii: "H"): return PatternParser.hexadecimal.inverted
        case UInt8(ascii: "n"): return single(0x0A)
        case UInt8(ascii: "r"): return single(0x0D)
        case UInt8(ascii: "t"): return single(0x09)
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x20: return single(byte)
        default: return nil
        }
    }

    static let digits: ByteSet = {
        var set = ByteSet()
        set.insert(0x30...0x39)
        return set
    }()
    static let word: ByteSet = {
        var set = digits
        set.insert(0x61...0x7A)
        set.insert(0x41...0x5A)
        set.insert(0x5F)
        return set
    }()
    static let space: ByteSet = {
        var set = ByteSet()
        set.insert(0x09...0x0D)
        set.insert(0x20)
        return set
    }()
    static let hexadecimal: ByteSet = {
        var set = digits
        set.insert(0x61...0x66)
        set.insert(0x41...0x46)
        return set
    }()

    /// `[…]`, after its bracket.
    private mutating func bracket() -> ByteSet? {
        var set = ByteSet()
        let isInverted = take("^")
        guard next != UInt8(ascii: "]") else { return nil }
        while let byte = next, byte != UInt8(ascii: "]") {
            index += 1
            guard byte != UInt8(ascii: "["), !(byte == UInt8(ascii: "&") && next == byte) else { return nil }
            var items = single(byte)
            var isSingle = true
            if byte == UInt8(ascii: "\\") {
                guard let mark = next, let known = escaped(mark) else { return nil }
                index += 1
                items = known
                isSingle = (known.low.nonzeroBitCount + known.high.nonzeroBitCount) == 1
            }
            if next == UInt8(ascii: "-"), index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "]") {
                // A range of plain bytes; anything unusual around the hyphen is not ours.
                let end = pattern[index + 1]
                guard isSingle, byte != UInt8(ascii: "\\"), end != UInt8(ascii: "\\"), end != UInt8(ascii: "["),
                    byte <= end
                else { return nil }
                index += 2
                items.insert(byte...end)
                // `a-c-e`: what the second hyphen means is not ours to say.
                guard next != UInt8(ascii: "-") || index + 1 < pattern.count && pattern[index + 1] == UInt8(ascii: "]")
                else { return nil }
            }
            set.formUnion(items)
        }
        guard take("]") else { return nil }
        if isInverted {
            // The case is folded before the set is turned round.
            return folded(set).inverted
        }
        return set
    }

    private mutating func quantified(_ atom: PatternNode) -> PatternNode? {
        var least = 0
        var most = Int.max
        switch next {
        case UInt8(ascii: "*"): break
        case UInt8(ascii: "+"): least = 1
        case UInt8(ascii: "?"): most = 1
        case UInt8(ascii: "{"):
            guard let (low, high, end) = counts() else { return nil }
            (least, most) = (low, high)
            index = end
            // `{n}?` and `{n}+` have meanings of their own.
            guard next != UInt8(ascii: "?"), next != UInt8(ascii: "+"), next != UInt8(ascii: "*"),
                next != UInt8(ascii: "{")
            else { return nil }
            if case .anchor = atom { return nil }
            return .repeated(atom, least: least, most: most, isGreedy: true)
        default: return atom
        }
        index += 1
        if case .anchor = atom { return nil }
        let isGreedy = !take("?")
        guard next != UInt8(ascii: "?"), next != UInt8(ascii: "+"), next != UInt8(ascii: "*"), next != UInt8(ascii: "{")
        else { return nil }
        return .repeated(atom, least: least, most: most, isGreedy: isGreedy)
    }

    /// `{n}`, `{n,}`, `{n,m}` at the index; and the index after it.
    private func counts() -> (Int, Int, Int)? {
        var place = index + 1
        func number() -> Int? {
            var value: Int?
            while place < pattern.count, (0x30...0x39).contains(pattern[place]) {
                value = (value ?? 0) * 10 + Int(pattern[place] - 0x30)
                place += 1
                guard let value, value <= 1000 else { return nil }
            }
            return value
        }
        guard let least = number(), place < pattern.count else { return nil }
        if pattern[place] == UInt8(ascii: "}") { return (least, least, place + 1) }
        guard pattern[place] == UInt8(ascii: ",") else { return nil }
        place += 1
        guard place < pattern.count else { return nil }
        if pattern[place] == UInt8(ascii: "}") { return (least, Int.max, place + 1) }
        guard let most = number(), most >= least, place < pattern.count, pattern[place] == UInt8(ascii: "}") else {
            return nil
        }
        return (least, most, place + 1)
    }
}
