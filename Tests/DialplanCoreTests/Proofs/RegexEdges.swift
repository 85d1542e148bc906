import DialplanHostCalls

@testable import DialplanCore

/// Strings that end in the middle of a character, as the last bytes of their region and of their image, given to everything that
/// reads characters. In a region that moves at every reservation the block ends where the last object does, so that
/// AddressSanitizer sees any byte read beyond it (`Scripts/fuzz-language edges`); the tests look at the results.
enum RegexEdges {
    /// Every byte above ASCII alone and with continuation bytes behind it: complete, truncated, overlong, never valid.
    static let endings: [[UInt8]] = (0x80...0xFF as ClosedRange<UInt8>).flatMap { lead in
        [[lead], [lead, 0x80], [lead, 0xBF, 0x80], [lead, 0x90, 0x80], [lead, 0x90, 0x80, 0xBF], [lead, 0xA0]]
    }

    private static let patterns = [
        "/b/", "/./", "/\\w+/", "/[^a]/", "/x|é/", "/$/", "/\\z/", "/(?<=.)./", "/a.*\\b/i", "/[[:alpha:]]+/", "/\\X/",
    ]

    /// One script for an ending: strings of all lengths up to 20, so that one of them ends with its object.
    static func script(_ ending: [UInt8]) -> String {
        let tail = ending.map { "\\x" + String($0, radix: 16) }.joined()
        var text = """
            t = "\(tail)"
            def try(s)
              yield(s)
            rescue ArgumentError, RangeError, RegexpError => e
              e.class.to_s
            end
            out = []
            20.times do |n|

            """
        for pattern in patterns {
            text += "  r = \(pattern)\n  out << try('a' * n + t) { |s| r =~ s }\n"
            text += "  out << try('a' * n + t) { |s| s.gsub(r) { |m| m + '-' } }\n"
        }
        for call in [
            "s.scan(/a/).length", "s.split(//).length", "s.sub(/a/, 'b')", "s[/a+/]", "s.chars.length", "s.reverse",
            "s.upcase", "s.inspect", "s.length", "s[-1]", "s.index('a')", "s.tr('a', 'b')", "s.each_char.to_a.length",
            "s.to_sym.inspect", "s.succ", "s.center(30)", "s.unpack('U*').length", "s =~ Regexp.new(s)", "'%5.3s' % s",
            "s.start_with?(/a/)", "s.rindex(/a/)", "s.partition(/a/)", "s.squeeze", "s.swapcase", "s.casecmp?('A')",
            "Regexp.escape(s)", "eval(s.inspect) == s", "s.ord", "s.chop", "s.strip", "s.capitalize",
        ] {
            text += "  out << try('a' * n + t) { |s| \(call) }\n"
        }
        return text + "end\nsys.Log out.length.to_s + ' ' + out.inspect.length.to_s + \"\(tail)\".length.to_s\n"
    }

    /// What went wrong, by ending; empty when nothing did.
    static func violations(_ endings: some Sequence<[UInt8]>) -> [String] {
        endings.compactMap { ending in
            let source = Array(script(ending).utf8)
            guard let image = try? DialplanCompiler.compile(source: source, name: "edge") else {
                return "\(ending) does not compile"
            }
            let runs = [false, true].map { run(image, moves: $0) }
            guard runs[0] == runs[1] else { return "\(ending): moving the region changed the result" }
            return runs[0].isFinished ? nil : "\(ending): \(runs[0])"
        }
    }

    private struct Run: Equatable {
        let result: RunResult
        let bytes: [UInt8]
        var isFinished: Bool { result == .finished }
    }

    private static func run(_ image: DialplanImage, moves: Bool) -> Run {
        let request = HostRecord(typeName: "SIPRequest", text: [], fields: [])
        let start = ExecutionStart(
            execution: 1, sourceDigest: [], sourceName: "edge", source: nil, request: request, properties: [],
            startTime: 1_735_689_600_000_000, seed: 42, limits: ExecutionLimits())
        var machine = Machine(image: image, start: start)
        machine.movesAlways = moves
        let result = machine.run(fuel: .max)
        var bytes: [UInt8] = []
        _ = machine.takeEntries(into: &bytes)
        return Run(result: result, bytes: bytes)
    }
}
