import Switchboard

/// The last lines of all owners' logs, in order, for the admin socket. Bounded; the oldest lines go first.
struct OwnerLog: Sendable {
    private var lines: [OwnerLogLine?]
    private var next = 0
    private var total = 0

    init(capacity: Int) { lines = Array(repeating: nil, count: max(1, capacity)) }

    mutating func append(_ line: OwnerLogLine) {
        lines[next] = line
        next = (next + 1) % lines.count
        total += 1
    }

    /// Lines in order, of one owner or call if given.
    func lines(owner: String?, call: String?) -> [OwnerLogLine] {
        let ordered = total < lines.count ? lines[..<next] + [] : lines[next...] + lines[..<next]
        return ordered.compactMap { $0 }.filter { line in
            (owner == nil || line.owner == owner) && (call == nil || line.call == call)
        }
    }
}
