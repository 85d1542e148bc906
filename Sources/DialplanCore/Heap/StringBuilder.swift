/// A string that is written byte by byte: one check and one store each, where `Heap.append` looks at the string anew every
/// time. `finish` makes what has been written the string's.
struct StringBuilder {
    let handle: Handle
    private var object: Handle
    private var offset: Int
    private var room: Int
    private(set) var count = 0
    /// All bytes or'ed.
    private var seen: UInt8 = 0

    /// Room for `capacity` bytes; it grows when that is not enough.
    init(_ heap: inout Heap, capacity: Int) throws(Stop) {
        handle = try heap.newString(capacity: capacity)
        (object, offset, room) = heap.room(of: handle)
    }

    @inline(__always) mutating func append(_ byte: UInt8, _ heap: inout Heap) throws(Stop) {
        if count >= room { try grow(&heap, 1) }
        heap.region.setByte(object, offset &+ count, byte)
        count &+= 1
        seen |= byte
    }

    /// A part of another string (not of this one).
    mutating func append(from source: Handle, _ start: Int, _ length: Int, _ heap: inout Heap) throws(Stop) {
        if length > room - count { try grow(&heap, length) }
        let view = heap.bytes(source).slice(start, start + length)
        heap.region.copy(view, to: object, offset + count)
        count += length
        if !heap.region.flags(of: source).contains(.ascii) { seen |= 0x80 }
    }

    private mutating func grow(_ heap: inout Heap, _ more: Int) throws(Stop) {
        heap.setLength(handle, count, [])
        try heap.reserveString(handle, count + more)
        (object, offset, room) = heap.room(of: handle)
    }

    /// The string. Once.
    func finish(_ heap: inout Heap) -> Value {
        heap.setLength(handle, count, seen < 0x80 ? .asciiText : [])
        return .string(handle)
    }
}

extension Heap {
    /// Where the bytes of a string that owns them lie, and how many there may be.
    fileprivate func room(of handle: Handle) -> (object: Handle, offset: Int, room: Int) {
        let buffer = region.u32(handle, Layout.String.buffer)
        let room = Int(region.u32(handle, Layout.String.capacity))
        return buffer == 0 ? (handle, Layout.String.inline, room) : (buffer, Region.headerBytes, room)
    }
}
