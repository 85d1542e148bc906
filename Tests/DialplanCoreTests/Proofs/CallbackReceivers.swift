import Testing

@testable import DialplanCore

/// What the methods of each class are called on, and with what.
extension CallbackTests {
    /// How a receiver is made, and what spoils it from inside a callback.
    struct Receiver: Sendable, CustomTestStringConvertible {
        /// The classes whose methods are tried.
        let classes: [ClassID]
        let make: String
        let spoil: String
        /// Methods that the script's class has itself.
        var own: Set<String> = []
        var testDescription: String { make }

        /// The method of the library that a call of the name finds.
        func row(_ name: String) -> CallbackTable.Row? {
            guard !own.contains(name), let first = classes.first else { return nil }
            let owner = CallbackTable.lookUpOrder(first).first { CallbackTests.allNames($0).contains(name) }
            return owner.map { CallbackTable.Row(owner: $0, name: name) }
        }
    }

    static let arrays = [Core.array, Core.kernel, Core.enumerable]
    static let hashes = [Core.hash, Core.kernel, Core.enumerable]
    static let ranges = [Core.range, Core.kernel, Core.enumerable]
    static let receivers: [Receiver] = special + classes + samplesOfOthers

    /// Classes that the receivers below do not show, with an instance of each. `receivesAll` demands that none is forgotten.
    private static let samples: [String: String] = [
        "MatchData": "'abc'.match(/(?<n>b)/)", "NilClass": "nil", "TrueClass": "true", "FalseClass": "false",
        "Random": "Random.new(1)", "KeyError": "KeyError.new('x')", "NameError": "NameError.new('x')",
        "StopIteration": "StopIteration.new('x')", "SystemExit": "SystemExit.new", "HostRecord": "req",
        "Object": "Object.new", "BasicObject": "Object.new", "DialPlanScriptFacade": "sys",
        "UncaughtThrowError": "UncaughtThrowError.new('x')", "NoMethodError": "NoMethodError.new('x')",
        "FrozenError": "FrozenError.new('x')",
    ]

    /// Every class of the library that has methods, by its number and name; singleton classes under the class's name.
    static let tables: [(id: ClassID, name: String, isSingleton: Bool)] = {
        let library = CoreLibrary.shared
        return Set(library.methods.keys.map { UInt32($0 >> 32) }).sorted().compactMap { number in
            let id = ClassID(rawValue: number)
            guard !CallbackTable.name(id).isEmpty, !names(id).isEmpty else { return nil }
            return (id, CallbackTable.name(id), number >= Core.metaOffset)
        }
    }()

    /// Methods of the classes themselves: `Array.new`, `Struct.new`, `Enumerator.produce` …
    private static let classes = tables.filter(\.isSingleton).map {
        Receiver(classes: [$0.id], make: $0.name, spoil: "nil")
    }
    private static let samplesOfOthers = tables.filter { !$0.isSingleton }.compactMap { row in
        samples[row.name].map { Receiver(classes: [row.id], make: $0, spoil: "nil") }
    }

    /// Those that are there for their callbacks. `Evil` is the class of the prologue each of whose methods is a callback.
    static let special: [Receiver] = [
        Receiver(classes: arrays, make: "[3, 1, 2, 1]", spoil: "r.clear; r.push(9, 8)"),
        Receiver(classes: arrays, make: "[Evil.new, Evil.new, 1]", spoil: "r.pop"),
        Receiver(classes: [Core.array], make: "[[Evil.new, 1], [Evil.new, 2]]", spoil: "r.pop"),
        Receiver(classes: hashes, make: "{ 1 => 2, 3 => 4 }", spoil: "r.clear; r[n % 5] = 1"),
        Receiver(
            classes: hashes, make: "{ Evil.new => 2, 3 => Evil.new }", spoil: "r.delete(3); r[n] = 1"),
        Receiver(classes: [Core.hash], make: "Hash.new { |h, k| Evil.new.go(1) }", spoil: "r.clear; r[n % 5] = 1"),
        Receiver(classes: [Core.string, Core.comparable], make: "'hello world, hello'.dup", spoil: "r.replace('xy')"),
        Receiver(classes: ranges, make: "(1..5)", spoil: "nil"),
        Receiver(classes: ranges, make: "(Evil.new..Evil.new)", spoil: "nil"),
        Receiver(classes: [Core.integer, Core.numeric, Core.comparable], make: "5", spoil: "nil"),
        Receiver(classes: [Core.integer], make: "(2 ** 70)", spoil: "nil"),
        Receiver(classes: [Core.float, Core.numeric, Core.comparable], make: "2.5", spoil: "nil"),
        Receiver(
            classes: [Core.numeric, Core.comparable], make: "Number.new", spoil: "r.instance_variable_set(:@z, n)",
            own: ["coerce", "<=>", "+", "-", "<", ">", "==", "zero?", "to_f", "fdiv"]),
        Receiver(classes: [Core.symbol], make: ":hello", spoil: "nil"),
        Receiver(classes: [Core.proc], make: "proc { |*a| Evil.new.go(1) }", spoil: "nil"),
        Receiver(classes: [Core.regexp], make: "/l+(o)?/", spoil: "nil"),
        Receiver(classes: [Core.time, Core.comparable], make: "Time.at(1_000_000)", spoil: "nil"),
        Receiver(
            classes: [Core.object, Core.kernel], make: "Evil.new", spoil: "r.instance_variable_set(:@z, n)",
            own: [
                "==", "eql?", "hash", "<=>", "to_s", "to_str", "to_ary", "to_a", "to_i", "to_int", "coerce", "each",
                "call",
                "succ", "===", "=~", "+", "inspect", "to_proc",
            ]),
        Receiver(
            classes: [Core.object, Core.kernel], make: "Plain.new", spoil: "r.instance_variable_set(:@z, n)",
            own: ["respond_to_missing?"]),
        Receiver(
            classes: [Core.comparable], make: "Rank.new", spoil: "r.instance_variable_set(:@z, n)", own: ["<=>"]),
        Receiver(
            classes: [Core.enumerable], make: "Chain.new", spoil: "r.instance_variable_set(:@z, n)",
            own: ["each", "size"]),
        Receiver(classes: [Core.classClass, Core.module], make: "Class.new", spoil: "r.class_eval { def q; end }"),
        Receiver(classes: [Core.classClass, Core.module], make: "Maker", spoil: "r.class_eval { def q; end }"),
        Receiver(classes: [Core.exception], make: "RuntimeError.new(Evil.new)", spoil: "nil"),
        Receiver(classes: [Core.exception], make: "Failure.new('x')", spoil: "nil", own: ["initialize"]),
        Receiver(
            classes: [ClassID(rawValue: Core.exception.rawValue + Core.metaOffset)], make: "Failure", spoil: "nil"),
        Receiver(
            classes: [prelude("Set"), Core.kernel, Core.enumerable], make: "Set.new([1, 2, 3])", spoil: "r.clear"),
        Receiver(classes: [prelude("Set")], make: "Set.new([Evil.new, 2])", spoil: "r.clear"),
        Receiver(classes: [prelude("OpenStruct")], make: "OpenStruct.new(:a => Evil.new)", spoil: "r.a = n"),
        Receiver(
            classes: [prelude("Enumerator"), Core.kernel, Core.enumerable], make: "[1, 2, 3].each", spoil: "r.rewind"),
        Receiver(classes: [prelude("Enumerator")], make: "Chain.new.to_enum(:each)", spoil: "r.rewind"),
        Receiver(classes: [prelude("EnumeratorLazy")], make: "[1, 2, Evil.new].lazy", spoil: "r.rewind"),
        Receiver(classes: [prelude("EnumeratorLazy")], make: "Chain.new.lazy", spoil: "r.rewind"),
        Receiver(
            classes: [prelude("EnumeratorYielder")],
            make: "Enumerator::Yielder.new(lambda { |*x| Evil.new.go(1) })", spoil: "nil"),
        Receiver(
            classes: [prelude("EnumeratorGenerator")],
            make: "Enumerator::Generator.new(lambda { |y, *a| y << Evil.new.go(1) })", spoil: "nil"),
        Receiver(
            classes: [prelude("Struct"), Core.kernel, Core.enumerable], make: "Pair.new(1, 2)", spoil: "r.a = 7"),
        Receiver(classes: [prelude("Struct")], make: "Pair.new(Evil.new, 2)", spoil: "r.a = 7"),
        Receiver(
            classes: [ClassID(rawValue: prelude("Struct").rawValue + Core.metaOffset)], make: "Trio", spoil: "nil"),
        Receiver(classes: [prelude("Method")], make: "Evil.new.method(:go)", spoil: "nil"),
        Receiver(classes: [prelude("UnboundMethod")], make: "Evil.instance_method(:go)", spoil: "nil"),
        Receiver(
            classes: [Core.fiber], make: "Fiber.new { |*x| Evil.new.go(1); Fiber.yield 1; Evil.new.go(1) }",
            spoil: "r.resume"),
        Receiver(classes: [Core.binding], make: "binding", spoil: "r.local_variable_set(:z, n)"),
    ]

    static func prelude(_ name: String) -> ClassID {
        let library = CoreLibrary.shared
        return library.symbolIndex[Array(name.utf8)].flatMap { library.classByName[Symbol(rawValue: $0)] } ?? .none
    }

    /// Lists of arguments that every method is called with.
    static let arguments: [[String]] = [
        [], ["2"], ["Evil.new"], ["[Evil.new, 2]"], ["Evil.new", "Evil.new"],
    ]

    /// More lists, for methods that do nothing with those.
    static let more: [String: [[String]]] = [
        "eval": [["'Evil.new.go(1)'"]], "*": [["'-'"]], "dig": [["0", "0"], ["3", "0"], [":a", ":b"]],
        "respond_to?": [[":zork"]], "clamp": [["Number.new", "Number.new"], ["Rank.new", "Rank.new"]],
        "include": [["Hook"]], "extend": [["Hook"]], "prepend": [["Hook"]], "product": [["Chain.new"]],
        "format": [["'%s'", "Evil.new"]], "sprintf": [["'%s'", "Evil.new"]], "printf": [["'%s'", "Evil.new"]],
        "send": [[":go", "1"]], "public_send": [[":go", "1"]], "[]": [["1..2"], ["9"]],
        "bind_call": [["Evil.new", "1"]],
        "initialize": [["'x'", "Hash.new { |h, k| Evil.new.go(1) }"]], "==": others, "eql?": others, "<": others,
        "<=": others, ">": others, ">=": others, "<=>": others, "===": others, "subset?": others, "superset?": others,
        "proper_subset?": others, "proper_superset?": others, "intersect?": others, "disjoint?": others,
    ]

    /// Objects of the receivers' kinds with `Evil` inside.
    private static let others = [
        ["{ 1 => Evil.new, 3 => Evil.new }"], ["Set.new([Evil.new, 2])"], ["Pair.new(Evil.new, 2)"], ["(Evil.new..1)"],
        ["OpenStruct.new(:a => Evil.new)"], ["RuntimeError.new(Evil.new)"], ["[Evil.new, Evil.new, 1]"],
        ["Set.new([1, 2, 3, 4, 5])"],
    ]

    /// Methods that look as if they could call code of a script and cannot, by the reason.
    static let exceptions: [(reason: String, methods: Set<String>)] = [
        (
            "their arguments are numbers, positions, names or texts: anything else is an error before it is asked",
            [
                "Integer#allbits?", "Integer#anybits?", "Integer#nobits?", "Kernel#Float", "Math.cosh", "Math.sinh",
                "Time#AddSeconds", "Random#rand", "Random.rand", "Random.srand", "MatchData#[]", "MatchData#values_at",
                "String#[]", "String#slice", "String#slice!", "Symbol#[]", "Symbol#slice",
                "Array#rotate!",
                "Array#sample", "Struct#values_at", "Binding#local_variable_set", "Kernel#method",
                "Kernel#public_method",
                "Module#instance_method", "Module#public_instance_method", "Symbol#casecmp", "Symbol#casecmp?",
                "Integer#gcd", "Integer#lcm",
            ]
        ),
        (
            "they only hand on, or sort out, what the receiver has: names, objects that are not asked, a hash of its own",
            [
                "Array#shuffle!", "Array#step", "Hash#compact!", "Hash#first", "Set#first", "OpenStruct#to_h",
                "Struct#deconstruct_keys", "Method#unbind", "Kernel#methods", "Kernel#public_methods",
                "Kernel#singleton_methods", "Module#included_modules", "SystemExit#success?", "String#scrub!",
                "String#to_a",
            ]
        ),
        (
            "only on long strings and arrays are they more than leaves, and then their pieces are strings and arrays",
            [
                "String#ToLower", "String#ToUpper", "String#capitalize", "String#capitalize!",
                "Array#flatten", "Array#flatten!", "String#casecmp?", "String#chars", "String#codepoints",
                "String#downcase", "String#downcase!",
                "String#swapcase", "String#upcase", "String#upcase!",
            ]
        ),
        ("they compare identities, texts and names", ["Kernel#==", "MatchData#==", "Method#=="]),
        ("it leaves the Fiber; what goes on is `resume`", ["Fiber.yield"]),
    ]

    /// Leaves that want a text and ask an object for `to_str`: no table says so, so they stand here.
    static let texts: Set<String> = [
        "Array#pack", "Regexp#=~", "Regexp#match", "Regexp#match?", "Regexp.escape", "String#[]=", "String#concat",
        "String#count", "String#delete", "String#delete!", "String#delete_prefix", "String#delete_suffix",
        "String#end_with?", "String#include?", "String#insert", "String#replace", "String#squeeze", "String#squeeze!",
        "String#tr", "String#tr!", "String#tr_s", "String#unpack", "Time#strftime",
    ]
}
