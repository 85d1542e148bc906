/// What Ruby accepts in a pattern and Oniguruma 6.9 refuses or reads otherwise, rewritten; everything else passes unchanged.
///
/// | Ruby | becomes | why |
/// |---|---|---|
/// | `^?` `$*` `\b{0,2}` | `(?:)` | a quantifier on an anchor is refused; an optional anchor asserts nothing |
/// | `^+` `$+` `\b{2}` | `^` `$` `\b` | the same assertion once more |
/// | `(?:\A){2}` `(?:(?=a)\|b)+` | `(?:(?:)\A){2}` … | nor may a repeated group be a bare anchor |
/// | `(?=a)*` | `(?:(?:)(?=a))*` | the same of look-around |
/// | `\w` `\d` `\s` and their opposites | `[a-zA-Z0-9_]` … | ASCII's; `\b` and `[[:alpha:]]` are Unicode's in both |
struct PatternRewriter {
    private let source: [UInt8]
    private let isExtended: Bool
    private var index = 0
    private var result: [UInt8] = []
    private var groups: [Group] = []

    /// A group that is open.
    private struct Group {
        /// Where it begins in the result.
        let start: Int
        let isPlain: Bool
        let isLookAround: Bool
        /// Where alternatives begin in the result that begin with an assertion.
        var bare: [Int] = []
        /// Nothing of the present alternative has been written.
        var isAtStart = true
    }

    private static let empty = Array("(?:)".utf8)

    private init(_ source: [UInt8], isExtended: Bool) {
        self.source = source
        self.isExtended = isExtended
    }

    // MARK: Repeated assertions

    /// With what may not be repeated in Oniguruma made repeatable.
    static func rewrite(_ source: [UInt8], isExtended: Bool = false) -> [UInt8] {
        guard isExtended || needsWork(source) else { return source }
        var rewriter = PatternRewriter(source, isExtended: isExtended)
        rewriter.rewriteRepeats()
        return rewriter.result
    }

    /// Whether a quantifier follows an assertion or a group: a cheap look that most patterns do not pass.
    private static func needsWork(_ source: [UInt8]) -> Bool {
        for index in source.indices.dropLast() where isQuantifier(source, index + 1) {
            switch source[index] {
            case UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: ")"): return true
            case UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "b"), UInt8(ascii: "B"),
                UInt8(ascii: "G"):
                if index > 0, source[index - 1] == UInt8(ascii: "\\") { return true }
            default: break
            }
        }
        return false
    }

    private mutating func rewriteRepeats() {
        while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "\\") where index + 1 < source.count:
                let next = source[index + 1]
                index += 2
                takeAtom([byte, next], isAnchor: "AzZbBG".utf8.contains(next))
            case UInt8(ascii: "["):
                noteAtom(isAssertion: false)
                copyClass()
            case UInt8(ascii: "("): open()
            case UInt8(ascii: ")"): close()
            case UInt8(ascii: "|"):
                result.append(byte)
                index += 1
                if !groups.isEmpty { groups[groups.count - 1].isAtStart = true }
            case UInt8(ascii: "#") where isExtended:
                while index < source.count, source[index] != 0x0A { copy() }
            case UInt8(ascii: " "), 0x09, 0x0A, 0x0D, 0x0C:
                if !isExtended { noteAtom(isAssertion: false) }
                copy()
            default:
                index += 1
                takeAtom([byte], isAnchor: byte == UInt8(ascii: "^") || byte == UInt8(ascii: "$"))
            }
        }
    }

    private mutating func copy() {
        result.append(source[index])
        index += 1
    }

    private mutating func noteAtom(isAssertion: Bool) {
        guard let last = groups.indices.last, groups[last].isAtStart else { return }
        groups[last].isAtStart = false
        if isAssertion { groups[last].bare.append(result.count) }
    }

    private mutating func takeAtom(_ bytes: [UInt8], isAnchor: Bool) {
        noteAtom(isAssertion: isAnchor)
        if isAnchor { skipSpace() }
        guard isAnchor, PatternRewriter.isQuantifier(source, index) else { return result += bytes }
        result += skipQuantifier() ? PatternRewriter.empty : bytes
    }

    private mutating func open() {
        let rest = source[index...].prefix(4)
        func begins(_ text: String) -> Bool { rest.starts(with: text.utf8) }
        if begins("(?#") {
            while index < source.count, source[index] != UInt8(ascii: ")") { copy() }
            if index < source.count { copy() }
            return
        }
        let isLookAround = begins("(?=") || begins("(?!") || begins("(?<=") || begins("(?<!")
        noteAtom(isAssertion: isLookAround)
        groups.append(Group(start: result.count, isPlain: begins("(?:"), isLookAround: isLookAround))
        copy()
        // The marks of the group are no atoms.
        guard index < source.count, source[index] == UInt8(ascii: "?") else { return }
        copy()
        if isLookAround, index < source.count, source[index] == UInt8(ascii: "<") { copy() }
        if index < source.count { copy() }
    }

    private mutating func close() {
        result.append(UInt8(ascii: ")"))
        index += 1
        skipSpace()
        guard let group = groups.popLast(), PatternRewriter.isQuantifier(source, index) else { return }
        if group.isPlain {
            for place in group.bare.reversed() { result.insert(contentsOf: PatternRewriter.empty, at: place) }
        } else if group.isLookAround {
            result.insert(contentsOf: Array("(?:(?:)".utf8), at: group.start)
            result.append(UInt8(ascii: ")"))
        }
    }

    /// Flag `x`: blanks may stand before a quantifier.
    private mutating func skipSpace() {
        guard isExtended else { return }
        while index < source.count, source[index] == 0x20 || (0x09...0x0D).contains(source[index]) { index += 1 }
    }

    private mutating func copyClass() {
        var depth = 0
        while index < source.count {
            let byte = source[index]
            copy()
            if byte == UInt8(ascii: "\\"), index < source.count {
                copy()
            } else if byte == UInt8(ascii: "[") {
                depth += 1
            } else if byte == UInt8(ascii: "]") {
                depth -= 1
                if depth == 0 { return }
            }
        }
    }

    /// Passes the quantifier (and its `?` or `+`); whether it allows no occurrence at all.
    private mutating func skipQuantifier() -> Bool {
        let mark = source[index]
        var isOptional = mark != UInt8(ascii: "+")
        index += 1
        if mark == UInt8(ascii: "{") {
            isOptional =
                index < source.count && (source[index] == UInt8(ascii: "0") || source[index] == UInt8(ascii: ","))
            while index < source.count, source[index] != UInt8(ascii: "}") { index += 1 }
            if index < source.count { index += 1 }
        }
        if index < source.count, source[index] == UInt8(ascii: "?") || source[index] == UInt8(ascii: "+") { index += 1 }
        return isOptional
    }

    private static func isQuantifier(_ source: [UInt8], _ index: Int) -> Bool {
        guard index < source.count else { return false }
        switch source[index] {
        case UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "+"): return true
        case UInt8(ascii: "{"):
            let digit = index + 1 < source.count && source[index + 1] == UInt8(ascii: ",") ? index + 2 : index + 1
            return digit < source.count && (0x30...0x39).contains(source[digit])
        default: return false
        }
    }

    // MARK: Classes of ASCII

    /// With `\w`, `\d`, `\s` and their opposites written out as sets of ASCII characters. Within brackets they are sets
    /// of their own.
    static func withASCIIClasses(_ source: [UInt8], ignoresCase: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var depth = 0
        var index = 0
        while index < source.count {
            let byte = source[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < source.count {
                let next = source[index]
                index += 1
                if next == UInt8(ascii: "u"), index < source.count, source[index] == UInt8(ascii: "{") {
                    result += codePoints(source, &index)
                    continue
                }
                guard let set = asciiSet(next) else {
                    result += [byte, next]
                    continue
                }
                // No letter beyond ASCII is the other case of one in `\w`.
                let isAlone = ignoresCase && depth == 0
                result += isAlone ? Array("(?-i:\(set))".utf8) : Array(set.utf8)
                continue
            }
            if byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: "]"), depth > 0 { depth -= 1 }
            result.append(byte)
        }
        return result
    }

    /// `\u{41 42}` as `\x{41}\x{42}`; the index is at the brace.
    private static func codePoints(_ source: [UInt8], _ index: inout Int) -> [UInt8] {
        guard let end = source[index...].firstIndex(of: UInt8(ascii: "}")) else { return Array("\\u".utf8) }
        let codes = source[(index + 1)..<end].split(separator: 0x20)
        index = end + 1
        return codes.flatMap { Array("\\x{".utf8) + $0 + [UInt8(ascii: "}")] }
    }

    private static func asciiSet(_ letter: UInt8) -> String? {
        switch letter {
        case UInt8(ascii: "w"): "[a-zA-Z0-9_]"
        case UInt8(ascii: "W"): "[^a-zA-Z0-9_]"
        case UInt8(ascii: "d"): "[0-9]"
        case UInt8(ascii: "D"): "[^0-9]"
        case UInt8(ascii: "s"): "[ \\t\\r\\n\\f\\v]"
        case UInt8(ascii: "S"): "[^ \\t\\r\\n\\f\\v]"
        default: nil
        }
    }
}

/// Named groups of a pattern, in order, with their numbers (only named groups count when there are any).
enum GroupNames {
    static func find(in source: [UInt8]) -> [(name: [UInt8], groups: [Int])] {
        var names: [(name: [UInt8], groups: [Int])] = []
        var number = 0
        var index = 0
        var inClass = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if byte == UInt8(ascii: "[") { inClass += 1 }
            if byte == UInt8(ascii: "]"), inClass > 0 { inClass -= 1 }
            if inClass == 0, byte == UInt8(ascii: "("), index + 3 < source.count,
                source[index + 1] == UInt8(ascii: "?"),
                source[index + 2] == UInt8(ascii: "<") || source[index + 2] == UInt8(ascii: "'"),
                source[index + 3] != UInt8(ascii: "="), source[index + 3] != UInt8(ascii: "!")
            {
                let close = source[index + 2] == UInt8(ascii: "<") ? UInt8(ascii: ">") : UInt8(ascii: "'")
                var end = index + 3
                while end < source.count, source[end] != close { end += 1 }
                let name = Array(source[index + 3..<end])
                number += 1
                if let known = names.firstIndex(where: { $0.name == name }) {
                    names[known].groups.append(number)
                } else {
                    names.append((name, [number]))
                }
                index = end
            }
            index += 1
        }
        return names
    }
}
