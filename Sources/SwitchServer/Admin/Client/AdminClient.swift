import Foundation

/// Asks the running switch and waits for what it says.
public struct AdminClient: Sendable {
    private let path: String
    private let timeout: Duration

    /// - Parameters:
    ///   - path: the admin socket.
    ///   - timeout: for each answer.
    public init(path: String, timeout: Duration = .seconds(10)) {
        self.path = path
        self.timeout = timeout
    }

    /// Asks one thing.
    ///
    /// - Throws: ``AdminError``: `noServer`, `noAnswer`, `notAllowed`, or why the switch refuses.
    public func ask<Request: AdminRequest>(_ request: Request) throws -> Request.Answer {
        try timed {
            let socket = try open(Request.name, request)
            let line: ReplyLine<Request.Answer> = try read(socket)
            if let error = line.error { throw error }
            guard let answer = line.answer else { throw Self.misunderstood }
            return answer
        }
    }

    /// Asks for a stream and hands on its items until it ends.
    ///
    /// A reader that is slow to return from `each` slows down only itself.
    ///
    /// - Parameters:
    ///   - isLive: items come when something happens, so that a long silence is no fault.
    ///   - onLost: called with a number of items that were left out because this reader was slow.
    ///   - each: gets the items, some at a time; false ends the stream.
    /// - Throws: ``AdminError``, and what `each` throws.
    public func stream<Stream: AdminStream>(
        _ request: Stream, isLive: Bool, onLost: (Int) throws -> Void = { _ in },
        each: ([Stream.Item]) throws -> Bool
    ) throws {
        try timed {
            let socket = try open(Stream.name, request)
            if isLive { socket.waitForEver() }
            while true {
                let line: ReplyLine<Stream.Item> = try read(socket)
                if let error = line.error { throw error }
                if line.end == true { return }
                if let lost = line.lost { try onLost(lost) }
                if let items = line.items, try !each(items) { return }
            }
        }
    }

    private func open<Parameters: Codable>(_ name: String, _ parameters: Parameters) throws -> UnixSocket {
        let socket = try UnixSocket(path: path, timeout: timeout)
        let line = RequestLine(version: AdminProtocol.version, request: name, parameters: parameters)
        try socket.write(Array(try JSONEncoder().encode(line)) + [UInt8(ascii: "\n")])
        return socket
    }

    private func read<Value: Codable>(_ socket: UnixSocket) throws -> ReplyLine<Value> {
        guard let bytes = try socket.readLine(longest: AdminProtocol.longestReply) else {
            throw AdminError(
                AdminError.noAnswer,
                "the switch closed the admin connection without an answer: it is ending, or this user may not ask it "
                    + "(run the command as the switch's own user or as root)")
        }
        let data = Data(bytes)
        guard let header = try? JSONDecoder().decode(ReplyHeader.self, from: data) else { throw Self.misunderstood }
        guard header.version == AdminProtocol.version else {
            throw AdminError(
                AdminError.otherVersion,
                "the switch speaks version \(header.version) of the admin protocol, this dialplanctl version "
                    + "\(AdminProtocol.version): use the dialplanctl that came with the switch, or restart the switch "
                    + "if it has been updated")
        }
        do {
            return try JSONDecoder().decode(ReplyLine<Value>.self, from: data)
        } catch {
            throw Self.misunderstood
        }
    }

    private static let misunderstood = AdminError(
        AdminError.otherVersion,
        "the switch's answer is not understood: use the dialplanctl that came with the switch")

    private func timed<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch is UnixSocket.TimedOut {
            let seconds = timeout.components.seconds
            throw AdminError(
                AdminError.noAnswer,
                "the switch does not answer within \(seconds > 0 ? "\(seconds) s" : "\(timeout)") (on \(path)): it is "
                    + "busy or stuck; look at its log, and try again")
        }
    }
}
