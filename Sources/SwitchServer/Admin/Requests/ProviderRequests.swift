public import CallStore

public struct ProviderList: StoreRequest {
    public typealias Answer = [ProviderRow]
    public static let name = "provider.list"
    public static let isChange = false
    public var owner: String?

    public init(owner: String? = nil) { self.owner = owner }

    public var mentions: Mentions { Mentions(user: owner) }

    public func perform(on store: CallStore) throws -> [ProviderRow] {
        try store.providers(owner: owner).map { ProviderRow($0) }
    }
}

public struct ProviderQuery: StoreRequest {
    public typealias Answer = ProviderRow
    public static let name = "provider.show"
    public static let isChange = false
    public var provider: String
    public var owner: String

    public init(_ provider: String, owner: String) {
        self.provider = provider
        self.owner = owner
    }

    public var mentions: Mentions { Mentions(user: owner, provider: provider) }

    public func perform(on store: CallStore) throws -> ProviderRow {
        ProviderRow(try store.provider(provider, owner: owner))
    }
}

/// What can be set of a provider; nil leaves it as it is.
public struct ProviderFields: Codable, Sendable {
    public var server: String?
    public var username: String?
    public var authUsername: String?
    public var realm: String?
    public var outboundProxy: String?
    public var fromURI: String?
    public var headers: [String]?
    public var registers: Bool?
    public var registerServer: String?
    public var registerContact: String?
    public var registerExpirySeconds: Int?
    public var disabledReason: String?
    /// Fields to empty.
    public var unset: [Unsettable] = []

    public init() {}

    /// Fields that a provider need not have.
    public enum Unsettable: String, Codable, Sendable, CaseIterable {
        case authUsername = "auth-username"
        case realm
        case outboundProxy = "outbound-proxy"
        case fromURI = "from-uri"
        case headers
        case registerServer = "register-server"
        case registerContact = "register-contact"
        case disabled
    }

    public var isEmpty: Bool {
        server == nil && username == nil && authUsername == nil && realm == nil && outboundProxy == nil
            && fromURI == nil && headers == nil && registers == nil && registerServer == nil
            && registerContact == nil && registerExpirySeconds == nil && disabledReason == nil && unset.isEmpty
    }

    func apply(to settings: inout ProviderSettings) {
        for field in unset {
            switch field {
            case .authUsername: settings.authUsername = nil
            case .realm: settings.realm = nil
            case .outboundProxy: settings.outboundProxy = nil
            case .fromURI: settings.fromURI = nil
            case .headers: settings.customHeaders = []
            case .registerServer: settings.registerServer = nil
            case .registerContact: settings.registerContact = nil
            case .disabled: settings.disabledReason = nil
            }
        }
        if let server { settings.serverURI = server }
        if let username { settings.username = username }
        if let authUsername { settings.authUsername = authUsername }
        if let realm { settings.realm = realm }
        if let outboundProxy { settings.outboundProxy = outboundProxy }
        if let fromURI { settings.fromURI = fromURI }
        if let headers { settings.customHeaders = headers }
        if let registers { settings.registers = registers }
        if let registerServer { settings.registerServer = registerServer }
        if let registerContact { settings.registerContact = registerContact }
        if let registerExpirySeconds { settings.registerExpirySeconds = registerExpirySeconds }
        if let disabledReason { settings.disabledReason = disabledReason }
    }
}

public struct ProviderAddition: StoreRequest {
    public typealias Answer = Done
    public static let name = "provider.add"
    public var provider: String
    public var owner: String
    public var server: String
    public var username: String
    public var fields: ProviderFields
    public var password: String?

    public init(
        _ provider: String, owner: String, server: String, username: String, fields: ProviderFields, password: String?
    ) {
        self.provider = provider
        self.owner = owner
        self.server = server
        self.username = username
        self.fields = fields
        self.password = password
    }

    public var mentions: Mentions { Mentions(user: owner) }

    public func perform(on store: CallStore) throws -> Done {
        var settings = ProviderSettings(serverURI: server, username: username)
        fields.apply(to: &settings)
        let added = try store.addProvider(
            provider, owner: owner, settings: settings, secret: password.map { ProviderSecret($0) })
        return Done("provider \(added.name) of \(added.owner) added: scripts dial through it as NUMBER@\(added.name)")
    }
}

public struct ProviderChange: StoreRequest {
    public typealias Answer = Done
    public static let name = "provider.set"
    public var provider: String
    public var owner: String
    public var fields: ProviderFields
    /// A new password.
    public var password: String?
    /// Take the password away.
    public var forgetsPassword: Bool

    public init(
        _ provider: String, owner: String, fields: ProviderFields, password: String?, forgetsPassword: Bool
    ) {
        self.provider = provider
        self.owner = owner
        self.fields = fields
        self.password = password
        self.forgetsPassword = forgetsPassword
    }

    public var mentions: Mentions { Mentions(user: owner, provider: provider) }

    public func perform(on store: CallStore) throws -> Done {
        let changed = try store.updateProvider(provider, owner: owner) { fields.apply(to: &$0) }
        if let password {
            try store.setProviderSecret(ProviderSecret(password), provider: provider, owner: owner)
        } else if forgetsPassword {
            try store.setProviderSecret(nil, provider: provider, owner: owner)
        }
        return Done("provider \(changed.name) of \(changed.owner) changed")
    }
}

public struct ProviderRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "provider.remove"
    public var provider: String
    public var owner: String

    public init(_ provider: String, owner: String) {
        self.provider = provider
        self.owner = owner
    }

    public var mentions: Mentions { Mentions(user: owner, provider: provider) }

    public func perform(on store: CallStore) throws -> Done {
        try store.removeProvider(provider, owner: owner)
        return Done("provider \(provider) of \(owner) removed")
    }
}

extension ProviderRow {
    init(_ provider: Provider) {
        let settings = provider.settings
        self.init(
            name: provider.name, owner: provider.owner, server: settings.serverURI, username: settings.username,
            authUsername: settings.authUsername, realm: settings.realm, outboundProxy: settings.outboundProxy,
            fromURI: settings.fromURI, headers: settings.customHeaders, registers: settings.registers,
            registerServer: settings.registerServer, registerContact: settings.registerContact,
            registerExpirySeconds: settings.registerExpirySeconds, hasPassword: provider.hasSecret,
            disabledReason: settings.disabledReason, created: Timestamp(provider.created))
    }
}
