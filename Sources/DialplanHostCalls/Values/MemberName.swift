/// Member names as IronRuby mangled them: `FromURI`, `from_uri` and `fromuri` are one member.
public enum MemberName {
    /// The form under which names are compared: ASCII letters in lower case, no underscores.
    public static func folded(_ name: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in name where byte != UInt8(ascii: "_") {
            result.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
        }
        return result
    }

    /// Whether a script's spelling names the member.
    public static func matches(_ written: some Sequence<UInt8>, _ member: some Sequence<UInt8>) -> Bool {
        folded(written) == folded(member)
    }
}
