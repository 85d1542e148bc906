/// What a leaf built-in receives. The arguments lie in the stack object; nothing moves them until the leaf returns.
struct NativeCall: BitwiseCopyable {
    var receiver: Value
    /// nil or a proc.
    var block: Value
    /// Offset of the first argument in the stack object.
    var arguments: Int
    var count: Int
    var selector: Symbol
    var flags: CallFlags
}

/// The entry of a method table.
///
/// | kind | id |
/// |---|---|
/// | bytecode | function (image << 24 | index) |
/// | native | group << 8 | case |
/// | special | `SpecialMethod` |
/// | reader, writer | symbol of the instance variable |
/// | removed | – (`undef`) |
struct Method: BitwiseCopyable {
    enum Kind: UInt8 {
        case bytecode = 1, native, special, reader, writer, removed, hostCall, recordField, recordWriter
    }
    enum Visibility: UInt32 { case isPublic = 0, isPrivate, isProtected }

    /// `lexicalClass`: where constants of its body are looked up first (below 2^24).
    static func value(
        _ kind: Kind, _ id: UInt32, _ visibility: Visibility = .isPublic, lexicalClass: ClassID = Core.object
    ) -> Value {
        Value(
            tag: .method, bits: UInt64(lexicalClass.rawValue) << 40 | UInt64(kind.rawValue) << 32 | UInt64(id),
            extra: visibility.rawValue)
    }
}

extension Method {
    /// A leaf with the number of arguments that it takes (most < 0: any).
    static func native(_ id: UInt32, least: Int, most: Int) -> Value {
        let arity = UInt64(UInt8(clamping: least)) << 40 | UInt64(most < 0 ? 255 : UInt8(clamping: most)) << 48
        return Value(tag: .method, bits: arity | UInt64(Kind.native.rawValue) << 32 | UInt64(id))
    }
}

extension Value {
    /// Of a leaf's method-table entry.
    @inline(__always) var leastArguments: Int { Int(UInt8(truncatingIfNeeded: bits >> 40)) }
    /// 255: any number.
    @inline(__always) var mostArguments: Int { Int(UInt8(truncatingIfNeeded: bits >> 48)) }
    /// Of a method-table entry.
    @inline(__always) var methodKind: UInt8 { UInt8(truncatingIfNeeded: bits >> 32) }
    @inline(__always) var methodClass: ClassID { ClassID(rawValue: UInt32(truncatingIfNeeded: bits >> 40)) }
    @inline(__always) var methodID: UInt32 { UInt32(truncatingIfNeeded: bits) }
}

/// Methods that need frames, so the Machine itself performs them.
enum SpecialMethod: UInt32 {
    case procCall, send, new, instanceEval, classEval, instanceExec, superclassMissing
    case evaluate, bindingEvaluate, fiberResume, fiberYield
}

/// One row of a table of leaf built-ins. `most` < 0: any number of arguments.
struct NativeRow<Case: Sendable>: Sendable {
    let name: StaticString
    let method: Case
    let least: Int
    let most: Int

    init(_ name: StaticString, _ method: Case, _ least: Int = 0, _ most: Int? = nil) {
        self.name = name
        self.method = method
        self.least = least
        self.most = most ?? least
    }
}
