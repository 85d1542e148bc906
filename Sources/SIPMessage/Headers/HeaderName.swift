/// The name of a header field. Compared without case, compact forms equal their long ones (`v` is `Via`).
public struct HeaderName: Hashable, Sendable, CustomStringConvertible {
    /// nil for a name that the library does not know.
    let known: KnownHeader?
    /// The name as given, for a name that is not known; else empty.
    private let unknown: String

    init(_ known: KnownHeader) {
        self.known = known
        self.unknown = ""
    }

    /// nil when `text` is no token. Known names and compact forms are recognised.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.count <= 1_000, ByteSet.token.containsAll(text) else { return nil }
        let bytes = Array(text.utf8)
        self.init(
            bytes.span, ByteRange(0, bytes.count), id: HeaderNameTable.shared.id(bytes.span, ByteRange(0, bytes.count)))
    }

    /// The name in `range`, which is a token and has the number `id`.
    init(_ bytes: Span<UInt8>, _ range: ByteRange, id: UInt8) {
        known = KnownHeader(rawValue: id)
        unknown = known == nil ? String(bytes, range) : ""
    }

    /// The name as the library prints it: the canonical form of a known name, else as given.
    public var text: String {
        guard let known else { return unknown }
        return HeaderDefinition.all[Int(known.rawValue)].name.description
    }

    /// See ``text``.
    public var description: String { text }

    /// Whether the library does not know the name: it is carried as it stands and its value is text.
    public var isUnknown: Bool { known == nil }

    /// The one-letter form, if the name has one (RFC 3261 §7.3.3).
    public var compactForm: String? {
        known.flatMap { HeaderDefinition.all[Int($0.rawValue)].compact.map { String($0) } }
    }

    /// Whether a row's value is a list joined by commas.
    var isList: Bool {
        known.map { HeaderDefinition.all[Int($0.rawValue)].multiplicity == .list } ?? false
    }

    /// Whether the message itself writes this field, so that it can not be written as text or removed.
    var isManaged: Bool {
        switch known {
        case .via, .from, .to, .callID, .cSeq, .contentLength: true
        default: false
        }
    }

    /// Names are compared without case; a compact form equals its long one (RFC 3261 §7.3.3).
    public static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.known == right.known && (left.known != nil || equalsIgnoringCase(left.unknown, right.unknown))
    }

    /// Equal names have equal hashes.
    public func hash(into hasher: inout Hasher) {
        if let known {
            hasher.combine(known)
        } else {
            hasher.combine(unknown.asciiLowercased)
        }
    }
}

/// Finds a known header's number from its octets: a hash of the first eight and the length, and a full comparison by words.
///
/// The comparison is always made: a parser that trusts the hash alone reads other names as Content-Length.
struct HeaderNameTable: Sendable {
    static let shared = HeaderNameTable()
    /// The number of a name that is not known.
    static let unknownID: UInt8 = 0xFF
    /// Open addressing, linear probing; `unknownID` marks an empty slot.
    private var slots = [UInt8](repeating: HeaderNameTable.unknownID, count: 512)
    /// By letter.
    private var compact = [UInt8](repeating: HeaderNameTable.unknownID, count: 26)
    /// Five words for each: the name in lower case in four, zeros past its end; then its length.
    private var words: [UInt64] = []

    private init() {
        for definition in HeaderDefinition.all {
            let name = Array(definition.name.description.utf8)
            let range = ByteRange(0, name.count)
            for part in 0..<4 { words.append(HeaderNameTable.word(part, name.span, range)) }
            words.append(UInt64(name.count))
            var slot = HeaderNameTable.slot(HeaderNameTable.word(0, name.span, range), name.count)
            while slots[slot] != HeaderNameTable.unknownID { slot = (slot + 1) & 511 }
            slots[slot] = definition.id.rawValue
            if let letter = definition.compact, let byte = UInt8(exactly: letter.value) {
                compact[Int(byte &- UInt8(ascii: "a"))] = definition.id.rawValue
            }
        }
    }

    @inline(__always)
    private static func slot(_ word: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: ((word ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15) &>> 55)
    }

    /// Eight octets of the name in lower case, zeros past its end.
    @inline(__always)
    private static func word(_ part: Int, _ bytes: Span<UInt8>, _ name: ByteRange) -> UInt64 {
        let start = Int(name.start) &+ 8 &* part
        let count = Int(name.end) &- start
        guard count > 0 else { return 0 }
        return Words.lowercased(Words.load(bytes, upTo8: ByteRange(start, Int(name.end)))) & Words.mask(count)
    }

    /// The number of the name in `name`, ``unknownID`` for one that is not known. The octets of `name` are all above 0x20;
    /// a name that is found is a token, of one that is not nothing is said.
    func id(_ bytes: Span<UInt8>, _ name: ByteRange) -> UInt8 {
        let count = name.count
        guard count > 1 else { return count == 1 ? id(letter: bytes[Int(name.start)]) : HeaderNameTable.unknownID }
        let id = id(HeaderNameTable.word(0, bytes, name), HeaderNameTable.word(1, bytes, name), count)
        return count <= 16 || id == HeaderNameTable.unknownID || matchesRest(id, bytes, name)
            ? id : HeaderNameTable.unknownID
    }

    func id(letter: UInt8) -> UInt8 {
        let index = (letter | 0x20) &- UInt8(ascii: "a")
        return index < 26 && letter >= UInt8(ascii: "A") ? compact[Int(index)] : HeaderNameTable.unknownID
    }

    /// The known name of two octets or more that begins with these sixteen (lower case, zeros past its end) and has this
    /// length. No two known names have both in common (`TableTests`).
    @inline(__always)
    func id(_ first: UInt64, _ second: UInt64, _ count: Int) -> UInt8 {
        var slot = HeaderNameTable.slot(first, count)
        while true {
            let id = slots[slot]
            guard id != HeaderNameTable.unknownID else { return id }
            let entry = Int(id) &* 5
            let difference =
                (words[entry] ^ first) | (words[entry &+ 1] ^ second)
                | (words[entry &+ 4] ^ UInt64(truncatingIfNeeded: count))
            if difference == 0 { return id }
            slot = (slot &+ 1) & 511
        }
    }

    /// Whether the octets after the sixteenth are those of the name with this number, too.
    @inline(never)
    private func matchesRest(_ id: UInt8, _ bytes: Span<UInt8>, _ name: ByteRange) -> Bool {
        // No known name is longer than four words, and the length has been compared.
        let entry = Int(id) &* 5
        return words[entry &+ 2] == HeaderNameTable.word(2, bytes, name)
            && words[entry &+ 3] == HeaderNameTable.word(3, bytes, name)
    }
}
