import DialplanHostCalls
import SIPMessage

/// Host calls that ask what the switch knows: answered at once, from memory.
extension Switchboard {
    /// The answer; nil when the call is none of these.
    func answer(_ id: HostCallID, _ arguments: [HostValue], of execution: Execution, at now: SwitchTime) -> HostValue? {
        func text(_ index: Int) -> String? {
            guard arguments.indices.contains(index), arguments[index] != .null else { return nil }
            return arguments[index].displayText
        }
        func account(_ user: String?) -> Account? {
            guard let domain = directory.canonicalDomain(text(1) ?? "local") else { return nil }
            return directory.account(AccountKey(user: user ?? execution.owner, domain: domain))
        }
        switch id {
        case HostCallTable.Name.isAvailable:
            guard let account = account(text(0)), account.owner == execution.owner else { return .bool(false) }
            return .bool(!bindings.bindings(of: account.key, at: now.wall).isEmpty)
        case HostCallTable.Name.isMine: return .bool(account(text(0))?.owner == execution.owner)
        case HostCallTable.Name.doesSIPAccountExist: return .bool(account(text(0)) != nil)
        case HostCallTable.Name.getCanonicalDomain:
            return directory.canonicalDomain(text(0) ?? "").map { .text($0) } ?? .null
        case HostCallTable.Name.getCurrentCallCount:
            return .integer(Int64(callsOfOwner[execution.owner, default: 0]))
        default: return nil
        }
    }
}
