import SIPMessage

/// One change that a REGISTER asks for.
enum BindingChange: Sendable {
    case add(Binding)
    case remove(Binding)
}

/// The live bindings of all accounts, with their expiry.
struct BindingTable: Sendable {
    private var byAccount: [AccountKey: [Binding]] = [:]

    /// Bindings of an account that have not expired, newest first.
    func bindings(of account: AccountKey, at wall: Int64) -> [Binding] {
        (byAccount[account] ?? []).filter { $0.expiresAt > wall }
    }

    var count: Int { byAccount.values.reduce(0) { $0 + $1.count } }

    func binding(of account: AccountKey, contact: String) -> Binding? {
        byAccount[account]?.first { $0.contact.description == contact }
    }

    /// Adds or replaces a binding. Returns those whose rows must go: the oldest, if the account has too many, and one
    /// that the same contact had under another spelling.
    mutating func insert(_ binding: Binding, limit: Int) -> [Binding] {
        var list = byAccount[binding.account] ?? []
        let respelled = list.filter {
            $0.contact.isEquivalent(to: binding.contact) && $0.contact.description != binding.contact.description
        }
        list.removeAll { $0.contact.isEquivalent(to: binding.contact) }
        list.insert(binding, at: 0)
        let dropped = respelled + list.dropFirst(max(1, limit))
        byAccount[binding.account] = Array(list.prefix(max(1, limit)))
        return dropped
    }

    /// A table with one account's bindings, to try changes on.
    func only(_ account: AccountKey) -> BindingTable {
        var table = BindingTable()
        table.byAccount[account] = byAccount[account]
        return table
    }

    /// Returns what `insert` returns.
    mutating func apply(_ change: BindingChange, limit: Int) -> [Binding] {
        switch change {
        case .add(let binding): return insert(binding, limit: limit)
        case .remove(let binding):
            remove(binding)
            return []
        }
    }

    mutating func remove(_ binding: Binding) {
        byAccount[binding.account]?.removeAll { $0.contact.isEquivalent(to: binding.contact) }
        if byAccount[binding.account]?.isEmpty ?? false { byAccount[binding.account] = nil }
    }

    /// Forgets the bindings of all other accounts.
    mutating func retain(where isKept: (AccountKey) -> Bool) {
        byAccount = byAccount.filter { isKept($0.key) }
    }

    /// Takes out what has expired.
    mutating func removeExpired(at wall: Int64) -> [Binding] {
        var expired: [Binding] = []
        for (account, list) in byAccount where list.contains(where: { $0.expiresAt <= wall }) {
            expired += list.filter { $0.expiresAt <= wall }
            let rest = list.filter { $0.expiresAt > wall }
            byAccount[account] = rest.isEmpty ? nil : rest
        }
        return expired
    }
}
