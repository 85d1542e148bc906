/// One compiled body: method, block, class body or program. Plain data; the image owns the tables that it points into.
struct Function: BitwiseCopyable, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Sendable {
        let rawValue: UInt32
        static let block = Flags(rawValue: 1)
        static let lambda = Flags(rawValue: 2)
        /// Only required parameters.
        static let simple = Flags(rawValue: 4)
        static let prelude = Flags(rawValue: 8)
        static let classBody = Flags(rawValue: 16)
        static let program = Flags(rawValue: 32)
        /// `|a,|`: an array is spread though there is one parameter.
        static let excessComma = Flags(rawValue: 64)
        static let hasRest = Flags(rawValue: 128)
        static let hasKeywords = Flags(rawValue: 256)
        static let hasBlockParameter = Flags(rawValue: 512)
        /// An anonymous block that passes through frames of `catch`.
        static let catcher = Flags(rawValue: 1024)
        /// What decides whether arguments need work.
        static let shape = Flags(rawValue: 4 | 64)
    }

    /// First word in the image's code, and how many.
    var code: UInt32 = 0
    var codeCount: UInt32 = 0
    var registers: UInt16 = 0
    /// Registers: required, optional, rest, post, keyword hash, block; in this order from 0.
    var required: UInt16 = 0
    var optional: UInt16 = 0
    var post: UInt16 = 0
    var flags: Flags = []
    var name: Symbol = .none
    var handlers: UInt32 = 0
    var handlerCount: UInt32 = 0
    /// Slots of the environments that it sees, innermost first, in `environmentShapes`.
    var shapes: UInt32 = 0
    var shapeCount: UInt32 = 0

    var parameterCount: Int {
        Int(required) + Int(optional) + Int(post) + (flags.contains(.hasRest) ? 1 : 0)
            + (flags.contains(.hasKeywords) ? 1 : 0) + (flags.contains(.hasBlockParameter) ? 1 : 0)
    }
}

/// A range of words that a `rescue` or `ensure` protects.
struct Handler: BitwiseCopyable, Sendable {
    /// Words from the function's code.
    var start: UInt32
    var end: UInt32
    var target: UInt32
    /// Where the exception (or jump) is put.
    var register: UInt16
    /// `ensure` sees everything, `rescue` only exceptions.
    var isEnsure: Bool
}

/// A string literal's bytes in an image.
struct StringLiteral: BitwiseCopyable, Sendable {
    /// Handle with `Handle.shared`.
    var address: UInt32
    var count: UInt32
    var characters: UInt32
    var flags: ObjectFlags
}

/// The tables of an image as the Machine reads them: pointers into memory that the image owns and never changes.
///
/// Unchecked on the hot path (`code`, `constants`, `functions`): the verifier has proved that every index is inside.
@safe struct CodeUnit: BitwiseCopyable, @unchecked Sendable {
    // @unchecked Sendable: immutable after the image is made; the image outlives every unit.
    let codeStart: UnsafePointer<UInt64>
    let functionStart: UnsafePointer<Function>
    let constantStart: UnsafePointer<Value>
    let literalStart: UnsafePointer<StringLiteral>
    let codeCount: Int
    let functionCount: Int
    let constantCount: Int
    let literalCount: Int

    @inline(__always) func function(_ index: Int) -> Function {
        precondition(index < functionCount)
        return unsafe functionStart[index]
    }
    /// Fields of a function without copying all of it.
    @inline(__always) func registers(_ index: Int) -> Int {
        #if DIALPLAN_CHECKED
        Checked.require(index >= 0 && index < functionCount)
        #endif
        return unsafe Int(functionStart[index].registers)
    }
    @inline(__always) func constant(_ index: Int) -> Value {
        #if DIALPLAN_CHECKED
        Checked.require(index >= 0 && index < constantCount)
        #endif
        return unsafe constantStart[index]
    }
    @inline(__always) func literal(_ index: Int) -> StringLiteral {
        precondition(index < literalCount)
        return unsafe literalStart[index]
    }
}

/// The units of a Machine, prelude first, then the script, then texts of `eval`: indexed by the upper bits of a function's
/// number.
@safe struct UnitTable: ~Copyable {
    private var units: UnsafeMutablePointer<CodeUnit>
    /// The table of two before it grew.
    private var first: UnsafeMutablePointer<CodeUnit>?
    /// The highest index in use.
    private var last: UInt32 = 1

    init(prelude: CodeUnit, script: CodeUnit) {
        unsafe units = .allocate(capacity: 2)
        unsafe units.initialize(to: prelude)
        unsafe (units + 1).initialize(to: script)
        unsafe first = nil
    }

    deinit {
        unsafe units.deallocate()
        unsafe first?.deallocate()
    }

    /// Lets the script's functions run other words of the same shape (`Tracer`), which the caller keeps alive.
    mutating func setScriptCode(_ code: UnsafePointer<UInt64>) {
        let old = unsafe units[1]
        unsafe units[1] = CodeUnit(
            codeStart: code, functionStart: old.functionStart, constantStart: old.constantStart,
            literalStart: old.literalStart, codeCount: old.codeCount, functionCount: old.functionCount,
            constantCount: old.constantCount, literalCount: old.literalCount)
    }

    @inline(__always) subscript(_ index: UInt32) -> UnitReference {
        unsafe UnitReference(unit: UnsafePointer(units + Int(min(index, last))))
    }

    /// Puts a unit in the place of another or after the last. The table grows once, and its old memory stays: references
    /// into it are in use.
    mutating func set(_ index: UInt32, _ unit: CodeUnit) {
        precondition(index > 1 && index <= last + 1 && index < 256, "unit out of order")
        if unsafe first == nil {
            let larger = UnsafeMutablePointer<CodeUnit>.allocate(capacity: 256)
            unsafe larger.initialize(from: units, count: 2)
            unsafe first = units
            unsafe units = larger
        }
        unsafe (units + Int(index)).initialize(to: unit)
        last = max(last, index)
    }
}

/// A unit of a table, by address: nothing is copied to read one field. Valid as long as the Machine.
@safe struct UnitReference: BitwiseCopyable {
    private let unit: UnsafePointer<CodeUnit>
    @unsafe @inline(__always) init(unit: UnsafePointer<CodeUnit>) { unsafe self.unit = unsafe unit }

    /// The unit's first word; a frame's `pc` counts from here.
    @inline(__always) var code: CodePointer {
        unsafe CodePointer(start: unit.pointee.codeStart, count: unit.pointee.codeCount)
    }
    @inline(__always) func function(_ index: Int) -> Function { unsafe unit.pointee.function(index) }
    @inline(__always) func registers(_ index: Int) -> Int { unsafe unit.pointee.registers(index) }
    @inline(__always) func constant(_ index: Int) -> Value { unsafe unit.pointee.constant(index) }
    @inline(__always) func literal(_ index: Int) -> StringLiteral { unsafe unit.pointee.literal(index) }
}

/// A function's first word. Reading is unchecked: the verifier has proved that control stays inside the function.
@safe struct CodePointer: BitwiseCopyable {
    private let start: UnsafePointer<UInt64>
    #if DIALPLAN_CHECKED
    private let count: Int
    #endif

    /// `count` is looked at by the checked build only.
    @unsafe @inline(__always) init(start: UnsafePointer<UInt64>, count: Int) {
        unsafe self.start = unsafe start
        #if DIALPLAN_CHECKED
        self.count = count
        #endif
    }

    @inline(__always) subscript(_ pc: Int) -> Instruction {
        #if DIALPLAN_CHECKED
        Checked.require(pc >= 0 && pc < count)
        #endif
        return Instruction(word: unsafe start[pc])
    }

    @inline(__always) func cursor(at pc: Int) -> CodeCursor {
        unsafe CodeCursor(address: start + pc, code: self)
    }

    /// The `pc` of a cursor into this code.
    @inline(__always) func position(of cursor: CodeCursor) -> Int {
        // A shift: the difference of two pointers is a division, which rounds.
        unsafe (Int(bitPattern: cursor.address) &- Int(bitPattern: start)) &>> 3
    }
}

/// The word that comes next. One address instead of a base and an index: every instruction needs it in a register, and
/// the loop has few.
@safe struct CodeCursor: BitwiseCopyable {
    fileprivate var address: UnsafePointer<UInt64>
    #if DIALPLAN_CHECKED
    private let code: CodePointer
    #endif

    /// `code` is looked at by the checked build only.
    @unsafe @inline(__always) fileprivate init(address: UnsafePointer<UInt64>, code: CodePointer) {
        unsafe self.address = unsafe address
        #if DIALPLAN_CHECKED
        self.code = code
        #endif
    }

    @inline(__always) var word: Instruction {
        #if DIALPLAN_CHECKED
        return code[code.position(of: self)]
        #else
        return Instruction(word: unsafe address.pointee)
        #endif
    }

    @inline(__always) mutating func advance(by words: Int) { unsafe address += words }
}

extension Instruction {
    /// The opcode of verified code: the verifier has refused every byte that is none.
    @inline(__always) var verifiedOpcode: Opcode {
        unsafe unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
    }
}
