import DialplanCore
import DialplanHostCalls
import Glibc

/// How much memory executions take that wait, many at once: `bench/ruby/memory/fibers.rb` as a dialplan.
enum WaitingMemory {
    private static let script = """
        def ask(from, to)
          opts = { :from => from, :to => to, :tries => [1, 2, 3] }
          answer = sys.Dial("#{to}")
          opts[:answer] = answer
          opts.size
        end
        def plan(i)
          from = "10#{i}"
          list = ["sip:#{i}@a.example.net", "sip:#{i}@b.example.net"]
          list.map { |to| ask(from, to) }
        end
        puts plan(7).inspect
        """

    private final class Box {
        var machine: Machine
        init(_ machine: consuming Machine) { self.machine = machine }
    }

    static func run(count: Int) throws {
        let image = try DialplanCompiler.compile(source: Array(script.utf8), name: "waiting")
        func waiting() -> Box {
            let box = Box(
                Machine(
                    image: image,
                    start: ExecutionStart(
                        execution: 1, sourceDigest: [], sourceName: "waiting", source: nil,
                        request: HostRecord(typeName: "", text: [], fields: []), startTime: 1_700_000_000_000_000,
                        seed: 42, limits: ExecutionLimits())))
            guard case .awaiting = box.machine.run(fuel: 1_000_000) else { fatalError("the script did not wait") }
            var entries: [UInt8] = []
            _ = box.machine.takeEntries(into: &entries)
            return box
        }
        var boxes = (0..<100).map { _ in waiting() }
        boxes.reserveCapacity(count + 100)
        let (before, started) = (proportionalBytes(), processorTime())
        for _ in 0..<count { boxes.append(waiting()) }
        let (after, ended) = (proportionalBytes(), processorTime())
        print(
            "\(count) waiting: \((after - before) / count) bytes of PSS each, "
                + "\(boxes[0].machine.regionBytes) of them region, \((ended - started) / Int64(count)) ns to make and run one"
        )
    }

    private static func proportionalBytes() -> Int {
        let text = String(decoding: contents("/proc/self/smaps_rollup"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
