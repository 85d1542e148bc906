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
        /// exactly these; `readerShape`; or `otherShape`.
        var shape: UInt16 = MethodCache.otherShape
        /// Of the function, when there is a shape.
        var registers: UInt16 = 0
        /// First word of the function.
        var code: Int = 0
    }

    static let otherShape: UInt16 = 0xFFFF
    static let readerShape: UInt16 = 0xFFFE
    /// A public leaf.
    static let nativeShape: UInt16 = 0xFFFD

    private var entries: UnsafeMutablePointer<Entry>?
    private static let count = 256
    static let fieldMark: UInt32 = 0x4000_0000
    static let constantMark: UInt32 = 0x2000_0000

    init() { unsafe entries = nil }
    deinit { unsafe free(entries) }

    /// Before the loop runs.
    mutating func acquire() {
        if unsafe entries == nil {
            unsafe entries = calloc(MethodCache.count, MemoryLayout<Entry>.stride)?
                .bindMemory(to: Entry.self, capacity: MethodCache.count)
        }
    }

    mutating func release() {
        unsafe free(entries)
        unsafe entries = nil
    }

    mutating func flush() {
        guard let entries = unsafe entries else { return }
        unsafe memset(entries, 0, MethodCache.count * MemoryLayout<Entry>.stride)
    }

    @inline(__always)
    private static func slot(_ classID: ClassID, _ name: UInt32) -> Int {
        Int((classID.rawValue &* 0x9E37_79B1 ^ name &* 0x85EB_CA6B) >> 24)
    }

    /// The entry, or nil when it is not there. Class numbers are never 0, so an empty entry never matches.
    @inline(__always) func find(_ classID: ClassID, _ name: UInt32) -> Entry? {
        guard let entries = unsafe entries else { return nil }
        let entry = unsafe entries[MethodCache.slot(classID, name)]
        return entry.key == UInt64(classID.rawValue) << 32 | UInt64(name) ? entry : nil
    }

    mutating func insert(_ classID: ClassID, _ name: UInt32, _ value: Value, owner: ClassID) {
        insert(classID, name, Entry(key: 0, value: value, owner: owner))
    }

    mutating func insert(_ classID: ClassID, _ name: UInt32, _ entry: Entry) {
        guard let entries = unsafe entries else { return }
        var entry = entry
        entry.key = UInt64(classID.rawValue) << 32 | UInt64(name)
        unsafe entries[MethodCache.slot(classID, name)] = entry
    }
}
