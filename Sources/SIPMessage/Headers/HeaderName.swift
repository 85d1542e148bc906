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

    public var description: String { text }

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

    public static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.known == right.known && equalsIgnoringCase(left.unknown, right.unknown)
    }

    public func hash(into hasher: inout Hasher) {
        if let known {
            hasher.combine(known)
        } else {
            hasher.combine(unknown.asciiLowercased)
        }
    }
}

/// Finds a known header's number from its octets: one multiplication, one probe or two, and a full comparison.
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
    /// All names in lower case, one after the other, with the offset of each and of the end.
    private var names: [UInt8] = []
    private var offsets: [Int] = []

    private init() {
        for definition in HeaderDefinition.all {
            let name = Array(definition.name.description.utf8)
            offsets.append(names.count)
            names += name.map { lowercaseASCII($0) }
            var slot = HeaderNameTable.slot(name.span, ByteRange(0, name.count))
            while slots[slot] != HeaderNameTable.unknownID { slot = (slot + 1) & 511 }
            slots[slot] = definition.id.rawValue
            if let letter = definition.compact, let byte = UInt8(exactly: letter.value) {
                compact[Int(byte &- UInt8(ascii: "a"))] = definition.id.rawValue
            }
        }
        offsets.append(names.count)
    }

    /// `name` is not empty.
    @inline(__always)
    private static func slot(_ bytes: Span<UInt8>, _ name: ByteRange) -> Int {
        let first = Int(bytes[Int(name.start)] | 0x20)
        let middle = Int(bytes[Int(name.start) &+ name.count / 2] | 0x20)
        let last = Int(bytes[Int(name.end) &- 1] | 0x20)
        return (first &* 31 &+ middle &* 7 &+ last &* 131 &+ name.count &* 59) & 511
    }

    /// The number of the name in `name`, ``unknownID`` for one that is not known.
    func id(_ bytes: Span<UInt8>, _ name: ByteRange) -> UInt8 {
        guard name.count > 1 else {
            guard name.count == 1 else { return HeaderNameTable.unknownID }
            let letter = (bytes[Int(name.start)] | 0x20) &- UInt8(ascii: "a")
            return letter < 26 && ByteSet.alpha.contains(bytes[Int(name.start)])
                ? compact[Int(letter)] : HeaderNameTable.unknownID
        }
        var slot = HeaderNameTable.slot(bytes, name)
        while slots[slot] != HeaderNameTable.unknownID {
            let id = slots[slot]
            if matches(id, bytes, name) { return id }
            slot = (slot &+ 1) & 511
        }
        return HeaderNameTable.unknownID
    }

    @inline(__always)
    private func matches(_ id: UInt8, _ bytes: Span<UInt8>, _ name: ByteRange) -> Bool {
        let start = offsets[Int(id)]
        guard offsets[Int(id) &+ 1] &- start == name.count else { return false }
        for index in 0..<name.count
        where lowercaseASCII(bytes[Int(name.start) &+ index]) != names[start &+ index] {
            return false
        }
        return true
    }
}
