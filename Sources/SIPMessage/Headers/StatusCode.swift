/// A response's status, 100 … 699 (RFC 3261 §21): an open set with constants for the usual ones.
public struct StatusCode: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public let value: UInt16

    /// nil outside 100 … 699.
    public init?(_ value: Int) {
        guard (100...699).contains(value) else { return nil }
        self.value = UInt16(value)
    }

    private init(known value: UInt16) { self.value = value }

    public static func < (left: StatusCode, right: StatusCode) -> Bool { left.value < right.value }

    public var isProvisional: Bool { value < 200 }
    public var isFinal: Bool { value >= 200 }
    public var isSuccess: Bool { (200..<300).contains(value) }
    public var isRedirection: Bool { (300..<400).contains(value) }
    public var isClientFailure: Bool { (400..<500).contains(value) }
    public var isServerFailure: Bool { (500..<600).contains(value) }
    public var isGlobalFailure: Bool { value >= 600 }

    /// `486 Busy Here`.
    public var description: String { "\(value) \(reasonPhrase)" }

    public static let trying = StatusCode(known: 100)
    public static let ringing = StatusCode(known: 180)
    public static let callIsBeingForwarded = StatusCode(known: 181)
    public static let queued = StatusCode(known: 182)
    public static let sessionProgress = StatusCode(known: 183)
    public static let ok = StatusCode(known: 200)
    public static let accepted = StatusCode(known: 202)
    public static let multipleChoices = StatusCode(known: 300)
    public static let movedPermanently = StatusCode(known: 301)
    public static let movedTemporarily = StatusCode(known: 302)
    public static let badRequest = StatusCode(known: 400)
    public static let unauthorized = StatusCode(known: 401)
    public static let forbidden = StatusCode(known: 403)
    public static let notFound = StatusCode(known: 404)
    public static let methodNotAllowed = StatusCode(known: 405)
    public static let notAcceptable = StatusCode(known: 406)
    public static let proxyAuthenticationRequired = StatusCode(known: 407)
    public static let requestTimeout = StatusCode(known: 408)
    public static let gone = StatusCode(known: 410)
    public static let requestEntityTooLarge = StatusCode(known: 413)
    public static let requestURITooLong = StatusCode(known: 414)
    public static let unsupportedMediaType = StatusCode(known: 415)
    public static let unsupportedURIScheme = StatusCode(known: 416)
    public static let badExtension = StatusCode(known: 420)
    public static let extensionRequired = StatusCode(known: 421)
    public static let sessionIntervalTooSmall = StatusCode(known: 422)
    public static let intervalTooBrief = StatusCode(known: 423)
    public static let maxBreadthExceeded = StatusCode(known: 440)
    public static let temporarilyUnavailable = StatusCode(known: 480)
    public static let callDoesNotExist = StatusCode(known: 481)
    public static let loopDetected = StatusCode(known: 482)
    public static let tooManyHops = StatusCode(known: 483)
    public static let addressIncomplete = StatusCode(known: 484)
    public static let ambiguous = StatusCode(known: 485)
    public static let busyHere = StatusCode(known: 486)
    public static let requestTerminated = StatusCode(known: 487)
    public static let notAcceptableHere = StatusCode(known: 488)
    public static let badEvent = StatusCode(known: 489)
    public static let requestPending = StatusCode(known: 491)
    public static let undecipherable = StatusCode(known: 493)
    public static let serverInternalError = StatusCode(known: 500)
    public static let notImplemented = StatusCode(known: 501)
    public static let badGateway = StatusCode(known: 502)
    public static let serviceUnavailable = StatusCode(known: 503)
    public static let serverTimeout = StatusCode(known: 504)
    public static let versionNotSupported = StatusCode(known: 505)
    public static let messageTooLarge = StatusCode(known: 513)
    public static let busyEverywhere = StatusCode(known: 600)
    public static let decline = StatusCode(known: 603)
    public static let doesNotExistAnywhere = StatusCode(known: 604)
    public static let notAcceptableAnywhere = StatusCode(known: 606)

    /// The phrase of the IANA registry, or a general one for the class.
    public var reasonPhrase: String {
        if let phrase = StatusCode.phrases[value] { return phrase }
        return switch value / 100 {
        case 1: "Session Progress"
        case 2: "OK"
        case 3: "Redirection"
        case 4: "Request Failure"
        case 5: "Server Failure"
        default: "Global Failure"
        }
    }

    private static let phrases: [UInt16: String] = [
        100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued", 183: "Session Progress",
        199: "Early Dialog Terminated", 200: "OK", 202: "Accepted", 204: "No Notification", 300: "Multiple Choices",
        301: "Moved Permanently", 302: "Moved Temporarily", 305: "Use Proxy", 380: "Alternative Service",
        400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required",
        408: "Request Timeout", 410: "Gone", 412: "Conditional Request Failed", 413: "Request Entity Too Large",
        414: "Request-URI Too Long", 415: "Unsupported Media Type", 416: "Unsupported URI Scheme",
        417: "Unknown Resource-Priority", 420: "Bad Extension", 421: "Extension Required",
        422: "Session Interval Too Small", 423: "Interval Too Brief", 424: "Bad Location Information",
        425: "Bad Alert Message", 428: "Use Identity Header", 429: "Provide Referrer Identity",
        430: "Flow Failed", 433: "Anonymity Disallowed", 436: "Bad Identity Info", 437: "Unsupported Credential",
        438: "Invalid Identity Header", 439: "First Hop Lacks Outbound Support", 440: "Max-Breadth Exceeded",
        469: "Bad Info Package", 470: "Consent Needed", 480: "Temporarily Unavailable",
        481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 483: "Too Many Hops",
        484: "Address Incomplete", 485: "Ambiguous", 486: "Busy Here", 487: "Request Terminated",
        488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 493: "Undecipherable",
        494: "Security Agreement Required", 500: "Server Internal Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported",
        513: "Message Too Large", 555: "Push Notification Service Not Supported", 580: "Precondition Failure",
        600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere", 606: "Not Acceptable",
        607: "Unwanted", 608: "Rejected",
    ]
}
