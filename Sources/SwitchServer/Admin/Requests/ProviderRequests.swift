public import CallStore

public struct ProviderList: StoreRequest {
    public typealias Answer = [ProviderRow]
    public static let name = "provider.list"
    public static let isChange = false
    public var owner: String?

    public init(owner: String? = nil) { self.owner = owner }

    public var mentions: Mentions { Mentions(user: owner) }

    public func perform(on store: CallStore) throws -> [ProviderRow] {
        try store.providers(owner: owner).map { provider in
            ProviderRow(
                name: provider.name, owner: provider.owner, server: provider.serverURI, username: provider.username,
                authUsername: provider.authUsername, created: Timestamp(provider.created))
        }
    }
}
