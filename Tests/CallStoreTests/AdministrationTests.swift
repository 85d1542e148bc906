import CallStore
import Foundation
import Testing

@Suite("Administering")
struct AdministrationTests {
    let store: CallStore

    init() throws {
        self.store = try CallStore.inMemory()
    }

    private func code(_ body: () throws(StoreError) -> Void) -> StoreError.Code? {
        storeError(body)?.code
    }

    // MARK: Users

    @Test("users are listed by name; a name is taken whatever its case")
    func users() throws {
        let zoe = try self.store.addUser("zoe", at: monday)
        let adam = try self.store.addUser("Adam", at: monday)
        #expect(try self.store.users() == [adam, zoe])
        let error = storeError { () throws(StoreError) in try self.store.addUser("ZOE") }
        #expect(error?.code == .alreadyExists)
        #expect(error?.message.contains("'ZOE'") == true)
    }

    @Test(
        "a user name outside the rules is refused with the rule",
        arguments: ["", "a.b", "a b", "ä", "a\0b", "a@b", String(repeating: "a", count: 65)])
    func badUserName(name: String) {
        let error = storeError { () throws(StoreError) in try self.store.addUser(name) }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.contains("letters, digits") == true)
    }

    @Test("a user is suspended and taken back")
    func suspension() throws {
        try self.store.addUser("alice")
        try self.store.setSuspended(true, user: "alice")
        #expect(try self.store.loadDirectory().users.map(\.isSuspended) == [true])
        try self.store.setSuspended(false, user: "ALICE")
        #expect(try self.store.users().map(\.isSuspended) == [false])
        #expect(self.code { () throws(StoreError) in try self.store.setSuspended(true, user: "eve") } == .unknownUser)
    }

    // MARK: Domains

    @Test("domain names are lower-cased, aliases sorted")
    func domains() throws {
        let domain = try self.store.addDomain(
            "Example.ORG", aliases: ["*", "SIP.example.org", "[2001:DB8::1]"], at: monday)
        #expect(domain.name == "example.org")
        #expect(domain.aliases == ["*", "[2001:db8::1]", "sip.example.org"])
        #expect(try self.store.domains() == [domain])
    }

    @Test("a host name means one domain, as name or alias")
    func domainClashes() throws {
        try self.store.addDomain("a.org", aliases: ["b.org"])
        #expect(self.code { () throws(StoreError) in try self.store.addDomain("A.org") } == .alreadyExists)
        #expect(self.code { () throws(StoreError) in try self.store.addDomain("b.org") } == .alreadyExists)
        #expect(
            self.code { () throws(StoreError) in try self.store.addDomain("c.org", aliases: ["a.org"]) }
                == .alreadyExists)
        #expect(
            self.code { () throws(StoreError) in try self.store.addDomain("c.org", aliases: ["b.org"]) }
                == .alreadyExists)
        #expect(
            self.code { () throws(StoreError) in try self.store.addDomain("c.org", aliases: ["c.org"]) }
                == .alreadyExists)
        #expect(try self.store.domains().map(\.name) == ["a.org"], "a refused domain leaves nothing behind")
    }

    @Test("aliases come and go")
    func aliases() throws {
        try self.store.addDomain("a.org")
        try self.store.addAlias("B.org", toDomain: "A.org")
        try self.store.addAlias("c.org", toDomain: "b.org")
        #expect(try self.store.domains().map(\.aliases) == [["b.org", "c.org"]])
        try self.store.removeAlias("B.ORG", fromDomain: "a.org")
        try self.store.removeAlias("never.there", fromDomain: "a.org")
        #expect(try self.store.domains().map(\.aliases) == [["c.org"]])
        #expect(
            self.code { () throws(StoreError) in try self.store.addAlias("x.org", toDomain: "nowhere") }
                == .unknownDomain)
    }

    @Test(
        "what is no host name is refused",
        arguments: ["", "a b", "a_b", "a/b", ".a", "-a", "[::1", "[]", "ä.org", "a:5060"])
    func badDomain(name: String) {
        #expect(self.code { () throws(StoreError) in try self.store.addDomain(name) } == .invalidValue)
    }

    // MARK: Accounts

    @Test("an account's HA1s are made under the canonical realm, even when the domain is named by an alias")
    func accountRealm() throws {
        try self.store.addAlice()
        var realms: [String] = []
        let account = try self.store.addAccount(
            "office.1", domain: "SIP.example.org", owner: "ALICE", inDialplan: "in", outDialplan: nil, at: monday
        ) { realm in
            realms.append(realm)
            return .sample
        }
        #expect(realms == ["example.org"])
        #expect(account.address == "office.1@example.org")
        #expect(account.owner == "alice")
        #expect(account.inDialplan == "in")
        #expect(account.outDialplan == nil)
        #expect(account.credentials == .sample)
        #expect(try self.store.account("office.1", domain: "sip.example.org") == account)
        #expect(try self.store.accounts().map(\.username) == ["alice", "office.1"])
    }

    @Test("accounts are listed per owner")
    func accountsPerOwner() throws {
        try self.store.addAlice()
        try self.store.addUser("bob")
        try self.store.addAccount("bob", domain: "example.org", owner: "bob") { _ in .sample }
        #expect(try self.store.accounts(owner: "bob").map(\.username) == ["bob"])
        #expect(try self.store.accounts(owner: "alice").map(\.username) == ["alice"])
        #expect(self.code { () throws(StoreError) in _ = try self.store.accounts(owner: "eve") } == .unknownUser)
    }

    @Test("an account needs a user, a domain, a free name and well-formed HA1s")
    func accountRules() throws {
        try self.store.addAlice()
        func add(
            _ name: String = "new", _ credentials: AccountCredentials = .sample,
            domain: String = "example.org", owner: String = "alice"
        ) -> StoreError.Code? {
            self.code { () throws(StoreError) in
                try self.store.addAccount(name, domain: domain, owner: owner) { _ in credentials }
            }
        }
        #expect(add(owner: "eve") == .unknownUser)
        #expect(add(domain: "nowhere.org") == .unknownDomain)
        #expect(add("alice") == .alreadyExists)
        #expect(add("Alice") == nil, "user parts are case-sensitive")
        for name in ["", "a b", "a@b", "a:b", "a\"b", "a\rb", "ä"] {
            #expect(add(name) == .invalidValue)
        }
        #expect(add("x", AccountCredentials(ha1MD5: "secret", ha1SHA256: "secret")) == .invalidValue)
        let upper = AccountCredentials(
            ha1MD5: String(repeating: "0F", count: 16), ha1SHA256: AccountCredentials.sample.ha1SHA256)
        #expect(add("x", upper) == .invalidValue)
    }

    @Test("an account changes its password and dialplans, is disabled, enabled and removed")
    func accountChanges() throws {
        try self.store.addAlice()
        let fresh = AccountCredentials(
            ha1MD5: String(repeating: "11", count: 16), ha1SHA256: String(repeating: "22", count: 32))
        try self.store.setCredentials(ofAccount: "alice", domain: "sip.example.org") { realm in
            #expect(realm == "example.org")
            return fresh
        }
        try self.store.setDialplans(ofAccount: "alice", domain: "example.org", in: "evening", out: nil)
        try self.store.setDisabled(true, account: "alice", domain: "example.org")
        let account = try self.store.account("alice", domain: "example.org")
        #expect(account.credentials == fresh)
        #expect(account.inDialplan == "evening")
        #expect(account.outDialplan == nil)
        #expect(account.isDisabled)
        try self.store.removeAccount("alice", domain: "example.org")
        #expect(
            self.code { () throws(StoreError) in _ = try self.store.account("alice", domain: "example.org") }
                == .unknownAccount)
        #expect(
            self.code { () throws(StoreError) in try self.store.removeAccount("alice", domain: "example.org") }
                == .unknownAccount)
    }

    @Test("descriptions and dumps of an account show no HA1")
    func hiddenCredentials() throws {
        let alice = try self.store.addAlice()
        var dumped = ""
        dump(alice.account, to: &dumped)
        for text in [String(describing: alice.account), String(reflecting: alice.account), dumped] {
            #expect(!text.contains(AccountCredentials.sample.ha1MD5))
            #expect(!text.contains(AccountCredentials.sample.ha1SHA256))
        }
    }

    // MARK: Dialplans

    @Test("every version of a dialplan is kept, with its digest; the newest is served")
    func versions() throws {
        try self.store.addUser("alice", at: monday)
        let first = try self.store.setDialplan(
            owner: "alice", name: "default", text: "abc", author: "alice", note: "first try", at: monday)
        let second = try self.store.setDialplan(
            owner: "alice", name: "default", text: "sys.Log('ÄÖÜ €')\r\n", author: "boss", at: monday)
        #expect(first.number == 1)
        #expect(second.number == 2)
        let digest = first.digest.map { String(format: "%02x", Int($0)) }.joined()
        #expect(digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2, B.1")
        #expect(try self.store.dialplanVersions(owner: "alice", name: "default") == [second, first])
        #expect(try self.store.dialplan(owner: "alice", name: "default").current == second)
        #expect(try self.store.loadDirectory().dialplans.map(\.current) == [second])
    }

    @Test("saving the current text again makes no version, going back to an older one does")
    func sameText() throws {
        try self.store.addUser("alice")
        func set(_ text: String) throws(StoreError) -> Int {
            try self.store.setDialplan(owner: "alice", name: "default", text: text, author: "alice").number
        }
        #expect(try set("one") == 1)
        #expect(try set("one") == 1)
        #expect(try set("two") == 2)
        #expect(try set("one") == 3)
    }

    @Test("owners have dialplans of the same name, each with its own versions")
    func dialplansPerOwner() throws {
        for name in ["alice", "bob"] {
            try self.store.addUser(name)
            try self.store.setDialplan(owner: name, name: "default", text: "plan of \(name)", author: name)
        }
        try self.store.setDialplan(owner: "bob", name: "evening", text: "", author: "bob")
        #expect(
            try self.store.dialplans().map { "\($0.owner) \($0.name)" } == [
                "alice default", "bob default", "bob evening",
            ])
        #expect(try self.store.dialplans(owner: "bob").map(\.current.text) == ["plan of bob", ""])
    }

    @Test("a dialplan needs its owner, a printable name, and a text within bounds")
    func dialplanRules() throws {
        try self.store.addUser("alice")
        func set(_ name: String = "default", owner: String = "alice", text: String = "x") -> StoreError.Code? {
            self.code { () throws(StoreError) in
                try self.store.setDialplan(owner: owner, name: name, text: text, author: "alice")
            }
        }
        #expect(set(owner: "eve") == .unknownUser)
        for name in ["", " a", "a ", "a\nb", String(repeating: "a", count: 65)] {
            #expect(set(name) == .invalidValue)
        }
        #expect(set(text: "a\0b") == .invalidValue)
        #expect(set(text: String(repeating: "é", count: 131_073)) == .invalidValue)
        #expect(set(text: String(repeating: "é", count: 131_072)) == nil)
        #expect(
            self.code { () throws(StoreError) in _ = try self.store.dialplan(owner: "alice", name: "none") }
                == .unknownDialplan)
        #expect(
            self.code { () throws(StoreError) in _ = try self.store.dialplanVersions(owner: "alice", name: "none") }
                == .unknownDialplan)
    }

    @Test("a text made from a version that is current no more is not saved over the newer one")
    func lostUpdate() throws {
        try self.store.addUser("alice")
        func set(_ text: String, basedOn base: Int?) -> StoreError? {
            storeError { () throws(StoreError) in
                try self.store.setDialplan(owner: "alice", name: "x", text: text, author: "a", basedOn: base)
            }
        }
        #expect(set("one", basedOn: 1)?.code == .changedMeanwhile)
        #expect(set("one", basedOn: 0) == nil)
        #expect(set("two", basedOn: 1) == nil)
        let late = set("three", basedOn: 1)
        #expect(late?.code == .changedMeanwhile)
        #expect(late?.message.contains("version 2") == true)
        #expect(set("three", basedOn: 0)?.code == .changedMeanwhile)
        #expect(set("three", basedOn: nil) == nil)
    }

    @Test("rolling back makes a new version with the old text")
    func rollBack() throws {
        try self.store.addUser("alice")
        for text in ["one", "two", "three"] {
            try self.store.setDialplan(owner: "alice", name: "x", text: text, author: "alice")
        }
        let back = try self.store.rollBackDialplan(owner: "alice", name: "x", toVersion: 1, author: "boss", at: monday)
        #expect((back.number, back.text, back.author, back.note) == (4, "one", "boss", "back to version 1"))
        #expect(try self.store.dialplan(owner: "alice", name: "x").current == back)
        #expect(try self.store.dialplanVersion(owner: "alice", name: "x", number: 2).text == "two")
        let missing = storeError { () throws(StoreError) in
            try self.store.rollBackDialplan(owner: "alice", name: "x", toVersion: 9, author: "boss")
        }
        #expect(missing?.code == .unknownDialplan)
        #expect(missing?.message.contains("1 to 4") == true)
    }

    @Test("a removed dialplan is gone for new calls, its versions stay for records, its name is free")
    func removedDialplan() throws {
        try self.store.addUser("alice")
        let old = try self.store.setDialplan(owner: "alice", name: "x", text: "one", author: "alice")
        try self.store.removeDialplan(owner: "alice", name: "x")
        #expect(try self.store.dialplans().isEmpty)
        #expect(try self.store.loadDirectory().dialplans.isEmpty)
        #expect(
            self.code { () throws(StoreError) in try self.store.removeDialplan(owner: "alice", name: "x") }
                == .unknownDialplan)
        #expect(try self.store.dialplanVersion(old.id) == old)
        let new = try self.store.setDialplan(owner: "alice", name: "x", text: "two", author: "alice")
        #expect(new.number == 1)
        #expect(try self.store.dialplanVersions(owner: "alice", name: "x") == [new])
    }

    // MARK: Removing, bindings

    @Test("a domain goes when it has no account, by its name or an alias")
    func removedDomain() throws {
        try self.store.addAlice()
        let refusal = storeError { () throws(StoreError) in try self.store.removeDomain("example.org") }
        #expect(refusal?.code == .inUse)
        #expect(refusal?.message.contains("1 account") == true)
        try self.store.removeAccount("alice", domain: "example.org")
        #expect(try self.store.domain("sip.example.org").name == "example.org")
        try self.store.removeDomain("SIP.example.org")
        #expect(try self.store.domains().isEmpty)
        #expect(self.code { () throws(StoreError) in try self.store.removeDomain("example.org") } == .unknownDomain)
        try self.store.addDomain("sip.example.org")
    }

    @Test("a user with something is removed only with all of it, and nobody else's goes")
    func removedUser() async throws {
        let alice = try self.store.addAlice()
        let bob = try self.store.addUser("bob")
        try self.store.addProvider(
            "voip", owner: "alice", settings: ProviderSettings(serverURI: "sip:a.net", username: "u"))
        let writes: [StoreWrite] = [
            .upsertBinding(sampleBinding(alice.account.id)),
            .insertCallRecord(sampleRecord(call: 1, owner: alice.user.id, plan: alice.plan.id)),
            .insertCallRecord(sampleRecord(call: 1, owner: bob.id)),
        ]
        #expect(await self.store.submitAndWait(writes).error == nil)
        let belongings = try self.store.belongings(ofUser: "alice")
        #expect(belongings.accounts == ["alice@example.org"])
        #expect(belongings.providers == ["voip"])
        #expect(belongings.dialplans == ["default"])
        #expect((belongings.bindings, belongings.callRecords) == (1, 1))
        let refusal = storeError { () throws(StoreError) in try self.store.removeUser("alice") }
        #expect(refusal?.code == .inUse)
        #expect(refusal?.message.contains("1 account, 1 provider, 1 dialplan, 1 call record;") == true)

        try self.store.removeUser("alice", withBelongings: true)
        #expect(try self.store.users() == [bob])
        #expect(try self.store.accounts().isEmpty && self.store.providers().isEmpty && self.store.dialplans().isEmpty)
        #expect(try self.store.bindings().isEmpty)
        #expect(try self.store.callRecords().records.map(\.owner) == ["bob"])
        #expect(self.code { () throws(StoreError) in try self.store.removeUser("alice") } == .unknownUser)
        try self.store.removeUser("bob", withBelongings: true)
        try self.store.addUser("carol")
        try self.store.removeUser("carol")
        #expect(try self.store.users().isEmpty)
    }

    @Test("bindings are listed with their accounts and taken away one by one or all")
    func listedBindings() async throws {
        let alice = try self.store.addAlice()
        let writes = ["sip:b@192.0.2.1", "sip:a@192.0.2.1", "sip:c@192.0.2.1"].map {
            StoreWrite.upsertBinding(sampleBinding(alice.account.id, contact: $0))
        }
        #expect(await self.store.submitAndWait(writes).error == nil)
        let listed = try self.store.listBindings(owner: "alice")
        #expect(listed.map(\.binding.contact) == ["sip:a@192.0.2.1", "sip:b@192.0.2.1", "sip:c@192.0.2.1"])
        #expect(listed.map(\.account).first == "alice@example.org")
        #expect(listed.map(\.owner).first == "alice")
        func remove(_ contact: String?) throws(StoreError) -> [String] {
            try self.store.removeBindings(ofAccount: "alice", domain: "sip.example.org", contact: contact).map(
                \.contact)
        }
        #expect(try remove("sip:b@192.0.2.1") == ["sip:b@192.0.2.1"])
        #expect(self.code { () throws(StoreError) in _ = try remove("sip:b@192.0.2.1") } == .unknownBinding)
        #expect(try remove(nil).count == 2)
        #expect(try remove(nil).isEmpty)
        #expect(try self.store.listBindings().isEmpty)
        #expect(self.code { () throws(StoreError) in _ = try self.store.listBindings(owner: "eve") } == .unknownUser)
    }

    // MARK: Settings, directory

    @Test("a setting is read back, and removed with nil")
    func setting() throws {
        #expect(try self.store.setting("realm") == nil)
        try self.store.setSetting("realm", "a.org")
        #expect(try self.store.setting("realm") == "a.org")
        try self.store.setSetting("realm", nil)
        #expect(try self.store.setting("realm") == nil)
        #expect(self.code { () throws(StoreError) in try self.store.setSetting("", "x") } == .invalidValue)
    }

    @Test("the directory of an empty store is empty")
    func emptyDirectory() throws {
        let directory = try self.store.loadDirectory()
        #expect(directory.users.isEmpty && directory.domains.isEmpty && directory.accounts.isEmpty)
        #expect(directory.providers.isEmpty && directory.dialplans.isEmpty && directory.bindings.isEmpty)
        #expect(directory.settings.isEmpty)
        #expect(directory.highestCall == 0)
    }
}
