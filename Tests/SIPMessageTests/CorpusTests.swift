import Foundation
import SIPMessage
import Testing

/// The fuzzer's corpus and its crashers, replayed.
@Suite("Fuzz corpus")
struct CorpusTests {
    static let files: [String] = {
        let folder = Resources.folder.appending(path: "fuzz")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }()

    @Test("what holds for all octets holds for every file of the corpus")
    func replay() throws {
        #expect(Self.files.count > 20)
        for file in Self.files {
            let bytes = try Resources.bytes("fuzz/\(file)")
            #expect(FuzzTarget.violation(bytes) == nil, "\(file)")
        }
    }
}
