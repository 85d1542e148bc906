public import DialplanHostCalls
import SIPMessage
import SIPStack
public import Switchboard
import TestPhone

/// What a destination did in a call of the past.
public struct RecordedLeg: Hashable, Sendable {
    /// As written in the dial string.
    public var destination: String
    /// Nothing was sent to it when nil.
    public var sipCallID: String?
    /// Microseconds since 1970 UTC.
    public var startedAt: Int64
    public var answeredAt: Int64?
    public var endedAt: Int64
    public var status: Int
    public var reason: String

    public init(
        destination: String, sipCallID: String?, startedAt: Int64, answeredAt: Int64?, endedAt: Int64, status: Int,
        reason: String
    ) {
        self.destination = destination
        self.sipCallID = sipCallID
        self.startedAt = startedAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
        self.status = status
        self.reason = reason
    }

    /// What the phone is to do when it is called again.
    var plan: CallPlan {
        if let answeredAt { return CallPlan(.answer, decidesAfter: .microseconds(max(0, answeredAt &- startedAt))) }
        guard status != 487, let code = StatusCode(status), status >= 300 else { return CallPlan(.ring) }
        return CallPlan(
            .refuse(code, reason: try? FieldText(reason)), decidesAfter: .microseconds(max(0, endedAt &- startedAt)))
    }
}

extension BenchScenario {
    /// A call of the past once more: the same request at the same time with the same seed and clock, to destinations that
    /// do what they did. The script may be another one.
    ///
    /// - Parameters:
    ///   - journal: of the call's first execution.
    ///   - later: the other journals of the call; their clock readings count too.
    ///   - legs: of all owners, in the order in which they were placed.
    ///   - directory: what the switch knows.
    /// - Throws: ``BenchError`` for a journal whose request cannot be read.
    public init(
        repeating journal: KeptJournal, later: [KeptJournal] = [], legs: [RecordedLeg], script: ScriptVersion,
        directory: Directory
    ) throws(BenchError) {
        let start = journal.start
        let facts = RequestFacts(start.request.record)
        guard let from = try? NameAddress(facts.text("Header", "From")),
            let target = try? SIPURI(facts.text("URI")),
            let isIn = start.properties.first(where: { $0.property == HostCallTable.Name.isIn })?.value
        else { throw BenchError(description: "the journal's request cannot be read") }
        let isInbound = isIn == .bool(true)
        var call = OutgoingCall(target: .sip(target), from: from)
        if let to = try? NameAddress(facts.text("Header", "To")) { call.to = to }
        call.callID = CallID(facts.text("Header", "CallId"))
        let number = UInt32(facts.text("Header", "CSeq")) ?? 1
        // A caller with an account is challenged first.
        call.firstCSeq = isInbound || number == 0 ? number : number - 1
        call.maxForwards = UInt8(facts.text("Header", "MaxForwards")) ?? 70
        call.contact = try? NameAddress(facts.text("Header", "Contact"))
        call.body = facts.bytes("Body")
        call.contentType = try? FieldText(facts.text("Header", "ContentType"))
        for (name, member) in [("User-Agent", "UserAgent"), ("Subject", "Subject")] {
            guard let name = HeaderName(name), let value = try? FieldText(facts.text("Header", member)),
                !value.text.isEmpty
            else { continue }
            call.headers.append((name, value))
        }
        call.talks = .seconds(1)
        let own = isInbound ? target : from.uri.sip ?? target
        let domain = directory.canonicalDomain("\(own.host)") ?? "\(own.host)"
        let user = own.user ?? ""
        let key =
            isInbound
            ? directory.calledAccount(user: user, domain: domain)?.key : AccountKey(user: user, domain: domain)
        self.init(
            script: script, direction: isInbound ? .inbound : .outbound,
            account: key ?? AccountKey(user: user, domain: domain), call: call, startTime: start.startTime)
        self.directory = directory
        seed = start.seed
        execution = start.execution
        recordedLegs = legs
        let outcomes = ([journal] + later).flatMap(\.entries).compactMap { entry -> Int64? in
            if case .outcome(let outcome) = entry { outcome.time } else { nil }
        }
        clock = outcomes.sorted()
        if let local = facts.address("LocalSIPEndPoint"), let remote = facts.address("RemoteSIPEndPoint") {
            listeners = [local] + BenchAddresses.listeners.filter { $0 != local }
            callerAddress = remote
        }
        addPhones(for: legs)
        for leg in legs where leg.sipCallID == nil && leg.reason.hasPrefix("Unresolvable host ") {
            rules.append(AnswerRule(pattern: String(leg.reason.dropFirst(18)), .unknownHost))
        }
    }
}

extension BenchScenario {
    /// The phones that were registered then: as many for an account as were rung at once.
    private mutating func addPhones(for legs: [RecordedLeg]) {
        inventsAccounts = false
        if directory.canonicalDomain(account.domain) == nil { directory.insert(domain: account.domain) }
        var most: [AccountKey: Int] = [:]
        var together: [AccountKey: [Int64: Int]] = [:]
        for leg in legs where leg.sipCallID != nil {
            let written = leg.destination.lowercased().hasPrefix("sip") ? leg.destination : "sip:" + leg.destination
            guard let uri = try? SIPURI(written), let user = uri.user,
                let domain = directory.canonicalDomain("\(uri.host)")
            else { continue }
            let key =
                directory.calledAccount(user: user, domain: domain)?.key ?? AccountKey(user: user, domain: domain)
            let count = together[key, default: [:]][leg.startedAt, default: 0] + 1
            together[key, default: [:]][leg.startedAt] = count
            most[key] = max(most[key] ?? 0, count)
        }
        for (key, count) in most.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<count { addPhone(of: key) }
        }
    }
}

/// Reads the `req` record of a journal.
private struct RequestFacts {
    let record: HostRecord

    init(_ record: HostRecord) { self.record = record }

    private func value(_ path: [String]) -> HostValue {
        var current = HostValue.record(record)
        for name in path {
            guard case .record(let record) = current, let field = record.fields.first(where: { $0.name == name }) else {
                return .null
            }
            current = field.value
        }
        return current
    }

    func text(_ path: String...) -> String { value(path).displayText }

    func bytes(_ name: String) -> [UInt8] { if case .string(let bytes) = value([name]) { bytes } else { [] } }

    /// `udp:192.0.2.1:5060`
    func address(_ name: String) -> TransportAddress? {
        let text = text(name)
        guard text.hasPrefix("udp:"), let pair = HostPort(text.dropFirst(4)) else { return nil }
        return switch pair.host {
        case .ipv4(let address): TransportAddress(host: .v4(address), port: pair.port ?? 5060)
        case .ipv6(let address): TransportAddress(host: .v6(address), port: pair.port ?? 5060)
        case .name: nil
        }
    }
}
