import DialplanHostCalls
import Testing

@testable import DialplanCore

/// Every core method with script code in every place where it may call some: blocks, `==`, `hash`, `<=>`, `to_s`, `coerce`
/// and their kin. The methods come from the library's own tables, so a new one is tried without being named here.
@Suite("Callbacks of core methods may do anything")
struct CallbackTests {
    /// How a receiver is made, and what spoils it from inside a callback.
    struct Receiver: Sendable, CustomTestStringConvertible {
        let classes: [ClassID]
        let make: String
        let spoil: String
        var testDescription: String { make }
    }

    static let arrays = [Core.array, Core.kernel, Core.enumerable]
    static let hashes = [Core.hash, Core.kernel, Core.enumerable]
    static let ranges = [Core.range, Core.kernel, Core.enumerable]
    static let sets = [CallbackTests.prelude("Set"), Core.kernel, Core.enumerable]
    static let enumerators = [CallbackTests.prelude("Enumerator"), Core.kernel, Core.enumerable]
    static let structs = [CallbackTests.prelude("Struct"), Core.kernel, Core.enumerable]
    static let receivers: [Receiver] = special + classes + others

    /// Classes that the receivers below do not show, with an instance of each. `receivesAll` demands that none is forgotten.
    private static let samples: [String: String] = [
        "MatchData": "'abc'.match(/(?<n>b)/)", "Method": "[1, 2].method(:map)",
        "UnboundMethod": "Array.instance_method(:map)",
        "Enumerator::Lazy": "[1, 2, 3].lazy", "Enumerator::Yielder": "Enumerator::Yielder.new { |x| x }",
        "Enumerator::Generator": "Enumerator::Generator.new { |y| y << 1 }", "NilClass": "nil", "TrueClass": "true",
        "FalseClass": "false", "OpenStruct": "OpenStruct.new(:a => 1)", "Random": "Random.new(1)",
        "Fiber": "Fiber.new { |x| x }",
        "Binding": "binding", "KeyError": "KeyError.new('x')", "NameError": "NameError.new('x')",
        "StopIteration": "StopIteration.new('x')", "SystemExit": "SystemExit.new", "HostRecord": "req",
        "Object": "Object.new",
        "BasicObject": "Object.new", "DialPlanScriptFacade": "sys", "UncaughtThrowError": "UncaughtThrowError.new('x')",
        "NoMethodError": "NoMethodError.new('x')", "FrozenError": "FrozenError.new('x')",
    ]

    /// Every class of the library that has methods, by its number and name; singleton classes under the class's name.
    private static let tables: [(id: ClassID, name: String, isSingleton: Bool)] = {
        let library = CoreLibrary.shared
        return Set(library.methods.keys.map { UInt32($0 >> 32) }).sorted().compactMap { number in
            let isSingleton = number >= Core.metaOffset
            let id = ClassID(rawValue: isSingleton ? number - Core.metaOffset : number)
            guard let name = library.info(id).flatMap({ library.prelude.symbolName($0.name) }),
                !names(ClassID(rawValue: number)).isEmpty
            else { return nil }
            return (ClassID(rawValue: number), String(decoding: name.array, as: UTF8.self), isSingleton)
        }
    }()

    /// Methods of the classes themselves: `Array.new`, `Struct.new`, `Enumerator.produce` …
    private static let classes = tables.filter(\.isSingleton).map {
        Receiver(classes: [$0.id], make: $0.name, spoil: "nil")
    }
    private static let others = tables.filter { !$0.isSingleton }.compactMap { row in
        samples[row.name].map { Receiver(classes: [row.id], make: $0, spoil: "nil") }
    }

    @Test("every method of the library's tables is called on something that has it")
    func receivesAll() throws {
        let covered = Set(CallbackTests.receivers.flatMap(\.classes))
        #expect(CallbackTests.tables.filter { !covered.contains($0.id) }.map(\.name) == [])
        // Methods that a receiver stands for are its own: a wrong sample would try nothing.
        for receiver in CallbackTests.receivers {
            let names = receiver.classes.flatMap(CallbackTests.names).map { ":'\($0)'" }.joined(separator: ", ")
            let script =
                CallbackTests.prologue
                + "x = \(receiver.make)\nm = [\(names)].reject { |n| x.respond_to?(n, true) }\nsys.Log m.inspect"
            let lines = try Trial().run(script).lines
            #expect(lines == ["[]"], "\(receiver.make)")
        }
    }

    private static let special: [Receiver] = [
        Receiver(classes: arrays, make: "[3, 1, 2, 1]", spoil: "r.clear; r.push(9, 8)"),
        Receiver(classes: arrays, make: "[Evil.new, Evil.new, 1]", spoil: "r.pop"),
        Receiver(classes: hashes, make: "{ 1 => 2, 3 => 4 }", spoil: "r.clear; r[n % 5] = 1"),
        Receiver(
            classes: hashes, make: "{ Evil.new => 2, 3 => Evil.new }", spoil: "r.delete(3); r[n] = 1"),
        Receiver(classes: [Core.string, Core.comparable], make: "'hello world, hello'.dup", spoil: "r.replace('xy')"),
        Receiver(classes: ranges, make: "(1..5)", spoil: "nil"),
        Receiver(classes: [Core.integer, Core.numeric, Core.comparable], make: "5", spoil: "nil"),
        Receiver(classes: [Core.float, Core.numeric, Core.comparable], make: "2.5", spoil: "nil"),
        Receiver(classes: [Core.symbol], make: ":hello", spoil: "nil"),
        Receiver(classes: [Core.proc], make: "proc { |*a| n += 1; a.length }", spoil: "nil"),
        Receiver(classes: [Core.regexp], make: "/l+(o)?/", spoil: "nil"),
        Receiver(classes: [Core.time, Core.comparable], make: "Time.at(1_000_000)", spoil: "nil"),
        Receiver(
            classes: [Core.kernel, Core.object], make: "Evil.new",
            spoil: "r.instance_variable_set(:@z, n)"),
        Receiver(classes: [Core.module, Core.classClass], make: "Class.new", spoil: "r.class_eval { def q; end }"),
        Receiver(classes: [Core.exception], make: "RuntimeError.new('x')", spoil: "nil"),
        Receiver(classes: sets, make: "Set.new([1, 2, 3])", spoil: "r.clear"),
        Receiver(
            classes: enumerators, make: "[1, 2, 3].each", spoil: "r.rewind"),
        Receiver(classes: structs, make: "Pair.new(1, 2)", spoil: "r.a = 7"),
    ]

    static func prelude(_ name: String) -> ClassID {
        let library = CoreLibrary.shared
        return library.symbolIndex[Array(name.utf8)].flatMap { library.classByName[Symbol(rawValue: $0)] } ?? .none
    }

    /// What a callback does. `n` counts callbacks; no run makes more than 40.
    static let actions: [(name: String, code: String)] = [
        ("suspends", "sys.Dial('x')"), ("raises", "raise IndexError, 'stop' if n > 1"), ("breaks", "BREAK if n > 1"),
        ("spoils the receiver", "SPOIL"), ("works", "i = 0; i += 1 while i < 3"),
    ]

    /// Ends the script or reads nothing of interest; `loop` without a block is a stopped enumerator.
    static let skipped: Set<String> = [
        "exit", "exit!", "abort", "sys", "req", "gets", "sleep", "catch", "throw", "binding", "srand", "rand",
        "initialize",
        "private", "public", "protected", "module_function", "instance_eval", "instance_exec", "freeze", "__captured_0",
    ]

    static func names(_ id: ClassID) -> [String] {
        let library = CoreLibrary.shared
        return library.methods.keys.filter { $0 >> 32 == UInt64(id.rawValue) }
            .compactMap { library.prelude.symbolName(Symbol(rawValue: UInt32(truncatingIfNeeded: $0))) }
            .map { String(decoding: $0.array, as: UTF8.self) }
            .filter { !$0.hasPrefix("__") && !skipped.contains($0) }
            .sorted()
    }

    private static let prologue = """
        n = 0
        class Evil
          def self.on(&b) @@on = b end
          def go(x) @@on.call; x end
          def ==(o) go(equal?(o)) end
          def eql?(o) go(true) end
          def hash; go(7) end
          def <=>(o) go(0) end
          def to_s; go('evil') end
          def to_str; go('l') end
          def to_ary; go([1, 2]) end
          def to_a; go([1, 2]) end
          def to_i; go(1) end
          def to_int; go(1) end
          def coerce(o) go([o, 1]) end
          def each; go(1); yield 1; yield 2; self end
          def call(*a) go(1) end
          def succ; go(self) end
          def ===(o) go(true) end
          def =~(o) go(nil) end
          def +(o) go(1) end
          def inspect; 'Evil' end
          def to_proc; go(lambda { |*a| 1 }) end
        end
        Evil.on { }
        Pair = Struct.new(:a, :b)

        """

    private static func script(_ receiver: Receiver, _ action: String, _ methods: ArraySlice<String>) -> String {
        var text = prologue
        for method in methods {
            for arguments in ["", "2", "Evil.new"] {
                let inBlock = action.replacing("BREAK", with: "break 5").replacing("SPOIL", with: receiver.spoil)
                let inCall = action.replacing("BREAK", with: "throw :out, 5").replacing("SPOIL", with: receiver.spoil)
                let list = arguments.isEmpty ? "" : ", \(arguments)"
                text += """
                    r = \(receiver.make); n = 0
                    Evil.on { n += 1; throw :out, 6 if n > 40; \(inCall) }
                    x = nil
                    begin
                      x = catch(:out) { r.__send__(:"\(method)"\(list)) { |*q| n += 1; break 6 if n > 40; \(inBlock); n } }
                    rescue Exception => e
                      x = e.class
                    end
                    Evil.on { }
                    sys.Log "\(method)(\(arguments)) #{n} #{x.class}" if n > 0

                    """
            }
        }
        return text
    }

    @Test("suspended, raising, breaking, out of fuel or spoiling the receiver", arguments: receivers, actions.indices)
    func callbacks(_ receiver: Receiver, _ index: Int) throws {
        let action = CallbackTests.actions[index]
        var seen = 0
        var methods = Array(Set(receiver.classes.flatMap(CallbackTests.names))).sorted()[...]
        while !methods.isEmpty {
            let batch = methods.prefix(12)
            methods = methods.dropFirst(12)
            var limits = ExecutionLimits()
            limits.instructions = 3_000_000
            limits.heapBytes = 4 << 20
            limits.hostCalls = 100_000
            let image = try Trial.compile(CallbackTests.script(receiver, action.code, batch))
            let whole = try Trial(limits: limits).run(image)
            if case .failed(let failure) = whole.result {
                #expect(failure.kind == .limit, "\(batch): \(failure)")
            }
            seen += whole.lines.count
            // Out of fuel inside every callback; then everything moves at every safe point.
            #expect(try Trial(limits: limits, slice: 1).run(image) == whole, "\(batch)")
            let collected = try Trial(limits: limits, slice: 7, collectsAlways: true).run(image)
            if whole.result == .finished, collected.result == .finished {
                #expect(collected.bytes == whole.bytes, "\(batch)")
            }
        }
        // The receivers that are there for their callbacks have some.
        let isSpecial = CallbackTests.special.contains { $0.make == receiver.make }
        #expect(seen > 0 || !isSpecial || ["/l+(o)?/", "Time.at(1_000_000)"].contains(receiver.make))
    }
}
