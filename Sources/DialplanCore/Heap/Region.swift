#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The memory of one execution: a block that grows in steps; objects are bump-allocated and named by offset.
///
/// This file and `Region+Frames` are where raw memory is touched. Every access through a handle is checked against `top`; a handle out of
/// bounds is a fault of the engine and traps. Addresses never leave them except as `ByteView`s and `RegisterFile`s,
/// which are valid until the next allocation.
@safe struct Region: ~Copyable {
    private var block: Block
    /// Bytes in use; objects lie in `objectStart ..< top`.
    private(set) var top: Int
    /// For tests: the block moves at every reservation.
    var movesAlways = false {
        didSet { if movesAlways { _ = moveElsewhere() } }
    }
    /// The most bytes the region may grow to.
    private(set) var limit: Int
    /// The most that the block may have to grow to, as a region or as a to-space.
    let most: Int
    /// Immortal bytes of the script's image and of the prelude's (kept alive by their owner, the Machine).
    let scriptBytes: ByteView
    let preludeBytes: ByteView

    /// Makes this type, and the Heap and Machine that contain it, one that Swift handles by address only. Without it
    /// every call of a nonmutating method copies the whole Machine (724 bytes; measured: fib 1.6 times slower).
    private let byAddress: any Sendable = ()

    /// The words of `nil`.
    let nilWords: SIMD2<UInt64>

    static let objectStart = 16
    static let headerBytes = 16

    /// - Parameter most: the most that the block may have to grow to.
    init(capacity: Int, limit: Int, most: Int, scriptBytes: ByteView, preludeBytes: ByteView) {
        if let made = Block(max(1024, capacity), most: most) {
            block = made
            self.limit = limit
        } else {
            // The system has no memory: a region in which nothing can be made. Its owner sees `needsSpace`.
            block = .none
            self.limit = 0
        }
        self.most = most
        nilWords = Value.null.wide
        top = Region.objectStart
        self.scriptBytes = scriptBytes
        self.preludeBytes = preludeBytes
    }

    deinit { block.release() }

    @unsafe @inline(__always) private var base: UnsafeMutableRawPointer { unsafe block.base }
    /// Bytes of the block.
    @inline(__always) var capacity: Int { block.capacity }

    // MARK: Allocation

    /// Whether `count` more bytes fit without exceeding the limit; grows the block when needed.
    mutating func reserve(_ count: Int) -> Bool {
        if top &+ count <= capacity { return !movesAlways || moveElsewhere() }
        let needed = top + count
        guard needed <= limit, capacity > 0 else { return false }
        if movesAlways { return moveElsewhere(room: count) }
        return block.resize(to: min(limit, max(needed, capacity * 2)), used: top, most: most)
    }

    /// For tests: a new block at every reservation, and nothing readable in the old one.
    private mutating func moveElsewhere(room: Int = 0) -> Bool {
        let size = top + room
        guard let other = Block(size, most: size) else { return false }
        unsafe memcpy(other.base, base, top)
        unsafe memset(base, 0xDD, capacity)
        block.release()
        block = other
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
        unsafe start.storeBytes(
            of: SIMD4(UInt32(truncatingIfNeeded: rounded), UInt32(kind.rawValue), classID.rawValue, 0),
            as: SIMD4<UInt32>.self)
        if rounded > 256 {
            unsafe memset(start + Region.headerBytes, 0, rounded - Region.headerBytes)
        } else {
            let zero = nilWords
            var offset = Region.headerBytes
            while offset < rounded {
                unsafe start.storeBytes(of: zero, toByteOffset: offset, as: SIMD2<UInt64>.self)
                offset &+= 16
            }
        }
        return handle
    }

    /// Gives back unused bytes of the block (before a long wait).
    mutating func trim() {
        let size = max(1024, (top + 255) & ~255)
        if capacity > 0, size < capacity { _ = block.resize(to: size, used: top, most: most) }
    }

    // MARK: Checked access

    @unsafe @inline(__always)
    func address(_ handle: Handle, _ offset: Int, _ size: Int) -> UnsafeMutableRawPointer {
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

    /// The four words after an object's header, under one check.
    @inline(__always) func fields(_ handle: Handle) -> SIMD4<UInt32> {
        unsafe address(handle, Region.headerBytes, 16).load(as: SIMD4<UInt32>.self)
    }
    @inline(__always) mutating func setFields(_ handle: Handle, _ fields: SIMD4<UInt32>) {
        unsafe address(handle, Region.headerBytes, 16).storeBytes(of: fields, as: SIMD4<UInt32>.self)
    }

    /// One entry of a hash: its code, key and value.
    @inline(__always) func entry(_ entries: Handle, _ position: Int) -> (hash: UInt64, key: Value, value: Value) {
        let place = unsafe address(
            entries, Region.headerBytes &+ position &* Layout.Hash.entryBytes, Layout.Hash.entryBytes)
        return unsafe (
            place.load(as: UInt64.self), place.load(fromByteOffset: 8, as: Value.self),
            place.load(fromByteOffset: 24, as: Value.self)
        )
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

    @inline(__always) func byte(_ handle: Handle, _ offset: Int) -> UInt8 {
        unsafe address(handle, offset, 1).load(as: UInt8.self)
    }

    @inline(__always) mutating func setByte(_ handle: Handle, _ offset: Int, _ byte: UInt8) {
        unsafe address(handle, offset, 1).storeBytes(of: byte, as: UInt8.self)
    }

    /// Copies bytes into an object; the source may lie in the same object.
    mutating func copy(_ source: ByteView, to handle: Handle, _ offset: Int) {
        guard source.count > 0 else { return }
        unsafe memmove(address(handle, offset, source.count), source.start, source.count)
    }

    mutating func copy(_ bytes: [UInt8], to handle: Handle, _ offset: Int) {
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress, source.count > 0 else { return }
            unsafe memcpy(address(handle, offset, source.count), start, source.count)
        }
    }

    /// Copies `count` bytes from one object to another (or within one).
    mutating func move(from: Handle, _ fromOffset: Int, to: Handle, _ toOffset: Int, count: Int) {
        guard count > 0 else { return }
        unsafe memmove(address(to, toOffset, count), address(from, fromOffset, count), count)
    }

    /// Copies values to a new object; few of them as a rule.
    @inline(__always)
    mutating func copyValues(from: Handle, _ fromOffset: Int, to: Handle, _ toOffset: Int, count: Int) {
        guard count <= 8 else { return move(from: from, fromOffset, to: to, toOffset, count: count &* 16) }
        let source = unsafe address(from, fromOffset, count &* 16).assumingMemoryBound(to: SIMD2<UInt64>.self)
        let target = unsafe address(to, toOffset, count &* 16).assumingMemoryBound(to: SIMD2<UInt64>.self)
        var index = 0
        while index < count {
            unsafe target[index] = source[index]
            index &+= 1
        }
    }

    @inline(__always) mutating func fill(_ handle: Handle, _ offset: Int, _ value: Value, count: Int) {
        let target = unsafe address(handle, offset, count &* 16).assumingMemoryBound(to: SIMD2<UInt64>.self)
        let words = value.wide
        var index = 0
        while index < count {
            unsafe target[index] = words
            index &+= 1
        }
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

    // MARK: Collection

    /// Empties the region for use as a to-space with room for `size` bytes; false when the system has none.
    mutating func restart(capacity size: Int) -> Bool {
        top = Region.objectStart
        limit = Int.max
        return capacity >= size || reserve(size)
    }

    /// Shortens an object that is about to be copied (the from-space is not walked by sizes).
    mutating func shorten(_ handle: Handle, to size: Int) {
        let rounded = (size + 15) & ~15
        if rounded < self.size(of: handle) { set(handle, 0, u32: UInt32(truncatingIfNeeded: rounded)) }
    }

    /// The to-space becomes the region: it gets the real limit back.
    mutating func finishCollection(limit: Int) {
        self.limit = limit
        // A to-space is a little larger than what it is made from: that is no room for the script.
        block.limit(to: limit)
    }

    /// Copies an object's bytes into another region and leaves its new address behind; idempotent.
    mutating func evacuate(_ handle: Handle, to target: inout Region) -> Handle {
        let place = unsafe address(handle, 0, Region.headerBytes)
        let header = unsafe place.load(as: SIMD4<UInt32>.self)
        if UInt8(truncatingIfNeeded: header[1]) == ObjectKind.forwarded.rawValue { return header[2] }
        let count = Int(header[0])
        let position = target.top
        // A to-space is made as large as the from-space in use, so this cannot fail.
        guard position &+ count <= target.capacity && !target.movesAlways || target.reserve(count) else {
            fatalError("to-space too small")
        }
        let source = unsafe address(handle, 0, count)
        let new = unsafe target.base + position
        if count <= 128 {
            // Sizes are multiples of 16.
            var offset = 0
            while offset < count {
                unsafe new.storeBytes(
                    of: source.load(fromByteOffset: offset, as: SIMD2<UInt64>.self), toByteOffset: offset,
                    as: SIMD2<UInt64>.self)
                offset &+= 16
            }
        } else {
            unsafe memcpy(new, source, count)
        }
        target.top = position &+ count
        unsafe place.storeBytes(
            of: UInt64(ObjectKind.forwarded.rawValue) | UInt64(UInt32(truncatingIfNeeded: position)) << 32,
            toByteOffset: 4, as: UInt64.self)
        return UInt32(truncatingIfNeeded: position)
    }
}
