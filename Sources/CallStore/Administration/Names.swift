/// The rules for names that people choose, each with its own words. The schema repeats what it can express.
enum Names {
    static let lengthMax = 64

    /// Users and providers: part of dial strings and of addresses such as `provider.alice`, hence no dot.
    static func checkPlain(_ name: String, _ what: String) throws(StoreError) {
        let isFine = name.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        guard isFine, (1...Self.lengthMax).contains(name.utf8.count) else {
            throw StoreError(
                .invalidValue, "\(what) '\(name)' must have 1 to 64 characters, only letters, digits, - and _")
        }
    }

    /// Dialplans: anything printable, so that names from elsewhere can be kept.
    static func checkDialplan(_ name: String) throws(StoreError) {
        let isFine = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        guard isFine, (1...Self.lengthMax).contains(name.unicodeScalars.count), name.first != " ", name.last != " "
        else {
            throw StoreError(
                .invalidValue,
                "dialplan name '\(name)' must have 1 to 64 printable characters and no space at either end")
        }
    }

    /// The user part of an account's address: RFC 3261's characters that need no escape.
    static func checkAccountUsername(_ name: String) throws(StoreError) {
        let marks = "-_.!~*'()&=+$,;?/".utf8
        guard name.utf8.allSatisfy({ isAlphanumeric($0) || marks.contains($0) }),
            (1...Self.lengthMax).contains(name.utf8.count)
        else {
            throw StoreError(
                .invalidValue,
                "account name '\(name)' must have 1 to 64 characters, only letters, digits and -_.!~*'()&=+$,;?/")
        }
    }

    /// A host name or address as it stands in a SIP URI, lower-cased.
    static func canonicalHost(_ text: String) throws(StoreError) -> String {
        let name = text.lowercased()
        let isIPv6 = name.hasPrefix("[") && name.hasSuffix("]")
        let inner = isIPv6 ? name.dropFirst().dropLast() : name[...]
        let isFine = inner.utf8.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == (isIPv6 ? UInt8(ascii: ":") : UInt8(ascii: "-"))
        }
        guard isFine, !inner.isEmpty, name.utf8.count <= 255, name.first != ".", name.first != "-" else {
            throw StoreError(
                .invalidValue,
                "'\(text)' is no host name: letters, digits, - and . (or an address such as 192.0.2.1 or [2001:db8::1])"
            )
        }
        return name
    }

    /// Free text: no control characters but tab and line ends.
    static func checkText(_ text: String, _ what: String, lengthMax: Int) throws(StoreError) {
        let isFine = text.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" || $0 == "\r" }
        guard isFine, text.unicodeScalars.count <= lengthMax else {
            throw StoreError(
                .invalidValue, "\(what) must have at most \(lengthMax) characters and no control characters")
        }
    }

    /// A name that goes into a header or URI: not empty, no spaces, no control characters.
    static func checkToken(_ text: String, _ what: String, lengthMax: Int) throws(StoreError) {
        let isFine = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard isFine, !text.isEmpty, text.unicodeScalars.count <= lengthMax else {
            throw StoreError(
                .invalidValue, "\(what) '\(text)' must have 1 to \(lengthMax) characters and no spaces")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
