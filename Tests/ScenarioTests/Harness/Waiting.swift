import Foundation
import Testing

/// Waits for what another process does. It is the only place of these tests that waits by the clock, always with a bound.
struct TookTooLong: Error, CustomStringConvertible {
    var what: String
    var limit: Duration
    var description: String { "not within \(limit): \(what)" }
}

/// Asks `probe` every few milliseconds until it gives a value; throws `TookTooLong` after `limit`.
func eventually<Value>(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(10), every pause: Duration = .milliseconds(20),
    _ probe: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while true {
        if let value = try await probe() { return value }
        guard clock.now < end else { throw TookTooLong(what: what(), limit: limit) }
        try await Task.sleep(for: pause)
    }
}

func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(10), every pause: Duration = .milliseconds(20),
    holds condition: () async throws -> Bool
) async throws {
    try await eventually(what(), within: limit, every: pause) { try await condition() ? () : nil }
}
