/// Every host call, once. The worker's facade, the front's handlers, limits and documentation all read this table.
public enum HostCallTable {
    /// Names of the calls for code that handles them.
    public enum Name {
        public static let log = HostCallID(rawValue: 1)
        public static let dial = HostCallID(rawValue: 2)
        public static let respond = HostCallID(rawValue: 3)
        public static let isIn = HostCallID(rawValue: 4)
        public static let isOut = HostCallID(rawValue: 5)
        public static let username = HostCallID(rawValue: 6)
        public static let lastDialled = HostCallID(rawValue: 7)
        public static let lastFailureReason = HostCallID(rawValue: 8)
        public static let lastFailureStatus = HostCallID(rawValue: 9)
        public static let dialPlanName = HostCallID(rawValue: 10)
        public static let extendScriptTimeout = HostCallID(rawValue: 11)
    }

    public static let all: [HostCall] = [
        HostCall(
            id: Name.log, receiver: .sys, name: "Log", parameters: [.init("message", .text)], kind: .effect,
            documentation: "Writes one message to the owner's log; line breaks are kept. At most 1,000 messages "
                + "and 256 KiB per run."),
        HostCall(
            id: Name.dial, receiver: .sys, name: "Dial",
            parameters: [
                .init("destinations", .text),
                .init("ringSeconds", .integer, default: .integer(0)),
                .init("answeredLimitSeconds", .integer, default: .integer(0)),
            ], kind: .awaits,
            documentation: "Places legs: `|` separates groups tried in turn, `&` legs rung together. Rings at most "
                + "ringSeconds (1 to 180; 0 or more than 180 means 180) over the whole string. Ends the script when "
                + "a leg answers; otherwise returns a result (3 failed, 6 timed out, 7 error, 8 already answered)."),
        HostCall(
            id: Name.respond, receiver: .sys, name: "Respond",
            parameters: [
                .init("status", .integer), .init("reason", .textOrNil, default: .null),
                .init("headers", .textOrNil, default: .null),
            ], kind: .awaits,
            documentation: "Answers the caller: 180 to 199 is a progress response and the script goes on; 300 to 699 "
                + "is final and ends the script; 200 to 299 is refused with a log line. headers: `Name: value` "
                + "separated by `|`."),
        HostCall(
            id: Name.isIn, receiver: .sys, name: "In", parameters: [], kind: .property,
            documentation: "True when the call is to an account of a served domain."),
        HostCall(
            id: Name.isOut, receiver: .sys, name: "Out", parameters: [], kind: .property,
            documentation: "True when the call is from an authenticated account of a served domain."),
        HostCall(
            id: Name.username, receiver: .sys, name: "Username", parameters: [], kind: .property,
            documentation: "The dialplan's owner (the user's login, not the SIP account)."),
        HostCall(
            id: Name.lastDialled, receiver: .sys, name: "LastDialled", parameters: [], kind: .property,
            documentation: "The legs of the last Dial in order of completion, each with TransactionFinalResponse "
                + "(StatusCode, ReasonPhrase) or nil; nil before any Dial."),
        HostCall(
            id: Name.lastFailureReason, receiver: .sys, name: "LastFailureReason", parameters: [], kind: .property,
            documentation: "Reason phrase of the last failed Dial; nil before one."),
        HostCall(
            id: Name.lastFailureStatus, receiver: .sys, name: "LastFailureStatus", parameters: [], kind: .property,
            documentation: "Status code of the last failed Dial; nil before one."),
        HostCall(
            id: Name.dialPlanName, receiver: .sys, name: "DialPlanName", parameters: [], kind: .property,
            documentation: "Name of the running dialplan."),
        HostCall(
            id: Name.extendScriptTimeout, receiver: .sys, name: "ExtendScriptTimeout",
            parameters: [.init("seconds", .integer)], kind: .effect,
            documentation: "Moves the end of the run's time allowance to seconds plus the base allowance from now; "
                + "never past 300 seconds from the start."),
    ]

    private static let byID: [HostCallID: HostCall] = Dictionary(
        all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

    private static let byName: [[UInt8]: HostCall] = Dictionary(
        all.map { (Array("\($0.receiver.rawValue).".utf8) + MemberName.folded($0.name.utf8), $0) },
        uniquingKeysWith: { first, _ in first })

    /// The call with a number; nil for numbers this version does not know.
    public static func call(_ id: HostCallID) -> HostCall? { byID[id] }

    /// The call that a script's spelling names (`Dial`, `dial`, `last_dialled`). O(length of the name).
    public static func lookup(_ receiver: HostCall.Receiver, _ written: some Sequence<UInt8>) -> HostCall? {
        byName[Array("\(receiver.rawValue).".utf8) + MemberName.folded(written)]
    }
}
