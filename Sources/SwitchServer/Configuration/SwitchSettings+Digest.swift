import SIPMessage
import ServiceSupport
import Switchboard

/// How phones are asked for their passwords.
extension SwitchSettings {
    static let digest: [Setting<ServeOptions>] = [
        Setting(
            "registration.digest", .list(item: "ALGORITHM", longest: 2), .reload,
            "Digest algorithms that phones are offered (sha-256, md5), the preferred first. A phone that does not answer is "
                + "offered md5 alone the next time.",
            read: { .list($0.calls.digestOffer.algorithms.map(name)) }
        ) { options, value throws(SettingKind.Failure) in
            guard case .list(let names) = value else { return }
            options.calls.digestOffer.algorithms = try algorithms(names)
        },
        Setting(
            "registration.digest-clients", .list(item: "USER-AGENT=ALGORITHMS", longest: 64), .reload,
            "What phones are offered instead whose User-Agent begins so, as `OldPhone/1=md5` or `X=md5+sha-256`; the first "
                + "that fits.",
            read: {
                .list(
                    $0.calls.digestOffer.clients.map {
                        "\($0.prefix)=\($0.algorithms.map(name).joined(separator: "+"))"
                    })
            }
        ) { options, value throws(SettingKind.Failure) in
            guard case .list(let items) = value else { return }
            var clients: [DigestOffer.Client] = []
            for item in items {
                guard let equals = item.lastIndex(of: "="), equals != item.startIndex else {
                    throw .init(reason: "\(item): write USER-AGENT=ALGORITHMS, for example OldPhone/1=md5")
                }
                clients.append(
                    DigestOffer.Client(
                        prefix: String(item[..<equals]),
                        algorithms: try algorithms(
                            item[item.index(after: equals)...].split(separator: "+").map(String.init))))
            }
            options.calls.digestOffer.clients = clients
        },
    ]

    private static func name(_ algorithm: DigestAlgorithm) -> String { algorithm.rawValue.lowercased() }

    private static func algorithms(_ names: [String]) throws(SettingKind.Failure) -> [DigestAlgorithm] {
        var algorithms: [DigestAlgorithm] = []
        for name in names {
            guard let algorithm = DigestAlgorithm(name), DigestOffer.supported.contains(algorithm) else {
                throw .init(reason: "\(name): there are sha-256 and md5")
            }
            if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
        }
        guard !algorithms.isEmpty else { throw .init(reason: "names no algorithm; there are sha-256 and md5") }
        return algorithms
    }
}
