import Foundation
import Testing

@testable import SwitchServer

@Suite("Moments for machines")
struct TimestampTests {
    @Test(
        "are written as RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_795_976_018_123_456, "2026-11-29T18:13:38.123456Z"),
            (4_102_444_799_000_000, "2099-12-31T23:59:59.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ])
    func known(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test("agree with Foundation on every 1,000th day of four centuries")
    func calendar() {
        let formatter = ISO8601DateFormatter()
        for day in stride(from: Int64(-36_525), to: 109_575, by: 1_000) {
            let moment = Timestamp(microseconds: day * 86_400_000_000)
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(day) * 86_400))
            #expect(moment.description == text.replacing("Z", with: ".000000Z"))
        }
    }

    @Test(
        "other texts are no moments",
        arguments: ["", "2026-11-23", "2026-13-01T00:00:00.000000Z", "2026-11-23T00:00:00Z"])
    func wrong(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
