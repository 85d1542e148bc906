import Testing

@testable import SIPMessage

/// The tables that everything else is read from, against each other and against the grammar.
@Suite("Tables")
struct TableTests {
    @Test("the header table is in the order of the numbers, without doubles")
    func headerTable() {
        #expect(HeaderDefinition.all.map(\.id) == KnownHeader.allCases)
        let names = HeaderDefinition.all.map { $0.name.description.lowercased() }
        #expect(Set(names).count == names.count)
        // What `HeaderNameTable.id(_:_:_:)` relies on.
        #expect(Set(names.map { "\($0.prefix(16)) \($0.count)" }).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count <= 32 })
        let compact = HeaderDefinition.all.compactMap(\.compact)
        #expect(Set(compact).count == compact.count)
        #expect(compact.count == 19)
    }

    @Test("every known header is found by its name in any case", arguments: KnownHeader.allCases)
    func lookUp(_ header: KnownHeader) {
        let name = HeaderDefinition.all[Int(header.rawValue)].name.description
        #expect(HeaderName(name)?.known == header)
        #expect(HeaderName(name.uppercased())?.known == header)
        #expect(HeaderName(name.lowercased())?.text == name)
        #expect(HeaderName(name + "x")?.known == nil)
        if name.utf8.count > 2 { #expect(HeaderName(name.dropLast())?.known != header) }
    }

    private static let unreserved = "[A-Za-z0-9]-_.!~*'()"

    struct CharacterClass: Sendable, CustomTestStringConvertible {
        let name: String
        let set: ByteSet
        let characters: String
        var testDescription: String { name }
    }

    /// RFC 3261 §25.1, `[A-Za-z0-9]` for `alphanum`.
    static let classes: [CharacterClass] = [
        CharacterClass(name: "token", set: .token, characters: "[A-Za-z0-9]-.!%*_+`'~"),
        CharacterClass(name: "word and @", set: .callID, characters: "[A-Za-z0-9]-.!%*_+`'~()<>:\\\"/[]?{}@"),
        CharacterClass(name: "user", set: .user, characters: unreserved + "&=+$,;?/"),
        CharacterClass(name: "password", set: .password, characters: unreserved + "&=+$,"),
        CharacterClass(name: "paramchar", set: .uriParameter, characters: unreserved + "[]/:&+$"),
        CharacterClass(name: "hname", set: .uriHeader, characters: unreserved + "[]/?:+$"),
        CharacterClass(name: "reserved", set: .uriReserved, characters: ";/?:@&=+$,"),
        CharacterClass(name: "host name", set: .hostName, characters: "[A-Za-z0-9]-._"),
        CharacterClass(name: "telephone number", set: .telNumber, characters: "0123456789ABCDEFabcdef*#+-.()"),
        CharacterClass(name: "scheme", set: .scheme, characters: "[A-Za-z0-9]+-."),
        CharacterClass(name: "digit", set: .digit, characters: "0123456789"),
        CharacterClass(name: "white space", set: .whitespace, characters: " \t\r\n"),
    ]

    @Test("a character class is what the grammar says", arguments: classes)
    func characterClass(_ item: CharacterClass) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        let wanted = Set(item.characters.replacing("[A-Za-z0-9]", with: letters).utf8)
        for byte in UInt8.min...UInt8.max { #expect(item.set.contains(byte) == wanted.contains(byte), "octet \(byte)") }
    }

    @Test("what we accept never holds a separator of its place")
    func receivedClasses() {
        for byte in "<>\",; \t\r\n\0".utf8 { #expect(!ByteSet.parameterValue.contains(byte)) }
        for byte in "<>\",;:@\0".utf8 { #expect(!ByteSet.displayName.contains(byte)) }
        for byte in "<>\": @\t\r\n\0%".utf8 { #expect(!ByteSet.userReceived.contains(byte)) }
        for byte in "<>\";? \t\r\n\0%".utf8 { #expect(!ByteSet.uriParameterReceived.contains(byte)) }
        for byte in "<>\" \t\r\n\0".utf8 { #expect(!ByteSet.opaqueURI.contains(byte)) }
    }

    @Test("plain data stays plain")
    func sizes() {
        #expect(MemoryLayout<HeaderRow>.size <= 20)
        #expect(MemoryLayout<HeaderFields>.size == 8, "one reference: a message is passed around by it")
        #expect(MemoryLayout<URILayout>.size <= 104)
    }
}
