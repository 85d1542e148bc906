/// A response's status, 100 … 699 (RFC 3261 §21): an open set with constants for the usual ones.
public struct StatusCode: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// 100 … 699.
    public let value: UInt16

    /// nil outside 100 … 699.
    public init?(_ value: Int) {
        guard (100...699).contains(value) else { return nil }
        self.value = UInt16(value)
    }

    private init(known value: UInt16) { self.value = value }

    /// By number.
    public static func < (left: StatusCode, right: StatusCode) -> Bool { left.value < right.value }

    /// 100 … 199.
    public var isProvisional: Bool { value < 200 }
    /// 200 and above.
    public var isFinal: Bool { value >= 200 }
    /// 200 … 299.
    public var isSuccess: Bool { (200..<300).contains(value) }
    /// 300 … 399.
    public var isRedirection: Bool { (300..<400).contains(value) }
    /// 400 … 499.
    public var isClientFailure: Bool { (400..<500).contains(value) }
    /// 500 … 599.
    public var isServerFailure: Bool { (500..<600).contains(value) }
    /// 600 and above.
    public var isGlobalFailure: Bool { value >= 600 }

    /// `486 Busy Here`.
    public var description: String { "\(value) \(reasonPhrase)" }

    /// RFC 3261 §21.1.1.
    public static let trying = StatusCode(known: 100)
    /// RFC 3261 §21.1.2.
    public static let ringing = StatusCode(known: 180)
    /// RFC 3261 §21.1.3.
    public static let callIsBeingForwarded = StatusCode(known: 181)
    /// RFC 3261 §21.1.4.
    public static let queued = StatusCode(known: 182)
    /// RFC 3261 §21.1.5.
    public static let sessionProgress = StatusCode(known: 183)
    /// RFC 3261 §21.2.1.
    public static let ok = StatusCode(known: 200)
    /// RFC 6665 §8.3.1, deprecated there.
    public static let accepted = StatusCode(known: 202)
    /// RFC 3261 §21.3.1.
    public static let multipleChoices = StatusCode(known: 300)
    /// RFC 3261 §21.3.2.
    public static let movedPermanently = StatusCode(known: 301)
    /// RFC 3261 §21.3.3.
    public static let movedTemporarily = StatusCode(known: 302)
    /// RFC 3261 §21.4.1.
    public static let badRequest = StatusCode(known: 400)
    /// RFC 3261 §21.4.2.
    public static let unauthorized = StatusCode(known: 401)
    /// RFC 3261 §21.4.4.
    public static let forbidden = StatusCode(known: 403)
    /// RFC 3261 §21.4.5.
    public static let notFound = StatusCode(known: 404)
    /// RFC 3261 §21.4.6.
    public static let methodNotAllowed = StatusCode(known: 405)
    /// RFC 3261 §21.4.7.
    public static let notAcceptable = StatusCode(known: 406)
    /// RFC 3261 §21.4.8.
    public static let proxyAuthenticationRequired = StatusCode(known: 407)
    /// RFC 3261 §21.4.9.
    public static let requestTimeout = StatusCode(known: 408)
    /// RFC 3261 §21.4.10.
    public static let gone = StatusCode(known: 410)
    /// RFC 3261 §21.4.11.
    public static let requestEntityTooLarge = StatusCode(known: 413)
    /// RFC 3261 §21.4.12.
    public static let requestURITooLong = StatusCode(known: 414)
    /// RFC 3261 §21.4.13.
    public static let unsupportedMediaType = StatusCode(known: 415)
    /// RFC 3261 §21.4.14.
    public static let unsupportedURIScheme = StatusCode(known: 416)
    /// RFC 3261 §21.4.15.
    public static let badExtension = StatusCode(known: 420)
    /// RFC 3261 §21.4.16.
    public static let extensionRequired = StatusCode(known: 421)
    /// RFC 4028 §6.
    public static let sessionIntervalTooSmall = StatusCode(known: 422)
    /// RFC 3261 §21.4.17.
    public static let intervalTooBrief = StatusCode(known: 423)
    /// RFC 5393 §5.8.
    public static let maxBreadthExceeded = StatusCode(known: 440)
    /// RFC 3261 §21.4.18.
    public static let temporarilyUnavailable = StatusCode(known: 480)
    /// RFC 3261 §21.4.19.
    public static let callDoesNotExist = StatusCode(known: 481)
    /// RFC 3261 §21.4.20.
    public static let loopDetected = StatusCode(known: 482)
    /// RFC 3261 §21.4.21.
    public static let tooManyHops = StatusCode(known: 483)
    /// RFC 3261 §21.4.22.
    public static let addressIncomplete = StatusCode(known: 484)
    /// RFC 3261 §21.4.23.
    public static let ambiguous = StatusCode(known: 485)
    /// RFC 3261 §21.4.24.
    public static let busyHere = StatusCode(known: 486)
    /// RFC 3261 §21.4.25.
    public static let requestTerminated = StatusCode(known: 487)
    /// RFC 3261 §21.4.26.
    public static let notAcceptableHere = StatusCode(known: 488)
    /// RFC 6665 §8.3.2.
    public static let badEvent = StatusCode(known: 489)
    /// RFC 3261 §21.4.27.
    public static let requestPending = StatusCode(known: 491)
    /// RFC 3261 §21.4.28.
    public static let undecipherable = StatusCode(known: 493)
    /// RFC 3261 §21.5.1.
    public static let serverInternalError = StatusCode(known: 500)
    /// RFC 3261 §21.5.2.
    public static let notImplemented = StatusCode(known: 501)
    /// RFC 3261 §21.5.3.
    public static let badGateway = StatusCode(known: 502)
    /// RFC 3261 §21.5.4.
    public static let serviceUnavailable = StatusCode(known: 503)
    /// RFC 3261 §21.5.5.
    public static let serverTimeout = StatusCode(known: 504)
    /// RFC 3261 §21.5.6.
    public static let versionNotSupported = StatusCode(known: 505)
    /// RFC 3261 §21.5.7.
    public static let messageTooLarge = StatusCode(known: 513)
    /// RFC 3261 §21.6.1.
    public static let busyEverywhere = StatusCode(known: 600)
    /// RFC 3261 §21.6.2.
    public static let decline = StatusCode(known: 603)
    /// RFC 3261 §21.6.3.
    public static let doesNotExistAnywhere = StatusCode(known: 604)
    /// RFC 3261 §21.6.4.
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
