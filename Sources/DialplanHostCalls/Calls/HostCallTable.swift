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
        public static let setCustomSIPHeader = HostCallID(rawValue: 12)
        public static let removeCustomSIPHeader = HostCallID(rawValue: 13)
        public static let clearCustomSIPHeaders = HostCallID(rawValue: 14)
        public static let printCustomSIPHeaders = HostCallID(rawValue: 15)
        public static let setFromHeader = HostCallID(rawValue: 16)
        public static let clearFromHeader = HostCallID(rawValue: 17)
        public static let setCustomContent = HostCallID(rawValue: 18)
        public static let clearCustomBody = HostCallID(rawValue: 19)
        public static let isAvailable = HostCallID(rawValue: 20)
        public static let isMine = HostCallID(rawValue: 21)
        public static let doesSIPAccountExist = HostCallID(rawValue: 22)
        public static let getCanonicalDomain = HostCallID(rawValue: 23)
        public static let getCurrentCallCount = HostCallID(rawValue: 24)
    }

    public static let all: [HostCall] = core + outgoing + lookups

    private static let core: [HostCall] = [
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

    /// What later Dials of the run send.
    private static let outgoing: [HostCall] = [
        HostCall(
            id: Name.setCustomSIPHeader, receiver: .sys, name: "SetCustomSIPHeader",
            parameters: [.init("name", .text), .init("value", .text)], kind: .effect,
            documentation:
                "Adds a header row to the INVITE of every later Dial; the same name replaces. Names that the "
                + "switch writes itself (Via, From, To, Contact …) are refused with a log line. At most 20 rows."),
        HostCall(
            id: Name.removeCustomSIPHeader, receiver: .sys, name: "RemoveCustomSIPHeader",
            parameters: [.init("name", .text)], kind: .effect, documentation: "Takes such a row back."),
        HostCall(
            id: Name.clearCustomSIPHeaders, receiver: .sys, name: "ClearCustomSIPHeaders", parameters: [],
            kind: .effect, documentation: "Takes all such rows back."),
        HostCall(
            id: Name.printCustomSIPHeaders, receiver: .sys, name: "PrintCustomSIPHeaders", parameters: [],
            kind: .effect, documentation: "Writes such rows to the owner's log."),
        HostCall(
            id: Name.setFromHeader, receiver: .sys, name: "SetFromHeader",
            parameters: [
                .init("displayName", .textOrNil), .init("user", .textOrNil), .init("host", .textOrNil),
            ], kind: .effect,
            documentation:
                "Changes the From of every later Dial; a part that is nil stays the caller's. A leg's own fd, "
                + "fu, fh and a provider's From setting go before it."),
        HostCall(
            id: Name.clearFromHeader, receiver: .sys, name: "ClearFromHeader", parameters: [], kind: .effect,
            documentation: "Takes SetFromHeader back."),
        HostCall(
            id: Name.setCustomContent, receiver: .sys, name: "SetCustomContent",
            parameters: [.init("typeOrBody", .text), .init("body", .textOrNil, default: .null)], kind: .effect,
            documentation: "Replaces the body of the INVITE of every later Dial: (body), or (content type, body)."),
        HostCall(
            id: Name.clearCustomBody, receiver: .sys, name: "ClearCustomBody", parameters: [], kind: .effect,
            documentation: "Takes SetCustomContent back."),
    ]

    /// What the switch knows.
    private static let lookups: [HostCall] = [
        HostCall(
            id: Name.isAvailable, receiver: .sys, name: "IsAvailable",
            parameters: [
                .init("user", .textOrNil, default: .null), .init("domain", .textOrNil, default: .null),
            ], kind: .awaits,
            documentation: "Whether an account of the owner has a registered phone; by default the account that is "
                + "named as the owner, in the domain `local`."),
        HostCall(
            id: Name.isMine, receiver: .sys, name: "IsMine",
            parameters: [.init("user", .text), .init("domain", .textOrNil, default: .null)], kind: .awaits,
            documentation: "Whether the account exists and belongs to the owner."),
        HostCall(
            id: Name.doesSIPAccountExist, receiver: .sys, name: "DoesSIPAccountExist",
            parameters: [.init("user", .text), .init("domain", .textOrNil, default: .null)], kind: .awaits,
            documentation: "Whether the account exists on this switch."),
        HostCall(
            id: Name.getCanonicalDomain, receiver: .sys, name: "GetCanonicalDomain",
            parameters: [.init("host", .text)], kind: .awaits,
            documentation: "The main name of the served domain that a host names; nil for any other host."),
        HostCall(
            id: Name.getCurrentCallCount, receiver: .sys, name: "GetCurrentCallCount", parameters: [], kind: .awaits,
            documentation: "How many calls the owner has a part in now, this one included."),
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
