public import SIPMessage

/// The messages of a phone as lines with arrows: time, direction, what it is. Repeats are marked.
public struct Ladder: Sendable {
    /// One message.
    public struct Line: Sendable, Hashable, Codable {
        public enum Direction: String, Sendable, Codable { case sent, received }

        /// Microseconds since the first message.
        public var at: Int64
        public var direction: Direction
        /// Of a request; nil for a response.
        public var method: String?
        /// Of a response; nil for a request.
        public var status: Int?
        /// `INVITE sip:bob@example.test`, `180 Ringing`.
        public var text: String
        /// The method that a response answers.
        public var answers: String
        /// Whether the same message came or went before.
        public var isRepeat: Bool
    }

    private var seen: Set<String> = []

    public init() {}

    /// - Parameter at: microseconds since the first message.
    public mutating func line(_ direction: PhoneEvent.Direction, _ message: SIPMessage, at: Int64) -> Line {
        let sent = direction == .sent
        switch message {
        case .request(let request):
            var text = "\(request.method) \(request.uri)"
            if !request.bodySlice.isEmpty, request.headers.mediaType?.lowercased() == "application/sdp" {
                text += "  (SDP)"
            }
            return Line(
                at: at, direction: sent ? .sent : .received, method: request.method.name, status: nil, text: text,
                answers: "", isRepeat: isRepeat(text, request.headers, sent))
        case .response(let response):
            let text = "\(response.status.value) \(response.reasonPhrase)"
            return Line(
                at: at, direction: sent ? .sent : .received, method: nil, status: Int(response.status.value),
                text: text, answers: response.headers.cSeq.method.name,
                isRepeat: isRepeat(text, response.headers, sent))
        }
    }

    private mutating func isRepeat(_ text: String, _ headers: HeaderFields, _ sent: Bool) -> Bool {
        let key = "\(sent) \(text) \(headers.via.branch?.text ?? "") \(headers.cSeq) \(headers.toTag?.text ?? "")"
        return !seen.insert(key).inserted
    }
}

extension Ladder.Line {
    /// For a terminal. `colours` only where it understands them.
    public func formatted(colours: Bool) -> String {
        let rounded = (at + 500) / 1_000
        let fraction = "\(rounded % 1_000)"
        let time = "\(rounded / 1_000).\(String(repeating: "0", count: max(0, 3 - fraction.count)))\(fraction)"
        let arrow = direction == .sent ? "──►" : "◄──"
        var words = text
        if !answers.isEmpty, answers != "INVITE" { words += "  (\(answers))" }
        if isRepeat { words += "  (again)" }
        if colours { words = "\u{1B}[\(colour)m\(words)\u{1B}[0m" }
        return String(repeating: " ", count: max(0, 9 - time.count)) + time + "  \(arrow)  \(words)"
    }

    private var colour: Int {
        switch status {
        case nil: 1
        case (..<200)?: 33
        case (..<300)?: 32
        default: 31
        }
    }
}

/// What a refusal means to somebody who does not know SIP by heart.
public enum StatusWords {
    public static func meaning(of status: StatusCode) -> String {
        switch status.value {
        case 401, 407: "the password or the account's name is wrong"
        case 403: "this is not allowed to the caller"
        case 404: "nobody has that number, or the domain is not served"
        case 408: "nothing answered: is a switch listening there?"
        case 415, 488: "the two sides have no way to talk in common"
        case 480: "nobody answered in time, or no phone is registered"
        case 482, 483: "the call went round in a circle"
        case 484: "the number is incomplete"
        case 486, 600: "the called phone is busy"
        case 487: "the call was cancelled"
        case 500: "the switch or the dialplan failed; dialplanctl log tells why"
        case 502, 503, 504: "the switch or the other side cannot take the call now"
        case 603: "the called person does not want the call"
        case 604: "that number exists nowhere"
        case 300..<400: "the called side moved elsewhere"
        case 400..<500: "the called side refused the call"
        case 500..<600: "a switch on the way failed"
        default: "the called side refused the call"
        }
    }
}
