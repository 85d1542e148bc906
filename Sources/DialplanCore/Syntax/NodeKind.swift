/// The kinds of syntax-tree nodes and what the three operand fields `a`, `b`, `c` of each hold.
///
/// Notation: `node` = `NodeID`, `node?` = `NodeID` or `.absent`, `[node]` = `ListID` of nodes, `name` = `NameID`,
/// `literal` = `LiteralID`, `variable` = `VariableID`, `scope` = `ScopeID`, `args` = `ArgumentsID`.
/// Use the typed accessors of `SyntaxTree`; the raw fields are for the parser.
///
/// A body (`node?`) is `.absent` when nothing stands there (its value is nil), one node when one statement stands there,
/// and a `statements` node otherwise. Where an *empty* branch differs from no branch (`else` of `begin`), the
/// empty one is a `nil` node.
///
/// Not in the tree, because the parser rewrites it: `unless` and `?:` (→ `if`), `__LINE__` (→ `integer`), adjacent
/// string literals (→ one literal), `a != b`, `a !~ b` and other operators (→ `call`), `-2` (→ `integer`),
/// parentheses.
enum NodeKind: UInt8, CaseIterable, Sendable {
    // MARK: Literals

    case `nil`, `true`, `false`, `self`
    /// The value fits Int64. Read it with `integerValue(_:)` (a = low, b = high 32 bits).
    case integer
    /// a: literal, decimal digits with an optional leading `-`; outside Int64.
    case bigInteger
    /// Read it with `floatValue(_:)` (a = low, b = high 32 bits of the bit pattern).
    case float
    /// a: literal. A new, mutable String at each evaluation.
    case string
    /// `?a`. a: literal (one character). A String of one character in the modern dialect, its number in the classic one.
    case character
    /// a: [node] parts in order; `string` nodes and any expressions (to_s is called on them).
    case interpolatedString
    /// a: name.
    case symbol
    /// a: [node] as in interpolatedString.
    case interpolatedSymbol
    /// a: literal (source text as written between the delimiters, `\/` unescaped when `/` delimits), b: RegexFlags.
    case regex
    /// a: [node] parts as in interpolatedString (`string` parts hold regex source), b: RegexFlags.
    case interpolatedRegex
    /// `` `date` ``, %x(). a: [node] parts. Never runs: the compiler emits a SecurityError.
    case commandString
    /// a: [node] elements; may hold `splat`; the last may be a `hash` with `.braceless`.
    /// Flag `.implicit`: a list without brackets (`x = 1, 2`, `return 1, 2`, `a, b = 1, *c`).
    case array
    /// a: [node] key, value, key, value …; a `**other` entry is key `.absent`, value other. `{a:}` is already filled in.
    /// Flag `.braceless`: keyword arguments / trailing hash of a call, index, array or return.
    case hash
    /// a: node? low, b: node? high. Flag `.exclusive` for `...`.
    case range
    /// `__FILE__`.
    case fileName

    // MARK: Variables and constants (each is also a target of an assignment)

    /// a: variable.
    case localVariable
    /// a: name, with its `@`.
    case instanceVariable
    /// a: name, with its `@@`.
    case classVariable
    /// a: name, with its `$` (also `$!`, `$@`, `$_`, `$0`, `$,` …; as a target also `$~`).
    case globalVariable
    /// `$1` …; a: number ≥ 1. Never a target.
    case nthReference
    /// `$~` `$&` `` $` `` `$'` `$+`; a: the byte after `$`. Never a target.
    case backReference
    /// `A`, looked up lexically. a: name.
    case constant
    /// `x::A` or `::A`. a: node? scope (`.absent` = from Object), b: name.
    case constantPath

    // MARK: Targets only

    /// `x.name` as a target. a: node receiver, b: name of the reader (`name`), c: name of the writer (`name=`).
    /// Flags `.safeNavigation`, and `.selfReceiver` when the receiver is written `self` (private writers allowed).
    case attribute
    /// `a, (b, *c), d`. a: [node] targets (at most one is a `splatTarget`). Flag `.trailingComma` for `a, = x`.
    case multipleTarget
    /// `*a` in a multipleTarget. a: node? target.
    case splatTarget

    // MARK: Assignments

    /// a: node target (variable, constant, constantPath, index, attribute), b: node value.
    case assign
    /// `a += b`. a: node target, b: node value, c: name of the operator (`+`). Receiver and arguments of the
    /// target are evaluated once.
    case operatorAssign
    /// `a ||= b`. a: node target, b: node value. An undefined variable or constant counts as nil.
    case orAssign
    /// `a &&= b`. a: node target, b: node value.
    case andAssign
    /// a: node multipleTarget, b: node value (an `array` with `.implicit`, or any other value: to_ary).
    case multipleAssign
    /// `/(?<x>.)/ =~ s` with a literal on the left. a: node call, b: list of VariableIDs to set
    /// (`variables(in:)`); each is named as its group.
    case matchAssign

    // MARK: Calls

    /// a: node? receiver, b: name, c: args. Operators too (`-x` is `-@`, `+x` `+@`, `~x` `~`).
    /// Flags `.safeNavigation`, `.variableCall` (a bare word: no receiver, arguments or parentheses), `.selfReceiver`
    /// (receiver written `self`: private methods allowed), `.parentheses`.
    case call
    /// `x[…]`, also a target. a: node receiver, c: args. Flag `.selfReceiver`.
    case index
    /// c: args. Flag `.implicitArguments` for `super` without parentheses and arguments (passes the method's own).
    case `super`
    /// c: args (no block).
    case yield
    /// `!x`, `not x`. a: node.
    case not
    /// `a && b`, `a and b`. a, b: node.
    case and
    /// `a || b`, `a or b`. a, b: node.
    case or
    /// `*x` among arguments, elements, when-values and exception classes. a: node?
    /// (`.absent`: the anonymous rest parameter).
    case splat
    /// `&x` as the block of args. a: node? (`.absent`: the anonymous block parameter).
    case blockPass
    /// `{ |…| … }`, `do … end` as the block of args, and the body of `for`. a: scope.
    /// Parameters and body stand in the scope.
    case block
    /// `->(…) { … }`. a: scope.
    case lambda
    /// a: node (not evaluated).
    case defined

    // MARK: Parameters (only in `Scope.parameters`, in source order)

    /// a: variable. Stands before the rest parameter, or after it ("post").
    case requiredParameter
    /// a: variable, b: node default.
    case optionalParameter
    /// a: variable? (`.absent`: `*` without a name).
    case restParameter
    /// a: variable; the key is the variable's name.
    case requiredKeywordParameter
    /// a: variable, b: node default.
    case optionalKeywordParameter
    /// a: variable? (`.absent`: `**`). Flag `.noKeywords` for `**nil`.
    case keywordRestParameter
    /// a: variable? (`.absent`: `&`).
    case blockParameter
    /// `(a, (b, *c))`. a: [node] of requiredParameter, restParameter, destructuringParameter.
    case destructuringParameter
    /// `|a; b|`. a: variable, starts as nil.
    case blockLocalParameter
    /// `|a,|`: no operands; further values are dropped, and one array is spread.
    case excessComma

    // MARK: Control

    /// a: [node], two or more.
    case statements
    /// `begin … end` without clauses. a: node? body.
    case beginBlock
    /// a: node condition, b: node? then, c: node? else.
    case `if`
    /// a: node condition, b: node? body. Flags `.negated` (until), `.testedAfter` (`begin … end while x`).
    case `while`
    /// `for x in y`. a: node target (may be a multipleTarget), b: node iterated, c: node `block` (scope kind
    /// `.forBody`, no parameters): `y.each` with that block; each value is first assigned to the target.
    case `for`
    /// a: node? subject (`.absent`: each value is a condition), b: [node] of `when`, c: node? else.
    case `case`
    /// a: [node] values (may hold `splat`), b: node? body.
    case when
    /// `begin` with clauses, also bodies of def, class, module and do-blocks. a: node? body, b: [node] of `rescueClause`,
    /// c: extra record; read it with `handlers(_:)`. Flag `.parentheses`: written with the word `begin` (parser's own use).
    case begin
    /// a: [node] classes (empty: StandardError; may hold `splat`), b: node? target, c: node? body.
    case rescueClause
    /// `a rescue b`. a, b: node.
    case rescueModifier
    /// a: node? value.
    case `break`, next, `return`
    case redo, retry

    // MARK: Definitions

    /// a: name, b: node? singleton (`def self.x`), c: scope. Its value is the symbol (nil in the classic dialect).
    case def
    /// a: node constant or constantPath, b: node? superclass, c: scope.
    case `class`
    /// a: node constant or constantPath, c: scope.
    case module
    /// `class << x`. a: node, c: scope.
    case singletonClass
    /// a: name (new), b: name (old).
    case alias
    /// `alias $new $old`. a, b: name.
    case globalAlias
    /// a: list of NameIDs (`names(in:)`).
    case undef
}

/// Facts about a node that need no operand.
struct NodeFlags: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let safeNavigation = NodeFlags(rawValue: 1)
    static let variableCall = NodeFlags(rawValue: 2)
    static let selfReceiver = NodeFlags(rawValue: 4)
    static let parentheses = NodeFlags(rawValue: 8)

    static let implicit = NodeFlags(rawValue: 1)
    static let braceless = NodeFlags(rawValue: 1)
    static let exclusive = NodeFlags(rawValue: 1)
    static let trailingComma = NodeFlags(rawValue: 1)
    static let implicitArguments = NodeFlags(rawValue: 1)
    static let noKeywords = NodeFlags(rawValue: 1)
    static let negated = NodeFlags(rawValue: 1)
    static let testedAfter = NodeFlags(rawValue: 2)
}

/// The letters after a regular expression.
struct RegexFlags: OptionSet, Hashable, Sendable {
    let rawValue: Int32

    /// `i`
    static let ignoreCase = RegexFlags(rawValue: 1)
    /// `x`
    static let extended = RegexFlags(rawValue: 2)
    /// `m`: `.` matches a newline.
    static let multiline = RegexFlags(rawValue: 4)
    /// `o`: interpolated once.
    static let once = RegexFlags(rawValue: 8)
    /// `n`
    static let binary = RegexFlags(rawValue: 16)
    /// `u`; `e` and `s` are refused.
    static let utf8 = RegexFlags(rawValue: 32)
}
