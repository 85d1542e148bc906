import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Memory")
struct WaitingMemoryTests {
    /// `bench/ruby/memory/fibers.rb` as a dialplan: it waits three calls deep with a few locals alive.
    static let script = """
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

    @Test("a script that waits keeps only what it needs")
    func waiting() throws {
        var machine = Machine(image: try Trial.compile(Self.script), start: Trial().start())
        guard case .awaiting = machine.run(fuel: 1_000_000) else {
            Issue.record("did not wait")
            return
        }
        #expect(machine.regionBytes <= 3_072)
        let report = try Trial().finish(&machine)
        #expect(report.result == .finished)
        #expect(report.lines == ["[4, 4]"])
    }

    @Test("the request is made when it is asked for, and only once")
    func request() throws {
        let image = try Trial.compile("x = req\nputs x.Header.From.FromName\nputs req.equal?(x)")
        var machine = Machine(image: image, start: Trial().start())
        let before = machine.regionBytes
        let report = try Trial().finish(&machine)
        #expect(report.lines == ["Bob", "true"])
        #expect(before < 2_048)
    }

    @Test("memory that the system does not have is asked for, not assumed")
    func refused() {
        var region = Region(
            capacity: 1 << 62, limit: 1 << 62, most: 1 << 62, scriptBytes: ByteView(""), preludeBytes: ByteView(""))
        let capacity = region.capacity
        let reserved = region.reserve(16)
        #expect(capacity == 0)
        #expect(!reserved)
        var asked = false
        do throws(Stop) { _ = try region.allocate(.bytes, size: 32) } catch {
            if case .needsSpace = error { asked = true }
        }
        #expect(asked)
        let restarted = region.restart(capacity: 1024)
        #expect(!restarted)
    }
}
