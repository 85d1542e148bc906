/// Arrays: small ones hold their values inline; `start` moves when values are shifted off.
extension Heap {
    mutating func newArray(capacity: Int) throws(Stop) -> Handle {
        guard capacity < 1 << 26 else { throw .needsSpace(Int(Int32.max)) }
        let room = max(2, capacity)
        let handle = try region.allocate(.array, size: Layout.Array.inline + room * 16, class: Core.array)
        region.set(handle, Layout.Array.capacity, u32: UInt32(room))
        chargeRoom(room)
        return handle
    }

    /// An array of consecutive values of another object (registers, a buffer).
    mutating func newArray(from source: Handle, _ offset: Int, count: Int) throws(Stop) -> Value {
        guard count < 1 << 26 else { throw .needsSpace(Int(Int32.max)) }
        let room = max(2, count)
        let handle = try region.allocate(.array, size: Layout.Array.inline &+ room &* 16, class: Core.array)
        region.setFields(
            handle, SIMD4(UInt32(truncatingIfNeeded: count), UInt32(truncatingIfNeeded: room), 0, 0))
        region.copyValues(from: source, offset, to: handle, Layout.Array.inline, count: count)
        chargeRoom(room)
        return .array(handle)
    }

    mutating func newArray(_ a: Value, _ b: Value) throws(Stop) -> Value {
        let handle = try newArray(capacity: 2)
        push(handle, reserved: a)
        push(handle, reserved: b)
        return .array(handle)
    }

    @inline(__always) func count(_ handle: Handle) -> Int { Int(region.u32(handle, Layout.Array.count)) }

    /// Object and offset of element 0.
    @inline(__always) func elements(_ handle: Handle) -> (Handle, Int) {
        let buffer = region.u32(handle, Layout.Array.buffer)
        let start = Int(region.u32(handle, Layout.Array.start)) &* 16
        return buffer == 0 ? (handle, Layout.Array.inline &+ start) : (buffer, Region.headerBytes &+ start)
    }

    /// The element, or nil outside.
    @inline(__always) func element(_ handle: Handle, _ index: Int) -> Value {
        let fields = region.fields(handle)
        guard UInt(bitPattern: index) < UInt(fields[0]) else { return .null }
        let place = (Int(fields[3]) &+ index) &* 16
        return fields[2] == 0
            ? region.value(handle, Layout.Array.inline &+ place) : region.value(fields[2], Region.headerBytes &+ place)
    }

    /// Sets an element that exists.
    @inline(__always) mutating func setElement(_ handle: Handle, _ index: Int, existing value: Value) {
        precondition(index >= 0 && index < count(handle))
        let (object, offset) = elements(handle)
        region.set(object, offset &+ index &* 16, value)
    }

    /// Sets an element, lengthening the array with nil.
    mutating func setElement(_ handle: Handle, _ index: Int, _ value: Value) throws(Stop) {
        let count = count(handle)
        if index >= count {
            try reserveArray(handle, index + 1)
            let (object, offset) = elements(handle)
            region.clear(object, offset + count * 16, count: (index + 1 - count) * 16)
            region.set(handle, Layout.Array.count, u32: UInt32(index + 1))
        }
        setElement(handle, index, existing: value)
    }

    mutating func reserveArray(_ handle: Handle, _ capacity: Int) throws(Stop) {
        let start = Int(region.u32(handle, Layout.Array.start))
        guard start + capacity > Int(region.u32(handle, Layout.Array.capacity)) else { return }
        guard capacity < 1 << 26 else { throw .needsSpace(Int(Int32.max)) }
        let count = count(handle)
        let room = max(capacity, max(4, count * 2))
        let buffer = try newValues(room)
        let (object, offset) = elements(handle)
        region.move(from: object, offset, to: buffer, Region.headerBytes, count: count * 16)
        region.set(handle, Layout.Array.buffer, u32: buffer)
        region.set(handle, Layout.Array.capacity, u32: UInt32(room))
        region.set(handle, Layout.Array.start, u32: 0)
    }

    @inline(__always) mutating func push(_ handle: Handle, _ value: Value) throws(Stop) {
        var fields = region.fields(handle)
        let place = fields[3] &+ fields[0]
        guard place < fields[1] else { return try pushSlowly(handle, value) }
        fields[0] &+= 1
        region.setFields(handle, fields)
        if fields[2] == 0 {
            region.set(handle, Layout.Array.inline &+ Int(place) &* 16, value)
        } else {
            region.set(fields[2], Region.headerBytes &+ Int(place) &* 16, value)
        }
    }

    @inline(never) private mutating func pushSlowly(_ handle: Handle, _ value: Value) throws(Stop) {
        try reserveArray(handle, count(handle) + 1)
        push(handle, reserved: value)
    }

    /// Room has been reserved.
    @inline(__always) mutating func push(_ handle: Handle, reserved value: Value) {
        var fields = region.fields(handle)
        let place = fields[3] &+ fields[0]
        precondition(place < fields[1], "no room was reserved")
        fields[0] &+= 1
        region.setFields(handle, fields)
        if fields[2] == 0 {
            region.set(handle, Layout.Array.inline &+ Int(place) &* 16, value)
        } else {
            region.set(fields[2], Region.headerBytes &+ Int(place) &* 16, value)
        }
    }

    /// Appends all elements of an array (possibly the same one); room has been reserved.
    mutating func append(_ handle: Handle, reserved other: Handle) {
        let (count, added) = (count(handle), count(other))
        let (source, sourceOffset) = elements(other)
        let (object, offset) = elements(handle)
        region.move(from: source, sourceOffset, to: object, offset + count * 16, count: added * 16)
        region.set(handle, Layout.Array.count, u32: UInt32(count + added))
    }

    mutating func pop(_ handle: Handle) -> Value {
        let count = count(handle)
        guard count > 0 else { return .null }
        let value = element(handle, count - 1)
        region.set(handle, Layout.Array.count, u32: UInt32(count - 1))
        return value
    }

    mutating func shift(_ handle: Handle) -> Value {
        let count = count(handle)
        guard count > 0 else { return .null }
        let value = element(handle, 0)
        // The freed slot is cleared: the collector scans whole buffers.
        setElement(handle, 0, existing: .null)
        region.set(handle, Layout.Array.start, u32: region.u32(handle, Layout.Array.start) + 1)
        region.set(handle, Layout.Array.count, u32: UInt32(count - 1))
        return value
    }

    /// Replaces `removed` elements at `index` by the elements of another array (or none).
    mutating func splice(_ handle: Handle, _ index: Int, removed: Int, with other: Handle) throws(Stop) {
        let old = count(handle)
        let added = other == 0 ? 0 : count(other)
        let result = try newArray(capacity: old - removed + added)
        let (object, offset) = elements(handle)
        region.move(from: object, offset, to: result, Layout.Array.inline, count: index * 16)
        if added > 0 {
            let (source, sourceOffset) = elements(other)
            region.move(
                from: source, sourceOffset, to: result, Layout.Array.inline + index * 16, count: added * 16)
        }
        region.move(
            from: object, offset + (index + removed) * 16, to: result, Layout.Array.inline + (index + added) * 16,
            count: (old - index - removed) * 16)
        region.set(result, Layout.Array.count, u32: UInt32(old - removed + added))
        try replaceArray(handle, with: result)
    }

    /// Takes over the elements of another array (copied).
    mutating func replaceArray(_ handle: Handle, with other: Handle) throws(Stop) {
        let count = count(other)
        try reserveArray(handle, count)
        let (source, sourceOffset) = elements(other)
        let (object, offset) = elements(handle)
        region.move(from: source, sourceOffset, to: object, offset, count: count * 16)
        region.set(handle, Layout.Array.count, u32: UInt32(count))
    }

    mutating func copyArray(_ handle: Handle, from start: Int = 0, count limit: Int = Int.max) throws(Stop) -> Value {
        let count = max(0, min(limit, self.count(handle) - start))
        work &+= Int64(count >> 3)
        let result = try newArray(capacity: count)
        let (object, offset) = elements(handle)
        region.move(from: object, offset + start * 16, to: result, Layout.Array.inline, count: count * 16)
        region.set(result, Layout.Array.count, u32: UInt32(count))
        return .array(result)
    }
}
