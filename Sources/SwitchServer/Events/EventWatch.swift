/// Events as they happen, after those that are kept and asked for.
public struct EventWatch: AdminStream {
    public typealias Item = EventRow
    public static let name = "events"

    public var filter: EventFilter
    /// At most so many of the kept events, the newest; nil: none, unless `since` is given.
    public var last: Int?
    /// Kept events that are not older.
    public var since: Timestamp?
    /// Goes on with what happens from now on; else the stream ends after the kept events.
    public var isLive: Bool

    public init(filter: EventFilter, last: Int?, since: Timestamp?, isLive: Bool) {
        self.filter = filter
        self.last = last
        self.since = since
        self.isLive = isLive
    }
}

extension SwitchServer {
    /// Called on the event loop.
    func watchEvents(_ line: AdminLine) -> AdminReply {
        let request: EventWatch
        do {
            request = try line.parameters(EventWatch.self)
        } catch {
            return .error(AdminError(error), on: loop)
        }
        return .feed { feed in
            guard let front = self.front else { return feed.end() }
            let last = request.last ?? (request.since == nil ? 0 : nil)
            feed.push(
                front.events.recent(request.filter, last: last, since: request.since?.microseconds).map(\.row))
            guard request.isLive else { return feed.end() }
            let number = front.watch(request.filter) { feed.push($0) }
            feed.onClose = { self.front?.stopWatching(number) }
        }
    }
}
