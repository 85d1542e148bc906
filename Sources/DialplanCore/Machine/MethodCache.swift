#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A direct-mapped cache of look-ups by (class, name): methods, slots of instance variables, constants.
///
/// It belongs to one Machine, so a hit can never cross executions; it exists only while the Machine runs (a suspended
/// one gives it back) and never decides anything but speed.
@safe struct MethodCache: ~Copyable {
    struct Entry: BitwiseCopyable {
        var key: UInt64
        var value: Value
        var owner: ClassID
        /// How a call of it begins: the number of arguments of a public method of the script or prelude that takes
        /// exactly these; `readerShape`, `writerShape` (of a variable whose slot is known), `nativeShape`; or
        /// `otherShape`.
        var shape: UInt16 = MethodCache.otherShape
        /// Of the function, when there is a shape.
        var registers: UInt16 = 0
        /// First word of the function; slot of a reader's or writer's variable.
        var code: Int = 0
    }

    static let otherShape: UInt16 = 0xFFFF
    static let readerShape: UInt16 = 0xFFFE
    /// A public leaf.
    static let nativeShape: UInt16 = 0xFFFD
    static let writerShape: UInt16 = 0xFFFC

    private var entries: UnsafeMutablePointer<Entry>?
    private static let count = 512
    static let fieldMark: UInt32 = 0x4000_0000
    static let constantMark: UInt32 = 0x2000_0000

    init() { unsafe entries = nil }
    deinit { unsafe free(entries) }

    /// Before the loop runs. False when the system has no memory.
    mutating func acquire() -> Bool {
        if unsafe entries == nil {
            unsafe entries = calloc(MethodCache.count, MemoryLayout<Entry>.stride)?
                .bindMemory(to: Entry.self, capacity: MethodCache.count)
        }
        return unsafe entries != nil
    }

    mutating func release() {
        unsafe free(entries)
        unsafe entries = nil
    }

    mutating func flush() {
        guard let entries = unsafe entries else { return }
        unsafe memset(entries, 0, MethodCache.count * MemoryLayout<Entry>.stride)
    }

    /// After a collection: what holds handles goes. Classes, names and functions keep their numbers.
    mutating func flushHandles() {
        guard let entries = unsafe entries else { return }
        for index in 0..<MethodCache.count where unsafe entries[index].value.isHeap { unsafe entries[index].key = 0 }
    }

    @inline(__always)
    private static func slot(_ classID: ClassID, _ name: UInt32) -> Int {
        Int((classID.rawValue &* 0x9E37_79B1 ^ name &* 0x85EB_CA6B) >> 23)
    }

    /// The entry, or nil when it is not there. Class numbers are never 0, so an empty entry never matches.
    @inline(__always) func find(_ classID: ClassID, _ name: UInt32) -> Entry? {
        guard let entries = unsafe entries else { return nil }
        let entry = unsafe entries[MethodCache.slot(classID, name)]
        return entry.key == UInt64(classID.rawValue) << 32 | UInt64(name) ? entry : nil
    }

    /// The place of a look-up while the loop runs (`acquire`), and whether it holds its answer. A place is read before
    /// anything else is looked up.
    @inline(__always) func place(_ classID: ClassID, _ name: UInt32) -> (entry: CachedLookUp, isHit: Bool) {
        // `Machine.run` has made it.
        let place = unsafe entries.unsafelyUnwrapped + MethodCache.slot(classID, name)
        return unsafe (
            CachedLookUp(entry: place), place.pointee.key == UInt64(classID.rawValue) << 32 | UInt64(name)
        )
    }

    mutating func insert(_ classID: ClassID, _ name: UInt32, _ value: Value, owner: ClassID) {
        insert(classID, name, Entry(key: 0, value: value, owner: owner))
    }

    mutating func insert(_ classID: ClassID, _ name: UInt32, _ entry: Entry) {
        guard let entries = unsafe entries else { return }
        var entry = entry
        entry.key = UInt64(classID.rawValue) << 32 | UInt64(name)
        let place = MethodCache.slot(classID, name)
        // What stood there moves next door, where `restore` finds it. (Never an older answer to the same question.)
        if unsafe entries[place].key != entry.key { unsafe entries[place ^ 1] = entries[place] }
        unsafe entries[place] = entry
    }

    /// Two look-ups that share a place take turns: what the other has driven out comes back without being looked up.
    mutating func restore(_ classID: ClassID, _ name: UInt32) -> Bool {
        guard let entries = unsafe entries else { return false }
        let place = MethodCache.slot(classID, name)
        guard unsafe entries[place ^ 1].key == UInt64(classID.rawValue) << 32 | UInt64(name) else { return false }
        let entry = unsafe entries[place]
        unsafe entries[place] = entries[place ^ 1]
        unsafe entries[place ^ 1] = entry
        return true
    }
}

/// An entry of the cache by address: a call reads only what it needs.
@safe struct CachedLookUp: BitwiseCopyable {
    private let entry: UnsafePointer<MethodCache.Entry>
    @unsafe @inline(__always) init(entry: UnsafePointer<MethodCache.Entry>) { unsafe self.entry = unsafe entry }

    @inline(__always) var value: Value { unsafe entry.pointee.value }
    /// Of an instance variable.
    @inline(__always) var slot: Int { unsafe Int(truncatingIfNeeded: entry.pointee.value.integer) }
    @inline(__always) var owner: ClassID { unsafe entry.pointee.owner }
    @inline(__always) var shape: UInt16 { unsafe entry.pointee.shape }
    @inline(__always) var registers: Int { unsafe Int(entry.pointee.registers) }
    @inline(__always) var code: Int { unsafe entry.pointee.code }
    @inline(__always) var all: MethodCache.Entry { unsafe entry.pointee }
}
