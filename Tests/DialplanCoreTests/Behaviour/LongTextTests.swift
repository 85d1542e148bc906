import Testing

@testable import DialplanCore

/// Long strings are worked on in pieces (`Prelude.longText`): with the same result as short ones, whatever the slices.
@Suite("Long strings")
struct LongTextTests {
    /// What a method gives for a long string must be what it gives for its parts, put together.
    static let rows = ofFewPieces + ofManyPieces

    private static let ofFewPieces: [(make: String, expression: String, wanted: String)] = [
        ("'äbC' * 20_000", "s.upcase == 'äbC'.upcase * 20_000", "true"),
        ("'äbC' * 20_000", "s.downcase == 'äbc' * 20_000", "true"),
        ("'äbC' * 20_000", "s.swapcase == 'ÄBc' * 20_000", "true"),
        ("'äbC' * 20_000", "s.capitalize == 'Ä' + 'bc' + 'äbc' * 19_999", "true"),
        ("'äbC' * 20_000", "s.upcase!.equal?(s).to_s + s[0, 3] + s.upcase!.inspect", "trueÄBCnil"),
        ("'abc' * 20_000", "s.capitalize!.equal?(s).to_s + s[0, 4] + s.length.to_s", "trueAbca60000"),
        ("'aB' * 50_000", "[s.casecmp(s.downcase), s.casecmp?(s.upcase), s.casecmp('aa')].inspect", "[0, true, 1]"),
        (
            "'hello ' * 12_000",
            "[s.count('l'), s.delete('l').length, s.squeeze('l').length, s.tr('a-y', 'b-z')[0, 5]].inspect",
            "[24000, 48000, 60000, \"ifmmp\"]"
        ),
        (
            "'aabb' * 20_000",
            "[s.squeeze.length, s.tr_s('ab', 'xy')[0, 4], s.tr('a', '')[0, 3], s.delete('^a').length].inspect",
            "[40000, \"xyxy\", \"bbb\", 40000]"
        ),
        (
            "'x' * 70_000",
            "[s.center(70_010, 'ab')[0, 6], s.rjust(70_003, 'é')[0, 4], s.ljust(70_005, 'xyz')[-5, 5]].inspect",
            "[\"ababax\", \"éééx\", \"xyzxy\"]"
        ),
        (
            "'a\"b' * 30_000",
            "[s.inspect.length, Regexp.escape(s[0, 5]), (s % [])[0, 3], [s].pack('m0').unpack('m')[0] == s].inspect",
            "[120002, \"a\\\"ba\\\"\", \"a\\\"b\", true]"
        ),
        (
            "'x'", "n = 7 ** 20_000; [n.to_s.to_i == n, n.to_s(36).to_i(36) == n, n.to_s.length].inspect",
            "[true, true, 16902]"
        ),
        (
            "'ab' * 40_000 + 'c'",
            "t = 'ab' * 20_000; l = ['x'] * 20 + [t]; [s.rindex('b' + t), s.rindex(t, 9), s.rindex(t + 'd'), s.rindex(t + 'c'), "
                + "s.rpartition(t)[2], s.start_with?(*l), s.end_with?(*l), s.end_with?(*l, 'bc')].inspect",
            "[39999, 8, nil, 40000, \"c\", true, false, true]"
        ),
    ]

    /// Those that make tens of thousands of pieces: with a region that moves at every one of them they take hours, with a
    /// collection at every one (collections are charged) they use up their instructions.
    private static let ofManyPieces: [(make: String, expression: String, wanted: String)] = [
        (
            "'ab' * 50_000", "s.gsub('a', 'xy').length.to_s + s.gsub('', '-')[0, 5] + s.gsub('q', '') [0, 2]",
            "150000-a-b-ab"
        ),
        ("'ab' * 50_000", "s.gsub!('q', 'x').inspect + s.gsub!('ab', 'c').length.to_s + s[0, 3]", "nil50000ccc"),
        ("'é-' * 50_000", "s.gsub('é', 'e') == 'e-' * 50_000", "true"),
        (
            "'a,b,' * 20_000", "[s.split(',').length, s.split(',', -1).length, s.split(',', 3)[0, 2]].inspect",
            "[40000, 40001, [\"a\", \"b\"]]"
        ),
        (
            "' a  b ' * 20_000",
            "[s.split.length, s.split(' ', -1).length, s.split(' ', 3)[0, 2], s.split(nil)[-1]].inspect",
            "[40000, 40001, [\"a\", \"b\"], \"b\"]"
        ),
        (
            "'é' * 40_000", "[s.split('').length, s.chars.length, s.codepoints.uniq, s.reverse == s].inspect",
            "[40000, 40000, [233], true]"
        ),
        (
            "\"ab\\n\" * 30_000 + 'x'", "[s.lines.length, s.lines[-1], s.lines[0], s.each_line.count].inspect",
            "[30001, \"x\", \"ab\\n\", 30001]"
        ),
        (
            "[1, 2] * 40_000",
            "[s.length, s.join.length, s.join('-')[0, 5], (s + s).length, Array.new(70_000, 5).sum].inspect",
            "[80000, 80000, \"1-2-1\", 160000, 350000]"
        ),
        (
            "[1, [2, [3]]] * 33_000",
            "[s.flatten.length, s.flatten[0, 4], s.flatten(1)[2], s.flatten(0)[1], s.flatten!.length, s.flatten!, s[-1]].inspect",
            "[99000, [1, 2, 3, 1], [3], [2, [3]], 99000, nil, 3]"
        ),
    ]

    private static let tried =
        ["moves", "collections"].contains(Trial.stress) ? ofFewPieces.indices : rows.indices

    @Test("have the same values as short ones", arguments: tried)
    func values(_ index: Int) throws {
        let row = Self.rows[index]
        let script = "s = \(row.make)\nsys.Log((\(row.expression)).to_s)"
        let whole = try Trial().run(script)
        #expect(whole.lines == [row.wanted], "\(whole.result)")
        #expect(try Trial(slice: 10_000).run(script) == whole)
    }

    @Test("a search for a part of a long string is not quadratic")
    func find() throws {
        let report = try Trial().run(
            "s = 'a' * 250_000; t = 'a' * 120_000 + 'b'; sys.Log [s.index(t), s.include?(t), s.rindex('ab'), s.index('')].inspect"
        )
        #expect(report.lines == ["[nil, false, nil, 0]"])
    }
}
