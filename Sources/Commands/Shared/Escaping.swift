/// Text that comes from outside must not steer the terminal: names, URIs and what scripts log may hold anything.
enum Escaping {
    /// One line: control characters, line ends and what turns the writing direction are written as escapes.
    static func line(_ text: String) -> String { escaped(text, keeping: []) }

    /// Several lines: line ends and tabs stay.
    static func text(_ text: String) -> String { escaped(text, keeping: ["\n", "\t"]) }

    private static func escaped(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        guard text.unicodeScalars.contains(where: { isSteering($0) && !kept.contains($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isSteering(scalar), !kept.contains(scalar) {
                result.append(contentsOf: name(of: scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// JSON for a terminal: such characters stand in strings only, where JSON's own escapes may stand for them.
    static func json(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isSteering($0) && $0.value > 0x1F }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isSteering(scalar), scalar.value > 0x1F {
                result += "\\u" + hexadecimal(scalar.value, 4)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// C0, DEL, C1, line and paragraph separators, and the controls of bidirectional text.
    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: scalar.value < 0x100 ? "\\x" + hexadecimal(scalar.value, 2) : "\\u" + hexadecimal(scalar.value, 4)
        }
    }

    private static func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
