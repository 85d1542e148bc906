import CAllocationCounter
import SIPMessage

/// One thing to measure.
struct Job {
    let name: String
    /// Works on all messages once; returns a checksum of what it has read.
    let pass: ([[UInt8]]) throws -> UInt64

    static var all: [Job] {
        [
            Job(name: "routing") { messages in
                var sum = Checksum()
                for bytes in messages { try readRouting(SIPMessage(parsing: bytes), into: &sum) }
                return sum.value
            },
            Job(name: "routing+serialise") { messages in
                var sum = Checksum()
                for bytes in messages {
                    let message = try SIPMessage(parsing: bytes)
                    readRouting(message, into: &sum)
                    let output = message.serialized()
                    sum.number("bytes", UInt64(output.count) &+ UInt64(output[output.count / 2]))
                }
                return sum.value
            },
            Job(name: "full") { messages in
                var sum = Checksum()
                for bytes in messages { try readViews(SIPMessage(parsing: bytes), into: &sum) }
                return sum.value
            },
            Job(name: "full+serialise") { messages in
                var sum = Checksum()
                for bytes in messages {
                    let message = try SIPMessage(parsing: bytes)
                    try readViews(message, into: &sum)
                    let output = message.serialized()
                    sum.number("bytes", UInt64(output.count) &+ UInt64(output[output.count / 2]))
                }
                return sum.value
            },
            Job(name: "values") { messages in
                var sum = Checksum()
                for bytes in messages { try readValues(SIPMessage(parsing: bytes), into: &sum) }
                return sum.value
            },
            Job(name: "values+serialise") { messages in
                var sum = Checksum()
                for bytes in messages {
                    let message = try SIPMessage(parsing: bytes)
                    try readValues(message, into: &sum)
                    let output = message.serialized()
                    sum.number("bytes", UInt64(output.count) &+ UInt64(output[output.count / 2]))
                }
                return sum.value
            },
        ]
    }

    func measure(_ messages: [[UInt8]], rounds: Int, seconds: Double) {
        var rates: [Double] = []
        var checksum: UInt64 = 0
        for _ in 0..<rounds {
            var done = 0
            let start = cpu_nanoseconds()
            var elapsed = 0.0
            repeat {
                guard let sum = try? pass(messages) else {
                    print("\(name): a message fails")
                    return
                }
                checksum = sum
                done += messages.count
                elapsed = Double(cpu_nanoseconds() - start) * 1e-9
            } while elapsed < seconds
            rates.append(Double(done) / elapsed)
        }
        rates.sort()
        let median = rates[rates.count / 2]
        print(
            "  \(name.padding(18)) median \(Int(median)) msg/s   min \(Int(rates[0]))   max \(Int(rates[rates.count - 1]))"
                + "   \(Double(Int(1e8 / median)) / 100) us/msg   checksum \(checksum)")
    }

    /// Allocations per message, the mean and the most.
    func allocations(_ messages: [[UInt8]]) -> String {
        _ = try? pass(messages)
        var most: UInt64 = 0
        var total: UInt64 = 0
        for message in messages {
            let one = [message]
            let before = allocation_count()
            _ = try? pass(one)
            let used = allocation_count() - before
            total += used
            most = max(most, used)
        }
        return "mean \(Double(total) / Double(messages.count)), most \(most)"
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
