/// The same pattern with a callout in every repetition: what a match does between two retries is then counted, and bounded.
///
/// Oniguruma bounds its retries, but one retry may read the whole rest of the subject (`(?:(?>a*)x|a)*y`): 100,000 of them on
/// 60,000 bytes take seconds. With a callout in each round nothing is repeated uncounted, so a match takes at most its units
/// and its retries, times what the pattern says once.
///
/// | pattern | becomes | why |
/// |---|---|---|
/// | `a*` `(b\|c)+?` `x{2,}` | `(?:(*u)a)*` … | each round is a unit |
/// | `\g<name>` | `(?:(*u)\g<name>)` | a call may recurse |
/// | `\1` `\k<name>` | `(?:(*r{1})\1)` | it compares as many bytes as the group has |
///
/// The pattern has been compiled without callouts before, so it is well formed. nil for the few things whose parts are not
/// told apart here (`\c`, octal numbers, references by level, inline `x`, conditionals, `\X`): those are matched with few
/// retries.
struct CountedPattern {
    private let source: [UInt8]
    private let isExtended: Bool
    /// Named groups and their numbers.
    private let names: [(name: [UInt8], groups: [Int])]
    private var index = 0
    private var result: [UInt8] = []
    /// Where the last atom begins in the result; nil when a quantifier would belong to nothing that is known.
    private var atom: Int?
    /// Where the open groups begin in the result.
    private var groups: [Int] = []
    private var isUnknown = false

    static func counted(
        _ source: [UInt8], isExtended: Bool, names: [(name: [UInt8], groups: [Int])]
    ) -> [UInt8]? {
        var pattern = CountedPattern(source, isExtended, names)
        while pattern.index < source.count, !pattern.isUnknown { pattern.step() }
        return pattern.isUnknown || !pattern.groups.isEmpty ? nil : pattern.result
    }

    private init(_ source: [UInt8], _ isExtended: Bool, _ names: [(name: [UInt8], groups: [Int])]) {
        self.source = source
        self.isExtended = isExtended
        self.names = names
    }

    private var next: UInt8? { index < source.count ? source[index] : nil }

    private mutating func copy() {
        guard index < source.count else { return }
        result.append(source[index])
        index += 1
    }

    private mutating func step() {
        guard let byte = next else { return }
        switch byte {
        case UInt8(ascii: "\\"): escape()
        case UInt8(ascii: "["): bracket()
        case UInt8(ascii: "("): open()
        case UInt8(ascii: ")"):
            copy()
            atom = groups.popLast()
            if atom == nil { isUnknown = true }
        case UInt8(ascii: "|"):
            copy()
            atom = nil
        case UInt8(ascii: "#") where isExtended:
            while let byte = next, byte != 0x0A { copy() }
        case UInt8(ascii: " ") where isExtended, 0x09...0x0D where isExtended: copy()
        case UInt8(ascii: "*"), UInt8(ascii: "+"): repeated(to: index + 1)
        case UInt8(ascii: "?"): copy()
        case UInt8(ascii: "{"):
            if let end = interval() { repeated(to: end) } else { character() }
        default: character()
        }
    }

    /// One character as it stands.
    private mutating func character() {
        atom = result.count
        copy()
        while let byte = next, byte & 0xC0 == 0x80 { copy() }
    }

    // MARK: Quantifiers

    /// The end of `{n}`, `{n,}`, `{,m}` or `{n,m}` at the index; nil when the brace is a character.
    private func interval() -> Int? {
        var place = index + 1
        var digits = 0
        var commas = 0
        while place < source.count {
            switch source[place] {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: ",") where commas == 0: commas += 1
            case UInt8(ascii: "}"): return digits > 0 ? place + 1 : nil
            default: return nil
            }
            place += 1
        }
        return nil
    }

    private mutating func repeated(to end: Int) {
        guard let start = atom else {
            isUnknown = true
            return
        }
        result.insert(contentsOf: Array("(?:(*u)".utf8), at: start)
        result.append(UInt8(ascii: ")"))
        while index < end { copy() }
        // `*?` and `*+` say how; a further quantifier repeats the repetition, which is counted.
        if let mark = next, mark == UInt8(ascii: "?") || mark == UInt8(ascii: "+") { copy() }
        atom = start
    }

    // MARK: Groups

    private mutating func open() {
        let rest = source[index...].prefix(4)
        func begins(_ text: String) -> Bool { rest.starts(with: text.utf8) }
        if begins("(?#") {
            while let byte = next, byte != UInt8(ascii: ")") { copy() }
            return copy()
        }
        if begins("(*") || begins("(?(") || begins("(?~") || begins("(?{") {
            isUnknown = true
            return
        }
        groups.append(result.count)
        atom = nil
        copy()
        guard next == UInt8(ascii: "?") else { return }
        copy()
        guard let mark = next else { return }
        switch mark {
        case UInt8(ascii: "<"), UInt8(ascii: "'"):
            copy()
            if mark == UInt8(ascii: "<"), next == UInt8(ascii: "=") || next == UInt8(ascii: "!") { return copy() }
            let close = mark == UInt8(ascii: "<") ? UInt8(ascii: ">") : mark
            while let byte = next, byte != close { copy() }
            copy()
        case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: ">"): copy()
        default: options()
        }
    }

    /// `(?i-m:` or `(?i)`, after its question mark.
    private mutating func options() {
        while let byte = next, byte != UInt8(ascii: ":"), byte != UInt8(ascii: ")") {
            // From here on blanks and `#` would mean something else.
            if byte == UInt8(ascii: "x") || byte == UInt8(ascii: "#") { isUnknown = true }
            copy()
        }
        if next == UInt8(ascii: ")") { groups.removeLast() }
        copy()
        atom = nil
    }

    private mutating func bracket() {
        atom = result.count
        var depth = 0
        while let byte = next {
            copy()
            if byte == UInt8(ascii: "\\") {
                copy()
            } else if byte == UInt8(ascii: "[") {
                depth += 1
                if next == UInt8(ascii: "^") { copy() }
                // `[]a]`: whether it closes depends on what follows.
                if next == UInt8(ascii: "]") { isUnknown = true }
            } else if byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return }
            }
        }
        isUnknown = true
    }

    // MARK: Escapes

    private mutating func escape() {
        atom = result.count
        guard index + 1 < source.count else {
            isUnknown = true
            return
        }
        let letter = source[index + 1]
        switch letter {
        case UInt8(ascii: "k"), UInt8(ascii: "g"): reference(letter)
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            // Two digits may be a reference or an octal number.
            if index + 2 < source.count, (0x30...0x39).contains(source[index + 2]) {
                isUnknown = true
            } else {
                counted("(*r{\(letter - 0x30)})", to: index + 2)
            }
        case UInt8(ascii: "0"), UInt8(ascii: "c"), UInt8(ascii: "C"), UInt8(ascii: "M"), UInt8(ascii: "X"),
            UInt8(ascii: "y"), UInt8(ascii: "Y"):
            isUnknown = true
        case UInt8(ascii: "x"), UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "u"):
            copy()
            copy()
            if next == UInt8(ascii: "{") {
                while let byte = next, byte != UInt8(ascii: "}") { copy() }
                copy()
            } else if letter == UInt8(ascii: "x") || letter == UInt8(ascii: "u") {
                var left = letter == UInt8(ascii: "x") ? 2 : 4
                while left > 0, let byte = next, Self.isHexadecimal(byte) {
                    copy()
                    left -= 1
                }
            }
        default:
            let start = result.count
            copy()
            character()
            atom = start
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    /// `\k<name>`, `\k'name'`, `\g<name>`: index at the backslash.
    private mutating func reference(_ letter: UInt8) {
        guard index + 2 < source.count, source[index + 2] == UInt8(ascii: "<") || source[index + 2] == UInt8(ascii: "'")
        else {
            isUnknown = true
            return
        }
        let close = source[index + 2] == UInt8(ascii: "<") ? UInt8(ascii: ">") : UInt8(ascii: "'")
        guard let end = source[(index + 3)...].firstIndex(of: close) else {
            isUnknown = true
            return
        }
        if letter == UInt8(ascii: "g") { return counted("(*u)", to: end + 1) }
        let name = Array(source[index + 3..<end])
        guard let known = names.first(where: { $0.name == name }) else {
            isUnknown = true
            return
        }
        counted(known.groups.map { "(*r{\($0)})" }.joined(), to: end + 1)
    }

    /// The text up to `end` as a group that begins with a callout.
    private mutating func counted(_ callout: String, to end: Int) {
        result += Array("(?:\(callout)".utf8)
        while index < end { copy() }
        result.append(UInt8(ascii: ")"))
    }
}
