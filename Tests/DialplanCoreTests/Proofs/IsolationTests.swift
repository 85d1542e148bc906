import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Executions share nothing")
struct IsolationTests {
    /// Scripts that change everything a script can change, and one that looks whether anything was changed.
    static let scripts = [
        "class Hash; def [](k) 'mine' end; alias + merge; end\nclass String; def upcase; 'x' end; end\n"
            + "20.times { |i| sys.Log({ i => 1 }[i].to_s + 'a'.upcase) }",
        "$shared = 1\nShared = [1]\nclass C; @@v = 0; def self.up; @@v += 1; end; end\n"
            + "30.times { $shared += 1; Shared << $shared; sys.Log \"#{C.up} #{$shared} #{Shared.length}\" }",
        "20.times { |i| begin; raise ArgumentError, \"e#{i}\"; rescue => e; sys.Log $!.message; end }\nsys.Log $!.inspect",
        "i = 0\nwhile true; i += 1; \"sym#{i}\".to_sym; sys.Log i.to_s if i % 100 == 0; end",
        "class Integer; def +(o) 42 end; end\n10.times { |i| sys.Log((i + 1).to_s) }",
        "module Kernel; def puts(*a) sys.Log 'hijacked' end; end\nputs 1\nclass Object; def to_s; 'obj' end; end\nsys.Log Object.new.to_s",
        "x = 1\n20.times { |i| sys.Log eval(\"x += i\").to_s; eval(\"def m#{i}; #{i} end\"); sys.Log send(\"m#{i}\").to_s }",
        "f = Fiber.new { 20.times { |i| Fiber.yield i } }\n20.times { sys.Log f.resume.to_s }\nsys.Log (2 ** 200).to_s",
        "srand 5; 5.times { sys.Log rand(1000).to_s }\nsys.Log Object.new.object_id.to_s\nsys.Log 'abc'.hash.to_s",
        "sys.Log [$shared, defined?(Shared), defined?(C), 'a'.upcase, { 1 => 2 }[1], 1 + 1, $!, Object.new.respond_to?(:m3), "
            + "String.instance_methods(false).length, {}.respond_to?(:+)].inspect\nputs 1",
        "'abc' =~ /b/\n10.times { |i| sys.Dial \"d#{i}\"; sys.Log $~.inspect + $&.to_s }",
        "class Array; undef_method :each; end\nbegin; [1].each { }; rescue NoMethodError => e; sys.Log e.message; end",
    ]

    private struct Alone: Equatable {
        var report: Report
        var liveBytes: Int
        var digest: UInt64
    }

    private static let limits: ExecutionLimits = {
        var limits = ExecutionLimits()
        limits.instructions = 60_000
        limits.heapBytes = 256 << 10
        return limits
    }()

    private static func start() -> ExecutionStart { Trial(limits: limits).start() }

    /// Runs one script by itself in slices of `slice`.
    private static func alone(_ image: DialplanImage, slice: Int64) throws -> Alone {
        var machine = Machine(image: image, start: start())
        let report = try Trial(limits: limits, slice: slice).finish(&machine)
        let live = machine.liveBytes()
        return Alone(report: report, liveBytes: live, digest: machine.digest())
    }

    @Test("interleaved executions do and leave what each does and leaves alone", arguments: [1, 13, 500] as [Int64])
    func interleaved(_ slice: Int64) throws {
        let images = try Self.scripts.map { try Trial.compile($0) }
        let alone = try images.map { try Self.alone($0, slice: slice) }
        // All at once in one thread, as a worker runs them: one slice each in turn.
        let box = Box(images, start: Self.start)
        var reports = images.map { _ in Report(result: .outOfSlice) }
        var calls = [Int](repeating: 0, count: images.count)
        var open = Set(images.indices)
        while !open.isEmpty {
            for index in images.indices where open.contains(index) {
                try box.with(index) { machine in
                    reports[index].result = machine.run(fuel: slice)
                    try Trial.collect(&machine, into: &reports[index])
                    switch reports[index].result {
                    case .outOfSlice: break
                    case .awaiting(let id):
                        machine.resume(with: Trial().answer(calls[index], id))
                        calls[index] += 1
                    default:
                        reports[index].instructions = machine.instructions
                        open.remove(index)
                    }
                }
            }
        }
        for index in images.indices {
            let (live, digest) = box.with(index) { machine in (machine.liveBytes(), machine.digest()) }
            #expect(Alone(report: reports[index], liveBytes: live, digest: digest) == alone[index], "script \(index)")
        }
    }

    @Test("what other executions have done is not seen by the next")
    func sequence() throws {
        let observer = try Trial.compile(Self.scripts[9])
        let before = try Trial().run(observer)
        for script in Self.scripts { _ = try Trial(limits: Self.limits).run(script) }
        #expect(try Trial().run(observer) == before)
    }

    @Test("dynamic symbols of ended calls leave the worker's table as it was (a proof: ten million)")
    func symbols() throws {
        let before = CoreLibrary.shared.symbolCount
        let image = try Trial.compile("2000.times { |i| \"dynamic#{i}\".to_sym; send(:binding) }\nsys.Log :x.inspect")
        let first = try Trial().run(image)
        #expect(first.result == .finished)
        for _ in 0..<(Prove.isOn ? 5_000 : 20) { #expect(try Trial().run(image) == first) }
        #expect(CoreLibrary.shared.symbolCount == before)
        #expect(CoreLibrary.shared.prelude.find(Array("dynamic1".utf8)) == nil)
        #expect(image.find(Array("dynamic1".utf8)) == nil)
    }
}

/// Machines cannot lie in an array: a list of boxes.
private final class Box {
    private final class Item {
        var machine: Machine
        init(_ machine: consuming Machine) { self.machine = machine }
    }
    private let items: [Item]

    init(_ images: [DialplanImage], start: () -> ExecutionStart) {
        items = images.map { Item(Machine(image: $0, start: start())) }
    }

    func with<T>(_ index: Int, _ body: (inout Machine) throws -> T) rethrows -> T { try body(&items[index].machine) }
}
