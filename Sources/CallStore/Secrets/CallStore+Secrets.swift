internal import Foundation
internal import GRDB

extension CallStore {
    /// Most UTF-8 bytes in a provider's secret.
    public static let secretBytesMax = 1_024

    /// The file with the key of the provider secrets; nil for a store in memory. It belongs into the backups, kept apart
    /// from those of the database.
    public var secretsKeyPath: String? { self.path.map(SecretsKey.path(besides:)) }

    /// Stores a provider's password, encrypted; nil takes it away. The key file is made when there is none and no secret
    /// is stored yet.
    ///
    /// - Throws: `unknownUser`, `unknownProvider`, `invalidValue`, `secretsKey`.
    public func setProviderSecret(_ secret: ProviderSecret?, provider name: String, owner: String) throws(StoreError) {
        try self.writing { database in
            let provider = try database.requiredProvider(name, owner: owner)
            var sealed: Data?
            if let secret {
                try Self.check(secret)
                sealed = try self.keyForSealing(in: database).seal(
                    secret.plainText, context: Self.secretContext(of: provider))
            }
            try database.run("UPDATE providers SET secret = ? WHERE id = ?", [sealed, provider.id.rawValue])
        }
    }

    /// A provider's password, for the request that needs it.
    ///
    /// - Throws: `unknownUser`, `unknownProvider`, `noSecret`, `secretsKey`, `corrupt`.
    public func providerSecret(_ name: String, owner: String) throws(StoreError) -> ProviderSecret {
        try self.reading { database in
            let provider = try database.requiredProvider(name, owner: owner)
            return try self.openSecret(of: provider, in: database)
        }
    }

    func openSecret(of provider: Provider, in database: Database) throws -> ProviderSecret {
        let what = "provider '\(provider.name)' of '\(provider.owner)'"
        let sealed = try database.first("SELECT secret FROM providers WHERE id = ?", [provider.id.rawValue]) {
            try $0.decode(Data?.self, forColumn: "secret")
        }
        guard let sealed = sealed.flatMap({ $0 }) else {
            throw StoreError(.noSecret, "\(what) has no secret; set one")
        }
        return ProviderSecret(
            try self.key(in: database).open(sealed, context: Self.secretContext(of: provider), of: what))
    }

    /// The passwords of all providers that have one, and what is wrong with those that cannot be opened.
    public func providerSecrets() throws(StoreError)
        -> (secrets: [RowID<Provider>: ProviderSecret], failures: [RowID<Provider>: StoreError])
    {
        var secrets: [RowID<Provider>: ProviderSecret] = [:]
        var failures: [RowID<Provider>: StoreError] = [:]
        for provider in try self.providers() where provider.hasSecret {
            do {
                secrets[provider.id] = try self.providerSecret(provider.name, owner: provider.owner)
            } catch {
                failures[provider.id] = error
            }
        }
        return (secrets, failures)
    }

    static func check(_ secret: ProviderSecret) throws(StoreError) {
        // The message must not show it.
        guard (1...Self.secretBytesMax).contains(secret.plainText.utf8.count),
            !secret.plainText.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else {
            throw StoreError(
                .invalidValue,
                "a provider's secret must have 1 to \(Self.secretBytesMax) bytes and no control characters"
            )
        }
    }

    /// A secret copied to another provider's row does not open there.
    static func secretContext(of provider: Provider) -> String { "provider secret of row \(provider.id)" }

    /// The key to encrypt with: the one in the file, or a new one while nothing is encrypted.
    func keyForSealing(in database: Database) throws -> SecretsKey {
        guard let path = self.secretsKeyPath else { return self.memoryKey }
        if let key = try SecretsKey.load(from: path) { return key }
        guard try Self.providersWithSecret(in: database).isEmpty else { return try self.key(in: database) }
        return try SecretsKey.create(at: path)
    }

    private func key(in database: Database) throws -> SecretsKey {
        guard let path = self.secretsKeyPath else { return self.memoryKey }
        if let key = try SecretsKey.load(from: path) { return key }
        let names = try Self.providersWithSecret(in: database)
        throw StoreError(
            .secretsKey,
            """
            \(path) is missing, without which no provider secret can be read. Restore it from your backup; if it is lost \
            for good, take the stored secrets away and set them anew (\(names.prefix(10).joined(separator: ", ")))
            """)
    }

    static func providersWithSecret(in database: Database) throws -> [String] {
        try Provider.all(in: database).filter(\.hasSecret).map { "\($0.name) of \($0.owner)" }
    }
}
