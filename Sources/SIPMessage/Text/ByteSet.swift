/// A set of octets, one bit each, for the character classes of the SIP grammar (RFC 3261 §25.1).
///
/// Two words for ASCII and one flag for everything above: small enough to stay in registers, and built from literals so
/// that no lazy initialiser stands in a parse loop. `ByteSetTests` checks every class against its list of characters.
struct ByteSet: Sendable {
    let low: UInt64
    let high: UInt64
    let includesNonASCII: Bool

    init(low: UInt64, high: UInt64, includesNonASCII: Bool = false) {
        self.low = low
        self.high = high
        self.includesNonASCII = includesNonASCII
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        // One choice between two words instead of a branch: letters and digits follow each other at random.
        let word = byte & 0x40 == 0 ? low : high
        if byte < 128 { return (word &>> UInt64(byte)) & 1 != 0 }
        return includesNonASCII
    }

    @inline(__always)
    func containsAll(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        var index = Int(range.start)
        let end = Int(range.end)
        while index < end {
            if !contains(bytes[index]) { return false }
            index &+= 1
        }
        return true
    }

    func containsAll(_ text: some StringProtocol) -> Bool {
        for byte in text.utf8 where !contains(byte) { return false }
        return true
    }
}

extension ByteSet {
    /// `token`: what a name or a simple value is made of.
    static let token = ByteSet(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE)
    /// `word` and `@`: Call-ID.
    static let callID = ByteSet(low: 0xD7FF_EFA6_0000_0000, high: 0x6FFF_FFFF_BFFF_FFFF)
    /// `unreserved` and `user-unreserved`: what needs no escape in the user part that we write.
    static let user = ByteSet(low: 0xABFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// The same and what phones send without the escape that the grammar wants (`#31#`, UTF-8).
    static let userReceived = ByteSet(
        low: 0xABFF_FFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFE, includesNonASCII: true)
    static let password = ByteSet(low: 0x23FF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// `paramchar` without `escaped`.
    static let uriParameter = ByteSet(low: 0x07FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    static let uriParameterReceived = ByteSet(low: 0x27FF_FFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
    /// `unreserved` and `hnv-unreserved`: header parts of a URI.
    static let uriHeader = ByteSet(low: 0x87FF_EF92_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    /// The same with the `=` and `&` between them.
    static let uriHeaders = ByteSet(low: 0xA7FF_EFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFE)
    static let uriHeadersReceived = ByteSet(low: 0xAFFF_FFDA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF)
    /// `reserved`: not the same as its escape (RFC 3261 §19.1.4).
    static let uriReserved = ByteSet(low: 0xAC00_9850_0000_0000, high: 0x0000_0000_0000_0001)
    /// Letters, digits, `-`, `.` and the `_` that some host names carry against the rules.
    static let hostName = ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_87FF_FFFE)
    /// The same without `_`.
    static let strictHostName = ByteSet(low: 0x03FF_6000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    /// `token` and `host` and the `:` and brackets of an address (`gen-value`, RFC 3261 §25.1).
    static let strictParameterValue = ByteSet(low: 0x07FF_6CA2_0000_0000, high: 0x47FF_FFFF_AFFF_FFFE)
    /// A display name without quotes by the grammar: tokens and white space.
    static let strictDisplayName = ByteSet(low: 0x03FF_6CA3_0000_2600, high: 0x47FF_FFFF_87FF_FFFE)
    /// What a header parameter's value may hold without quotes when received: `token`, `host` and a few more characters
    /// that can not be taken for a separator.
    static let parameterValue = ByteSet(low: 0xA7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    /// A display name without quotes: tokens and white space, and harmless others; never `<>",;:@`.
    static let displayName = ByteSet(
        low: 0x23FF_EFFB_0000_2600, high: 0x57FF_FFFF_87FF_FFFE, includesNonASCII: true)
    /// Any visible character but `<`, `>` and `"`: a URI of a scheme that we do not take apart.
    static let opaqueURI = ByteSet(low: 0xAFFF_FFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    /// Digits, hexadecimal letters and visual separators of RFC 3966.
    static let telNumber = ByteSet(low: 0x03FF_6F08_0000_0000, high: 0x0000_007E_0000_007E)
    /// Space, tab, CR, LF. CR and LF occur inside a value only as a fold: the line scanner has seen to that.
    static let whitespace = ByteSet(low: 0x0000_0001_0000_2600, high: 0)
    static let alpha = ByteSet(low: 0, high: 0x07FF_FFFE_07FF_FFFE)
    static let alphanumeric = ByteSet(low: 0x03FF_0000_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
    static let digit = ByteSet(low: 0x03FF_0000_0000_0000, high: 0)
    /// `scheme` after its first letter (RFC 3986 §3.1).
    static let scheme = ByteSet(low: 0x03FF_6800_0000_0000, high: 0x07FF_FFFE_07FF_FFFE)
}
