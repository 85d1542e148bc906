/// A value that crosses the border between a script and the switch: an argument of a host call or a part of its outcome.
///
/// Strings are bytes because a script's strings may hold any bytes; they are UTF-8 unless the script made them otherwise.
public indirect enum HostValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string([UInt8])
    case symbol([UInt8])
    case array([HostValue])
    case record(HostRecord)

    /// A string value from Swift text.
    public static func text(_ text: some StringProtocol) -> HostValue { .string(Array(text.utf8)) }

    /// What `to_s` of the value gives, as a switch would print it in a log line.
    public var displayText: String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): String(value)
        case .string(let bytes), .symbol(let bytes): String(decoding: bytes, as: UTF8.self)
        case .array(let values): values.map(\.displayText).joined()
        case .record(let record): String(decoding: record.text, as: UTF8.self)
        }
    }
}

/// An object of the switch as a script sees it, such as `req` or `req.Header.From`: named members and a text.
///
/// Member names are CamelCase as in the ancestor's API; scripts may also write `from_uri` or `fromuri` (``MemberName``).
public struct HostRecord: Hashable, Sendable {
    /// One member of a record.
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: HostValue

        public init(_ name: String, _ value: HostValue) {
            self.name = name
            self.value = value
        }
    }

    /// The class name that the script sees (`SIPRequest`, `SIPURI`…).
    public var typeName: String
    /// What `to_s` (and `ToString`) gives.
    public var text: [UInt8]
    public var fields: [Field]

    public init(typeName: String, text: [UInt8], fields: [Field]) {
        self.typeName = typeName
        self.text = text
        self.fields = fields
    }
}
