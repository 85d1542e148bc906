#if os(Linux)
import CMallocCounter
import Testing

@testable import DialplanCore

/// The Machine's loop allocates nothing on the Swift heap: counted at malloc itself, on this thread. (The region's blocks and
/// Oniguruma's search stack come from malloc too; they are not Swift's and end with the call that took them.)
@Suite("Allocations of the loop", .serialized)
struct AllocationTests {
    /// Loops that allocate nothing at all.
    static let loops: [(name: String, script: String)] = [
        ("integers and branches", "i = 0\nwhile i < ROUNDS\n i += 1\n i += 0 if i % 3 == 1\nend"),
        ("method calls", "def add(a, b = 1) a + b end\nx = 0\nROUNDS.times { |i| x = add(x, i) }"),
        ("blocks, break and next", "ROUNDS.times { |i| [1, 2, 3].each { |x| next if x == 1; break if x == 2 } }"),
        ("strings", "ROUNDS.times { |i| s = \"number #{i}\"; s << 'x'; s.upcase.length }"),
        ("arrays", "ROUNDS.times { |i| [i, 2, 1].map { |x| x + 1 }.sort_by { |x| -x }.inject(0) { |a, b| a + b } }"),
        ("hashes", "h = {}\nROUNDS.times { |i| h[\"k#{i % 7}\"] = i; h.delete('k3'); h.keys.length }"),
        ("case with regexes", "ROUNDS.times { |i| case i.to_s when /^1(\\d)/ then $1 when '2' then 2 else 3 end }"),
    ]

    /// Loops whose allocations are not ours, with the most that one round may make.
    ///
    /// Swift Testing hooks every throw and boxes the error; in a process without it the count is 0. Oniguruma keeps its
    /// match stack in a block of its own during a search (one malloc and free inside libonig); all that we keep
    /// (`RegexScratch`) is reused.
    static let foreign: [(name: String, script: String, perRound: Int)] = [
        ("exceptions", "ROUNDS.times { |i| begin; raise \"no #{i}\"; rescue => e; e.message; ensure; i; end }", 4),
        ("regexes and $1", "ROUNDS.times { |i| \"call 00#{i}\" =~ /^call 00(\\d+)$/ and $1.gsub(/1/, 'x') }", 4),
    ]

    @Test(
        "a loop with exceptions or matches allocates only what the test library and libonig do",
        arguments: foreign.indices)
    func foreignAllocations(index: Int) throws {
        let (name, body, perRound) = Self.foreign[index]
        let image = try Trial.compile("ROUNDS = 5_000\n" + body)
        var machine = Machine(image: image, start: Trial().start())
        for _ in 0..<5 { #expect(machine.run(fuel: 5_000) == .outOfSlice) }
        swift_allocations_begin()
        while machine.run(fuel: 1_000_000) == .outOfSlice {}
        let allocations = swift_allocations_end()
        #expect(allocations <= UInt64(5_000 * perRound), "\(name): \(allocations)")
    }

    @Test("no allocation is made between two slices of a loop", arguments: loops.indices)
    func loopAllocatesNothing(index: Int) throws {
        let (name, body) = Self.loops[index]
        let image = try Trial.compile("ROUNDS = 1_000_000\n" + body)
        var machine = Machine(image: image, start: Trial().start())
        // The first slices compile regexes, grow the region to its size and fill caches.
        for _ in 0..<20 where machine.run(fuel: 20_000) != .outOfSlice { Issue.record("\(name) is too short") }
        swift_allocations_begin()
        var slices = 0
        while slices < 20, machine.run(fuel: 20_000) == .outOfSlice { slices += 1 }
        let allocations = swift_allocations_end()
        #expect(slices == 20, "\(name) is too short")
        #expect(allocations == 0, "\(name): \(allocations) allocations in \(slices) slices")
    }

    @Test("the counter counts what Swift allocates")
    func counterCounts() {
        swift_allocations_begin()
        var arrays: [[Int]] = []
        for number in 0..<100 { arrays.append([number, number]) }
        let allocations = swift_allocations_end()
        #expect(allocations >= 100)
        #expect(arrays.count == 100)
    }
}
#endif
