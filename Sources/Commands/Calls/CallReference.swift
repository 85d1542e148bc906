import SwitchServer

/// What people call a call by.
enum CallReference {
    case number(UInt64)
    /// The newest.
    case last
    case sipCallID(String)

    /// A number is decimal or, as lists and the owners' log write it, hexadecimal: numbers are microseconds since 1970,
    /// 16 decimal or 13 hexadecimal digits until the year 2112.
    init(_ text: String) {
        if text == "last" {
            self = .last
        } else if text.utf8.count == 13, let number = UInt64(text, radix: 16) {
            self = .number(number)
        } else if let number = UInt64(text) {
            self = .number(number)
        } else {
            self = .sipCallID(text)
        }
    }

    /// Its records, one per owner; empty when there is none.
    ///
    /// - Parameter owner: only this user's.
    func records(of owner: String?, at location: SwitchLocation) throws -> [CallRow] {
        var selection = CallSelection()
        selection.owner = owner
        switch self {
        case .number(let number): selection.call = number
        case .sipCallID(let text): selection.sipCallID = text
        case .last:
            guard let newest = try location.ask(CallList(selection, limit: 1)).first else { return [] }
            selection.call = newest.call
        }
        return try location.ask(CallList(selection, limit: 100))
    }

    /// The number in hexadecimal, as the log and events write it; nil when no record tells it.
    func id(of owner: String?, at location: SwitchLocation) throws -> String? {
        if case .number(let number) = self { return String(number, radix: 16) }
        return try records(of: owner, at: location).first?.id
    }
}
