import DialplanHostCalls

@testable import DialplanCore

/// What any bytes do to lexer, parser, compiler, verifier and Machine. Used by libFuzzer (`Scripts/fuzz-language`), the bytecode
/// fuzzer and the tests; a trap is the fault that they look for, `violation` names the others.
enum LanguageFuzzTarget {
    /// What the runs of this process have reached.
    struct Reached {
        var runs = 0
        var compiled = 0
        var finished = 0
        var errors = 0
        var limits: [String: Int] = [:]
        var opcodes: Set<UInt8> = []
        var selectors: Set<UInt16> = []
    }

    static let fuels: [Int64] = [1, 3, 50, 1_000_000]

    /// The first byte: how it is run. The second: how much heap. The rest is a script, or chooses calls of core methods.
    static func violation(_ input: [UInt8], _ reached: inout Reached) -> String? {
        reached.runs += 1
        guard input.count > 2 else { return nil }
        let (mode, size) = (input[0], input[1])
        let rest = Array(input[2...])
        let source = mode & 1 == 0 ? rest : Array(CallProgram.script(rest).utf8)
        guard let image = try? DialplanCompiler.compile(source: source, name: "fuzz") else { return nil }
        reached.compiled += 1
        for word in image.code {
            let instruction = Instruction(word: word)
            reached.opcodes.insert(UInt8(truncatingIfNeeded: word))
            if instruction.opcode == .send || instruction.opcode == .sendSelf {
                reached.selectors.insert(UInt16(truncatingIfNeeded: instruction.b))
            }
        }
        let heap = Int64(8 << 10) + Int64(size) * Int64(size) * 8
        let first = run(
            image, slice: fuels[Int(mode >> 1 & 3)], heapBytes: heap, collects: mode & 8 != 0, moves: mode & 16 != 0)
        switch first.result {
        case .failed(let failure) where failure.kind == .limit: reached.limits[failure.message, default: 0] += 1
        case .failed: reached.errors += 1
        default: reached.finished += 1
        }
        // Slices and moves change nothing. (A collection at every safe point is charged, so it is not looked at here.)
        guard mode & 0x68 == 0x60 else { return nil }
        let second = run(image, slice: 1_000_000, heapBytes: heap, collects: false, moves: false)
        if first != second { return "slices or moves changed what a script does: \(first) became \(second)" }
        return nil
    }

    struct Outcome: Equatable {
        var result: RunResult
        var bytes: [UInt8]
        var instructions: Int64
    }

    static func run(_ image: DialplanImage, slice: Int64, heapBytes: Int64, collects: Bool, moves: Bool) -> Outcome {
        var limits = ExecutionLimits()
        limits.instructions = 5_000
        limits.heapBytes = heapBytes
        limits.stringBytes = 100_000
        limits.regexWork = 200_000
        let request = HostRecord(
            typeName: "SIPRequest", text: Array("INVITE".utf8),
            fields: [
                .init(
                    "URI",
                    .record(
                        HostRecord(
                            typeName: "SIPURI", text: Array("sip:1@h".utf8), fields: [.init("User", .text("0049"))])))
            ])
        let start = ExecutionStart(
            execution: 1, sourceDigest: [], sourceName: "fuzz", source: nil, request: request,
            properties: [.init(HostCallTable.Name.username, .text("owner"))], startTime: 1_735_689_600_000_000,
            seed: 42,
            limits: limits)
        var machine = Machine(image: image, start: start)
        machine.collectsAlways = collects
        machine.movesAlways = moves
        var calls: Int64 = 0
        var bytes: [UInt8] = []
        while true {
            let result = machine.run(fuel: slice)
            _ = machine.takeEntries(into: &bytes)
            switch result {
            case .outOfSlice: continue
            case .awaiting:
                calls += 1
                machine.resume(
                    with: DialplanHostCalls.Outcome(
                        .value(calls % 3 == 0 ? .null : .integer(calls)),
                        time: 1_735_689_600_000_000 + calls * 1_000_000))
            default: return Outcome(result: result, bytes: bytes, instructions: machine.instructions)
            }
        }
    }
}

/// Calls of core methods, chosen by bytes: every method name of the library on any value with any arguments and block.
enum CallProgram {
    static let values = [
        "nil", "true", "-1", "0", "3", "9223372036854775807", "(-9223372036854775807 - 1)", "1.5", "-1e300", "(0.0/0)",
        "(1/0.0)", "''", "'abc'", "'abc def'", "'é日'", "\"\\xff\\xe3\"", "('x'*300)", "('a,b'*400)", "[]", "[1,2,3]",
        "[[1,2],[2,3]]", "['b','a']", "{}", "{1=>2}", "{'a'=>[1]}", "(1..3)", "(1...0)", "('a'..'c')", "(1..nil)",
        ":sym", "/a(b)?/", "/(?<n>x)|$/", "'ab'.match(/a(b)/)", "Time.now", "Time.at(0)", "lambda{|x| x}",
        "proc{|x,y| x}", "Object.new", "String", "Array", "Comparable", "Exception.new('x')", "sys", "req", "[nil]*5",
        "(1<<62)", "(1..3).each", "Class.new", "Struct.new(:a).new(1)", "'%d %s %5.2f'", "Hash.new{|h,k| h[k]=1}", "64",
        "100000", "2**40", "'a'.freeze", "[1,[2,[3]]]", "self", "Math", "Regexp", "Time", "Hash", "Integer", "Kernel",
        "(2**70)", "-(3**90)", "Fiber.new { |x| Fiber.yield x; 2 }", "Enumerator.new { |y| y << 1; y << 2 }", "binding",
        "Set.new([1, 'a'])", "[1, 2].lazy.map { |x| x }", "5.method(:+)", "OpenStruct.new(:a => 1)", "'x + 1'",
        "'U*a3'", "Module.new", "(k ||= Class.new { def ==(o) true end; def hash; 1 end; def to_str; 'q' end }).new",
        "(m ||= Class.new { def method_missing(n, *a) n end }).new", "Math::PI", "req.URI", "[3, 1.5, 2**65]", "x", "y",
        "$~", "$!", "'%Y-%m-%d'", "'a-z'", "\"l1\\nl2\\r\\n\"", "{:a => {:b => 1}}", "(1..10).step(3)", "(0.0..1.0)",
    ]
    static let blocks = [
        "", "", "", " { |a, b| a }", " { |*a| 1 }", " { true }", " { break 1 }", " { |a, b| a <=> b }",
        " { |a| x = a; nil }", " { |a| raise 'no' }", " { |a| sys.Dial(a) }", " { |a| next y }",
    ]

    /// Method names of the library, sorted.
    static let names: [String] = CoreLibrary.shared.symbolIndex.keys.map { String(decoding: $0, as: UTF8.self) }
        .filter { !$0.isEmpty && !$0.contains("'") && !$0.contains("\\") }.sorted()

    static func script(_ bytes: [UInt8]) -> String {
        var script = "x = y = k = m = nil\n"
        var position = 0
        func next(_ count: Int) -> Int {
            guard position < bytes.count else { return 0 }
            let value = Int(bytes[position])
            position += 1
            if count <= 256 { return value % count }
            guard position < bytes.count else { return value }
            position += 1
            return (value << 8 | Int(bytes[position - 1])) % count
        }
        var calls = 0
        while position < bytes.count, calls < 6 {
            calls += 1
            let receiver = values[next(values.count)]
            let name = names[next(names.count)]
            let block = blocks[next(blocks.count)]
            let arguments = (0..<next(4)).map { _ in ", " + values[next(values.count)] }.joined()
            script +=
                "begin; x = (\(receiver)); y = x.__send__('\(name)'\(arguments))\(block); y.inspect; y.to_s; [y, x].hash; "
                + "x == y; x.dup\nrescue Exception; end\n"
        }
        return script
    }
}
