public import CallStore

public struct UserList: StoreRequest {
    public typealias Answer = [UserRow]
    public static let name = "user.list"
    public static let isChange = false

    public init() {}

    public func perform(on store: CallStore) throws -> [UserRow] {
        let accounts = try store.accounts().reduce(into: [:]) { $0[$1.ownerID, default: 0] += 1 }
        let dialplans = try store.dialplans().reduce(into: [:]) { $0[$1.ownerID, default: 0] += 1 }
        let providers = try store.providers().reduce(into: [:]) { $0[$1.ownerID, default: 0] += 1 }
        return try store.users().map { user in
            UserRow(
                name: user.name, suspended: user.isSuspended, accounts: accounts[user.id] ?? 0,
                dialplans: dialplans[user.id] ?? 0, providers: providers[user.id] ?? 0,
                created: Timestamp(user.created))
        }
    }
}

public struct UserAddition: StoreRequest {
    public typealias Answer = Done
    public static let name = "user.add"
    public var user: String

    public init(_ user: String) { self.user = user }

    public func perform(on store: CallStore) throws -> Done {
        try store.addUser(user)
        return Done("user \(user) added")
    }
}

/// Everything of one user.
public struct UserDetails: Codable, Sendable {
    public var user: UserRow
    public var accounts: [AccountRow]
    public var dialplans: [DialplanRow]
    public var providers: [ProviderRow]
    public var callRecords: Int
}

public struct UserQuery: StoreRequest {
    public typealias Answer = UserDetails
    public static let name = "user.show"
    public static let isChange = false
    public var user: String

    public init(_ user: String) { self.user = user }

    public var mentions: Mentions { Mentions(user: user) }

    public func perform(on store: CallStore) throws -> UserDetails {
        let users = try UserList().perform(on: store)
        guard let row = users.first(where: { $0.name.lowercased() == user.lowercased() }) else {
            throw AdminError(.unknownUser, "there is no user '\(user)'")
        }
        return UserDetails(
            user: row, accounts: try AccountList(owner: row.name).perform(on: store),
            dialplans: try DialplanList(owner: row.name).perform(on: store),
            providers: try ProviderList(owner: row.name).perform(on: store),
            callRecords: try store.belongings(ofUser: row.name).callRecords)
    }
}

public struct UserSuspension: StoreRequest {
    public typealias Answer = Done
    public static let name = "user.suspend"
    public var user: String
    public var suspended: Bool

    public init(_ user: String, suspended: Bool) {
        self.user = user
        self.suspended = suspended
    }

    public var mentions: Mentions { Mentions(user: user) }

    public func perform(on store: CallStore) throws -> Done {
        try store.setSuspended(suspended, user: user)
        return Done(
            suspended
                ? "user \(user) suspended: the accounts neither register nor call" : "user \(user) is active again")
    }
}
