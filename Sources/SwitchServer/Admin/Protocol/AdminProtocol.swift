import Foundation

/// What administrators and the running switch say to each other on the admin socket: lines of JSON.
///
/// A request is one line, `{"version":2,"request":"user.add","parameters":{"user":"alice"}}`. What comes back is
/// - `{"version":2,"answer":…}` or `{"version":2,"error":{"code":"…","message":"…"}}`, once, or, for streams,
/// - any number of `{"version":2,"items":[…]}`, among them `{"version":2,"lost":3}` where a slow reader missed some, and
///   at the end `{"version":2,"end":true}` or an error.
///
/// Requests of one connection are answered one after the other, in order.
public enum AdminProtocol {
    /// Raised when a field changes its meaning; both sides must be of one version.
    public static let version = 2
    /// The longest request in bytes: a dialplan's text, escaped, is the longest thing that is sent.
    static let longestRequest = 4 << 20
    /// The longest line that a client accepts from its own switch, in bytes.
    static let longestReply = 256 << 20
}

/// A question to the running switch that has one answer.
public protocol AdminRequest: Codable, Sendable {
    associatedtype Answer: Codable, Sendable
    /// Its name on the wire, `noun.verb`. It never changes its meaning.
    static var name: String { get }
}

/// A question that is answered by many items, one after the other.
public protocol AdminStream: Codable, Sendable {
    associatedtype Item: Codable, Sendable
    /// Its name on the wire, `noun.verb`. It never changes its meaning.
    static var name: String { get }
}

/// Why a request was not done, for a person (`message`: what is wrong and what to do) and for a program (`code`).
public struct AdminError: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// A ``StoreError/Code``'s name, or one of those below.
    public var code: String
    public var message: String

    public init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }

    /// No switch listens on the socket.
    public static let noServer = "noServer"
    /// The switch did not answer in time, or closed the connection.
    public static let noAnswer = "noAnswer"
    /// This user may not talk to the switch.
    public static let notAllowed = "notAllowed"
    public static let otherVersion = "otherVersion"
    public static let unknownRequest = "unknownRequest"
    public static let badRequest = "badRequest"
    public static let failed = "failed"

    public var description: String { message }
}

/// The first look at a request: everything but its parameters.
struct RequestHeader: Codable {
    var version: Int
    var request: String?
}

struct RequestLine<Parameters: Codable>: Codable {
    var version: Int
    var request: String
    var parameters: Parameters
}

struct ParametersOnly<Parameters: Decodable>: Decodable {
    /// Left out by people who write a request without any by hand.
    var parameters: Parameters?
}

/// A line that the switch sends; exactly one of the fields after `version` is there.
struct ReplyLine<Value: Codable>: Codable {
    var version = AdminProtocol.version
    var answer: Value?
    var error: AdminError?
    var items: [Value]?
    /// How many items were left out here because the reader was slow.
    var lost: Int?
    var end: Bool?
}

struct ReplyHeader: Codable {
    var version: Int
}

/// A value where there is none to send.
struct Nothing: Codable {}

extension ReplyLine {
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = Array(try encoder.encode(self))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
