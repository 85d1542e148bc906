import ProcessPoolChild

/// The worker's side: a number comes, the count of primes below it goes back. From its first line on the process can open
/// no file, no socket and no process.
enum PrimeWorker {
    static func run() throws {
        let channel = try ChildChannel.inherited()
        try channel.announceReady(engineVersion: 1)
        while let messages = try channel.receive(waiting: true) {
            for message in messages {
                switch message {
                case .payload(let bytes):
                    channel.page?.countWork()
                    try channel.queue(answer(to: bytes, channel.page))
                    try channel.flush()
                case .drain:
                    try channel.sayGoodbye()
                    return
                case .stop: return
                }
            }
        }
    }

    private static func answer(to bytes: [UInt8], _ page: SharedPage?) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let limit = Int(text) else { fatalError("not a number: \(text)") }
        if limit < 0 { while true {} }  // What a bug might do.
        var count = 0
        for candidate in stride(from: 2, to: limit, by: 1) {
            if isPrime(candidate) { count += 1 }
            // So that the pool sees it come on.
            if candidate % 10_000 == 0 { page?.advance() }
        }
        return Array("\(count) primes below \(limit)".utf8)
    }

    private static func isPrime(_ number: Int) -> Bool {
        var divisor = 2
        while divisor * divisor <= number {
            if number % divisor == 0 { return false }
            divisor += 1
        }
        return true
    }
}
