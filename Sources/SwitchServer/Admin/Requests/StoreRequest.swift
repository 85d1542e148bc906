public import CallStore

/// Something that administrators ask of the store: answered by the running switch, or on the file when none runs.
public protocol StoreRequest: AdminRequest {
    /// Whether it changes what the switch serves from memory.
    static var isChange: Bool { get }
    /// The names in it that the store may not know, for "did you mean".
    var mentions: Mentions { get }

    /// Does it; called through ``StoreRequest/answer(on:)``.
    func perform(on store: CallStore) throws -> Answer
}

/// Something that is read from the store in pages, since all of it may be more than fits into memory.
public protocol StoreStream: AdminStream {
    associatedtype Cursor: Sendable

    var mentions: Mentions { get }

    /// One page, and where the next begins; nil after the last.
    ///
    /// - Parameter cursor: nil for the first page.
    func page(after cursor: Cursor?, of store: CallStore) throws -> (items: [Item], next: Cursor?)
}

extension StoreRequest {
    public static var isChange: Bool { true }
    public var mentions: Mentions { Mentions() }

    /// Does it, and if a name is unknown says which one might have been meant.
    ///
    /// - Throws: ``AdminError``.
    public func answer(on store: CallStore) throws -> Answer {
        do {
            return try perform(on: store)
        } catch {
            throw mentions.explain(AdminError(error), store)
        }
    }
}

extension StoreStream {
    public var mentions: Mentions { Mentions() }

    /// Hands on all items, some at a time, until `each` returns false.
    ///
    /// - Throws: ``AdminError``, and what `each` throws.
    public func read(_ store: CallStore, each: ([Item]) throws -> Bool) throws {
        var cursor: Cursor?
        repeat {
            let page: (items: [Item], next: Cursor?)
            do {
                page = try self.page(after: cursor, of: store)
            } catch {
                throw mentions.explain(AdminError(error), store)
            }
            if try !page.items.isEmpty && !each(page.items) { return }
            cursor = page.next
        } while cursor != nil
    }
}

/// What was done, for a person, and what a program may want of it.
public struct Done: Codable, Sendable {
    public var message: String
    /// Of a dialplan: its version now.
    public var version: Int?

    public init(_ message: String, version: Int? = nil) {
        self.message = message
        self.version = version
    }
}
