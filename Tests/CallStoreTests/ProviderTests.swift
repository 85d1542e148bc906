import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Providers and their secrets")
struct ProviderTests {
    let folder: TemporaryFolder
    let store: CallStore

    init() throws {
        self.folder = try TemporaryFolder()
        self.store = try CallStore.open(self.folder.database, role: .serving)
        try self.store.addUser("alice")
        try self.store.addUser("bob")
    }

    private var keyPath: String { self.folder.database + ".secrets-key" }
    private let plain = ProviderSettings(serverURI: "sip:sip.provider.net", username: "u1")

    private func error(_ body: () throws(StoreError) -> Void) -> StoreError? { storeError(body) }

    @Test("providers are unique per owner without regard to case, and their names have no dot")
    func names() throws {
        let first = try self.store.addProvider("voip1", owner: "alice", settings: self.plain, at: monday)
        let second = try self.store.addProvider("voip1", owner: "bob", settings: self.plain, at: monday)
        #expect(try self.store.providers() == [first, second])
        #expect(try self.store.providers(owner: "bob") == [second])
        #expect(try self.store.provider("VOIP1", owner: "alice") == first)
        func add(_ name: String, _ owner: String) -> StoreError.Code? {
            self.error { () throws(StoreError) in
                try self.store.addProvider(name, owner: owner, settings: self.plain)
            }?.code
        }
        #expect(add("Voip1", "alice") == .alreadyExists)
        #expect(add("voip.1", "alice") == .invalidValue)
        #expect(add("voip1", "eve") == .unknownUser)
        try self.store.removeProvider("voip1", owner: "alice")
        #expect(
            self.error { () throws(StoreError) in try self.store.removeProvider("voip1", owner: "alice") }?.code
                == .unknownProvider)
        #expect(try self.store.loadDirectory().providers == [second])
        self.store.close()
    }

    @Test("every setting comes back as it was set, and is changed one by one")
    func settings() throws {
        let full = ProviderSettings(
            serverURI: "sip:sip.provider.net", username: "u1", authUsername: "auth", realm: "provider realm",
            outboundProxy: "sip:proxy.net;lr", fromURI: "sip:+4912345@provider.net",
            customHeaders: ["X-Account: 7", "P-Preferred-Identity: <sip:1@a.net>"], registers: true,
            registerServer: "sip:registrar.net", registerContact: "sip:alice@switch.net", registerExpirySeconds: 60,
            disabledReason: "403 at the last REGISTER")
        let added = try self.store.addProvider("voip1", owner: "alice", settings: full, at: monday)
        #expect(added.settings == full)
        #expect(added.hasSecret == false)
        let changed = try self.store.updateProvider("voip1", owner: "alice") { settings in
            settings.realm = nil
            settings.customHeaders = []
            settings.registers = false
        }
        #expect(try self.store.provider("voip1", owner: "alice") == changed)
        #expect(changed.settings.realm == nil)
        #expect(changed.settings.customHeaders == [])
        #expect(changed.settings.outboundProxy == "sip:proxy.net;lr")
        self.store.close()
    }

    @Test(
        "a setting outside its rule is refused in words and changes nothing",
        arguments: [
            (ProviderSettings(serverURI: "", username: "u"), "server"),
            (ProviderSettings(serverURI: "sip:a b", username: "u"), "server"),
            (ProviderSettings(serverURI: "sip:a", username: ""), "username"),
            (ProviderSettings(serverURI: "sip:a", username: "u", authUsername: "a\r\nb"), "authentication name"),
            (ProviderSettings(serverURI: "sip:a", username: "u", realm: ""), "realm"),
            (ProviderSettings(serverURI: "sip:a", username: "u", customHeaders: ["X-A"]), "Name: value"),
            (ProviderSettings(serverURI: "sip:a", username: "u", customHeaders: ["X-A: 1\r\nX-B: 2"]), "Name: value"),
            (
                ProviderSettings(
                    serverURI: "sip:a", username: "u",
                    customHeaders: Array(repeating: "X: " + String(repeating: "y", count: 1_000), count: 9)), "8,192"
            ),
            (ProviderSettings(serverURI: "sip:a", username: "u", registerExpirySeconds: 59), "60 to 3,600"),
            (ProviderSettings(serverURI: "sip:a", username: "u", registerExpirySeconds: 3_601), "60 to 3,600"),
        ])
    func badSettings(settings: ProviderSettings, words: String) throws {
        let refusal = self.error { () throws(StoreError) in
            try self.store.addProvider("voip1", owner: "alice", settings: settings)
        }
        #expect(refusal?.code == .invalidValue)
        #expect(refusal?.message.contains(words) == true, "\(refusal?.message ?? "no error")")
        try self.store.addProvider("voip1", owner: "alice", settings: self.plain)
        let update = self.error { () throws(StoreError) in
            try self.store.updateProvider("voip1", owner: "alice") { $0 = settings }
        }
        #expect(update?.code == .invalidValue)
        #expect(try self.store.provider("voip1", owner: "alice").settings == self.plain)
        self.store.close()
    }

    // MARK: Secrets

    @Test("a secret comes back after a restart, and stands neither in the file nor in any description")
    func secret() throws {
        #expect(!FileManager.default.fileExists(atPath: self.keyPath), "no key before it is needed")
        let secret = ProviderSecret("pass-wörd-7719")
        let added = try self.store.addProvider("voip1", owner: "alice", settings: self.plain, secret: secret)
        #expect(added.hasSecret)
        let mode = try FileManager.default.attributesOfItem(atPath: self.keyPath)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        self.store.close()
        let bytes = try #require(FileManager.default.contents(atPath: self.folder.database))
        #expect(bytes.range(of: Data("7719".utf8)) == nil)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] { #expect(!text.contains("7719")) }

        let again = try CallStore.open(self.folder.database, role: .serving)
        #expect(try again.providerSecret("voip1", owner: "alice") == secret)
        #expect(try again.providerSecrets().secrets == [added.id: secret])
        again.close()
    }

    @Test("a secret is replaced and taken away; a provider without one says so")
    func changedSecret() throws {
        try self.store.addProvider("voip1", owner: "alice", settings: self.plain)
        func code() -> StoreError.Code? {
            self.error { () throws(StoreError) in _ = try self.store.providerSecret("voip1", owner: "alice") }?.code
        }
        #expect(code() == .noSecret)
        try self.store.setProviderSecret(ProviderSecret("one"), provider: "voip1", owner: "alice")
        try self.store.setProviderSecret(ProviderSecret("two"), provider: "voip1", owner: "alice")
        #expect(try self.store.providerSecret("voip1", owner: "alice").plainText == "two")
        try self.store.setProviderSecret(nil, provider: "voip1", owner: "alice")
        #expect(code() == .noSecret)
        for bad in ["", "a\nb", String(repeating: "x", count: 1_025)] {
            let refusal = self.error { () throws(StoreError) in
                try self.store.setProviderSecret(ProviderSecret(bad), provider: "voip1", owner: "alice")
            }
            #expect(refusal?.code == .invalidValue)
        }
        self.store.close()
    }

    @Test("a lost key is called lost, with the file's name; no new one is made behind the old secrets' back")
    func lostKey() throws {
        try self.store.addProvider("voip1", owner: "alice", settings: self.plain, secret: ProviderSecret("one"))
        try self.store.addProvider("voip2", owner: "alice", settings: self.plain)
        try FileManager.default.removeItem(atPath: self.keyPath)
        let reading = self.error { () throws(StoreError) in _ = try self.store.providerSecret("voip1", owner: "alice") }
        let writing = self.error { () throws(StoreError) in
            try self.store.setProviderSecret(ProviderSecret("two"), provider: "voip2", owner: "alice")
        }
        for error in [reading, writing] {
            #expect(error?.code == .secretsKey)
            #expect(error?.message.contains(self.keyPath) == true)
            #expect(error?.message.contains("voip1 of alice") == true)
        }
        #expect(!FileManager.default.fileExists(atPath: self.keyPath))
        #expect(try self.store.providerSecrets().failures.values.map(\.code) == [.secretsKey])
        // The way out that the message names.
        try self.store.setProviderSecret(nil, provider: "voip1", owner: "alice")
        try self.store.setProviderSecret(ProviderSecret("two"), provider: "voip2", owner: "alice")
        #expect(try self.store.providerSecret("voip2", owner: "alice").plainText == "two")
        self.store.close()
    }

    @Test("another key, a cut one, and one that others may read are told apart")
    func wrongKey() throws {
        try self.store.addProvider("voip1", owner: "alice", settings: self.plain, secret: ProviderSecret("one"))
        func message() -> String? {
            let error = self.error { () throws(StoreError) in
                _ = try self.store.providerSecret("voip1", owner: "alice")
            }
            return error?.code == .secretsKey ? error?.message : nil
        }
        let right = try Data(contentsOf: URL(fileURLWithPath: self.keyPath))
        func write(_ data: Data, mode: Int = 0o600) throws {
            try data.write(to: URL(fileURLWithPath: self.keyPath))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: self.keyPath)
        }
        try write(Data(repeating: 1, count: 32))
        #expect(message()?.contains("another key") == true)
        try write(right.prefix(31))
        #expect(message()?.contains("holds 31") == true)
        try write(right, mode: 0o640)
        #expect(message()?.contains("chmod 600") == true)
        try write(right)
        #expect(message() == nil)
        self.store.close()
    }

    @Test("a secret that was damaged or copied to another provider does not open")
    func movedSecret() throws {
        try self.store.addProvider("voip1", owner: "alice", settings: self.plain, secret: ProviderSecret("one"))
        try self.store.addProvider("voip1", owner: "bob", settings: self.plain, secret: ProviderSecret("two"))
        func code(_ owner: String) -> StoreError.Code? {
            self.error { () throws(StoreError) in _ = try self.store.providerSecret("voip1", owner: owner) }?.code
        }
        try self.store.database.write {
            try $0.execute(
                sql: "UPDATE providers SET secret = (SELECT secret FROM providers WHERE id = 1) WHERE id = 2")
        }
        #expect(code("alice") == nil)
        #expect(code("bob") == .corrupt)
        try self.store.database.write { try $0.execute(sql: "UPDATE providers SET secret = x'01' WHERE id = 1") }
        #expect(code("alice") == .corrupt)
        self.store.close()
    }
}
