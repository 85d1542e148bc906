public import CallStore

public struct DialplanList: StoreRequest {
    public typealias Answer = [DialplanRow]
    public static let name = "dialplan.list"
    public static let isChange = false
    public var owner: String?

    public init(owner: String? = nil) { self.owner = owner }

    public var mentions: Mentions { Mentions(user: owner) }

    public func perform(on store: CallStore) throws -> [DialplanRow] {
        try store.dialplans(owner: owner).map { DialplanRow($0, $0.current, withText: false) }
    }
}

/// A dialplan's text, now or at an earlier version.
public struct DialplanQuery: StoreRequest {
    public typealias Answer = DialplanRow
    public static let name = "dialplan.show"
    public static let isChange = false
    public var dialplan: String
    public var owner: String
    public var version: Int?

    public init(_ dialplan: String, owner: String, version: Int? = nil) {
        self.dialplan = dialplan
        self.owner = owner
        self.version = version
    }

    public var mentions: Mentions { Mentions(user: owner, dialplan: dialplan) }

    public func perform(on store: CallStore) throws -> DialplanRow {
        let current = try store.dialplan(owner: owner, name: dialplan)
        guard let version, version != current.current.number else {
            return DialplanRow(current, current.current, withText: true)
        }
        guard
            let found = try store.dialplanVersions(owner: owner, name: dialplan).first(where: { $0.number == version })
        else {
            throw AdminError(
                .invalidValue,
                "dialplan \(dialplan) has no version \(version): it has versions 1 to \(current.current.number)")
        }
        return DialplanRow(current, found, withText: true)
    }
}

/// All versions, the newest first, without texts.
public struct DialplanHistory: StoreRequest {
    public typealias Answer = [DialplanRow]
    public static let name = "dialplan.history"
    public static let isChange = false
    public var dialplan: String
    public var owner: String

    public init(_ dialplan: String, owner: String) {
        self.dialplan = dialplan
        self.owner = owner
    }

    public var mentions: Mentions { Mentions(user: owner, dialplan: dialplan) }

    public func perform(on store: CallStore) throws -> [DialplanRow] {
        let current = try store.dialplan(owner: owner, name: dialplan)
        return try store.dialplanVersions(owner: owner, name: dialplan).map {
            DialplanRow(current, $0, withText: false)
        }
    }
}

/// Saves a text as a dialplan's newest version.
public struct DialplanChange: StoreRequest {
    public typealias Answer = Done
    public static let name = "dialplan.set"
    public var dialplan: String
    public var owner: String
    public var text: String
    public var author: String
    public var note: String
    /// The version that the text was made from (0: there must be no such dialplan yet); nil does not care. Keeps an
    /// editor from undoing what somebody else saved meanwhile.
    public var basedOn: Int?

    public init(
        _ dialplan: String, owner: String, text: String, author: String, note: String, basedOn: Int? = nil
    ) {
        self.dialplan = dialplan
        self.owner = owner
        self.text = text
        self.author = author
        self.note = note
        self.basedOn = basedOn
    }

    public var mentions: Mentions { Mentions(user: owner, dialplan: dialplan) }

    public func perform(on store: CallStore) throws -> Done {
        let before = try store.dialplans(owner: owner).first { $0.name == dialplan }?.current.number
        let version = try store.setDialplan(
            owner: owner, name: dialplan, text: text, author: author, note: note, basedOn: basedOn)
        let place = "dialplan \(dialplan) of \(owner)"
        return Done(
            version.number == before
                ? "\(place) is unchanged, at version \(version.number)"
                : "\(place) is at version \(version.number): the next call runs it", version: version.number)
    }
}

/// Saves an earlier version's text as the newest one.
public struct DialplanRollback: StoreRequest {
    public typealias Answer = Done
    public static let name = "dialplan.rollback"
    public var dialplan: String
    public var owner: String
    /// nil: the one before the current.
    public var version: Int?
    public var author: String

    public init(_ dialplan: String, owner: String, to version: Int?, author: String) {
        self.dialplan = dialplan
        self.owner = owner
        self.version = version
        self.author = author
    }

    public var mentions: Mentions { Mentions(user: owner, dialplan: dialplan) }

    public func perform(on store: CallStore) throws -> Done {
        let current = try store.dialplan(owner: owner, name: dialplan).current.number
        let wanted = version ?? current - 1
        guard wanted > 0 else {
            throw AdminError(
                .invalidValue, "dialplan \(dialplan) of \(owner) has one version only: there is none to go back to")
        }
        _ = try DialplanQuery(dialplan, owner: owner, version: wanted).perform(on: store)  // whether there is one
        let saved = try store.rollBackDialplan(owner: owner, name: dialplan, toVersion: wanted, author: author)
        return Done(
            saved.number == current
                ? "dialplan \(dialplan) of \(owner) has the text of version \(wanted) already"
                : "dialplan \(dialplan) of \(owner) is at version \(saved.number), with the text of version \(wanted)",
            version: saved.number)
    }
}

extension DialplanRow {
    init(_ dialplan: Dialplan, _ version: DialplanVersion, withText: Bool) {
        let lineEnds = version.text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let hasOpenLine = version.text.utf8.last.map { $0 != UInt8(ascii: "\n") } ?? false
        self.init(
            name: dialplan.name, owner: dialplan.owner, version: version.number, bytes: version.text.utf8.count,
            lines: lineEnds + (hasOpenLine ? 1 : 0), digest: Self.hexadecimal(version.digest),
            author: version.author, note: version.note, saved: Timestamp(version.created),
            text: withText ? version.text : nil)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
