import DialplanHostCalls

/// Compiled scripts by digest and name, least recently used first to go. What an execution uses stays whatever the limit.
///
/// A source that has come and is not compiled yet counts as present, and so does one that does not compile: the front
/// sends each text once.
struct ImageCache<Engine: ScriptEngine> {
    /// A script is known by its text and by its name, which its errors show: two users with the same text must not see
    /// each other's names.
    struct Key: Hashable {
        var digest: [UInt8]
        var name: String
    }

    private enum Content {
        case source([UInt8])
        case image(Engine.Image)
        case failure(ScriptFailure)
    }

    private struct Item {
        var content: Content
        var bytes: Int
        /// Executions that use it.
        var users = 0
        var lastUse: UInt64
    }

    private let engine: Engine
    private let limit: Int
    private var items: [Key: Item] = [:]
    /// Of all items.
    private(set) var bytes = 0
    private var clock: UInt64 = 0

    init(engine: Engine, limit: Int) {
        self.engine = engine
        self.limit = limit
    }

    /// Pins a script for one more execution; a source given is kept when there is none. False when there is nothing:
    /// the source is needed.
    mutating func acquire(_ key: Key, source: [UInt8]?) -> Bool {
        clock += 1
        if items[key] == nil {
            guard let source else { return false }
            items[key] = Item(content: .source(source), bytes: Self.overhead + source.count, lastUse: clock)
            bytes += Self.overhead + source.count
        }
        items[key]?.users += 1
        items[key]?.lastUse = clock
        evict()
        return true
    }

    /// Whether ``image(_:)`` will have to compile.
    func needsCompiling(_ key: Key) -> Bool {
        if case .source = items[key]?.content { true } else { false }
    }

    /// The compiled script of an acquired key. Its failure stays too, so it is compiled once.
    mutating func image(_ key: Key) throws(ScriptFailure) -> Engine.Image {
        guard let item = items[key] else {
            throw ScriptFailure(.exception, message: "script not loaded")
        }
        switch item.content {
        case .image(let image): return image
        case .failure(let failure): throw failure
        case .source(let source):
            do {
                let image = try engine.compile(source: source, name: key.name)
                replace(key, .image(image), bytes: engine.byteCount(of: image))
                return image
            } catch {
                replace(key, .failure(error), bytes: error.message.utf8.count)
                throw error
            }
        }
    }

    /// Takes back one ``acquire(_:source:)``.
    mutating func release(_ key: Key) {
        guard let users = items[key]?.users, users > 0 else { return }
        items[key]?.users = users - 1
        evict()
    }

    private static var overhead: Int { 256 }

    private mutating func replace(_ key: Key, _ content: Content, bytes size: Int) {
        guard let old = items[key] else { return }
        items[key]?.content = content
        items[key]?.bytes = Self.overhead + max(0, size)
        bytes += Self.overhead + max(0, size) - old.bytes
        evict()
    }

    private mutating func evict() {
        while bytes > limit {
            // Linear, but only when over the limit; a worker holds hundreds of scripts, not millions.
            let oldest = items.filter { $0.value.users == 0 }.min { $0.value.lastUse < $1.value.lastUse }
            guard let oldest else { return }
            bytes -= oldest.value.bytes
            items[oldest.key] = nil
        }
    }
}
