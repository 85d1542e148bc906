/// What the lexer hands to the parser. Tokens are plain data; text stays in the source.
struct Token: Sendable {
    var kind: TokenKind
    /// Whether a space, a comment or a joined line stands before it.
    var spaceBefore: Bool
    /// Byte offsets of the first byte and of the one after the last.
    var start: Int32
    var end: Int32
    /// A name (`NameID`), or what the kind's comment says.
    var value: Int32

    var name: NameID { NameID(value) }
}

/// The kinds of tokens. Where one spelling has two meanings (`-` before or between values, `[` of an array or an index),
/// the lexer has decided by its state, as Ruby does.
enum TokenKind: UInt8, Sendable {
    // Reserved words: their raw values are the NameIDs that `Names` gives them.
    case keywordAlias, keywordAnd, keywordBegin, keywordBEGIN, keywordBreak, keywordCase, keywordClass, keywordDef
    case keywordDefined, keywordDo, keywordElse, keywordElsif, keywordEnd, keywordEND, keywordEnsure, keywordFalse
    case keywordFor, keywordIf, keywordIn, keywordModule, keywordNext, keywordNil, keywordNot, keywordOr, keywordRedo
    case keywordRescue, keywordRetry, keywordReturn, keywordSelf, keywordSuper, keywordThen, keywordTrue, keywordUndef
    case keywordUnless, keywordUntil, keywordWhen, keywordWhile, keywordYield
    case keywordFile, keywordLine, keywordEncoding

    case endOfInput, newline, semicolon

    /// value: name.
    case identifier
    /// `name?`, `name!`; value: name.
    case suffixedIdentifier
    case constant
    case instanceVariable, classVariable, globalVariable
    /// value: number.
    case nthReference
    /// value: byte after `$`.
    case backReference
    /// `name:`; value: name without the colon.
    case label
    /// An operator where a method name is expected (`def +`, `a.+ b`, `alias + -`); value: name.
    case operatorName

    /// The value is in `Lexer.number`.
    case integer, bigInteger, float
    /// `?a`; the bytes are in `Lexer.scratch`.
    case character
    /// `:name`; value: name.
    case symbol

    /// Openings of quoted text; the parser reads on with the `Lexer.quote` that the lexer has set.
    case stringBegin, commandBegin, symbolBegin, regexBegin, wordsBegin, symbolsBegin
    /// `<<ID`; described by `Lexer.heredoc`.
    case heredocBegin

    /// `(` at the beginning of an expression; after a name with a space; directly after a name.
    case parenthesisBegin, parenthesisArgument, parenthesisCall
    case parenthesisEnd
    /// `[` of an array, of an index.
    case bracketBegin, bracketIndex
    case bracketEnd
    case braceBegin, braceEnd
    case comma, dot, safeDot
    /// `::` after a value, before a name.
    case scope, topScope
    case colon, question, arrow, lambda
    /// `=`, and `+=` and kin (value: name of the operator).
    case assign, operatorAssign
    case orAssign, andAssign

    /// Before a value.
    case unaryMinus, unaryMinusNumber, unaryPlus, bang, tilde, star, doubleStar, ampersand
    /// Between values; value: name of the method.
    case power, multiply, divide, modulo, plus, minus, shiftLeft, shiftRight, and, pipe, caret
    case less, lessEqual, greater, greaterEqual, compare, equal, caseEqual, notEqual, match, notMatch
    case logicalAnd, logicalOr, rangeInclusive, rangeExclusive
}

extension TokenKind {
    /// How Ruby's messages call it.
    var messageName: String {
        switch self {
        case .endOfInput: "end-of-input"
        case .newline: "'\\n'"
        case .semicolon: "';'"
        case .identifier: "local variable or method"
        case .suffixedIdentifier: "method"
        case .constant: "constant"
        case .instanceVariable: "instance variable"
        case .classVariable: "class variable"
        case .globalVariable: "global variable"
        case .nthReference: "numbered reference"
        case .backReference: "back reference"
        case .label: "label"
        case .operatorName: "operator"
        case .integer, .bigInteger: "integer literal"
        case .float: "float literal"
        case .character: "character literal"
        case .symbol, .symbolBegin: "symbol literal"
        case .stringBegin, .heredocBegin: "string literal"
        case .commandBegin: "backtick literal"
        case .regexBegin: "regexp literal"
        case .wordsBegin: "word list"
        case .symbolsBegin: "symbol list"
        case .parenthesisBegin, .parenthesisArgument, .parenthesisCall: "'('"
        case .parenthesisEnd: "')'"
        case .bracketBegin, .bracketIndex: "'['"
        case .bracketEnd: "']'"
        case .braceBegin: "'{'"
        case .braceEnd: "'}'"
        case .comma: "','"
        case .dot: "'.'"
        case .safeDot: "&."
        case .scope, .topScope: "::"
        case .colon: "':'"
        case .question: "'?'"
        case .arrow: "=>"
        case .lambda: "->"
        case .assign: "'='"
        case .operatorAssign, .orAssign, .andAssign: "operator-assignment"
        case .unaryMinus, .unaryMinusNumber: "unary minus"
        case .unaryPlus: "unary plus"
        case .bang: "'!'"
        case .tilde: "'~'"
        case .star, .multiply: "*"
        case .doubleStar: "**arg"
        case .power: "**"
        case .ampersand, .and: "&"
        case .divide: "'/'"
        case .modulo: "'%'"
        case .plus: "'+'"
        case .minus: "'-'"
        case .shiftLeft: "<<"
        case .shiftRight: ">>"
        case .pipe: "'|'"
        case .caret: "'^'"
        case .less: "'<'"
        case .lessEqual: "<="
        case .greater: "'>'"
        case .greaterEqual: ">="
        case .compare: "<=>"
        case .equal: "=="
        case .caseEqual: "==="
        case .notEqual: "!="
        case .match: "=~"
        case .notMatch: "!~"
        case .logicalAnd: "&&"
        case .logicalOr: "||"
        case .rangeInclusive: ".."
        case .rangeExclusive: "..."
        default: "`\(Names.keywords[Int(rawValue)])'"
        }
    }

    var isKeyword: Bool { rawValue <= TokenKind.keywordEncoding.rawValue }

    /// Whether statements end before it.
    var closesStatements: Bool {
        switch self {
        case .endOfInput, .keywordEnd, .keywordElse, .keywordElsif, .keywordWhen, .keywordIn, .keywordRescue,
            .keywordEnsure, .braceEnd, .parenthesisEnd, .bracketEnd:
            true
        default: false
        }
    }

    /// Whether, after the name of a method and without parentheses, it begins the first argument.
    var beginsCommandArgument: Bool {
        switch self {
        case .identifier, .suffixedIdentifier, .constant, .instanceVariable, .classVariable, .globalVariable,
            .nthReference, .backReference, .label, .integer, .bigInteger, .float, .character, .symbol,
            .stringBegin, .commandBegin, .symbolBegin, .regexBegin, .wordsBegin, .symbolsBegin, .heredocBegin,
            .parenthesisBegin, .parenthesisArgument, .bracketBegin, .topScope, .lambda,
            .unaryMinus, .unaryMinusNumber, .unaryPlus, .bang, .tilde, .star, .doubleStar, .ampersand,
            .keywordNil, .keywordTrue, .keywordFalse, .keywordSelf, .keywordDefined, .keywordNot, .keywordCase,
            .keywordBegin, .keywordDef, .keywordClass, .keywordModule, .keywordFor, .keywordYield, .keywordSuper,
            .keywordFile, .keywordLine, .keywordEncoding:
            true
        default: false
        }
    }
}

/// Names that every tree interns first, in this order.
enum Names {
    /// Index = NameID = raw value of the TokenKind.
    static let keywords: [StaticString] = [
        "alias", "and", "begin", "BEGIN", "break", "case", "class", "def", "defined?", "do", "else", "elsif", "end",
        "END",
        "ensure", "false", "for", "if", "in", "module", "next", "nil", "not", "or", "redo", "rescue", "retry", "return",
        "self", "super", "then", "true", "undef", "unless", "until", "when", "while", "yield",
        "__FILE__", "__LINE__", "__ENCODING__",
    ]
    /// Follow the keywords.
    static let operators: [StaticString] = [
        "**", "*", "/", "%", "+", "-", "<<", ">>", "&", "|", "^", "<", "<=", ">", ">=", "<=>", "==", "===", "!=", "=~",
        "!~", "!", "~", "+@", "-@", "[]", "[]=", "`", "call", "Encoding", "UTF_8",
        "binding", "eval", "instance_eval", "class_eval", "module_eval", "local_variables",
    ]
    static let keywordSelf = NameID(28)
    static let power = NameID(41), multiply = NameID(42), divide = NameID(43), modulo = NameID(44)
    static let plus = NameID(45), minus = NameID(46), shiftLeft = NameID(47), shiftRight = NameID(48)
    static let and = NameID(49), pipe = NameID(50), caret = NameID(51)
    static let less = NameID(52), lessEqual = NameID(53), greater = NameID(54), greaterEqual = NameID(55)
    static let compare = NameID(56), equal = NameID(57), caseEqual = NameID(58), notEqual = NameID(59)
    static let match = NameID(60), notMatch = NameID(61), not = NameID(62), tilde = NameID(63)
    static let unaryPlus = NameID(64), unaryMinus = NameID(65), index = NameID(66), indexAssign = NameID(67)
    static let backtick = NameID(68), call = NameID(69), encoding = NameID(70), utf8 = NameID(71)
    /// Calls that reach local variables by name.
    static let reachingLocals: ClosedRange<Int32> = 72...77
}
