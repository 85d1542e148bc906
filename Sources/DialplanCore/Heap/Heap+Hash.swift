/// Hashes in order of insertion: entries in one buffer, above eight of them an index of open addressing.
extension Heap {
    mutating func newHash(capacity: Int = 0) throws(Stop) -> Value {
        let handle = try region.allocate(.hash, size: Layout.Hash.size, class: Core.hash)
        if capacity > 0 { try growHash(handle, to: capacity) }
        return .hash(handle)
    }

    @inline(__always) func hashCount(_ handle: Handle) -> Int { Int(region.u32(handle, Layout.Hash.count)) }
    /// Entries with the deleted ones; positions 0 ..< hashUsed.
    @inline(__always) func hashUsed(_ handle: Handle) -> Int { Int(region.u32(handle, Layout.Hash.used)) }

    /// Undefined when the entry was deleted.
    @inline(__always) func entryKey(_ handle: Handle, _ position: Int) -> Value {
        guard position < hashUsed(handle) else { return .undefined }
        let entries = region.u32(handle, Layout.Hash.entries)
        return region.value(entries, Region.headerBytes &+ position &* Layout.Hash.entryBytes &+ 8)
    }
    @inline(__always) func entryValue(_ handle: Handle, _ position: Int) -> Value {
        guard position < hashUsed(handle) else { return .undefined }
        let entries = region.u32(handle, Layout.Hash.entries)
        return region.value(entries, Region.headerBytes &+ position &* Layout.Hash.entryBytes &+ 24)
    }
    func entryHash(_ handle: Handle, _ position: Int) -> UInt64 {
        region.u64(region.u32(handle, Layout.Hash.entries), Region.headerBytes + position * Layout.Hash.entryBytes)
    }
    mutating func setEntryValue(_ handle: Handle, _ position: Int, _ value: Value) {
        region.set(
            region.u32(handle, Layout.Hash.entries), Region.headerBytes + position * Layout.Hash.entryBytes + 24, value)
    }

    /// `hashCode` of a string.
    @inline(__always) private mutating func stringHash(_ key: Value) throws(Stop) -> UInt64 {
        try countStep()
        work &+= Int64(length(key.handle) >> 6)
        return bytes(key).hash(seed: seed)
    }

    /// Position of a key's entry, or -1.
    mutating func find(_ handle: Handle, _ key: Value) throws(Stop) -> Int {
        if hashCount(handle) == 0 { return -1 }
        if key.tag == .string, !region.flags(of: handle).contains(.byIdentity) {
            return try find(handle, key, hash: try stringHash(key), identity: false)
        }
        let identity = region.flags(of: handle).contains(.byIdentity)
        return try find(handle, key, hash: try hashCode(key, identity: identity), identity: identity)
    }

    private mutating func find(_ handle: Handle, _ key: Value, hash: UInt64, identity: Bool) throws(Stop) -> Int {
        let fields = region.fields(handle)
        let (entries, index) = (fields[2], fields[3])
        if index == 0 {
            let used = Int(fields[1])
            var position = 0
            while position < used {
                let entry = region.entry(entries, position)
                if entry.hash == hash, try matches(entry.key, key, identity) { return position }
                position &+= 1
            }
            return -1
        }
        let mask = (region.size(of: index) - Region.headerBytes) / 4 - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let number = region.u32(index, Region.headerBytes &+ slot &* 4)
            if number == 0 { return -1 }
            let position = Int(number) &- 1
            let entry = region.entry(entries, position)
            if entry.hash == hash, try matches(entry.key, key, identity) { return position }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always) private mutating func matches(_ stored: Value, _ key: Value, _ identity: Bool) throws(Stop)
        -> Bool
    {
        if stored.isIdentical(to: key) { return true }
        if identity || stored.tag != key.tag { return false }
        if key.tag == .string {
            try countStep()
            work &+= Int64(length(key.handle) >> 6)
            return bytes(stored).isEqual(bytes(key))
        }
        return try isEqual(stored, key, strict: true)
    }

    /// The value under a symbol; undefined when there is none (or no hash). Symbols are equal when identical.
    @inline(__always) func get(_ handle: Handle, _ key: Symbol) -> Value { get(handle, immediate: .symbol(key)) }

    /// With a symbol or an integer as key.
    func get(_ handle: Handle, immediate value: Value) -> Value {
        guard handle != 0, hashCount(handle) > 0 else { return .undefined }
        let index = region.u32(handle, Layout.Hash.index)
        if index == 0 {
            for position in 0..<hashUsed(handle) where entryKey(handle, position).isIdentical(to: value) {
                return entryValue(handle, position)
            }
            return .undefined
        }
        let mask = (region.size(of: index) - Region.headerBytes) / 4 - 1
        var slot = Int(truncatingIfNeeded: mix(UInt64(value.tag.rawValue), value.bits)) & mask
        while true {
            let entry = region.u32(index, Region.headerBytes &+ slot &* 4)
            if entry == 0 { return .undefined }
            if entryKey(handle, Int(entry) - 1).isIdentical(to: value) { return entryValue(handle, Int(entry) - 1) }
            slot = (slot &+ 1) & mask
        }
    }

    /// `hash[key]` where it needs no script code: the value, or the default of a plain hash. Undefined: ask the method.
    mutating func lookUp(_ handle: Handle, _ key: Value) throws(Stop) -> Value {
        guard key.tag == .string || key.tag == .symbol || key.tag == .integer else { return .undefined }
        let position = try find(handle, key)
        if position >= 0 { return entryValue(handle, position) }
        guard region.classID(of: handle) == Core.hash, region.value(handle, Layout.Hash.defaultProc).isNil else {
            return .undefined
        }
        return region.value(handle, Layout.Hash.defaultValue)
    }

    mutating func get(_ handle: Handle, _ key: Value) throws(Stop) -> Value {
        let position = try find(handle, key)
        return position < 0 ? .undefined : entryValue(handle, position)
    }

    /// Adds or replaces. A string key is stored as it is: the caller copies and freezes it.
    mutating func put(_ handle: Handle, _ key: Value, _ value: Value) throws(Stop) {
        let identity = region.flags(of: handle).contains(.byIdentity)
        let hash = try hashCode(key, identity: identity)
        let position = hashCount(handle) == 0 ? -1 : try find(handle, key, hash: hash, identity: identity)
        if position >= 0 {
            setEntryValue(handle, position, value)
            return
        }
        try add(handle, key, value, hash: hash)
    }

    /// Adds an entry that is known not to be there.
    mutating func add(_ handle: Handle, _ key: Value, _ value: Value, hash: UInt64) throws(Stop) {
        let used = hashUsed(handle)
        let entries = region.u32(handle, Layout.Hash.entries)
        let capacity = entries == 0 ? 0 : (region.size(of: entries) - Region.headerBytes) / Layout.Hash.entryBytes
        if used >= capacity { try growHash(handle, to: max(4, hashCount(handle) * 2)) }
        let place = hashUsed(handle)
        let buffer = region.u32(handle, Layout.Hash.entries)
        let offset = Region.headerBytes + place * Layout.Hash.entryBytes
        region.set(buffer, offset, u64: hash)
        region.set(buffer, offset + 8, key)
        region.set(buffer, offset + 24, value)
        region.set(handle, Layout.Hash.used, u32: UInt32(place + 1))
        region.set(handle, Layout.Hash.count, u32: UInt32(hashCount(handle) + 1))
        let index = region.u32(handle, Layout.Hash.index)
        if index != 0 { insert(index, hash, place) }
    }

    private mutating func insert(_ index: Handle, _ hash: UInt64, _ position: Int) {
        let mask = (region.size(of: index) - Region.headerBytes) / 4 - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while region.u32(index, Region.headerBytes + slot * 4) != 0 { slot = (slot + 1) & mask }
        region.set(index, Region.headerBytes + slot * 4, u32: UInt32(position + 1))
    }

    /// New buffers without the deleted entries. Both are allocated before anything changes.
    private mutating func growHash(_ handle: Handle, to capacity: Int) throws(Stop) {
        guard capacity < 1 << 24 else { throw .needsSpace(Int(Int32.max)) }
        let entries = try region.allocate(
            .entries, size: Region.headerBytes + capacity * Layout.Hash.entryBytes)
        let room = (region.size(of: entries) - Region.headerBytes) / Layout.Hash.entryBytes
        var index: Handle = 0
        if room > 8 {
            var slots = 32
            while slots < room * 2 { slots *= 2 }
            index = try region.allocate(.bytes, size: Region.headerBytes + slots * 4)
        }
        if room >= 64 { work &+= Int64(room >> 2) }
        let old = region.u32(handle, Layout.Hash.entries)
        var place = 0
        for position in 0..<hashUsed(handle) where entryKey(handle, position).tag != .undefined {
            region.move(
                from: old, Region.headerBytes + position * Layout.Hash.entryBytes,
                to: entries, Region.headerBytes + place * Layout.Hash.entryBytes, count: Layout.Hash.entryBytes)
            place += 1
        }
        region.set(handle, Layout.Hash.entries, u32: entries)
        region.set(handle, Layout.Hash.index, u32: index)
        region.set(handle, Layout.Hash.used, u32: UInt32(place))
        if index != 0 {
            for position in 0..<place { insert(index, entryHash(handle, position), position) }
        }
    }

    /// The first live entry, or -1. How many deleted ones lie before it is noted in the buffer's header.
    mutating func firstEntry(_ handle: Handle) -> Int {
        let entries = region.u32(handle, Layout.Hash.entries)
        guard entries != 0, hashCount(handle) > 0 else { return -1 }
        let start = Int(region.classID(of: entries).rawValue)
        var position = start
        while position < hashUsed(handle), entryKey(handle, position).tag == .undefined { position &+= 1 }
        work &+= Int64((position &- start) >> 3)
        region.setClass(ClassID(rawValue: UInt32(truncatingIfNeeded: position)), of: entries)
        return position < hashUsed(handle) ? position : -1
    }

    /// Removes an entry; its place stays, marked, until the hash grows.
    mutating func removeEntry(_ handle: Handle, _ position: Int) {
        let buffer = region.u32(handle, Layout.Hash.entries)
        let offset = Region.headerBytes + position * Layout.Hash.entryBytes
        region.set(buffer, offset + 8, .undefined)
        region.set(buffer, offset + 24, .null)
        let count = hashCount(handle) - 1
        region.set(handle, Layout.Hash.count, u32: UInt32(count))
        if count == 0 { clearHash(handle) }
    }

    mutating func clearHash(_ handle: Handle) {
        region.set(handle, Layout.Hash.count, u32: 0)
        region.set(handle, Layout.Hash.used, u32: 0)
        region.set(handle, Layout.Hash.entries, u32: 0)
        region.set(handle, Layout.Hash.index, u32: 0)
    }

    mutating func copyHash(_ handle: Handle) throws(Stop) -> Value {
        let result = try newHash(capacity: hashCount(handle)).handle
        for position in 0..<hashUsed(handle) where entryKey(handle, position).tag != .undefined {
            try add(
                result, entryKey(handle, position), entryValue(handle, position), hash: entryHash(handle, position))
        }
        region.set(result, Layout.Hash.defaultValue, region.value(handle, Layout.Hash.defaultValue))
        region.set(result, Layout.Hash.defaultProc, region.value(handle, Layout.Hash.defaultProc))
        region.setClass(region.classID(of: handle), of: result)
        return .hash(result)
    }
}
