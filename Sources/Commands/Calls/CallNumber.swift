/// What people call a call by: its number, decimal or, as lists and the owners' log write it, hexadecimal.
enum CallNumber {
    /// Numbers are microseconds since 1970: 16 decimal or 13 hexadecimal digits until the year 2112.
    static func parse(_ text: String) -> UInt64? {
        if text.utf8.count == 13, let number = UInt64(text, radix: 16) { return number }
        return UInt64(text)
    }
}
