import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

@Suite("Bindings that administrators take away")
struct RemovedBindingTests {
    private static let alice = AccountKey(user: "alice", domain: "example.test")
    private static let bob = AccountKey(user: "bob", domain: "example.test")

    private var board: Switchboard
    private let now = SwitchTime(monotonic: MonotonicTime(nanoseconds: 1_000_000_000), wall: 1_700_000_000_000_000)
    private var effects = Effects()

    init() {
        board = Switchboard(
            configuration: SwitchConfiguration(
                secret: Array(repeating: 7, count: 32), listeners: [SimulatedSwitch.address]), startedAt: now)
        receive(.directoryChanged(Self.directory([Self.alice, Self.bob])))
        receive(
            .bindingsLoaded([
                Self.binding(Self.alice, port: 1), Self.binding(Self.alice, port: 2), Self.binding(Self.bob, port: 3),
            ]))
        effects.removeAll()
    }

    private mutating func receive(_ input: Input) { board.receive(input, at: now, into: &effects) }

    private static func directory(_ accounts: [AccountKey]) -> Directory {
        Directory(
            domains: [("example.test", [])],
            accounts: accounts.map { Account(key: $0, owner: "sam", ha1MD5: "", ha1SHA256: "") }, scripts: [])
    }

    private static func binding(_ account: AccountKey, port: UInt16) -> Binding {
        let address = TransportAddress(host: .v4(IPv4Address(bits: 0x0A00_0100)), port: port)
        return Binding(
            account: account, contact: SIPURI(user: account.user, host: address.host.host, port: port),
            flow: Flow(transport: .udp, local: SimulatedSwitch.address, remote: address), callID: "reg", cSeq: 1,
            userAgent: nil, expiresAt: .max)
    }

    @Test("go from memory and from the store; others stay, and what is not there is left alone")
    mutating func removed() {
        let contact = Self.binding(Self.alice, port: 1).contact.description
        receive(.bindingsRemoved(Self.alice, contacts: [contact, "sip:nobody@10.0.1.0:9"]))
        #expect(board.status.registrations == 2)
        #expect(effects.storeBatches.count == 1)
        guard case .removeBinding(Self.alice, contact)? = effects.storeBatches.first?.writes.first else {
            Issue.record("the row is not removed: \(effects.storeBatches)")
            return
        }
        effects.removeAll()
        receive(.bindingsRemoved(Self.alice, contacts: [contact]))
        #expect(effects.storeBatches.isEmpty)
    }

    @Test("go with their account")
    mutating func accountRemoved() {
        receive(.directoryChanged(Self.directory([Self.bob])))
        #expect(board.status.registrations == 1)
        #expect(effects.storeBatches.isEmpty, "the store has removed the rows with the account")
    }
}
