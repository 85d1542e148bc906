import Foundation

/// The messages that one sipp sent and received, in order, from its `-trace_msg` file.
struct MessageTrace: Sendable {
    struct Message: Sendable {
        var sent: Bool
        var text: String

        var startLine: String { String(text.prefix { !$0.isNewline }) }

        /// The first header of that name (full name, any case), or nil.
        func header(_ name: String) -> String? {
            for line in text.split(whereSeparator: \.isNewline) {
                guard let colon = line.firstIndex(of: ":") else { continue }
                if line[..<colon].lowercased() == name.lowercased() {
                    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }

        var callID: String { header("Call-ID") ?? "" }

        /// The method of a request, nil for a response.
        var method: String? {
            startLine.hasPrefix("SIP/2.0 ") ? nil : startLine.split(separator: " ").first.map(String.init)
        }

        /// The status of a response, nil for a request.
        var status: Int? {
            startLine.hasPrefix("SIP/2.0 ")
                ? startLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
        }

        var reason: String {
            startLine.split(separator: " ", maxSplits: 2).dropFirst(2).first.map(String.init) ?? ""
        }

        /// The method that CSeq names: what a response answers.
        var cSeqMethod: String { header("CSeq")?.split(separator: " ").last.map(String.init) ?? "" }

        /// The user part of a request's URI.
        var requestUser: String? {
            guard method != nil, let uri = startLine.split(separator: " ").dropFirst().first else { return nil }
            return uri.split(separator: "@").first?.split(separator: ":").last.map(String.init)
        }
    }

    var messages: [Message]

    init(file: URL) {
        let text = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").replacing("\r\n", with: "\n")
        messages = []
        // Each message stands after a line of dashes with the time and a line "UDP message sent/received …".
        for part in text.components(separatedBy: "----------------------------------------------- ") {
            guard let blank = part.range(of: "\n\n") else { continue }
            let head = part[..<blank.lowerBound]
            guard head.contains("message sent") || head.contains("message received") else { continue }
            var body = String(part[blank.upperBound...])
            // What sipp adds about a message that it did not expect is no message.
            if let note = body.range(of: "-----------------------------------------------\n") {
                body = String(body[..<note.lowerBound])
            }
            messages.append(Message(sent: head.contains("message sent"), text: body))
        }
    }

    var received: [Message] { messages.filter { !$0.sent } }
    var sent: [Message] { messages.filter(\.sent) }

    /// Requests received, such as the INVITEs that reached a callee.
    func requests(_ method: String) -> [Message] { received.filter { $0.method == method } }

    /// Statuses of the responses received for requests of that method, in order, without repetitions.
    func statuses(of method: String) -> [Int] {
        var result: [Int] = []
        for message in received {
            if let status = message.status, message.cSeqMethod == method, result.last != status {
                result.append(status)
            }
        }
        return result
    }
}
