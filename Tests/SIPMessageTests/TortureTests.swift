import SIPMessage
import Testing

/// The messages of RFC 4475, octet for octet (`Resources/torture/manifest.tsv` says where they are from).
@Suite("RFC 4475 torture messages")
struct TortureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let verdict: String
        let layer: String
        var testDescription: String { file }
    }

    static let cases: [Case] = {
        guard let text = try? Resources.text("torture/manifest.tsv") else { return [] }
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 4, fields[0].hasPrefix("rfc4475/"), fields[2] != "unlisted" else { return nil }
            return Case(file: fields[0], verdict: fields[2], layer: fields[3])
        }
    }()

    /// Faults that do not concern the message as a whole: it parses, and the typed view of the field throws or is nil.
    static let foundByTypedView: Set<String> = ["rfc4475/regbadct.dat"]
    /// Let pass on purpose, each as the RFC allows.
    static let tolerated: Set<String> = ["rfc4475/baddate.dat"]

    @Test("the manifest names 49 messages of the RFC")
    func manifestIsComplete() { #expect(Self.cases.count == 49) }

    @Test("a valid message parses and an invalid one is refused", arguments: cases)
    func verdict(_ item: Case) throws {
        let bytes = try Resources.bytes("torture/\(item.file)")
        let mayPass = item.verdict == "valid" || Self.foundByTypedView.contains(item.file) || Self.tolerated.contains(item.file)
        if mayPass {
            let message = try SIPMessage(parsing: bytes)
            let output = message.serialized()
            #expect(Array(bytes.prefix(output.count)) == output, "untouched messages go out as they came")
        } else {
            #expect(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        }
    }
}
