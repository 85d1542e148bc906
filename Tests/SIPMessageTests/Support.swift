import SIPMessage

/// Octets of `text` with each LF written as CRLF, so that messages can stand in multi-line literals.
func wire(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        if byte == 0x0A { bytes.append(0x0D) }
        bytes.append(byte)
    }
    return bytes
}

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

/// A request with `lines` after the mandatory headers; leave one out with `without`.
func requestText(
    _ lines: String = "", method: String = "OPTIONS", uri: String = "sip:bob@example.com", without: String = "",
    body: String = ""
) -> [UInt8] {
    let headers = [
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport", "From: \"Anna\" <sip:anna@example.com>;tag=a1",
        "To: <sip:bob@example.com>", "Call-ID: call-1@example.com", "CSeq: 7 \(method)",
    ].filter { without.isEmpty || !$0.hasPrefix(without + ":") }
    let head = ["\(method) \(uri) SIP/2.0"] + headers + (lines.isEmpty ? [] : [lines])
    return wire(head.joined(separator: "\n") + "\n\n" + body)
}

func parseRequest(_ bytes: [UInt8]) throws -> SIPRequest {
    guard case .request(let request) = try SIPMessage(parsing: bytes) else { throw NotThat() }
    return request
}

func parseResponse(_ bytes: [UInt8]) throws -> SIPResponse {
    guard case .response(let response) = try SIPMessage(parsing: bytes) else { throw NotThat() }
    return response
}

struct NotThat: Error {}

/// A generator that gives the same numbers for the same seed on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }
}
