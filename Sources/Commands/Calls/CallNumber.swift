/// The switch's number of a call: decimal in records, hexadecimal in the owners' log.
enum CallNumber {
    /// Numbers are microseconds since 1970: 16 decimal or 13 hexadecimal digits until the year 2112.
    static func parse(_ text: String) -> UInt64? {
        if text.utf8.count == 13, let number = UInt64(text, radix: 16) { return number }
        return UInt64(text)
    }

    static func logID(_ number: UInt64) -> String { String(number, radix: 16) }
}
