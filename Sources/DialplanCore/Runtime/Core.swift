/// Core classes by number. The numbers are the same in every execution; `Core.all` tells name, superclass and how
/// instances are made.
enum Core {
    static let object = ClassID(rawValue: 1), module = ClassID(rawValue: 2), classClass = ClassID(rawValue: 3)
    static let kernel = ClassID(rawValue: 4), comparable = ClassID(rawValue: 5), enumerable = ClassID(rawValue: 6)
    static let nilClass = ClassID(rawValue: 7), trueClass = ClassID(rawValue: 8), falseClass = ClassID(rawValue: 9)
    static let numeric = ClassID(rawValue: 10), integer = ClassID(rawValue: 11), float = ClassID(rawValue: 12)
    static let string = ClassID(rawValue: 13), symbol = ClassID(rawValue: 14), array = ClassID(rawValue: 15)
    static let hash = ClassID(rawValue: 16), range = ClassID(rawValue: 17), proc = ClassID(rawValue: 18)
    static let regexp = ClassID(rawValue: 19), matchData = ClassID(rawValue: 20), time = ClassID(rawValue: 21)
    static let host = ClassID(rawValue: 22), record = ClassID(rawValue: 23), math = ClassID(rawValue: 24)
    static let basicObject = ClassID(rawValue: 25)
    static let exception = ClassID(rawValue: 32), standardError = ClassID(rawValue: 33)
    static let argumentError = ClassID(rawValue: 34), nameError = ClassID(rawValue: 35)
    static let noMethodError = ClassID(rawValue: 36), typeError = ClassID(rawValue: 37)
    static let zeroDivisionError = ClassID(rawValue: 38), rangeError = ClassID(rawValue: 39)
    static let indexError = ClassID(rawValue: 40), keyError = ClassID(rawValue: 41)
    static let stopIteration = ClassID(rawValue: 42), localJumpError = ClassID(rawValue: 43)
    static let runtimeError = ClassID(rawValue: 44), frozenError = ClassID(rawValue: 45)
    static let regexpError = ClassID(rawValue: 46), scriptError = ClassID(rawValue: 47)
    static let notImplementedError = ClassID(rawValue: 48), loadError = ClassID(rawValue: 49)
    static let securityError = ClassID(rawValue: 50), floatDomainError = ClassID(rawValue: 51)
    static let uncaughtThrowError = ClassID(rawValue: 52), threadAbort = ClassID(rawValue: 53)
    static let systemExit = ClassID(rawValue: 54), syntaxError = ClassID(rawValue: 55)
    static let encodingError = ClassID(rawValue: 56), ioError = ClassID(rawValue: 57)
    static let fiberError = ClassID(rawValue: 58), threadError = ClassID(rawValue: 59)
    static let systemStackError = ClassID(rawValue: 60), noMemoryError = ClassID(rawValue: 61)
    static let arithmeticError = ClassID(rawValue: 62), binding = ClassID(rawValue: 63)
    static let fiber = ClassID(rawValue: 64), domainError = ClassID(rawValue: 65)

    /// Numbers below are core classes; their singleton classes follow at `metaOffset`.
    static let metaOffset: UInt32 = 512
    static let firstUser: UInt32 = 1024
    /// Classes that only the prelude knows.
    static let firstPrelude: UInt32 = 128

    struct Info {
        let id: ClassID
        let name: StaticString
        let superclass: ClassID
        let allocator: Allocator
        let isModule: Bool

        init(
            _ id: ClassID, _ name: StaticString, _ superclass: ClassID, _ allocator: Allocator, isModule: Bool = false
        ) {
            self.id = id
            self.name = name
            self.superclass = superclass
            self.allocator = allocator
            self.isModule = isModule
        }
    }

    static let all: [Info] = [
        Info(basicObject, "BasicObject", .none, .object), Info(object, "Object", basicObject, .object),
        Info(module, "Module", object, .module), Info(classClass, "Class", module, .classObject),
        Info(kernel, "Kernel", .none, .none, isModule: true),
        Info(comparable, "Comparable", .none, .none, isModule: true),
        Info(enumerable, "Enumerable", .none, .none, isModule: true), Info(math, "Math", .none, .none, isModule: true),
        Info(nilClass, "NilClass", object, .none), Info(trueClass, "TrueClass", object, .none),
        Info(falseClass, "FalseClass", object, .none), Info(numeric, "Numeric", object, .object),
        Info(integer, "Integer", numeric, .none), Info(float, "Float", numeric, .none),
        Info(string, "String", object, .string), Info(symbol, "Symbol", object, .none),
        Info(array, "Array", object, .array), Info(hash, "Hash", object, .hash), Info(range, "Range", object, .range),
        Info(proc, "Proc", object, .proc), Info(regexp, "Regexp", object, .regex),
        Info(matchData, "MatchData", object, .none), Info(time, "Time", object, .time),
        Info(host, "DialPlanScriptFacade", object, .none), Info(record, "HostRecord", object, .none),
        Info(binding, "Binding", object, .none), Info(fiber, "Fiber", object, .fiber),
        Info(exception, "Exception", object, .exception), Info(scriptError, "ScriptError", exception, .exception),
        Info(notImplementedError, "NotImplementedError", scriptError, .exception),
        Info(loadError, "LoadError", scriptError, .exception),
        Info(syntaxError, "SyntaxError", scriptError, .exception),
        Info(securityError, "SecurityError", exception, .exception),
        Info(systemExit, "SystemExit", exception, .exception),
        Info(systemStackError, "SystemStackError", exception, .exception),
        Info(noMemoryError, "NoMemoryError", exception, .exception),
        Info(standardError, "StandardError", exception, .exception),
        Info(argumentError, "ArgumentError", standardError, .exception),
        Info(domainError, "Math::DomainError", argumentError, .exception),
        Info(uncaughtThrowError, "UncaughtThrowError", argumentError, .exception),
        Info(nameError, "NameError", standardError, .exception),
        Info(noMethodError, "NoMethodError", nameError, .exception),
        Info(typeError, "TypeError", standardError, .exception),
        Info(arithmeticError, "ArithmeticError", standardError, .exception),
        Info(zeroDivisionError, "ZeroDivisionError", arithmeticError, .exception),
        Info(floatDomainError, "FloatDomainError", rangeError, .exception),
        Info(rangeError, "RangeError", standardError, .exception),
        Info(indexError, "IndexError", standardError, .exception), Info(keyError, "KeyError", indexError, .exception),
        Info(stopIteration, "StopIteration", indexError, .exception),
        Info(localJumpError, "LocalJumpError", standardError, .exception),
        Info(runtimeError, "RuntimeError", standardError, .exception),
        Info(frozenError, "FrozenError", runtimeError, .exception),
        Info(regexpError, "RegexpError", standardError, .exception),
        Info(encodingError, "EncodingError", standardError, .exception),
        Info(ioError, "IOError", standardError, .exception), Info(fiberError, "FiberError", standardError, .exception),
        Info(threadError, "ThreadError", standardError, .exception),
        // The name is the ancestor's: scripts of the time print it.
        Info(threadAbort, "ThreadAbortException", standardError, .exception),
    ]

    /// The class of an immediate value.
    @inline(__always)
    static func ofImmediate(_ tag: Tag) -> ClassID {
        switch tag {
        case .null: nilClass
        case .isFalse: falseClass
        case .isTrue: trueClass
        case .integer: integer
        case .float: float
        case .symbol: symbol
        case .host: host
        case .regexLiteral: regexp
        default: object
        }
    }
}

/// How `new` makes an instance; inherited.
enum Allocator: UInt8 {
    case none, object, exception, string, array, hash, range, proc, regex, time, module, classObject, fiber

    /// Slots of an instance that no script can name.
    var hiddenFields: Int {
        switch self {
        case .exception: 3
        case .fiber: FiberSlot.count
        default: 0
        }
    }
}

/// Names that Swift code mentions, with fixed numbers.
enum Sym {
    private static let names: [StaticString] = [
        "", "initialize", "method_missing", "respond_to_missing?", "to_s", "inspect", "==", "!=", "===", "=~", "+", "-",
        "*", "/", "%", "<", "<=", ">", ">=", "<=>", "[]", "[]=", "<<", "!", "hash", "eql?", "each", "call", "to_a",
        "to_ary", "to_str", "to_proc", "to_hash", "new", "message", "inherited", "included", "coerce", "exception",
        "__message", "__line", "__cause", "block_given?", "main", "$stdout", "initialize_copy", "to_i", "class",
        "respond_to?", "$,", "extended", "method_added", "$;", "$0", "to_sym", "method_missing?", "raise", "length",
        "ARGV", "const_missing", "prepended", "@name", "@receiver", "@status", "__slow_any",
    ]
    static var fixed: [StaticString] { names }
    static let initialize = Symbol(rawValue: 1), methodMissing = Symbol(rawValue: 2)
    static let respondToMissing = Symbol(rawValue: 3)
    static let toS = Symbol(rawValue: 4), inspect = Symbol(rawValue: 5), equal = Symbol(rawValue: 6)
    static let notEqual = Symbol(rawValue: 7), caseEqual = Symbol(rawValue: 8), match = Symbol(rawValue: 9)
    static let plus = Symbol(rawValue: 10), minus = Symbol(rawValue: 11), times = Symbol(rawValue: 12)
    static let divide = Symbol(rawValue: 13), modulo = Symbol(rawValue: 14), less = Symbol(rawValue: 15)
    static let lessEqual = Symbol(rawValue: 16), greater = Symbol(rawValue: 17), greaterEqual = Symbol(rawValue: 18)
    static let compare = Symbol(rawValue: 19), index = Symbol(rawValue: 20), indexSet = Symbol(rawValue: 21)
    static let shiftLeft = Symbol(rawValue: 22), not = Symbol(rawValue: 23), hash = Symbol(rawValue: 24)
    static let eql = Symbol(rawValue: 25), each = Symbol(rawValue: 26), call = Symbol(rawValue: 27)
    static let toA = Symbol(rawValue: 28), toAry = Symbol(rawValue: 29), toStr = Symbol(rawValue: 30)
    static let toProc = Symbol(rawValue: 31), toHash = Symbol(rawValue: 32), new = Symbol(rawValue: 33)
    static let message = Symbol(rawValue: 34), inherited = Symbol(rawValue: 35), included = Symbol(rawValue: 36)
    static let coerce = Symbol(rawValue: 37), exception = Symbol(rawValue: 38)
    static let hiddenMessage = Symbol(rawValue: 39), hiddenLine = Symbol(rawValue: 40)
    static let hiddenCause = Symbol(rawValue: 41), blockGiven = Symbol(rawValue: 42), main = Symbol(rawValue: 43)
    static let standardOutput = Symbol(rawValue: 44), initializeCopy = Symbol(rawValue: 45)
    static let toI = Symbol(rawValue: 46), classMethod = Symbol(rawValue: 47), respondTo = Symbol(rawValue: 48)
    static let extended = Symbol(rawValue: 50), raise = Symbol(rawValue: 56), constMissing = Symbol(rawValue: 59)
    static let length = Symbol(rawValue: 57)
    static let prepended = Symbol(rawValue: 60), nameField = Symbol(rawValue: 61)
    static let receiverField = Symbol(rawValue: 62), statusField = Symbol(rawValue: 63)
    static let slowAny = Symbol(rawValue: 64)
}
