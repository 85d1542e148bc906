/// The instructions, once: the enum, the disassembler, the verifier, the documentation and the Machine follow this list.
///
/// A word has 64 bits: `op (8) | n (8) | a (16) | b (16) | c (16)`; `w` is b and c together as a signed 32-bit number.
/// R(x) is a register of the frame. Comments give the meaning; `Opcode.fields` what each field is.
enum Opcode: UInt8, CaseIterable, BitwiseCopyable {
    // Loads
    case move  // R(a) = R(b)
    case loadNil, loadTrue, loadFalse, loadSelf, loadUndefined  // R(a) = …
    case loadInteger  // R(a) = w
    case loadConstant  // R(a) = constants[w]
    case loadString  // R(a) = new string of literals[w]
    case loadSymbol  // R(a) = symbol w
    case loadRegex  // R(a) = regex literal w
    case loadClass  // R(a) = the class whose body or method this is

    // Variables
    case newEnvironment  // frame.environment = new environment of w slots, parent the old one
    case getEnvironment  // R(a) = slot c of the environment b levels up
    case setEnvironment  // … = R(a)
    case getField, setField  // instance variable w of self
    case getGlobal, setGlobal  // global w
    case getClassVariable, setClassVariable
    case getConstant, setConstant  // constant w, lexically
    case getConstantIn  // R(a) = R(a)::w
    case setConstantIn  // R(a)::w = R(a+1)
    case nthReference, backReference  // R(a) = $w / $~ $& …

    // Construction
    case newArray  // R(a) = [R(b) …], c values
    case arrayPush  // R(a) << R(b)
    case arrayConcat  // R(a).concat(R(b) as a list)
    case toList  // R(a) = [*R(b)]
    case newHash  // R(a) = {} with room for w
    case hashPut  // R(a)[R(b)] = R(c)
    case hashMerge  // R(a).update(R(b))
    case newRange  // R(a) = R(b)..R(c); n = 1: exclusive
    case toText  // R(a) = R(a).to_s unless it is a string
    case concatenate  // R(a) = R(b) + … , c strings
    case newSymbol  // R(a) = R(b).to_sym
    case newRegex  // R(a) = Regexp.new(R(b), n)
    case newProc  // R(a) = proc of function w; n = 1: lambda
    case arrayAt  // R(a) = R(b)[c]; n = 1: c counts from the end
    case arrayRest  // R(a) = R(b)[c ..< count - n]
    case arrayPost  // R(a) = R(b)[n counted from c values that end it]: see `Machine.arrayPost`
    case toTuple  // R(a) = R(b) as the array of a multiple assignment

    // Operators (fast paths; otherwise a send of the same name)
    case add, subtract, multiply, divide, modulo  // R(a) = R(b) op R(c)
    case less, lessEqual, greater, greaterEqual, equal, notEqual
    case index, shiftLeft
    case setIndex  // R(a)[R(b)] = R(c)
    case addImmediate, subtractImmediate, multiplyImmediate, divideImmediate, moduloImmediate  // R(a) = R(b) op c
    case jumpUnlessLess, jumpUnlessLessEqual, jumpUnlessGreater, jumpUnlessGreaterEqual, jumpUnlessEqual
    case jumpUnlessNotEqual
    // … R(a) op R(b); slow path leaves the result in R(c); the next word is `jumpUnless R(c)`
    case jumpUnlessLessImmediate, jumpUnlessLessEqualImmediate, jumpUnlessGreaterImmediate
    case jumpUnlessGreaterEqualImmediate, jumpUnlessEqualImmediate, jumpUnlessNotEqualImmediate  // … R(a) op signed b
    case not  // R(a) = !R(b)

    // Jumps, relative to the next word
    case jump, jumpIf, jumpUnless, jumpIfNil, jumpIfGiven  // to pc + w
    case jumpIfBlock  // the frame has a block
    case loop  // back-edge: charges a, then jump

    // The prelude's loops over an array that is self
    case selfCount  // R(a) = elements of self
    case selfAt  // R(a) = self[R(b)], R(b) an integer

    // Calls: R(a) receiver, R(a+1) … n arguments, then the block if `CallFlags.block`; the result replaces R(a)
    case send  // selector b, flags c
    case sendSelf  // as send; the receiver is self, R(a) is free
    case sendSuper  // flags c
    case yieldBlock  // flags c; R(a) is free
    case returnValue  // R(a)
    case returnSelf
    case returnFromMethod  // `return` in a block
    case breakBlock  // `break` in a block
    case leaveProgram  // the end of the script

    // Exceptions
    case saveError  // R(a) = $!
    case enterRescue  // $! = R(a)
    case leaveRescue  // $! = R(a)
    case rethrow  // R(a) goes on
    case raiseName  // raises core error number n with text literals[w]

    // Definitions
    case defineMethod  // b name, c function; R(a) = the value of `def`
    case defineSingleton  // on R(a)
    case openClass  // R(a) superclass, R(a+1) scope, or undefined; b name; n = 1: module; R(a) = it, R(a+1) = is it new
    case openSingleton  // R(a) = singleton class of R(a)
    case runBody  // R(a) = value of function w with self R(a)
    case aliasMethod  // b new, c old
    case aliasGlobal
    case undefineMethod  // w
    case isDefined  // R(a) = text or nil; n what, w name
    case isDefinedMethod  // R(a) = text or nil: method w of R(a)
    case keywordGet  // R(a) = R(b).delete(symbol c); n = 1: required
    case keywordEnd  // error if R(a) has keys left
    case blockParameter  // R(a) = the block of this frame
    case warnConstant  // reserved
    case traced  // only in a Machine's own copy of the code (`Tracer`): a statement begins, then the image's word
}

/// What a field of an instruction is; drives disassembler and verifier.
enum Field: UInt8 {
    case none
    case register
    /// Register a and the n after it (and one more with a block).
    case window
    /// c registers from here.
    case list
    /// This register and the next.
    case pair
    case number, symbol, function, depth, slot
    // Wide (b and c together)
    case wide, wideConstant, wideLiteral, wideSymbol, wideRegex, wideFunction, wideJump
}

extension Opcode {
    /// The fields a, b, c; a wide one stands at b.
    var fields: (Field, Field, Field) {
        switch self {
        case .move, .arrayPush, .arrayConcat, .toList, .hashMerge, .newSymbol, .newRegex, .toTuple, .not,
            .selfAt:
            (.register, .register, .none)
        case .loadNil, .loadTrue, .loadFalse, .loadSelf, .loadUndefined, .loadClass, .toText, .returnValue,
            .returnFromMethod, .breakBlock, .leaveRescue, .rethrow, .saveError, .enterRescue, .openSingleton,
            .keywordEnd, .blockParameter, .selfCount:
            (.register, .none, .none)
        case .loadInteger, .nthReference, .backReference, .newHash: (.register, .wide, .none)
        case .loadConstant: (.register, .wideConstant, .none)
        case .loadString: (.register, .wideLiteral, .none)
        case .loadRegex: (.register, .wideRegex, .none)
        case .loadSymbol, .getField, .setField, .getGlobal, .setGlobal, .getClassVariable, .setClassVariable,
            .getConstant, .setConstant, .getConstantIn, .isDefined, .isDefinedMethod:
            (.register, .wideSymbol, .none)
        case .setConstantIn: (.pair, .wideSymbol, .none)
        case .newEnvironment: (.none, .wide, .none)
        case .getEnvironment, .setEnvironment: (.register, .depth, .slot)
        case .newArray, .concatenate: (.register, .list, .number)
        case .hashPut, .setIndex, .newRange, .add, .subtract, .multiply, .divide, .modulo, .less, .lessEqual, .greater,
            .greaterEqual, .equal, .notEqual, .index, .shiftLeft, .jumpUnlessLess, .jumpUnlessLessEqual,
            .jumpUnlessGreater, .jumpUnlessGreaterEqual, .jumpUnlessEqual, .jumpUnlessNotEqual:
            (.register, .register, .register)
        case .addImmediate, .subtractImmediate, .multiplyImmediate, .divideImmediate, .moduloImmediate, .arrayAt,
            .arrayRest, .arrayPost:
            (.register, .register, .number)
        case .jumpUnlessLessImmediate, .jumpUnlessLessEqualImmediate, .jumpUnlessGreaterImmediate,
            .jumpUnlessGreaterEqualImmediate, .jumpUnlessEqualImmediate, .jumpUnlessNotEqualImmediate:
            (.register, .number, .register)
        case .newProc, .runBody: (.register, .wideFunction, .none)
        case .jump, .jumpIfBlock: (.none, .wideJump, .none)
        case .loop: (.number, .wideJump, .none)
        case .jumpIf, .jumpUnless, .jumpIfNil, .jumpIfGiven: (.register, .wideJump, .none)
        case .send, .sendSelf: (.window, .symbol, .number)
        case .sendSuper, .yieldBlock: (.window, .none, .number)
        case .leaveProgram, .warnConstant, .traced, .returnSelf: (.none, .none, .none)
        case .raiseName: (.none, .wideLiteral, .none)
        case .defineMethod, .defineSingleton: (.register, .symbol, .function)
        case .openClass: (.pair, .symbol, .none)
        case .aliasMethod, .aliasGlobal: (.none, .symbol, .symbol)
        case .undefineMethod: (.none, .wideSymbol, .none)
        case .keywordGet: (.register, .register, .symbol)
        }
    }

    /// Whether control never goes on to the next word.
    var isTerminal: Bool {
        switch self {
        case .jump, .loop, .returnValue, .returnSelf, .returnFromMethod, .breakBlock, .leaveProgram, .rethrow,
            .raiseName:
            true
        default: false
        }
    }
}

/// One instruction.
struct Instruction: BitwiseCopyable {
    var word: UInt64

    @inline(__always) init(word: UInt64) { self.word = word }

    init(_ op: Opcode, n: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0) {
        word =
            UInt64(op.rawValue) | UInt64(UInt8(truncatingIfNeeded: n)) << 8
            | UInt64(UInt16(truncatingIfNeeded: a)) << 16 | UInt64(UInt16(truncatingIfNeeded: b)) << 32
            | UInt64(UInt16(truncatingIfNeeded: c)) << 48
    }

    init(_ op: Opcode, n: Int = 0, a: Int = 0, wide: Int) {
        word =
            UInt64(op.rawValue) | UInt64(UInt8(truncatingIfNeeded: n)) << 8
            | UInt64(UInt16(truncatingIfNeeded: a)) << 16 | UInt64(UInt32(truncatingIfNeeded: wide)) << 32
    }

    @inline(__always) var n: Int { Int(UInt8(truncatingIfNeeded: word >> 8)) }
    @inline(__always) var a: Int { Int(UInt16(truncatingIfNeeded: word >> 16)) }
    @inline(__always) var b: Int { Int(UInt16(truncatingIfNeeded: word >> 32)) }
    @inline(__always) var c: Int { Int(UInt16(truncatingIfNeeded: word >> 48)) }
    /// b as a signed number.
    @inline(__always) var signedB: Int64 { Int64(Int16(truncatingIfNeeded: word >> 32)) }
    @inline(__always) var wide: Int { Int(Int32(truncatingIfNeeded: word >> 32)) }
    /// Of a send: what `MethodCache.Entry.shape` must be for the fast call; arguments, and whether they are spread.
    @inline(__always) var shape: UInt16 {
        UInt16(UInt8(truncatingIfNeeded: word >> 8)) | UInt16(truncatingIfNeeded: word >> 41) & 0x100
    }
    var opcode: Opcode? { Opcode(rawValue: UInt8(truncatingIfNeeded: word)) }
}

struct CallFlags: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    /// R(a+1+n) is the block (a proc or nil).
    static let block = CallFlags(rawValue: 1)
    /// The only argument is an array: its elements are the arguments.
    static let splat = CallFlags(rawValue: 2)
    /// Receiver is self, written or not: private methods allowed.
    static let onSelf = CallFlags(rawValue: 4)
    /// A bare word: an unknown one is a NameError.
    static let variable = CallFlags(rawValue: 8)
    /// The last argument is a hash of keyword arguments.
    static let keywords = CallFlags(rawValue: 16)
}
