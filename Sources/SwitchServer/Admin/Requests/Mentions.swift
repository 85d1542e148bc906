import CallStore

/// The names that a request mentions, to explain which of them the store does not know.
public struct Mentions: Sendable {
    /// A user: the one that the request is about, or the owner of what it is about.
    var user: String?
    var domain: String?
    /// `user@domain`.
    var account: String?
    var dialplan: String?
    var provider: String?

    public init(
        user: String? = nil, domain: String? = nil, account: String? = nil, dialplan: String? = nil,
        provider: String? = nil
    ) {
        self.user = user
        self.domain = domain
        self.account = account
        self.dialplan = dialplan
        self.provider = provider
    }

    /// An error about an unknown name, with the name that was probably meant, or how to see them all.
    func explain(_ error: AdminError, _ store: CallStore) -> AdminError {
        if error == StoreError.Code.unknownUser, let user {
            return unknown(
                error, "there is no user '\(user)'", user, among: { try store.users().map(\.name) },
                shownBy: "dialplanctl user list")
        }
        if error == StoreError.Code.unknownDomain, let domain = domain ?? account.map({ AccountName.domain(in: $0) }) {
            return unknown(
                error, "there is no domain '\(domain)'", domain,
                among: { try store.domains().flatMap { [$0.name] + $0.aliases } },
                shownBy: "dialplanctl domain list", addedBy: "dialplanctl domain add \(domain)")
        }
        if error == StoreError.Code.unknownAccount, let account {
            return unknown(
                error, "there is no account '\(account)'", account, among: { try store.accounts().map(\.address) },
                shownBy: "dialplanctl account list")
        }
        if error == StoreError.Code.unknownDialplan, let dialplan, let user {
            return unknown(
                error, "user '\(user)' has no dialplan '\(dialplan)'", dialplan,
                among: { try store.dialplans(owner: user).map(\.name) },
                shownBy: "dialplanctl dialplan list --owner \(user)")
        }
        if error == StoreError.Code.unknownProvider, let provider, let user {
            return unknown(
                error, "user '\(user)' has no provider '\(provider)'", provider,
                among: { try store.providers(owner: user).map(\.name) },
                shownBy: "dialplanctl provider list --owner \(user)")
        }
        return error
    }

    private func unknown(
        _ error: AdminError, _ sentence: String, _ name: String, among names: () throws -> [String],
        shownBy command: String, addedBy addition: String? = nil
    ) -> AdminError {
        let known = (try? names()) ?? []
        if let meant = Self.nearest(to: name, among: known) {
            return AdminError(error.code, "\(sentence); did you mean '\(meant)'?")
        }
        if known.isEmpty { return AdminError(error.code, "\(sentence); there are none yet") }
        if let addition {
            return AdminError(error.code, "\(sentence); add it with `\(addition)`, or see `\(command)`")
        }
        return AdminError(error.code, "\(sentence); `\(command)` shows them")
    }

    /// The one name that differs from `name` by case or by few letters; nil when none or when it is no clear case.
    public static func nearest(to name: String, among names: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
        // A third of the letters may be wrong, but no more than three.
        let bound = min(3, max(1, wanted.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in names {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(64))
            guard abs(letters.count - wanted.count) <= bound else { continue }
            let distance = Self.distance(wanted, letters)
            if distance <= bound, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Letters to insert, take out, change, or swap with the next one (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var least = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    least = min(least, beforeLast[column - 2] + 1)
                }
                current.append(least)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
