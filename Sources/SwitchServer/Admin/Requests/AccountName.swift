import CallStore

/// An account's address in its two parts.
public struct AccountName: Sendable {
    public let username: String
    public let domain: String

    /// - Throws: ``AdminError`` that says how an address is written.
    public init(_ address: String) throws {
        guard let at = address.lastIndex(of: "@"), at != address.startIndex,
            address.index(after: at) != address.endIndex
        else {
            throw AdminError(
                .invalidValue, "'\(address)': an account is written user@domain, for example phone1@example.test")
        }
        username = String(address[..<at])
        domain = String(address[address.index(after: at)...])
    }

    static func domain(in address: String) -> String {
        address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) } ?? address
    }
}
