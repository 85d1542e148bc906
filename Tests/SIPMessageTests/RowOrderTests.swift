import SIPMessage
import Testing

/// Rows are found by number and mandatory headers read in an order of their own: none of that may show.
@Suite("The order of rows")
struct RowOrderTests {
    /// What is wrong, in the order of the message; the first is the error.
    private static let wrong: [(lines: String, code: SIPParseError.Code, header: HeaderName?)] = [
        ("Max-Forwards: 70\nMax-Forwards: 71\nX\nContent-Length: x", .conflictingHeaders, .maxForwards),
        ("X y: 1\nContent-Length: x", .malformedLine, nil),
        ("Content-Length: x\nX y: 1", .malformedHeader, .contentLength),
        ("Content-Length: x\nFrom: <sip:other@example.com>", .malformedHeader, .contentLength),
        ("From: <sip:other@example.com>\nContent-Length: x", .conflictingHeaders, .from),
        ("Call-ID: other\nCSeq: 8 OPTIONS\nVia: x", .conflictingHeaders, .callID),
    ]

    @Test("of several errors the first in the message is reported", arguments: wrong.indices)
    func firstError(index: Int) {
        let wanted = Self.wrong[index]
        do {
            _ = try SIPMessage(parsing: requestText(wanted.lines))
            Issue.record("parses")
        } catch {
            #expect(error.code == wanted.code && error.header == wanted.header, "\(error)")
        }
    }

    @Test("mandatory headers may stand anywhere, also below the 255th row")
    func place() throws {
        let filler = (0..<300).map { "X-\($0): \($0)" }.joined(separator: "\n")
        let lines = "Contact: <sip:first@192.0.2.9>\nMax-Forwards: 12\nRoute: <sip:hop.example.com>"
        var limits = MessageLimits.default
        limits.maximumHeaderCount = 400
        for text in [lines + "\n" + filler, filler + "\n" + lines] {
            for part in [requestText(text), Array(Self.mandatoryLast(requestText(text)))] {
                let routing = try SIPMessage(parsing: part, limits: limits).routing
                #expect(routing.contactURI?.value.description == "sip:first@192.0.2.9")
                #expect(routing.routeURI?.value.description == "sip:hop.example.com")
                #expect(routing.maxForwards == 12 && routing.cSeqNumber == 7)
            }
        }
    }

    @Test("rows that have been changed since are found where they are")
    func edited() throws {
        var request = try parseRequest(
            requestText("Contact: <sip:a@192.0.2.9>, <sip:b@192.0.2.9>\nMax-Forwards: 12\nRoute: <sip:one.example.com>")
        )
        request.headers.maxForwards = 11
        request.headers.setContacts([try NameAddress("<sip:c@192.0.2.9>")])
        try request.headers.removeAll(.route)
        request.headers.prependVia(
            Via(transport: .tcp, sentBy: HostPort(host: .name("proxy.example.org")), branch: "z9hG4bK9"))
        let routing = request.routing
        #expect(routing.maxForwards == 11 && routing.contactURI?.value.description == "sip:c@192.0.2.9")
        #expect(routing.routeURI == nil && routing.branch.count == 8)
    }

    /// The same rows with those that come first put last.
    private static func mandatoryLast(_ message: [UInt8]) -> [UInt8] {
        let lines = text(message).split(separator: "\r\n").map(String.init)
        return wire((lines[..<1] + lines[6...] + lines[1..<6]).joined(separator: "\n") + "\n\n")
    }
}
