/// How far long work is, on one line of standard error that is written over and over.
struct Progress {
    let isShown: Bool
    var total = 0
    private let console: Console
    private var done = 0
    private var lastShown: ContinuousClock.Instant?

    init(isShown: Bool, _ console: Console) {
        self.isShown = isShown
        self.console = console
    }

    mutating func advance(by count: Int) { show(done + count, of: total) }

    mutating func show(_ done: Int, of total: Int) {
        self.done = done
        self.total = total
        let now = ContinuousClock.now
        // Ten times a second is as often as anybody reads.
        if let lastShown, now - lastShown < .milliseconds(100) { return }
        lastShown = now
        guard isShown else { return }
        let share = total > 0 ? " of \(total) (\(min(100, done * 100 / total)) %)" : ""
        console.err("\r\u{1B}[K\(done)\(share)")
    }

    /// Takes the line away.
    func clear() {
        if isShown, lastShown != nil { console.err("\r\u{1B}[K") }
    }

    func finish(_ what: String) {
        guard isShown else { return }
        clear()
        console.err("\(done) \(what)\n")
    }
}
