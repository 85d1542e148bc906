import CallStore
import SIPMessage
import SIPStack
import Switchboard

/// The store's rows as the switchboard's values, and the row numbers by which they are written back.
struct LoadedDirectory {
    let directory: Directory
    let bindings: [Switchboard::Binding]
    let accountIDs: [AccountKey: RowID<CallStore::Account>]
    let ownerIDs: [String: RowID<User>]
    /// By owner, name and version number.
    private(set) var versionIDs: [String: RowID<DialplanVersion>]
    let highestCall: UInt64
    /// What cannot be used as it stands, in sentences for the operator.
    let problems: [String]

    /// - Throws: ``StoreError``.
    init(_ store: CallStore) throws {
        self.init(try store.loadDirectory(), secrets: try store.providerSecrets())
    }

    private init(
        _ snapshot: DirectorySnapshot,
        secrets: (
            secrets: [RowID<CallStore::Provider>: ProviderSecret], failures: [RowID<CallStore::Provider>: StoreError]
        )
    ) {
        var problems: [String] = []
        let providers = snapshot.providers.compactMap { row -> Switchboard::Provider? in
            let name = "provider \(row.name) of \(row.owner)"
            if let failure = secrets.failures[row.id] { problems.append("\(name): \(failure)") }
            do {
                return try Switchboard::Provider(row, secret: secrets.secrets[row.id])
            } catch {
                problems.append("\(name) cannot be used: \(error)")
                return nil
            }
        }
        self.problems = problems
        let suspended = Set(snapshot.users.filter(\.isSuspended).map(\.id))
        directory = Directory(
            domains: snapshot.domains.map { ($0.name, $0.aliases) },
            accounts: snapshot.accounts.map { row in
                Switchboard::Account(
                    key: AccountKey(user: row.username, domain: row.domain), owner: row.owner,
                    ha1MD5: row.credentials.ha1MD5, ha1SHA256: row.credentials.ha1SHA256,
                    inDialplan: row.inDialplan, outDialplan: row.outDialplan,
                    isDisabled: row.isDisabled || suspended.contains(row.ownerID))
            },
            scripts: snapshot.dialplans.map { row in
                ScriptVersion(
                    owner: row.owner, name: row.name, version: row.current.number, digest: row.current.digest,
                    text: Array(row.current.text.utf8))
            },
            providers: providers)
        let keys = Dictionary(
            snapshot.accounts.map { ($0.id, AccountKey(user: $0.username, domain: $0.domain)) },
            uniquingKeysWith: { first, _ in first })
        // In the order in which they came: the switchboard drops the oldest when an account has too many.
        bindings = snapshot.bindings.sorted { $0.updated < $1.updated }.compactMap { row in
            guard let account = keys[row.accountID] else { return nil }
            return Switchboard::Binding(row, account: account)
        }
        accountIDs = Dictionary(keys.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        ownerIDs = Dictionary(snapshot.users.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        versionIDs = Dictionary(
            snapshot.dialplans.map {
                (Self.versionKey(owner: $0.owner, name: $0.name, number: $0.current.number), $0.current.id)
            }, uniquingKeysWith: { first, _ in first })
        highestCall = snapshot.highestCall
    }

    /// With the row numbers of earlier versions that calls under way still run: their records name them.
    func keepingVersions(of earlier: LoadedDirectory) -> LoadedDirectory {
        var kept = self
        kept.versionIDs.merge(earlier.versionIDs) { new, _ in new }
        return kept
    }

    static func versionKey(owner: String, name: String, number: Int) -> String { "\(owner)/\(name)/\(number)" }
}

extension Switchboard::Provider {
    /// - Throws: ``SIPParseError`` for a URI of the row that cannot be read.
    fileprivate init(_ row: CallStore::Provider, secret: ProviderSecret?) throws {
        let settings = row.settings
        self.init(
            owner: row.owner, name: row.name, server: try SIPURI(settings.serverURI),
            outboundProxy: try settings.outboundProxy.map { try SIPURI($0) }, username: settings.username,
            credentials: secret.map {
                CalleeCredentials(
                    username: settings.authUsername ?? settings.username, password: $0.plainText, realm: settings.realm)
            },
            from: try settings.fromURI.map { NameAddress(uri: try SIPURI($0)) }, headerRows: settings.customHeaders,
            disabledReason: settings.disabledReason)
    }
}

extension Switchboard::Binding {
    /// nil for a row that cannot be used (an unreadable contact or flow of an older version).
    fileprivate init?(_ row: CallStore::Binding, account: AccountKey) {
        guard let contact = try? SIPURI(row.contact), let received = row.received,
            let local = TransportAddress(text: received.local), let remote = TransportAddress(text: received.remote)
        else { return nil }
        self.init(
            account: account, contact: contact, flow: Flow(transport: .udp, local: local, remote: remote),
            callID: row.callID, cSeq: row.cSeq, userAgent: row.userAgent, expiresAt: row.expires.microseconds)
    }
}
