import DialplanHostCalls

/// What scripts see of a Dial that was not answered.
enum DialResultFacade {
    /// The result of `sys.Dial`; its text is the ancestor's enum name.
    static func result(_ number: Int64, name: String) -> HostValue {
        let shown = name.prefix(1).uppercased() + name.dropFirst()
        return .record(
            HostRecord(
                typeName: "DialPlanAppResult", text: Array(shown.utf8), fields: [.init("Value", .integer(number))]))
    }

    /// An element of `sys.LastDialled`.
    static func transaction(_ leg: LegResult) -> HostValue {
        var response = HostValue.null
        if let status = leg.status {
            response = .record(
                HostRecord(
                    typeName: "SIPResponse", text: Array("SIP/2.0 \(status) \(leg.reason)".utf8),
                    fields: [
                        .init("StatusCode", .integer(Int64(status))), .init("ReasonPhrase", .text(leg.reason)),
                    ]))
        }
        return .record(
            HostRecord(
                typeName: "UACInviteTransaction", text: Array(leg.destination.utf8.prefix(256)),
                fields: [
                    .init("TransactionFinalResponse", response),
                    .init("Destination", .string(Array(leg.destination.utf8.prefix(256)))),
                ]))
    }
}
