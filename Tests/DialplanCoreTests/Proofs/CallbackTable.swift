@testable import DialplanCore

/// Which core methods may call code of a script, read from the library itself: from the bytecode of the prelude's methods and
/// the tables of leaves.
///
/// - The Machine's own methods (`call`, `send`, `new`, `instance_eval` …) do.
/// - A leaf does if it is known to the prelude as `__slow_…`.
/// - A method of the prelude does if it yields, takes its block, or sends something to what comes from an argument, a block or
///   an object that holds a script's objects; and if it passes such a thing on to a method that does.
struct CallbackTable {
    /// How a value may lead to objects of a script.
    private enum Source: Int, Comparable {
        /// It does not.
        case none
        /// The library's own array, hash or self, with a script's objects in it.
        case holder
        /// It may be one.
        case object
        static func < (left: Source, right: Source) -> Bool { left.rawValue < right.rawValue }
    }

    struct Row: Hashable {
        let owner: ClassID
        let name: String
    }

    /// Objects of these hold numbers and bytes and nothing of a script.
    private static let plain: Set<String> = [
        "Integer", "Float", "Numeric", "String", "Symbol", "NilClass", "TrueClass", "FalseClass", "Time", "Regexp",
        "MatchData",
        "Random", "Math", "Process", "GC", "ObjectSpace", "System::DateTimeOffset",
    ]
    /// Their variables hold the library's own hash.
    private static let wrappers: Set<String> = ["Set", "OpenStruct"]
    /// The library's leaves of these never ask another object, though Kernel has a method for slow leaves of that name.
    private static let closed: Set<String> = plain.union(["Module", "Class", "Proc", "HostRecord", "Method"])
    /// Sent to self, but self has no part in it.
    private static let functions: Set<String> = [
        "raise", "format", "puts", "print", "__enum", "__check_frozen", "Integer", "Float",
    ]
    /// Asked of anything without running code of a script, and the answer is none of its objects.
    private static let innocent: Set<String> = [
        "nil?", "class", "equal?", "is_a?", "kind_of?", "respond_to?", "length", "size", "empty?",
        "instance_variable_get",
        "instance_variable_set", "instance_variables", "object_id", "freeze", "frozen?", "members",
    ]

    private let library = CoreLibrary.shared
    private var image: DialplanImage { library.prelude }
    private var calling: Set<String> = []
    private(set) var rows: Set<Row> = []

    init() {
        // What a method passes on makes more of them, until there are no more.
        var before = -1
        while rows.count != before {
            before = rows.count
            for (key, method) in library.methods {
                let owner = ClassID(rawValue: UInt32(key >> 32))
                let name = text(Symbol(rawValue: UInt32(truncatingIfNeeded: key)))
                guard hasCallback(method, owner) else { continue }
                rows.insert(Row(owner: owner, name: name))
                if !CallbackTable.innocent.contains(name) { calling.insert(name) }
            }
        }
    }

    private func text(_ symbol: Symbol) -> String {
        library.prelude.symbolName(symbol).map { String(decoding: $0.array, as: UTF8.self) } ?? ""
    }

    private func hasCallback(_ method: Value, _ owner: ClassID) -> Bool {
        switch Method.Kind(rawValue: method.methodKind) {
        case .special: return true
        case .native:
            guard let slow = library.slowSymbols[method.methodID] else { return false }
            let home = CallbackTable.lookUpOrder(owner).first { library.methods[CoreLibrary.key($0, slow)] != nil }
            return home != nil && (home != Core.kernel || !CallbackTable.closed.contains(CallbackTable.name(owner)))
        case .bytecode:
            let isPlain = owner.rawValue >= Core.metaOffset || CallbackTable.plain.contains(CallbackTable.name(owner))
            let isWrapper = CallbackTable.wrappers.contains(CallbackTable.name(owner))
            var walk = Walk(
                table: self, ownSource: isPlain ? .none : .holder,
                fields: isPlain ? .none : isWrapper ? .holder : .object)
            return walk.calls(Int(method.methodID & 0xFF_FFFF), parameters: .object)
        default: return false
        }
    }

    /// `Array#map`, `Array.new`.
    static func shown(_ row: Row) -> String {
        name(row.owner) + (row.owner.rawValue >= Core.metaOffset && row.owner.rawValue < Core.firstUser ? "." : "#")
            + row.name
    }

    static func name(_ id: ClassID) -> String {
        let library = CoreLibrary.shared
        let number = id.rawValue >= Core.metaOffset ? id.rawValue - Core.metaOffset : id.rawValue
        return library.info(ClassID(rawValue: number)).flatMap { library.prelude.symbolName($0.name) }
            .map { String(decoding: $0.array, as: UTF8.self) } ?? ""
    }

    /// The classes in which a method of an instance is looked for.
    static func lookUpOrder(_ id: ClassID) -> [ClassID] {
        let library = CoreLibrary.shared
        var order: [ClassID] = []
        var isMeta = id.rawValue >= Core.metaOffset
        var current = isMeta ? ClassID(rawValue: id.rawValue - Core.metaOffset) : id
        while current != .none, let info = library.info(current) {
            order.append(isMeta ? ClassID(rawValue: current.rawValue + Core.metaOffset) : current)
            if !isMeta { order += info.includes.reversed() }
            current = info.superclass
            if isMeta, current == .none || info.isModule {
                isMeta = false
                current = info.isModule ? Core.module : Core.classClass
            }
        }
        return order
    }

    /// One method: its words and those of its blocks, in order, twice, so that what comes round in a loop is seen.
    private struct Walk {
        let table: CallbackTable
        let ownSource: Source
        let fields: Source
        /// What is put into environments.
        private var captured = Source.none
        /// Blocks that were made for a send, by their registers.
        private var blocks: [Int: Int] = [:]

        init(table: CallbackTable, ownSource: Source, fields: Source) {
            self.table = table
            self.ownSource = ownSource
            self.fields = fields
        }

        /// `parameters`: what the arguments are.
        mutating func calls(_ index: Int, parameters: Source) -> Bool {
            let function = table.image.functions[index]
            if function.flags.contains(.hasBlockParameter), parameters == .object { return true }
            var registers = [Source](repeating: .none, count: Int(function.registers) + 1)
            for place in 0..<function.parameterCount {
                let isRest =
                    function.flags.contains(.hasRest)
                    && place == Int(function.required) + Int(function.optional)
                registers[place] = isRest ? min(.holder, parameters) : parameters
            }
            for _ in 0..<2 {
                for word in Int(function.code)..<Int(function.code + function.codeCount)
                where step(Instruction(word: table.image.code[word]), &registers) {
                    return true
                }
            }
            return false
        }

        /// Whether the instruction may call code of a script.
        private mutating func step(_ word: Instruction, _ registers: inout [Source]) -> Bool {
            guard let opcode = word.opcode else { return false }
            switch opcode {
            case .yieldBlock, .jumpIfBlock, .blockParameter: return true
            case .send, .sendSelf, .sendSuper: return send(word, opcode, &registers)
            case .newProc:
                registers[word.a] = .none
                if word.n == 1 { return calls(word.wide, parameters: .object) }
                blocks[word.a] = word.wide
            case .move: registers[word.a] = registers[word.b]
            case .loadSelf: registers[word.a] = ownSource
            case .getField, .getClassVariable: registers[word.a] = fields
            case .getEnvironment: registers[word.a] = captured
            case .setEnvironment: captured = max(captured, registers[word.a])
            case .selfAt: registers[word.a] = ownSource == .none ? .none : .object
            case .newArray:
                let items = registers[word.b..<word.b + word.c]
                registers[word.a] = items.allSatisfy { $0 == .none } ? .none : .holder
            case .arrayPush, .arrayConcat, .hashMerge: hold(word.a, registers[word.b], &registers)
            case .hashPut: hold(word.a, max(registers[word.b], registers[word.c]), &registers)
            case .toList, .arrayRest, .toTuple: registers[word.a] = registers[word.b] == .none ? .none : .holder
            case .arrayAt, .arrayPost: registers[word.a] = registers[word.b] == .none ? .none : .object
            case .toText:
                if registers[word.a] == .object { return true }
                registers[word.a] = .none
            default: return operate(word, opcode, &registers)
            }
            return false
        }

        private func hold(_ place: Int, _ source: Source, _ registers: inout [Source]) {
            if source != .none { registers[place] = max(registers[place], .holder) }
        }

        private func operate(_ word: Instruction, _ opcode: Opcode, _ registers: inout [Source]) -> Bool {
            switch opcode {
            case .add, .subtract, .multiply, .divide, .modulo, .less, .lessEqual, .greater, .greaterEqual, .shiftLeft:
                let (left, right) = (registers[word.b], registers[word.c])
                registers[word.a] = max(left, right) == .none ? .none : .holder
                // Arrays of the library are added and pushed to without asking what is in them.
                return left == .object || right == .object && left == .none
            case .equal, .notEqual:
                let most = max(registers[word.b], registers[word.c])
                registers[word.a] = .none
                return most != .none
            case .index:
                let source = registers[word.b]
                registers[word.a] = source == .none ? .none : .object
                return source == .object
            case .setIndex: return max(registers[word.a], registers[word.b]) == .object
            case .addImmediate, .subtractImmediate, .multiplyImmediate, .divideImmediate, .moduloImmediate:
                let source = registers[word.b]
                registers[word.a] = source
                return source == .object
            case .jumpUnlessLess, .jumpUnlessLessEqual, .jumpUnlessGreater, .jumpUnlessGreaterEqual, .jumpUnlessEqual,
                .jumpUnlessNotEqual:
                return max(registers[word.a], registers[word.b]) == .object
            case .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate, .jumpUnlessGreaterImmediate,
                .jumpUnlessGreaterEqualImmediate, .jumpUnlessEqualImmediate, .jumpUnlessNotEqualImmediate:
                return registers[word.a] == .object
            case .keywordGet: registers[word.a] = .object
            default: if opcode.fields.0 == .register { registers[word.a] = .none }
            }
            return false
        }

        private mutating func send(_ word: Instruction, _ opcode: Opcode, _ registers: inout [Source]) -> Bool {
            let flags = CallFlags(rawValue: UInt16(truncatingIfNeeded: word.c))
            let name = opcode == .sendSuper ? "" : table.text(Symbol(rawValue: UInt32(word.b)))
            let isFunction = opcode == .sendSelf && CallbackTable.functions.contains(name)
            let receiver = opcode == .send ? registers[word.a] : isFunction ? .none : ownSource
            let arguments = (word.a + 1..<word.a + 1 + word.n).map { registers[$0] }.max() ?? .none
            if CallbackTable.innocent.contains(name) {
                registers[word.a] = .none
                return false
            }
            if receiver == .object { return true }
            let most = max(receiver, arguments)
            if flags.contains(.block), let block = blocks.removeValue(forKey: word.a + 1 + word.n) {
                // What the block is given comes from what it is sent to.
                let saved = blocks
                if calls(block, parameters: most == .none ? .none : .object) { return true }
                blocks = saved
            }
            registers[word.a] = most == .none ? .none : .object
            return most != .none && table.calling.contains(name)
        }
    }
}
