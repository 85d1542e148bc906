/// One step of a request's way (RFC 7044 §5, RFC 4244): History-Info. The reason stands in the URI's headers.
extension NameAddress {
    /// The `index` parameter of History-Info: numbers joined by points, such as `1.2.1`.
    public var historyIndex: [UInt32]? {
        guard let text = parameters["index"] else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt32(digits: $0) }
        return numbers.count == parts.count ? numbers : nil
    }

    /// The `reason` parameter of Diversion (RFC 5806 §5), in lower case.
    public var diversionReason: String? { parameters["reason"]?.asciiLowercased }

    /// The `counter` parameter of Diversion: how many diversions this value stands for; 1 without one.
    public var diversionCounter: UInt32 { parameters["counter"].flatMap { UInt32(digits: $0) } ?? 1 }

    /// The `+sip.instance` parameter of a Contact (RFC 5626 §4.1), without quotes and angle brackets.
    public var instanceID: String? {
        parameters["+sip.instance"].map { text in
            text.hasPrefix("<") && text.hasSuffix(">") && text.utf8.count >= 2
                ? String(text.dropFirst().dropLast()) : text
        }
    }

    /// The `reg-id` parameter of a Contact (RFC 5626 §4.2), from 1 on.
    public var registrationID: UInt32? {
        parameters["reg-id"].flatMap { UInt32(digits: $0) }.flatMap { $0 >= 1 ? $0 : nil }
    }

    /// Public and temporary GRUU of a Contact in the answer to REGISTER (RFC 5627 §4.2), without quotes.
    public var publicGRUU: String? { parameters["pub-gruu"] }
    /// The temporary GRUU, without quotes (RFC 5627 §4.2).
    public var temporaryGRUU: String? { parameters["temp-gruu"] }
}

extension SIPURI {
    /// Whether the `ob` parameter asks for the flow that it came by (RFC 5626 §5.1).
    public var isOutbound: Bool { parameters.contains("ob") }
    /// Whether the `gr` parameter marks a GRUU (RFC 5627 §3.1).
    public var isGRUU: Bool { parameters.contains("gr") }
}

extension NameAddress: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> NameAddress {
        NameAddress(try NameAddressLayout.scan(&cursor, bytes), bytes, cursor.rules)
    }
}
