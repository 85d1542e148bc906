import SIPMessage
import Testing

/// Spellings that the grammar allows and phones send, and neighbours of theirs that it does not: what is read, by area.
@Suite("Odd spellings")
struct OddHeaderTests {
    /// A header row and what is read from it; nil when it is refused.
    struct Case: Sendable, CustomTestStringConvertible {
        let row: String
        let read: String?
        var testDescription: String { row }

        init(_ row: String, _ read: String?) {
            self.row = row
            self.read = read
        }
    }

    private func fields(_ row: String, without name: String = "") throws -> HeaderFields {
        try SIPMessage(parsing: requestText(row, without: name)).headers
    }

    // MARK: Via

    static let vias: [Case] = [
        Case(
            "SIP/2.0/UDP [2001:db8::9:1]:5070;received=[2001:db8::9:255];rport=5071;branch=z9hG4bKa",
            "UDP [2001:db8::9:1]:5070 2001:db8::9:255 5071 z9hG4bKa"),
        Case("SIP/2.0/UDP [::1];received=::1;branch=b", "UDP [::1] ::1 - b"),
        Case("SIP / 2.0 / tcp  host.example : 5060 ; BRANCH = b", "TCP host.example:5060 - - b"),
        Case("sip/2.0/udp 192.0.2.1;branch=b;rport", "UDP 192.0.2.1 - rport b"),
        Case("SIP/2.0/UDP 192.0.2.1;branch=b;rport=70000", "UDP 192.0.2.1 - rport b"),
        Case("SIP/2.0/UDP 192.0.2.1;received=not/an/address;branch=b", "UDP 192.0.2.1 - - b"),
        Case("SIP/2.0/UDP\n 192.0.2.1\n\t;branch=b", "UDP 192.0.2.1 - - b"),
        Case("SIP/2.0/UDP 192.0.2.1;hidden;branch=b;x=\"a;branch=c\"", "UDP 192.0.2.1 - - b"),
        Case("SIP/2.0/NEW-1.0 h;branch=b", "NEW-1.0 h - - b"),
        Case("SIP/2.0/UDP 1.2.3.4.example;branch=b", "UDP 1.2.3.4.example - - b"),
        Case("SIP/2.0/UDP 192.0.2.1;rport=;branch=b", nil),
        Case("SIP/2.0/UDP ::1;branch=b", nil), Case("SIP/2.0/UDP [::1;branch=b", nil),
        Case("SIP/3.0/UDP h;branch=b", nil), Case("SIP/2.0/UDP;branch=b", nil), Case("SIP/2.0 h;branch=b", nil),
        Case("SIP/2.0/UDP 192.0.2.1:;branch=b", nil), Case("SIP/2.0/UDP 192.0.2.1:65536;branch=b", nil),
        Case("SIP/2.0/UDP 192.0.2.256;branch=b", nil), Case("SIP/2.0/UDP 1234567890123456;branch=b", nil),
        Case("SIP/2.0/UDP h;branch=b;", nil), Case("SIP/2.0/UDP h,;branch=b", nil),
    ]

    @Test("Via: IPv6, received, rport, white space and folds", arguments: vias)
    func via(_ item: Case) throws {
        guard let wanted = item.read else {
            let error = #expect(throws: SIPParseError.self) { try fields("Via: \(item.row)", without: "Via") }
            #expect(error?.header == .via)
            return
        }
        let via = try fields("Via: \(item.row)", without: "Via").via
        let received = via.received.map { $0.description.filter { !"[]".contains($0) } } ?? "-"
        let rport = via.rport.map { String($0) } ?? (via.hasRPort ? "rport" : "-")
        #expect("\(via.transport) \(via.sentBy) \(received) \(rport) \(via.branch?.text ?? "-")" == wanted)
        #expect(try Via(via.description) == via)
    }

    // MARK: Addresses

    static let addresses: [Case] = [
        Case("\"A, B; <C>\" <sip:a@b>;tag=1", "A, B; <C>|sip:a@b|;tag=1"),
        Case("\"\\\"A\\\" \\\\ B\" <sip:a@b>", "\"A\" \\ B|sip:a@b|"),
        Case("\"Jürgen 📞\"<sip:a@b>", "Jürgen 📞|sip:a@b|"), Case("Jürgen Müller <sip:a@b>", "Jürgen Müller|sip:a@b|"),
        Case("\"\" <sip:a@b>", "|sip:a@b|"), Case("\"Anna\n Example\" <sip:a@b>", "Anna Example|sip:a@b|"),
        Case("Anna\n  Example\n\t<sip:a@b>", "Anna Example|sip:a@b|"), Case("Anna<sip:a@b>", "Anna|sip:a@b|"),
        Case("<sip:a,b;c@d;x=y>;x=z", "|sip:a,b;c@d;x=y|;x=z"), Case("sip:a@b;tag=1", "|sip:a@b|;tag=1"),
        Case("<sip:a@b;lr>;lr", "|sip:a@b;lr|;lr"), Case("<sip:a@b?h=v&i=w>", "|sip:a@b?h=v&i=w|"),
        Case("<tel:+1-201-555-0123;ext=5>;tag=1", "|tel:+1-201-555-0123;ext=5|;tag=1"),
        Case("<urn:service:sos>", "|urn:service:sos|"), Case("<sip:a@b> ; x = \"; y=z\"", "|sip:a@b|;x=\"; y=z\""),
        Case("A, B <sip:a@b>", nil), Case("\"A <sip:a@b>", nil), Case("\"A\" sip:a@b", nil), Case("<sip:a@b", nil),
        Case("<<sip:a@b>>", nil), Case("<sip:a@b>>", nil), Case("sip:a@b?h=v", nil), Case("<sip:a b@c>", nil),
        Case("< sip:a@b>", nil), Case("<>", nil), Case("*", nil), Case("<sip:a@b>;=x", nil), Case("<sip:a@b>;x=", nil),
        Case("a@b <sip:a@b>", nil), Case("\"A\" \"B\" <sip:a@b>", nil), Case("", nil),
    ]

    @Test("From: display names, quotes, brackets and parameters", arguments: addresses)
    func address(_ item: Case) throws {
        guard let wanted = item.read else {
            let error = #expect(throws: SIPParseError.self) { try fields("From: \(item.row)", without: "From") }
            #expect(error?.header == .from)
            return
        }
        let from = try fields("From: \(item.row)", without: "From").from
        #expect("\(from.displayName ?? "")|\(from.uri)|\(from.parameters)" == wanted)
        #expect(try NameAddress(from.description) == from)
    }

    @Test("octets that are no UTF-8 in a display name are shown as U+FFFD and sent on as they came")
    func octets() throws {
        var bytes = requestText("Subject: \"x\" y")
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "y")))
        bytes[place] = 0xE9
        let message = try SIPMessage(parsing: bytes)
        #expect(message.serialized() == bytes)
        #expect(message.headers.subject == "\"x\" \u{FFFD}")
    }

    // MARK: Lists

    @Test(
        "values are split at commas outside quotes and brackets, over rows and folds",
        arguments: [
            ("Contact: \"A, B\" <sip:a@b>, <sip:c,d@e>;x=\",\"", 2), ("m: <sip:a@b>\nContact: <sip:c@d>,<sip:e@f>", 3),
            ("Contact: <sip:a@b>,\n <sip:c@d>\n\t, <sip:e@f>", 3), ("Contact: <sip:a@b;x=%2C>", 1),
            ("Contact: sip:a@b,sip:c@d;q=1", 2), ("Contact: \"\\\",\" <sip:a@b>", 1),
        ])
    func contacts(_ rows: String, _ count: Int) throws {
        #expect(try fields(rows).contacts.count == count)
        #expect(try fields(rows).addresses(.contact).count == count)
    }

    @Test(
        "a list with an empty or torn value is malformed as a whole",
        arguments: [
            "Contact: <sip:a@b>,", "Contact: ,<sip:a@b>", "Contact: <sip:a@b>,,<sip:c@d>",
            "Contact: <sip:a@b> <sip:c@d>",
            "Contact: <sip:a@b>, \"x", "Contact: *, <sip:a@b>", "Contact: *;q=1", "Contact: <*>", "Contact: **",
        ])
    func tornLists(_ row: String) throws {
        let fields = try fields(row)
        let error = #expect(throws: SIPParseError.self) { _ = try fields.contacts }
        #expect(error?.header == .contact)
        #expect(!fields.hasWildcardContact)
    }

    @Test(
        "Contact * is one only when nothing else is there",
        arguments: [
            ("Contact: *", true), ("m:*", true), ("Contact:\n  *  ", true), ("Contact: *\nContact: <sip:a@b>", false),
            ("Contact: \"*\" <sip:a@b>", false), ("X-Contact: *", false),
        ])
    func wildcard(_ rows: String, _ isWildcard: Bool) throws {
        #expect(try fields(rows).hasWildcardContact == isWildcard)
    }

    @Test(
        "lr in any spelling marks a loose router, only inside the brackets",
        arguments: [
            ("<sip:h;lr>", true), ("<sip:h;LR>", true), ("<sip:h;lr=on>", true), ("<sip:h;lr=true;x=y>", true),
            ("<sip:h;x=y;lr>", true), ("<sip:h;%6cr>", true), ("<sip:h>;lr", false), ("<sip:h;xlr>", false),
            ("<sip:h;lrx>", false), ("<sip:lr@h>", false), ("<sip:h?lr=1>", false),
        ])
    func looseRouters(_ row: String, _ isLoose: Bool) throws {
        #expect(try fields("Route: \(row)").routes.first?.uri.sip?.isLooseRouter == isLoose)
    }

    // MARK: Numbers and rows that stand once

    static let cSeqs: [Case] = [
        Case("7 OPTIONS", "7"), Case("0000000007\tOPTIONS", "7"), Case("7\n  OPTIONS", "7"),
        Case("2147483647 OPTIONS", "2147483647"),
        Case("2147483648 OPTIONS", nil), Case("-7 OPTIONS", nil), Case("7OPTIONS", nil), Case("7", nil),
        Case("OPTIONS 7", nil), Case("7 options", nil), Case("7 OPTIONS x", nil), Case("7 OPTIONS;x=y", nil),
        Case("99999999999999999999999 OPTIONS", nil), Case("٧ OPTIONS", nil), Case("7 OPTIONS\ncSeq: 7 OPTIONS", "7"),
        Case("7 OPTIONS\nCSEQ: 7  OPTIONS", nil), Case("7 OPTIONS\nCSeq: 8 OPTIONS", nil),
        Case("7 OPTIONS\nCSeq: 7 INVITE", nil),
    ]

    @Test("CSeq: numbers, white space, and rows that say it again", arguments: cSeqs)
    func cSeq(_ item: Case) throws {
        guard let wanted = item.read else {
            let error = #expect(throws: SIPParseError.self) { try fields("CSeq: \(item.row)", without: "CSeq") }
            #expect(error?.header == .cSeq)
            return
        }
        #expect(try fields("CSeq: \(item.row)", without: "CSeq").cSeq.description == "\(wanted) OPTIONS")
    }

    @Test(
        "folds are read as one space and sent on as they came",
        arguments: [
            ("Subject: a\n b", "a b"), ("Subject: a \n\t b", "a b"), ("Subject:\n a", "a"), ("Subject: a\n ", "a"),
            ("Subject: a\n \n b", "a b"), ("Subject:", ""), ("Subject: \n ", ""), ("Subject \t: a", "a"),
        ])
    func folds(_ row: String, _ value: String) throws {
        let bytes = requestText(row)
        let message = try SIPMessage(parsing: bytes)
        #expect(message.headers.subject == value)
        #expect(message.serialized() == bytes)
    }
}
