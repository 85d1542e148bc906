import CallStore
import Testing

@Suite("What can be submitted")
struct WritesTests {
    let store: CallStore
    let alice: (user: User, account: Account, plan: DialplanVersion)

    init() throws {
        self.store = try CallStore.inMemory()
        self.alice = try self.store.addAlice()
    }

    private func submit(_ writes: StoreWrite...) async -> StoreError.Code? {
        await self.store.submitAndWait(writes).error?.code
    }

    @Test("a binding comes back as it was written, and a second one with its contact replaces it")
    func bindingUpsert() async throws {
        var binding = sampleBinding(self.alice.account.id)
        #expect(await self.submit(.upsertBinding(binding)) == nil)
        #expect(try self.store.bindings() == [binding])
        binding.cSeq = 2
        binding.received = nil
        binding.instance = nil
        binding.userAgent = nil
        binding.expires = monday.adding(seconds: 900)
        #expect(await self.submit(.upsertBinding(binding)) == nil)
        #expect(try self.store.bindings() == [binding])
    }

    @Test("bindings go one by one, per account, by expiry, and with their account")
    func bindingRemoval() async throws {
        let bob = try self.store.addAccount("bob", domain: "example.org", owner: "alice") { _ in .sample }
        func fill() async {
            var late = sampleBinding(self.alice.account.id, contact: "sip:late@192.0.2.1")
            late.expires = monday.adding(seconds: 3_600)
            #expect(
                await self.submit(
                    .upsertBinding(sampleBinding(self.alice.account.id, contact: "sip:a@192.0.2.1")),
                    .upsertBinding(late), .upsertBinding(sampleBinding(bob.id, contact: "sip:a@192.0.2.1"))) == nil)
        }
        func left() throws -> [String] {
            try self.store.bindings().map { "\($0.accountID == bob.id ? "bob" : "alice") \($0.contact)" }
        }
        await fill()
        #expect(await self.submit(.removeBinding(account: self.alice.account.id, contact: "sip:a@192.0.2.1")) == nil)
        #expect(try left() == ["alice sip:late@192.0.2.1", "bob sip:a@192.0.2.1"])
        await fill()
        #expect(await self.submit(.removeBindings(account: self.alice.account.id)) == nil)
        #expect(try left() == ["bob sip:a@192.0.2.1"])
        await fill()
        #expect(await self.submit(.removeExpiredBindings(at: monday.adding(seconds: 299))) == nil)
        #expect(try left().count == 3)
        #expect(await self.submit(.removeExpiredBindings(at: monday.adding(seconds: 300))) == nil)
        #expect(try left() == ["alice sip:late@192.0.2.1"])
        await fill()
        try self.store.removeAccount("bob", domain: "example.org")
        #expect(try left() == ["alice sip:a@192.0.2.1", "alice sip:late@192.0.2.1"])
    }

    @Test("a binding of an account that is gone is refused")
    func bindingOfNobody() async throws {
        #expect(await self.submit(.upsertBinding(sampleBinding(RowID(rawValue: 99)))) == .unknownAccount)
    }

    @Test("binding values outside their ranges are refused, whoever checks them first")
    func bindingRules() async {
        var binding = sampleBinding(self.alice.account.id)
        binding.priorityThousandths = 1_001
        #expect(await self.submit(.upsertBinding(binding)) == .invalidValue)
        #expect(
            await self.submit(.upsertBinding(sampleBinding(self.alice.account.id, contact: ""))) == .invalidValue)
        #expect(
            await self.submit(
                .upsertBinding(
                    sampleBinding(self.alice.account.id, contact: "sip:" + String(repeating: "a", count: 1_021))))
                == .invalidValue)
        #expect(
            await self.submit(.upsertBinding(sampleBinding(self.alice.account.id, contact: "sip:a\0b@192.0.2.1")))
                == .invalidValue)
    }

    @Test("a call record comes back with its legs in order")
    func record() async throws {
        let record = sampleRecord(call: 1, owner: self.alice.user.id, plan: self.alice.plan.id)
        var bare = sampleRecord(call: 2, owner: self.alice.user.id)
        bare.account = nil
        bare.engineVersion = nil
        bare.answered = nil
        bare.status = nil
        bare.reason = nil
        bare.hungUpBy = nil
        bare.hangUpReason = nil
        bare.legs = []
        #expect(await self.submit(.insertCallRecord(record), .insertCallRecord(bare)) == nil)
        #expect(try self.store.callRecords().records.map(\.record) == [bare, record])
    }

    @Test("a call has one record per owner")
    func recordOnce() async throws {
        let bob = try self.store.addUser("bob")
        let record = sampleRecord(call: 1, owner: self.alice.user.id)
        #expect(await self.submit(.insertCallRecord(record)) == nil)
        #expect(await self.submit(.insertCallRecord(record)) == .alreadyExists)
        #expect(await self.submit(.insertCallRecord(sampleRecord(call: 1, owner: bob.id))) == nil)
        #expect(try self.store.callRecords().records.count == 2)
    }

    @Test("a record of a user that is not there, or with a status that cannot be, is refused with its legs")
    func recordRules() async throws {
        #expect(
            await self.submit(.insertCallRecord(sampleRecord(call: 1, owner: RowID(rawValue: 99)))) == .unknownUser)
        var record = sampleRecord(call: 1, owner: self.alice.user.id)
        record.legs[1].status = 100
        #expect(await self.submit(.insertCallRecord(record)) == .invalidValue)
        #expect(await self.submit(.insertCallRecord(sampleZero())) == .invalidValue)
        #expect(try self.store.callRecords().records.isEmpty)
    }

    private func sampleZero() -> CallRecord {
        sampleRecord(call: 0, owner: self.alice.user.id)
    }

    @Test("a call number that does not fit is refused")
    func hugeCall() async {
        let journal = Journal(call: .max, execution: 0, engineVersion: 1, entries: [], updated: monday)
        #expect(await self.submit(.saveJournal(journal)) == .invalidValue)
        #expect(await self.submit(.removeJournals(call: .max)) == .invalidValue)
    }

    @Test("long texts from outside are cut at a character, never refused")
    func clipped() async throws {
        var record = sampleRecord(call: 1, owner: self.alice.user.id)
        record.from = "sip:" + String(repeating: "€", count: 2_000)
        record.legs[0].reason = String(repeating: "x", count: 5_000)
        var binding = sampleBinding(self.alice.account.id)
        binding.userAgent = String(repeating: "é", count: 2_000)
        #expect(await self.submit(.insertCallRecord(record), .upsertBinding(binding)) == nil)
        let stored = try #require(try self.store.callRecords().records.first).record
        #expect(stored.from == "sip:" + String(repeating: "€", count: 340))
        #expect(stored.legs[0].reason?.utf8.count == 1_024)
        #expect(try self.store.bindings().first?.userAgent == String(repeating: "é", count: 256))
    }

    @Test("records are found by owner, direction and time, the newest first")
    func filters() async throws {
        let bob = try self.store.addUser("bob")
        var inbound = sampleRecord(call: 3, owner: bob.id)
        inbound.direction = .in
        #expect(
            await self.submit(
                .insertCallRecord(sampleRecord(call: 1, owner: self.alice.user.id)),
                .insertCallRecord(sampleRecord(call: 2, owner: self.alice.user.id)), .insertCallRecord(inbound)) == nil)
        func calls(_ filter: CallRecordFilter, limit: Int = 100) throws -> [UInt64] {
            try self.store.callRecords(filter, limit: limit).records.map(\.record.call)
        }
        #expect(try calls(CallRecordFilter()) == [3, 2, 1])
        #expect(try calls(CallRecordFilter(), limit: 2) == [3, 2])
        #expect(try calls(CallRecordFilter(), limit: -1) == [])
        #expect(try calls(CallRecordFilter(owner: "alice")) == [2, 1])
        #expect(try calls(CallRecordFilter(direction: .in)) == [3])
        #expect(
            try calls(CallRecordFilter(since: monday.adding(seconds: 2), before: monday.adding(seconds: 3))) == [2])
        #expect(try calls(CallRecordFilter(owner: "bob", direction: .out)) == [])
        let error = storeError { () throws(StoreError) in _ = try self.store.callRecords(CallRecordFilter(owner: "eve"))
        }
        #expect(error?.code == .unknownUser)
    }

    @Test("a journal is replaced as it grows and goes with its call")
    func journals() async throws {
        var first = Journal(call: 1, execution: 0, engineVersion: 3, entries: [1, 2, 3], updated: monday)
        let second = Journal(call: 1, execution: 1, engineVersion: 3, entries: [], updated: monday)
        let other = Journal(call: 2, execution: 0, engineVersion: 3, entries: [0, 255], updated: monday)
        #expect(await self.submit(.saveJournal(first), .saveJournal(second), .saveJournal(other)) == nil)
        first.entries += [4]
        #expect(await self.submit(.saveJournal(first)) == nil)
        #expect(try self.store.journals() == [first, second, other])
        #expect(try self.store.loadDirectory().highestCall == 2)
        #expect(await self.submit(.removeJournals(call: 1)) == nil)
        #expect(try self.store.journals() == [other])
    }

    @Test("settings are set, replaced and removed")
    func settings() async throws {
        #expect(await self.submit(.setSetting(key: "a", value: "1"), .setSetting(key: "b", value: "2")) == nil)
        #expect(await self.submit(.setSetting(key: "a", value: "3"), .setSetting(key: "b", value: nil)) == nil)
        #expect(try self.store.loadDirectory().settings == ["a": "3"])
        #expect(await self.submit(.setSetting(key: "", value: "1")) == .invalidValue)
    }
}
