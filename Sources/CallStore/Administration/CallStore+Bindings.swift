internal import GRDB

/// A binding as it is listed, with the account that it belongs to.
public struct ListedBinding: Hashable, Sendable {
    /// `username@domain`.
    public var account: String
    /// The account's owner.
    public var owner: String
    public var binding: Binding
}

extension CallStore {
    /// The bindings of one owner's accounts, or of all, also expired ones, by account and contact.
    ///
    /// - Throws: `unknownUser`.
    public func listBindings(owner: String? = nil) throws(StoreError) -> [ListedBinding] {
        try self.reading { database in
            let ownerID = try owner.map { try database.userID(named: $0) }
            let accounts = Dictionary(
                try Account.all(in: database).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            return try Binding.all(in: database).compactMap { binding in
                guard let account = accounts[binding.accountID], ownerID == nil || account.ownerID == ownerID else {
                    return nil
                }
                return ListedBinding(account: account.address, owner: account.owner, binding: binding)
            }.sorted { ($0.account, $0.binding.contact) < ($1.account, $1.binding.contact) }
        }
    }

    /// Removes an account's binding of this contact, or all of them. A running switch must be told: it answers from
    /// memory.
    ///
    /// - Returns: those that were removed.
    /// - Throws: `unknownDomain`, `unknownAccount`, `unknownBinding` for a contact that is not there.
    @discardableResult
    public func removeBindings(
        ofAccount username: String, domain: String, contact: String? = nil
    ) throws(StoreError) -> [Binding] {
        try self.writing { database in
            let account = try database.requiredAccount(username, domain: domain)
            let removed = try Binding.all(in: database).filter {
                $0.accountID == account.id && (contact == nil || $0.contact == contact)
            }
            if let contact, removed.isEmpty {
                throw StoreError(
                    .unknownBinding,
                    "'\(account.address)' has no binding '\(contact)'; list the bindings to see the contacts")
            }
            for binding in removed {
                try database.run(
                    "DELETE FROM bindings WHERE account_id = ? AND contact = ?",
                    [account.id.rawValue, binding.contact])
            }
            return removed
        }
    }
}
