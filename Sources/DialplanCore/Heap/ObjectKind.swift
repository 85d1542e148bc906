/// What an object of the region is; decides how the collector scans it. Layouts: `Layout` and `Docs/Machine.md`.
enum ObjectKind: UInt8, BitwiseCopyable {
    /// Raw bytes: string buffers, hash indices.
    case bytes = 0
    /// `Value`s up to the end: array buffers, instance variables.
    case values
    /// Hash entries: hash, key, value; 40 bytes each.
    case entries
    case object, string, array, hash, range, proc, regex, match, time, record, jump, environment, classObject
    /// A coroutine's frames and registers.
    case stack
    /// Words of an integer.
    case bigInteger
    /// Only during a collection: moved, its new address stands at +8.
    case forwarded
}

struct ObjectFlags: OptionSet, BitwiseCopyable {
    let rawValue: UInt16
    static let frozen = ObjectFlags(rawValue: 1)
    /// Strings: the bytes have been looked at; `ascii`, `validUTF8` and the character count hold.
    static let scanned = ObjectFlags(rawValue: 2)
    static let ascii = ObjectFlags(rawValue: 4)
    static let validUTF8 = ObjectFlags(rawValue: 8)
    /// Ranges: `...`.
    static let exclusive = ObjectFlags(rawValue: 16)
    /// Procs: made by `lambda` or `->`.
    static let lambda = ObjectFlags(rawValue: 32)
    /// Procs: `&:name`; `function` is the symbol.
    static let symbolProc = ObjectFlags(rawValue: 64)
    /// Hashes: keys compare by identity.
    static let byIdentity = ObjectFlags(rawValue: 128)
    /// Times: in UTC.
    static let utc = ObjectFlags(rawValue: 256)
    static let isModule = ObjectFlags(rawValue: 512)
    static let isSingleton = ObjectFlags(rawValue: 1024)
    /// Looked at, ASCII only. (Not written as a literal of the three: that is an array at run time.)
    static let asciiText = ObjectFlags(rawValue: 2 | 4 | 8)
}

/// Offsets of fields, in bytes from the handle. Every object begins with a header of 16 bytes:
///
///     +0 size   +4 kind (8) | – (8) | flags (16)   +8 class   +12 identity (0 until `object_id` is asked)
enum Layout {
    static let identity = 12

    enum String {
        static let length = 16, capacity = 20, buffer = 24, characters = 28, inline = 32
    }
    enum Array {
        static let count = 16, capacity = 20, buffer = 24, start = 28, inline = 32
    }
    enum Hash {
        /// Live entries; entries used (with deleted ones); buffers.
        static let count = 16, used = 20, entries = 24, index = 28
        static let defaultValue = 32, defaultProc = 48, size = 64
        static let entryBytes = 40
    }
    enum Object {
        static let capacity = 16, buffer = 20, inline = 32
    }
    enum Range {
        static let low = 16, high = 32, size = 48
    }
    enum Proc {
        static let function = 16, environment = 20, homeFrame = 24, homeSerial = 28
        static let receiver = 32, block = 48
        static let lexicalClass = 64, ownerClass = 68, selector = 72, size = 80
    }
    enum Regex {
        static let source = 16, options = 20, serial = 24, size = 32
    }
    enum Match {
        static let subject = 16, count = 20, regex = 32, groups = 48
    }
    enum Time {
        static let microseconds = 16, offset = 24, size = 32
    }
    enum Record {
        /// `fields` is 0 until they are asked for; `source` then says where they stand in the request (plus 1).
        static let typeName = 16, text = 20, fields = 24, source = 28, size = 32
    }
    enum Jump {
        static let kind = 16, frame = 20, serial = 24, value = 32, size = 48
    }
    enum Environment {
        static let parent = 16, count = 20, inline = 32
    }
    enum Class {
        static let id = 16, superclass = 20, methods = 24, constants = 28, name = 32, lexicalParent = 36, meta = 40
        static let allocator = 44, fields = 48, includes = 52, variables = 56, classVariables = 60
        static let attached = 64, prepends = 80, size = 96
    }
    enum BigInteger {
        static let count = 16, isNegative = 20, words = 24
    }
    enum Stack {
        /// In the place of the class: the innermost frame while another coroutine runs, else 0.
        static let top = 8
    }
    /// A frame in a stack object; offsets from the frame's start.
    enum Frame {
        static let caller = 0, pc = 4, function = 8, serial = 12, flags = 16, result = 20, lexicalClass = 24
        static let selector = 28, receiver = 32, block = 48, environment = 64, proc = 68, match = 72, ownerClass = 76
        static let registers = 80
    }
}
