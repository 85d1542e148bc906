import Foundation
import Testing

@testable import DialplanHostCalls

/// `Docs/HostCalls.md` says what the table says. After a change: `DIALPLAN_WRITE_DOCS=1 swift test --filter HostCalls`.
@Suite("Docs/HostCalls.md")
struct DocumentationTests {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Docs/HostCalls.md")

    static var document: String {
        var text = """
            # What a dialplan script can ask of the switch

            Made from the table in `Sources/DialplanHostCalls/Calls/HostCallTable.swift`; a test holds the two together. Names may
            be written as here, as `dial`, or as `last_dialled`; parentheses may be left out. A call that *waits* lets the script
            go on when the switch has its answer; one that *goes on* needs none.

            | call | kind | what it does |
            |---|---|---|

            """
        for call in HostCallTable.all {
            let parameters = call.parameters.map { $0.defaultValue == nil ? $0.name : "[\($0.name)]" }
            let written = call.kind == .property ? "" : "(\(parameters.joined(separator: ", ")))"
            let kind =
                switch call.kind {
                case .awaits: "waits"
                case .effect: "goes on"
                case .property: "property"
                }
            let escaped = call.documentation.replacingOccurrences(of: "|", with: "\\|")
            text += "| `\(call.receiver.rawValue).\(call.name)\(written)` | \(kind) | \(escaped) |\n"
        }
        return text
    }

    @Test("the document is the table")
    func isCurrent() throws {
        if ProcessInfo.processInfo.environment["DIALPLAN_WRITE_DOCS"] != nil {
            try Self.document.write(to: Self.path, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.path, encoding: .utf8)
        #expect(written == Self.document, "run the test once with DIALPLAN_WRITE_DOCS=1")
    }
}
