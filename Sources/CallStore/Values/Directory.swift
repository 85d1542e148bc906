/// Somebody who owns accounts, dialplans and providers on this switch.
public struct User: Hashable, Sendable {
    public var id: RowID<User>
    /// Letters, digits, `-` and `_`, 1 to 64 of them; unique without regard to case. No `.`: in an address such as
    /// `provider.alice` what follows the last dot is a user.
    public var name: String
    public var created: UnixTime
    /// A suspended user's accounts neither register nor call.
    public var isSuspended: Bool
}

/// A SIP domain that this switch serves. Its name is the digest realm of its accounts.
public struct Domain: Hashable, Sendable {
    public var id: RowID<Domain>
    /// The canonical name, lower-case.
    public var name: String
    /// Other host names under which the domain is reached, lower-case, sorted. `*` stands for every host that is not
    /// named elsewhere.
    public var aliases: [String]
    public var created: UnixTime
}

/// HA1 = H(username ":" realm ":" password) of an account under its domain's realm, in lower-case hexadecimal
/// (RFC 7616 §3.4.2). The password itself is never stored.
///
/// Whoever holds an HA1 can log in with it, so it is kept out of descriptions, dumps and mirrors.
public struct AccountCredentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// 32 hexadecimal digits.
    public var ha1MD5: String
    /// 64 hexadecimal digits.
    public var ha1SHA256: String

    public init(ha1MD5: String, ha1SHA256: String) {
        self.ha1MD5 = ha1MD5
        self.ha1SHA256 = ha1SHA256
    }

    public var description: String { "AccountCredentials(hidden)" }
    public var debugDescription: String { self.description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// A SIP account: what a phone registers and calls as.
public struct Account: Hashable, Sendable {
    public var id: RowID<Account>
    /// The user part of its address, case-sensitive (RFC 3261 §19.1.4).
    public var username: String
    public var domainID: RowID<Domain>
    /// The canonical name of its domain, which is its realm.
    public var domain: String
    public var ownerID: RowID<User>
    public var owner: String
    public var credentials: AccountCredentials
    /// The owner's dialplan that decides calls to this account. Nil, or a name that the owner has no dialplan for:
    /// such calls ring the account's own bindings.
    public var inDialplan: String?
    /// The owner's dialplan that decides calls from this account.
    public var outDialplan: String?
    public var isDisabled: Bool
    public var created: UnixTime

    /// `username@domain`.
    public var address: String { "\(self.username)@\(self.domain)" }
}
