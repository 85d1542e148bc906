/// What Ruby accepts in a pattern and Oniguruma 6.9 refuses, rewritten. One small table; everything else passes unchanged.
///
/// | Ruby | becomes | why |
/// |---|---|---|
/// | `^?` `$*` `\b{0,2}` | `(?:)` | a quantifier on an anchor is refused; an optional anchor asserts nothing |
/// | `^+` `$+` `\b{2}` | `^` `$` `\b` | the same assertion once more |
enum PatternRewriter {
    static func rewrite(_ source: [UInt8]) -> [UInt8] {
        guard needsWork(source) else { return source }
        var result: [UInt8] = []
        var index = 0
        var classDepth = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "\\"), index + 1 < source.count {
                let next = source[index + 1]
                let isAnchor = classDepth == 0 && "AzZbBG".utf8.contains(next)
                index += 2
                if isAnchor, isQuantifier(source, index) {
                    result += skipQuantifier(source, &index) ? Array("(?:)".utf8) : [byte, next]
                } else {
                    result += [byte, next]
                }
                continue
            }
            if byte == UInt8(ascii: "[") {
                classDepth += 1
            } else if byte == UInt8(ascii: "]"), classDepth > 0 {
                classDepth -= 1
            }
            index += 1
            if classDepth == 0, byte == UInt8(ascii: "^") || byte == UInt8(ascii: "$"), isQuantifier(source, index) {
                result += skipQuantifier(source, &index) ? Array("(?:)".utf8) : [byte]
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func needsWork(_ source: [UInt8]) -> Bool {
        for index in source.indices.dropLast() where isQuantifier(source, index + 1) {
            switch source[index] {
            case UInt8(ascii: "^"), UInt8(ascii: "$"): return true
            case UInt8(ascii: "A"), UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "b"), UInt8(ascii: "B"),
                UInt8(ascii: "G"):
                if index > 0, source[index - 1] == UInt8(ascii: "\\") { return true }
            default: break
            }
        }
        return false
    }

    /// Passes the quantifier (and its `?` or `+`); whether it allows no occurrence at all.
    private static func skipQuantifier(_ source: [UInt8], _ index: inout Int) -> Bool {
        let mark = source[index]
        var isOptional = mark != UInt8(ascii: "+")
        index += 1
        if mark == UInt8(ascii: "{") {
            isOptional = index < source.count && source[index] == UInt8(ascii: "0")
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
            return index + 1 < source.count && (0x30...0x39).contains(source[index + 1])
        default: return false
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
