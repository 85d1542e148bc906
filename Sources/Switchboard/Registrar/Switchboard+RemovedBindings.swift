/// Bindings that an administrator takes away.
extension Switchboard {
    /// Forgets these contacts of an account, here and in the store; those that are not there any more are left alone.
    mutating func removeBindings(
        of account: AccountKey, _ contacts: [String], at now: SwitchTime, _ effects: inout Effects
    ) {
        var writes: [StoreWrite] = []
        for contact in contacts {
            guard let binding = bindings.binding(of: account, contact: contact) else { continue }
            bindings.remove(binding)
            writes.append(.removeBinding(account: account, contact: contact))
            effects.note(
                .unregistered(account: account.text, contact: contact), owner: directory.account(account)?.owner,
                at: now)
        }
        if !writes.isEmpty { effects.storeBatches.append((nil, writes)) }
    }
}
