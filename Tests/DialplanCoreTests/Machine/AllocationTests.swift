#if os(Linux)
import CMallocCounter
import Testing

@testable import DialplanCore

/// The Machine's loop allocates nothing on the Swift heap: counted at malloc itself, of this thread.
@Suite("Allocations of the loop")
struct AllocationTests {
    static let loops: [(name: String, script: String)] = [
        ("integers and branches", "i = 0\nwhile i < ROUNDS\n i += 1\n i += 0 if i % 3 == 1\nend"),
        ("method calls", "def add(a, b = 1) a + b end\nx = 0\nROUNDS.times { |i| x = add(x, i) }"),
        ("blocks, break and next", "ROUNDS.times { |i| [1, 2, 3].each { |x| next if x == 1; break if x == 2 } }"),
        ("strings", "ROUNDS.times { |i| s = \"number #{i}\"; s << 'x'; s.upcase.length }"),
        ("arrays", "ROUNDS.times { |i| [i, 2, 1].map { |x| x + 1 }.sort_by { |x| -x }.inject(0) { |a, b| a + b } }"),
        ("hashes", "h = {}\nROUNDS.times { |i| h[\"k#{i % 7}\"] = i; h.delete('k3'); h.keys.length }"),
        ("exceptions", "ROUNDS.times { |i| begin; raise \"no #{i}\"; rescue => e; e.message; ensure; i; end }"),
        ("regexes and $1", "ROUNDS.times { |i| \"call 00#{i}\" =~ /^call 00(\\d+)$/ and $1.gsub(/1/, 'x') }"),
        ("case with regexes", "ROUNDS.times { |i| case i.to_s when /^1(\\d)/ then $1 when '2' then 2 else 3 end }"),
    ]

    @Test("no allocation is made between two slices of a loop", arguments: loops.indices)
    func loopAllocatesNothing(index: Int) throws {
        let (name, body) = Self.loops[index]
        let image = try Trial.compile("ROUNDS = 100_000\n" + body)
        var machine = Machine(image: image, start: Trial().start())
        // The first slices compile regexes, grow the region to its size and fill caches.
        for _ in 0..<20 where machine.run(fuel: 20_000) != .outOfSlice { Issue.record("\(name) is too short") }
        let before = malloc_counter_of_this_thread()
        var slices = 0
        while slices < 20, machine.run(fuel: 20_000) == .outOfSlice { slices += 1 }
        let allocations = malloc_counter_of_this_thread() - before
        #expect(slices == 20, "\(name) is too short")
        #expect(allocations == 0, "\(name): \(allocations) allocations in \(slices) slices")
    }

    @Test("the counter counts what Swift allocates")
    func counterCounts() {
        let before = malloc_counter_of_this_thread()
        var arrays: [[Int]] = []
        for number in 0..<100 { arrays.append([number, number]) }
        #expect(malloc_counter_of_this_thread() - before >= 100)
        #expect(arrays.count == 100)
    }
}
#endif
