/// Core classes and their methods: built once per process, immutable, shared by all executions.
final class CoreLibrary: Sendable {
    static let shared = CoreLibrary()

    struct CoreClass: Sendable {
        var name: Symbol
        var superclass: ClassID
        var allocator: Allocator
        var isModule: Bool
        var includes: [ClassID]
        var constants: [Symbol: Value]
        var lexicalParent: ClassID
    }

    /// By class number; gaps are nil.
    let classes: [CoreClass?]
    /// Class << 32 | selector → method.
    let methods: [UInt64: Value]
    /// Names that a script may see and methods, by class number; in the order of their symbols.
    let namesOfMethods: [UInt32: [(Symbol, Value)]]
    let classByName: [Symbol: ClassID]
    let symbolIndex: [[UInt8]: UInt32]
    let symbolCount: Int
    let prelude: DialplanImage
    /// The prelude's method to use when a leaf needs script code, by the leaf's id.
    let slowSymbols: [UInt32: Symbol]

    private init() {
        var builder = CoreBuilder()
        builder.addClasses()
        builder.addNatives()
        let prelude = Prelude.build(&builder)
        builder.nestPreludeClasses()
        classes = builder.classes
        methods = builder.methods
        var names: [UInt32: [(Symbol, Value)]] = [:]
        for (key, method) in builder.methods.sorted(by: { $0.key < $1.key }) {
            let name = Symbol(rawValue: UInt32(truncatingIfNeeded: key))
            guard !builder.symbols[Int(name.rawValue)].starts(with: "__".utf8) else { continue }
            names[UInt32(key >> 32), default: []].append((name, method))
        }
        namesOfMethods = names
        classByName = builder.classByName
        var slow: [UInt32: Symbol] = [:]
        for (id, name) in builder.nativeNames {
            if let symbol = builder.symbolIndex[Array("__slow_".utf8) + name] { slow[id] = Symbol(rawValue: symbol) }
        }
        slowSymbols = slow
        symbolIndex = builder.symbolIndex
        symbolCount = builder.symbols.count
        self.prelude = prelude
    }

    static func key(_ classID: ClassID, _ selector: Symbol) -> UInt64 {
        UInt64(classID.rawValue) << 32 | UInt64(selector.rawValue)
    }

    func info(_ id: ClassID) -> CoreClass? {
        Int(id.rawValue) < classes.count ? classes[Int(id.rawValue)] : nil
    }
}

/// Collects the tables while they are made.
struct CoreBuilder {
    var classes: [CoreLibrary.CoreClass?] = []
    var methods: [UInt64: Value] = [:]
    var classByName: [Symbol: ClassID] = [:]
    var symbols: [[UInt8]] = []
    var symbolIndex: [[UInt8]: UInt32] = [:]
    var nativeNames: [UInt32: [UInt8]] = [:]
    private var nextPreludeClass = Core.firstPrelude

    init() {
        for name in Sym.fixed { _ = intern(name) }
    }

    mutating func intern(_ name: StaticString) -> Symbol { intern(ByteView(name).array) }

    mutating func intern(_ name: [UInt8]) -> Symbol {
        if let known = symbolIndex[name] { return Symbol(rawValue: known) }
        let id = UInt32(symbols.count)
        symbols.append(name)
        symbolIndex[name] = id
        return Symbol(rawValue: id)
    }

    mutating func add(_ id: ClassID, _ info: CoreLibrary.CoreClass) {
        while classes.count <= Int(id.rawValue) { classes.append(nil) }
        classes[Int(id.rawValue)] = info
        classByName[info.name] = id
    }

    mutating func addClasses() {
        for info in Core.all {
            add(
                info.id,
                CoreLibrary.CoreClass(
                    name: intern(info.name), superclass: info.superclass, allocator: info.allocator,
                    isModule: info.isModule, includes: [], constants: [:], lexicalParent: Core.object))
        }
        include(Core.kernel, in: Core.object)
        for id in [Core.string, Core.numeric, Core.time] { include(Core.comparable, in: id) }
        for id in [Core.array, Core.hash, Core.range] { include(Core.enumerable, in: id) }
        constant(Core.math, "PI", .float(.pi))
        constant(Core.math, "E", .float(2.718281828459045))
        constant(Core.float, "INFINITY", .float(.infinity))
        constant(Core.float, "NAN", .float(.nan))
        constant(Core.float, "EPSILON", .float(.ulpOfOne))
        constant(Core.float, "MAX", .float(.greatestFiniteMagnitude))
        constant(Core.float, "MIN", .float(.leastNormalMagnitude))
        constant(Core.float, "DIG", .integer(15 as Int64))
        constant(Core.float, "MANT_DIG", .integer(53 as Int64))
        constant(Core.math, "DomainError", .classReference(Core.domainError))
        constant(Core.regexp, "IGNORECASE", .integer(1 as Int64))
        constant(Core.regexp, "EXTENDED", .integer(2 as Int64))
        constant(Core.regexp, "MULTILINE", .integer(4 as Int64))
        // Names of the time.
        for (alias, id) in [
            ("Fixnum", Core.integer), ("Bignum", Core.integer),
        ] as [(StaticString, ClassID)] {
            classByName[intern(alias)] = id
        }
    }

    mutating func include(_ module: ClassID, in id: ClassID) {
        classes[Int(id.rawValue)]?.includes.append(module)
    }

    mutating func constant(_ id: ClassID, _ name: StaticString, _ value: Value) {
        let symbol = intern(name)
        classes[Int(id.rawValue)]?.constants[symbol] = value
    }

    /// A class of the prelude's own.
    mutating func newClass(_ name: [UInt8], superclass: ClassID, isModule: Bool) -> ClassID {
        let symbol = intern(name)
        if let known = classByName[symbol] { return known }
        let id = ClassID(rawValue: nextPreludeClass)
        nextPreludeClass += 1
        let allocator = superclass == .none ? Allocator.none : (classes[Int(superclass.rawValue)]?.allocator ?? .object)
        add(
            id,
            CoreLibrary.CoreClass(
                name: symbol, superclass: superclass, allocator: allocator, isModule: isModule, includes: [],
                constants: [:], lexicalParent: Core.object))
        return id
    }

    /// Classes of the prelude that stand in others, and constants of its modules.
    mutating func nestPreludeClasses() {
        for (outer, inner, name, shown) in [
            ("Enumerator", "EnumeratorLazy", "Lazy", "Enumerator::Lazy"),
            ("System", "SystemDateTimeOffset", "DateTimeOffset", "System::DateTimeOffset"),
            ("System", "SystemDateTimeOffset", "DateTime", "System::DateTimeOffset"),
            ("Enumerator", "EnumeratorYielder", "Yielder", "Enumerator::Yielder"),
            ("Enumerator", "EnumeratorGenerator", "Generator", "Enumerator::Generator"),
        ] as [(StaticString, StaticString, StaticString, StaticString)] {
            guard let home = classByName[intern(outer)], let id = classByName[intern(inner)] else { continue }
            constant(home, name, .classReference(id))
            let full = intern(shown)
            classes[Int(id.rawValue)]?.name = full
        }
        if let process = classByName[intern("Process")] {
            constant(process, "CLOCK_REALTIME", .integer(0 as Int64))
            constant(process, "CLOCK_MONOTONIC", .integer(1 as Int64))
            constant(process, "CLOCK_PROCESS_CPUTIME_ID", .integer(2 as Int64))
        }
    }

    mutating func define(_ id: ClassID, _ name: Symbol, _ method: Value) {
        methods[CoreLibrary.key(id, name)] = method
    }

    mutating func table<Case: RawRepresentable & Sendable>(
        _ group: NativeGroup, _ id: ClassID, meta: Bool = false, _ rows: [NativeRow<Case>]
    ) where Case.RawValue == UInt8 {
        let owner = meta ? ClassID(rawValue: id.rawValue + Core.metaOffset) : id
        for row in rows {
            let native = UInt32(group.rawValue) << 8 | UInt32(row.method.rawValue)
            define(owner, intern(row.name), Method.native(native, least: row.least, most: row.most))
            if nativeNames[native] == nil { nativeNames[native] = CoreBuilder.slowName(ByteView(row.name).array) }
        }
    }

    /// The name of an operator in `__slow_…`.
    private static func slowName(_ name: [UInt8]) -> [UInt8] {
        let words: [String: String] = [
            "+": "plus", "-": "minus", "*": "times", "/": "divide", "%": "modulo", "**": "power", "==": "equal",
            "!=": "not_equal", "===": "case_equal", "=~": "match_operator", "!~": "not_match", "<=>": "compare",
            "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "[]": "index", "[]=": "index_set",
            "<<": "append", "&": "and", "|": "or",
        ]
        return words[String(decoding: name, as: UTF8.self)].map { Array($0.utf8) } ?? name
    }

    mutating func special(_ id: ClassID, _ names: [StaticString], _ method: SpecialMethod) {
        for name in names { define(id, intern(name), Method.value(.special, method.rawValue)) }
    }

    mutating func addNatives() {
        special(Core.proc, ["call", "()", "yield", "[]", "===", "Invoke"], .procCall)
        special(Core.object, ["__send__", "send", "public_send"], .send)
        special(Core.object, ["instance_eval"], .instanceEval)
        special(Core.object, ["instance_exec"], .instanceExec)
        special(Core.module, ["class_eval", "module_eval", "class_exec", "module_exec"], .classEval)
        special(Core.classClass, ["new"], .new)
        special(Core.kernel, ["eval"], .evaluate)
        special(Core.binding, ["eval"], .bindingEvaluate)
        special(Core.fiber, ["resume"], .fiberResume)
        special(ClassID(rawValue: Core.fiber.rawValue + Core.metaOffset), ["yield"], .fiberYield)
        table(.pack, Core.array, PackMethod.arrayTable)
        table(.pack, Core.string, PackMethod.stringTable)
        table(.scope, Core.kernel, ScopeMethod.kernelTable)
        table(.scope, Core.binding, ScopeMethod.bindingTable)
        table(.scope, Core.fiber, ScopeMethod.fiberTable)
        table(.object, Core.kernel, ObjectMethod.table)
        table(.kernel, Core.kernel, KernelMethod.table)
        table(.module, Core.module, ModuleMethod.table)
        table(.integer, Core.integer, IntegerMethod.table)
        table(.float, Core.float, FloatMethod.table)
        table(.float, Core.math, meta: true, FloatMethod.mathTable)
        table(.string, Core.string, StringMethod.table)
        table(.text, Core.string, TextMethod.table)
        table(.symbol, Core.symbol, SymbolMethod.table)
        table(.array, Core.array, ArrayMethod.table)
        table(.array, Core.array, meta: true, ArrayMethod.classTable)
        table(.hash, Core.hash, HashMethod.table)
        table(.hash, Core.hash, meta: true, HashMethod.classTable)
        table(.range, Core.range, RangeMethod.table)
        table(.proc, Core.proc, ProcMethod.table)
        table(.regex, Core.regexp, RegexMethod.table)
        table(.regex, Core.regexp, meta: true, RegexMethod.classTable)
        table(.regex, Core.matchData, RegexMethod.matchTable)
        table(.regex, Core.string, RegexMethod.stringTable)
        table(.time, Core.time, TimeMethod.table)
        table(.time, Core.time, meta: true, TimeMethod.classTable)
        table(.exception, Core.exception, ExceptionMethod.table)
        table(.host, Core.record, HostMethod.recordTable)
        table(.host, Core.host, HostMethod.hostTable)
    }
}

/// The groups of leaf built-ins: one enum and one file each.
enum NativeGroup: UInt8 {
    case object, kernel, module, integer, float, string, text, symbol, array, hash, range, proc, regex, time, exception
    case host, scope, pack
}
