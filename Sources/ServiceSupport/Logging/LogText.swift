/// Text that is safe in a log: it cannot forge a line, steer a terminal or show a secret.
public enum LogText {
    /// Control characters, line separators and bidirectional overrides as `\n`, `\u{1b}`….
    public static func escaped(_ text: String) -> String {
        // The ordinary case first: most texts need nothing.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count + 8)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\\": result += "\\\\"
            case let scalar where isUnsafe(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return false
        }
    }

    /// A value of `key=value`: as it is, or in quotes when something in it would make it ambiguous.
    static func logfmt(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
            && !text.utf8.contains(UInt8(ascii: "=")) && !text.utf8.contains(UInt8(ascii: "\\"))
        if isPlain { return text }
        return "\"" + escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            + "\""
    }

    /// A JSON string with its quotes.
    static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let scalar where scalar.value < 0x20 || isUnsafe(scalar):
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Fields whose values are never written, by the words in their names.
    private static let secretWords = [
        "password", "secret", "ha1", "authorization", "credential", "private-key", "nonce",
    ]

    /// The value of a field, or `***` if it is a secret by name or carries digest credentials.
    static func masked(_ key: String, _ value: String) -> String {
        let name = key.lowercased()
        if secretWords.contains(where: name.contains) { return "***" }
        guard value.contains("response=\"") || value.contains("Authorization:") else { return value }
        return "*** (credentials)"
    }
}
