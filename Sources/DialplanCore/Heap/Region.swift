#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The memory of one execution: a malloc'ed block that grows in steps; objects are bump-allocated and named by offset.
///
/// This file is where raw memory is touched. Every access through a handle is checked against `top`; a handle out of
/// bounds is a fault of the engine and traps. Addresses never leave this file except as `ByteView`s and `RegisterFile`s,
/// which are valid until the next allocation.
@safe struct Region: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    /// Bytes in use; objects lie in `objectStart ..< top`.
    private(set) var top: Int
    /// The most bytes the region may grow to.
    private(set) var limit: Int
    /// Immortal bytes of the script's image and of the prelude's (kept alive by their owner, the Machine).
    let scriptBytes: ByteView
    let preludeBytes: ByteView

    /// Makes this type, and the Heap and Machine that contain it, one that Swift handles by address only. Without it
    /// every call of a nonmutating method copies the whole Machine (724 bytes; measured: fib 1.6 times slower).
    private let byAddress: any Sendable = ()

    static let objectStart = 16
    static let headerBytes = 16

    init(capacity: Int, limit: Int, scriptBytes: ByteView, preludeBytes: ByteView) {
        let size = max(1024, capacity)
        // The system is out of memory: the worker ends and another replays its executions.
        guard let block = unsafe malloc(size) else { fatalError("out of memory") }
        unsafe base = block
        self.capacity = size
        self.limit = limit
        top = Region.objectStart
        self.scriptBytes = scriptBytes
        self.preludeBytes = preludeBytes
    }

    deinit { unsafe free(base) }

    // MARK: Allocation

    /// Whether `count` more bytes fit without exceeding the limit; grows the block when needed.
    mutating func reserve(_ count: Int) -> Bool {
        if top &+ count <= capacity { return true }
        let needed = top + count
        guard needed <= limit else { return false }
        let size = min(limit, max(needed, capacity * 2))
        guard let block = unsafe realloc(base, size) else { return false }
        unsafe base = block
        capacity = size
        return true
    }

    /// A new object of `size` bytes (header included; rounded up to 16). The bytes after the header are zero.
    @inline(__always)
    mutating func allocate(_ kind: ObjectKind, size: Int, class classID: ClassID = .none) throws(Stop) -> Handle {
        let rounded = (size &+ 15) & ~15
        if top &+ rounded > capacity {
            guard rounded < Int(Int32.max), reserve(rounded) else { throw .needsSpace(rounded) }
        }
        let handle = UInt32(truncatingIfNeeded: top)
        let start = unsafe base + top
        top &+= rounded
        // The bytes lie inside the block: just reserved.
        unsafe start.storeBytes(of: UInt32(truncatingIfNeeded: rounded), as: UInt32.self)
        unsafe start.storeBytes(of: UInt32(kind.rawValue), toByteOffset: 4, as: UInt32.self)
        unsafe start.storeBytes(of: classID.rawValue, toByteOffset: 8, as: UInt32.self)
        unsafe start.storeBytes(of: 0, toByteOffset: 12, as: UInt32.self)
        unsafe memset(start + Region.headerBytes, 0, rounded - Region.headerBytes)
        return handle
    }

    /// Gives back unused bytes of the block (before a long wait).
    mutating func trim() {
        let size = max(1024, (top + 255) & ~255)
        guard size < capacity, let block = unsafe realloc(base, size) else { return }
        unsafe base = block
        capacity = size
    }

    // MARK: Checked access

    @inline(__always)
    private func address(_ handle: Handle, _ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
        let position = Int(handle) &+ offset
        precondition(position >= 0 && position &+ size <= top, "handle out of bounds")
        return unsafe base + position
    }

    @inline(__always) func u32(_ handle: Handle, _ offset: Int) -> UInt32 {
        unsafe address(handle, offset, 4).load(as: UInt32.self)
    }
    @inline(__always) func u64(_ handle: Handle, _ offset: Int) -> UInt64 {
        unsafe address(handle, offset, 8).load(as: UInt64.self)
    }
    @inline(__always) func value(_ handle: Handle, _ offset: Int) -> Value {
        unsafe address(handle, offset, 16).load(as: Value.self)
    }
    @inline(__always) mutating func set(_ handle: Handle, _ offset: Int, u32 value: UInt32) {
        unsafe address(handle, offset, 4).storeBytes(of: value, as: UInt32.self)
    }
    @inline(__always) mutating func set(_ handle: Handle, _ offset: Int, u64 value: UInt64) {
        unsafe address(handle, offset, 8).storeBytes(of: value, as: UInt64.self)
    }
    @inline(__always) mutating func set(_ handle: Handle, _ offset: Int, _ value: Value) {
        unsafe address(handle, offset, 16).storeBytes(of: value.wide, as: SIMD2<UInt64>.self)
    }

    // MARK: Headers

    @inline(__always) func size(of handle: Handle) -> Int { Int(u32(handle, 0)) }
    @inline(__always) func kind(of handle: Handle) -> ObjectKind {
        ObjectKind(rawValue: UInt8(truncatingIfNeeded: u32(handle, 4))) ?? .bytes
    }
    @inline(__always) func flags(of handle: Handle) -> ObjectFlags {
        ObjectFlags(rawValue: UInt16(truncatingIfNeeded: u32(handle, 4) >> 16))
    }
    @inline(__always) mutating func setFlags(_ flags: ObjectFlags, of handle: Handle) {
        set(handle, 4, u32: (u32(handle, 4) & 0xFFFF) | UInt32(flags.rawValue) << 16)
    }
    @inline(__always) func classID(of handle: Handle) -> ClassID { ClassID(rawValue: u32(handle, 8)) }
    mutating func setClass(_ classID: ClassID, of handle: Handle) { set(handle, 8, u32: classID.rawValue) }

    // MARK: Bulk

    /// Bytes of an object or, with `Handle.shared`, of an image. Valid until the next allocation.
    @inline(__always) func bytes(_ handle: Handle, _ offset: Int, _ count: Int) -> ByteView {
        if handle & Handle.shared != 0 {
            let start = Int(handle & ~(Handle.shared | Handle.prelude)) + offset
            return (handle & Handle.prelude != 0 ? preludeBytes : scriptBytes).slice(start, start + count)
        }
        return unsafe ByteView(
            start: UnsafePointer(address(handle, offset, count).assumingMemoryBound(to: UInt8.self)),
            count: count)
    }

    @inline(__always) mutating func setByte(_ handle: Handle, _ offset: Int, _ byte: UInt8) {
        unsafe address(handle, offset, 1).storeBytes(of: byte, as: UInt8.self)
    }

    /// Copies bytes into an object; the source may lie in the same object.
    mutating func copy(_ source: ByteView, to handle: Handle, _ offset: Int) {
        guard source.count > 0 else { return }
        unsafe memmove(address(handle, offset, source.count), source.start, source.count)
    }

    /// Copies `count` bytes from one object to another (or within one).
    mutating func move(from: Handle, _ fromOffset: Int, to: Handle, _ toOffset: Int, count: Int) {
        guard count > 0 else { return }
        unsafe memmove(address(to, toOffset, count), address(from, fromOffset, count), count)
    }

    /// Sets bytes of an object to zero (values: nil).
    mutating func clear(_ handle: Handle, _ offset: Int, count: Int) {
        guard count > 0 else { return }
        unsafe memset(address(handle, offset, count), 0, count)
    }

    /// The registers of a frame. The caller has checked (frame push, verifier) that `count` registers lie there.
    @inline(__always) func registers(_ handle: Handle, _ offset: Int, count: Int) -> RegisterFile {
        unsafe RegisterFile(start: address(handle, offset, count &* 16).assumingMemoryBound(to: Value.self))
    }

    /// The offset of bytes that lie in this region, or -1: such a view must be taken again after an allocation.
    func position(of view: ByteView) -> Int {
        let distance = unsafe UnsafeRawPointer(base).distance(to: UnsafeRawPointer(view.start))
        return distance >= 0 && distance < capacity ? distance : -1
    }

    /// A view taken again after an allocation.
    func view(_ view: ByteView, at position: Int) -> ByteView {
        position < 0 ? view : bytes(0, position, view.count)
    }

    // MARK: Frames

    /// Writes a frame's header and registers: `count` arguments from offset `arguments` of the stack object, the rest
    /// nil. One check for all of it: the frame lies inside the stack object.
    @inline(__always)
    mutating func writeFrame(
        _ stack: Handle, caller: Int, callerPC: Int, serial: UInt32, _ new: FrameSpecification, registers: Int,
        arguments: Int, count: Int
    ) {
        let end = new.start &+ Layout.Frame.registers &+ registers &* 16
        precondition(
            new.start >= 0 && caller >= 0 && end <= size(of: stack) && Int(stack) &+ end <= top && count <= registers
                && arguments >= 0 && arguments &+ count &* 16 <= size(of: stack), "frame out of bounds")
        let object = unsafe base + Int(stack)
        unsafe (object + caller).storeBytes(
            of: UInt32(truncatingIfNeeded: callerPC), toByteOffset: Layout.Frame.pc, as: UInt32.self)
        let header = unsafe (object + new.start).assumingMemoryBound(to: UInt32.self)
        unsafe header[0] = UInt32(truncatingIfNeeded: caller)
        unsafe header[1] = 0
        unsafe header[2] = new.function
        unsafe header[3] = serial
        unsafe header[4] = new.flags.rawValue
        unsafe header[5] = UInt32(truncatingIfNeeded: new.result)
        unsafe header[6] = new.lexicalClass.rawValue
        unsafe header[7] = new.selector.rawValue
        let values = unsafe (object + new.start).assumingMemoryBound(to: Value.self)
        unsafe values[Layout.Frame.receiver / 16] = new.receiver
        unsafe values[Layout.Frame.block / 16] = new.block
        unsafe header[Layout.Frame.environment / 4] = new.environment
        unsafe header[Layout.Frame.proc / 4] = new.proc
        unsafe header[Layout.Frame.match / 4] = 0
        unsafe header[Layout.Frame.ownerClass / 4] = new.ownerClass.rawValue
        let target = unsafe values + Layout.Frame.registers / 16
        let source = unsafe (object + arguments).assumingMemoryBound(to: Value.self)
        // Upwards: spread arguments may overlap from above only.
        var index = 0
        while index < count {
            unsafe target[index] = source[index]
            index &+= 1
        }
        while index < registers {
            unsafe target[index] = .null
            index &+= 1
        }
    }

    /// Ends a frame: puts the value into the caller's register. Returns the caller and its next word.
    @inline(__always)
    mutating func leaveFrame(_ stack: Handle, _ frame: Int, _ value: Value) -> (caller: Int, pc: Int) {
        let header = unsafe address(stack, frame, Layout.Frame.registers).assumingMemoryBound(to: UInt32.self)
        let caller = unsafe Int(header[0])
        let register = unsafe Int(header[5])
        let place = Layout.Frame.registers &+ register &* 16
        let back = unsafe address(stack, caller, place &+ 16)
        unsafe (back + place).storeBytes(of: value.wide, as: SIMD2<UInt64>.self)
        return unsafe (caller, Int(back.load(fromByteOffset: Layout.Frame.pc, as: UInt32.self)))
    }

    // MARK: Collection

    /// Empties the region for use as a to-space with room for `capacity` bytes.
    mutating func restart(capacity size: Int) {
        top = Region.objectStart
        limit = Int.max
        if capacity < size, !reserve(size) { fatalError("out of memory: the worker ends") }
    }

    /// The to-space becomes the region: it gets the real limit back.
    mutating func finishCollection(limit: Int) { self.limit = limit }

    /// Copies an object's bytes into another region and leaves its new address behind; idempotent.
    mutating func evacuate(_ handle: Handle, to target: inout Region) -> Handle {
        let header = u32(handle, 4)
        if UInt8(truncatingIfNeeded: header) == ObjectKind.forwarded.rawValue { return u32(handle, 8) }
        let count = size(of: handle)
        // A to-space is made as large as the from-space in use, so this cannot fail.
        guard target.reserve(count) else { fatalError("to-space too small") }
        let position = target.top
        unsafe memcpy(target.base + position, address(handle, 0, count), count)
        target.top = position + count
        set(handle, 4, u32: UInt32(ObjectKind.forwarded.rawValue))
        set(handle, 8, u32: UInt32(position))
        return UInt32(position)
    }
}

/// A frame's registers. Unchecked: the verifier has proved that every register number of a function is below its register
/// count, and pushing a frame has proved that this many registers lie inside the stack object.
@safe struct RegisterFile: BitwiseCopyable {
    private let start: UnsafeMutablePointer<Value>

    @unsafe @inline(__always) init(start: UnsafeMutablePointer<Value>) { unsafe self.start = unsafe start }

    @inline(__always) subscript(_ index: Int) -> Value {
        get { unsafe start[index] }
        nonmutating set {
            unsafe UnsafeMutableRawPointer(start + index).storeBytes(of: newValue.wide, as: SIMD2<UInt64>.self)
        }
    }

    /// Copies registers from another frame (may overlap).
    @inline(__always) func copy(from other: RegisterFile, _ first: Int, count: Int) {
        var index = 0
        while index < count {
            unsafe start[index] = other.start[first &+ index]
            index &+= 1
        }
    }
}

/// Bytes that somebody else owns, read-only and bounds-checked. Valid until the owner's next allocation.
@safe struct ByteView: BitwiseCopyable, @unchecked Sendable {
    // @unchecked Sendable: only views of immortal image memory are kept; all others stay within one call.
    @unsafe fileprivate let start: UnsafePointer<UInt8>
    let count: Int

    @unsafe @inline(__always) init(start: UnsafePointer<UInt8>, count: Int) {
        unsafe self.start = unsafe start
        self.count = count
    }

    /// Static text lives as long as the program.
    @inline(__always) init(_ text: StaticString) {
        unsafe self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    @inline(__always) subscript(_ index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "byte out of bounds")
        return unsafe start[index]
    }

    @inline(__always) func slice(_ from: Int, _ to: Int) -> ByteView {
        precondition(from >= 0 && from <= to && to <= count, "slice out of bounds")
        return unsafe ByteView(start: start + from, count: to - from)
    }

    func isEqual(_ other: ByteView) -> Bool {
        unsafe count == other.count && (count == 0 || memcmp(start, other.start, count) == 0)
    }

    /// -1, 0 or 1, by bytes.
    func compare(_ other: ByteView) -> Int {
        let shared = min(count, other.count)
        let order = unsafe shared == 0 ? 0 : Int(memcmp(start, other.start, shared))
        if order != 0 { return order < 0 ? -1 : 1 }
        return count == other.count ? 0 : (count < other.count ? -1 : 1)
    }

    /// Offset of the first occurrence at or after `from`, or -1.
    func find(_ needle: ByteView, from: Int) -> Int {
        guard from >= 0, from <= count, needle.count <= count - from else { return -1 }
        guard needle.count > 0 else { return from }
        // By first byte, then the whole.
        var position = from
        let last = count - needle.count
        let first = unsafe Int32(needle.start[0])
        while position <= last {
            guard let hit = unsafe memchr(start + position, first, last - position + 1) else { return -1 }
            position = unsafe UnsafeRawPointer(start).distance(to: UnsafeRawPointer(hit))
            if unsafe memcmp(start + position, needle.start, needle.count) == 0 { return position }
            position += 1
        }
        return -1
    }

    /// Runs C code on the bytes.
    @unsafe func withPointer<R>(_ body: (UnsafePointer<UInt8>, Int) -> R) -> R { unsafe body(start, count) }

    var array: [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }

    /// A multiplicative hash over eight bytes at a time.
    func hash(seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= count {
            let word = unsafe UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
            state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
            state ^= state >> 32
            index &+= 8
        }
        var tail: UInt64 = 0
        while index < count {
            tail = tail << 8 | UInt64(unsafe start[index])
            index &+= 1
        }
        state = (state ^ tail) &* 0xC4CE_B9FE_1A85_EC53
        return state ^ (state >> 29)
    }
}
