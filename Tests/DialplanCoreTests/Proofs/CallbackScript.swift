import DialplanHostCalls

@testable import DialplanCore

/// The text in which a receiver's methods are called, with callbacks that do something.
extension CallbackTests {
    /// What a callback does. `n` counts callbacks; no run makes more than 40.
    static let actions: [(name: String, code: String)] = [
        ("suspends", "sys.Dial('x')"), ("raises", "raise IndexError, 'stop'"),
        ("raises later", "raise IndexError, 'stop' if n > 1"), ("breaks", "BREAK"), ("breaks later", "BREAK if n > 1"),
        ("spoils the receiver", "SPOIL"), ("works", "i = 0; i += 1 while i < 3"),
    ]

    /// Each method of `Evil` is a callback; the others are receivers whose own methods or fields are.
    static let prologue = """
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
          def inspect; go('Evil') end
          def to_proc; go(lambda { |*a| 1 }) end
          def to_sym; go(:a) end
          def dig(*a) go(1) end
          def exception(*a) go(RuntimeError.new('x')) end
          def include?(o) go(true) end
          def <(o) go(false) end
          def >(o) go(false) end
          def -(o) go(1) end
          def *(o) go(1) end
          def -@; go(1) end
          def abs; go(1) end
          def **(o) go(1) end
          def split(o) go(['a.b']) end
          def self.to_s; new.go('Evil') end
        end
        class Number < Numeric
          def go(x) Evil.new.go(x) end
          def coerce(o) go([o, 1]) end
          def <=>(o) go(0) end
          def +(o) go(1) end
          def -(o) go(1) end
          def <(o) go(true) end
          def >(o) go(false) end
          def ==(o) go(true) end
          def zero?; go(false) end
          def to_f; go(1.0) end
          def fdiv(o) go(1.0) end
        end
        class Rank
          include Comparable
          def <=>(o) Evil.new.go(0) end
        end
        class Chain
          include Enumerable
          def initialize; @a = Evil.new end
          def each; Evil.new.go(1); yield Evil.new; yield 2; self end
          def size; Evil.new.go(2) end
        end
        class Plain
          def initialize; @a = Evil.new end
          def respond_to_missing?(*a) Evil.new.go(false) end
        end
        class Maker
          def initialize(*a) Evil.new.go(1) end
          def self.const_missing(x) Evil.new.go(1) end
          def self.inherited(x) Evil.new.go(1) end
          def self.method_missing(*a) Evil.new.go(1) end
        end
        class Failure < RuntimeError
          def initialize(*a) Evil.new.go(1); super end
        end
        module Hook
          def self.included(x) Evil.new.go(1) end
          def self.extended(x) Evil.new.go(1) end
          def self.prepended(x) Evil.new.go(1) end
        end
        Evil.on { }
        Pair = Struct.new(:a, :b)
        class Trio < Struct.new(:a, :b, :c)
          def initialize(*a) Evil.new.go(1); super end
        end

        """

    static func script(_ receiver: Receiver, _ action: String, _ methods: ArraySlice<String>) -> String {
        var text = prologue
        let inBlock = action.replacing("BREAK", with: "break 5").replacing("SPOIL", with: receiver.spoil)
        let inCall = action.replacing("BREAK", with: "throw :out, 5").replacing("SPOIL", with: receiver.spoil)
        for method in methods {
            for arguments in arguments + (more[method] ?? []) {
                let list = arguments.indices.map { ", a[\($0)]" }.joined()
                // What is made to be used later is used: enumerators, lazy ones above all, and procs.
                text += """
                    Evil.on { }
                    r = \(receiver.make); a = [\(arguments.joined(separator: ", "))]; n = 0
                    Evil.on { n += 1; throw :out, 6 if n > 40; \(inCall) }
                    x = nil
                    begin
                      x = catch(:out) do
                        v = r.__send__(:"\(method)"\(list)) { |*q| n += 1; break 6 if n > 40; \(inBlock); n }
                        \(method == "initialize" ? "v = r; v = v[9] if Hash === v" : "")
                        v = v.first(3) if Enumerator === v
                        v = v.call(1) if Proc === v || Method === v
                        v
                      end
                    rescue Exception => e
                      x = e.class
                    end
                    Evil.on { }
                    sys.Log "\(method)\\t#{n} #{x.class}" if n > 0

                    """
            }
        }
        return text
    }

    /// All methods of a receiver, some in each script, with what the script does. A method that meets a limit is called in
    /// a script of its own: nothing that comes after it is left out.
    static func runs(_ receiver: Receiver, _ action: String) throws -> [(image: DialplanImage, whole: Report)] {
        let methods = Array(Set(receiver.classes.flatMap(names))).sorted()
        var made: [(image: DialplanImage, whole: Report)] = []
        func run(_ some: ArraySlice<String>) throws {
            let image = try Trial.compile(script(receiver, action, some))
            let whole = try Trial(limits: limits).run(image)
            guard case .failed = whole.result, some.count > 1 else { return made.append((image, whole)) }
            for index in some.indices { try run(some[index...index]) }
        }
        for start in stride(from: 0, to: methods.count, by: 12) {
            try run(methods[start..<min(start + 12, methods.count)])
        }
        return made
    }

    static var limits: ExecutionLimits {
        var limits = ExecutionLimits()
        limits.instructions = 3_000_000
        limits.heapBytes = 4 << 20
        limits.hostCalls = 100_000
        return limits
    }

    /// Ends the script, or takes away what the other calls need.
    static let skipped: Set<String> = [
        "exit", "exit!", "abort", "sys", "req", "gets", "sleep", "srand", "rand", "private", "public", "protected",
        "module_function", "freeze", "__captured_0",
    ]

    private static let namesByClass: [UInt32: [String]] = {
        let library = CoreLibrary.shared
        var found: [UInt32: [String]] = [:]
        for key in library.methods.keys {
            guard let name = library.prelude.symbolName(Symbol(rawValue: UInt32(truncatingIfNeeded: key))) else {
                continue
            }
            found[UInt32(key >> 32), default: []].append(String(decoding: name.array, as: UTF8.self))
        }
        return found.mapValues { $0.sorted() }
    }()

    static func allNames(_ id: ClassID) -> [String] { namesByClass[id.rawValue] ?? [] }

    /// Those that are called. A script sees no others.
    static func names(_ id: ClassID) -> [String] {
        allNames(id).filter { !$0.hasPrefix("__") && !skipped.contains($0) }
    }
}
