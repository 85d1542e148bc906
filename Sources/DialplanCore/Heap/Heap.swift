/// The objects of one execution over its region. Knows layouts, not methods.
struct Heap: ~Copyable {
    var region: Region
    /// Seeds string hashes; part of `start`, so a replay sees the same.
    let seed: UInt64
    let stringLimit: Int
    /// Literals of texts compiled by `eval`: an array per unit. (An image's literals are not in the region.)
    var evaluatedLiterals: Handle = 0
    /// The last `object_id` given out.
    var identities: UInt32 = 0
    /// Work done on bytes and elements since the last charge; the Machine turns it into fuel (`Machine.settle`).
    #if DIALPLAN_UNMETERED
    var work: Int64 {
        get { 0 }
        set {}
    }
    #else
    var work: Int64 = 0
    #endif
    /// The most that one leaf may compare or hash before the prelude takes over, step by step.
    static let workMax: Int64 = 20_000
    /// Some class of the script defines `hash`/`eql?`, or `==`: objects must be asked (`Stop.slow`).
    var hasCustomHash = false
    var hasCustomEquality = false

    init(region: consuming Region, seed: UInt64, stringLimit: Int) {
        self.region = region
        self.seed = seed
        self.stringLimit = stringLimit
    }

    mutating func noteCustomEquality() {
        hasCustomHash = true
        hasCustomEquality = true
    }

    /// A number that identifies an object for its life; the same in every replay.
    mutating func identity(of handle: Handle) -> UInt32 {
        let known = region.u32(handle, Layout.identity)
        if known != 0 { return known }
        identities &+= 1
        region.set(handle, Layout.identity, u32: identities)
        return identities
    }

    func isFrozen(_ value: Value) -> Bool {
        value.isHeap ? region.flags(of: value.handle).contains(.frozen) : true
    }

    mutating func freeze(_ value: Value) {
        guard value.isHeap else { return }
        region.setFlags(region.flags(of: value.handle).union(.frozen), of: value.handle)
    }

    // MARK: Small objects

    mutating func newRange(_ low: Value, _ high: Value, exclusive: Bool) throws(Stop) -> Value {
        let handle = try region.allocate(.range, size: Layout.Range.size, class: Core.range)
        region.set(handle, Layout.Range.low, low)
        region.set(handle, Layout.Range.high, high)
        region.setFlags(exclusive ? [.exclusive, .frozen] : .frozen, of: handle)
        return Value(.range, handle)
    }

    func rangeLow(_ value: Value) -> Value { region.value(value.handle, Layout.Range.low) }
    func rangeHigh(_ value: Value) -> Value { region.value(value.handle, Layout.Range.high) }
    func isExclusive(_ value: Value) -> Bool { region.flags(of: value.handle).contains(.exclusive) }

    mutating func newTime(microseconds: Int64, offset: Int32, isUTC: Bool) throws(Stop) -> Value {
        let handle = try region.allocate(.time, size: Layout.Time.size, class: Core.time)
        region.set(handle, Layout.Time.microseconds, u64: UInt64(bitPattern: microseconds))
        region.set(handle, Layout.Time.offset, u32: UInt32(bitPattern: offset))
        if isUTC { region.setFlags(.utc, of: handle) }
        return Value(.time, handle)
    }

    func microseconds(_ value: Value) -> Int64 {
        Int64(bitPattern: region.u64(value.handle, Layout.Time.microseconds))
    }
    func utcOffset(_ value: Value) -> Int32 { Int32(bitPattern: region.u32(value.handle, Layout.Time.offset)) }

    /// An object with room for `fields` instance variables, all undefined.
    mutating func newObject(_ classID: ClassID, fields: Int) throws(Stop) -> Value {
        let capacity = max(2, fields)
        let handle = try region.allocate(
            .object, size: Layout.Object.inline + capacity * 16, class: classID)
        region.set(handle, Layout.Object.capacity, u32: UInt32(capacity))
        region.fill(handle, Layout.Object.inline, .undefined, count: capacity)
        return Value(.object, handle)
    }

    /// An instance variable that lies in the object itself, as most do; undefined also when it does not.
    @inline(__always) func inlineField(_ handle: Handle, _ slot: Int) -> Value {
        let fields = region.fields(handle)
        guard UInt(bitPattern: slot) < UInt(fields[0]), fields[1] == 0 else { return .undefined }
        return region.value(handle, Layout.Object.inline &+ slot &* 16)
    }

    /// Sets such a variable; false when it does not lie there.
    @inline(__always) mutating func setInlineField(_ handle: Handle, _ slot: Int, _ value: Value) -> Bool {
        let fields = region.fields(handle)
        guard UInt(bitPattern: slot) < UInt(fields[0]), fields[1] == 0 else { return false }
        region.set(handle, Layout.Object.inline &+ slot &* 16, value)
        return true
    }

    @inline(__always) func field(_ handle: Handle, _ slot: Int) -> Value {
        guard slot < Int(region.u32(handle, Layout.Object.capacity)) else { return .undefined }
        let buffer = region.u32(handle, Layout.Object.buffer)
        if buffer == 0 { return region.value(handle, Layout.Object.inline + slot * 16) }
        return region.value(buffer, Region.headerBytes + slot * 16)
    }

    mutating func setField(_ handle: Handle, _ slot: Int, _ value: Value) throws(Stop) {
        let capacity = Int(region.u32(handle, Layout.Object.capacity))
        if slot >= capacity {
            let size = max(slot + 1, capacity * 2)
            let buffer = try newValues(size)
            for index in 0..<size {
                region.set(
                    buffer, Region.headerBytes + index * 16, index < capacity ? field(handle, index) : .undefined)
            }
            region.set(handle, Layout.Object.buffer, u32: buffer)
            region.set(handle, Layout.Object.capacity, u32: UInt32(size))
        }
        let buffer = region.u32(handle, Layout.Object.buffer)
        if buffer == 0 {
            region.set(handle, Layout.Object.inline + slot * 16, value)
        } else {
            region.set(buffer, Region.headerBytes + slot * 16, value)
        }
    }

    mutating func newValues(_ count: Int) throws(Stop) -> Handle {
        guard count < 1 << 26 else { throw .needsSpace(Int(Int32.max)) }
        let handle = try region.allocate(.values, size: Region.headerBytes + count * 16)
        chargeRoom(count)
        return handle
    }

    /// Long arrays are charged for their room: memory must be found, and filled.
    @inline(__always) mutating func chargeRoom(_ values: Int) {
        if values >= 64 { work &+= Int64(values >> 4) }
    }

    mutating func newEnvironment(parent: Handle, count: Int) throws(Stop) -> Handle {
        let handle = try region.allocate(.environment, size: Layout.Environment.inline + count * 16)
        region.set(handle, Layout.Environment.parent, u32: parent)
        region.set(handle, Layout.Environment.count, u32: UInt32(count))
        return handle
    }
}
