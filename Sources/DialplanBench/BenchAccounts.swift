import SIPMessage
import SIPStack
import Switchboard
import TestPhone

/// The accounts that a scenario needs and nobody has made.
struct BenchAccounts {
    let scenario: BenchScenario

    init(_ scenario: BenchScenario) { self.scenario = scenario }

    private static let password = "bench"

    static func account(_ key: AccountKey, owner: String) -> Account {
        Account(
            key: key, owner: owner,
            ha1MD5: Digest.ha1(user: key.user, realm: key.domain, password: password, algorithm: .md5),
            ha1SHA256: Digest.ha1(user: key.user, realm: key.domain, password: password, algorithm: .sha256))
    }

    /// A phone's registration, as if it had been made.
    static func binding(of key: AccountKey, number: Int, _ scenario: BenchScenario) -> Binding {
        let address = BenchAddresses.phone(number)
        return Binding(
            account: key, contact: SIPURI(user: key.user, host: address.host.host, port: address.port),
            flow: Flow(
                transport: .udp, local: scenario.listeners.first ?? BenchAddresses.listeners[0], remote: address),
            callID: "bench-\(number)", cSeq: 1, userAgent: nil, expiresAt: .max)
    }

    /// The script becomes the dialplan of the account that decides.
    func complete(_ directory: inout Directory) {
        directory.insert(scenario.script)
        if directory.canonicalDomain(scenario.account.domain) == nil {
            directory.insert(domain: scenario.account.domain)
        }
        var account =
            directory.account(scenario.account) ?? Self.account(scenario.account, owner: scenario.script.owner)
        account.owner = scenario.script.owner
        account.isDisabled = false
        switch scenario.direction {
        case .outbound: account.outDialplan = scenario.script.name
        case .inbound: account.inDialplan = scenario.script.name
        }
        directory.insert(account)
    }

    /// The caller's phone; it knows its account's hashes, so that accounts with unknown passwords can be tried too.
    func callerPhone() -> PhoneConfiguration {
        let remote = scenario.listeners.first ?? BenchAddresses.listeners[0]
        var configuration = PhoneConfiguration(
            flow: Flow(transport: .udp, local: scenario.callerAddress, remote: remote),
            user: scenario.call.from.uri.sip?.user ?? "caller", seed: scenario.seed ?? 1)
        configuration.product = nil
        guard scenario.direction == .outbound else { return configuration }
        let account =
            scenario.directory.account(scenario.account) ?? Self.account(scenario.account, owner: "")
        configuration.authenticationUser = account.key.user
        configuration.ha1 = { realm, algorithm in
            guard realm == account.key.domain else { return nil }
            return switch algorithm {
            case .md5, .md5Session: account.ha1MD5
            case .sha256, .sha256Session: account.ha1SHA256
            case .sha512Slash256, .sha512Slash256Session: nil
            }
        }
        return configuration
    }
}
