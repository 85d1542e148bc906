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

    mutating func advance(by count: Int) {
        done += count
        let now = ContinuousClock.now
        // Ten times a second is as often as anybody reads.
        if let lastShown, now - lastShown < .milliseconds(100) { return }
        lastShown = now
        show()
    }

    func finish(_ what: String) {
        guard isShown else { return }
        console.err("\r\u{1B}[K\(done) \(what)\n")
    }

    private func show() {
        guard isShown else { return }
        let share = total > 0 ? " of \(total) (\(min(100, done * 100 / total)) %)" : ""
        console.err("\r\u{1B}[K\(done)\(share)")
    }
}
