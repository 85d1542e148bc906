/// A moving collector after Cheney: live objects are copied to a new region, which is then scanned in order.
///
/// Roots are the frames (receiver, block, environment, proc, match, registers) and the Machine's few root slots; nothing
/// else holds a handle when it runs.
extension Machine {
    /// Collects, and makes sure that `needed` bytes are free. Charges fuel by bytes copied. `shrinksStack`: the stack
    /// keeps only what its frames use.
    mutating func collect(needed: Int, shrinksStack: Bool = false) throws(Stop) {
        let before = heap.region.top
        var target = try takeSpare(before + 64)
        if shrinksStack { heap.region.shorten(stack, to: frameEnd) }
        stack = heap.region.evacuate(stack, to: &target)
        liveUnits.removeAll()
        if frame != 0 { scanFrames(of: stack, from: frame, &target) }
        mainObject = visited(mainObject, &target)
        errorInfo = visited(errorInfo, &target)
        pending = visited(pending, &target)
        request = visited(request, &target)
        globals = visited(globals, &target)
        classTable = visited(classTable, &target)
        openedCore = visited(openedCore, &target)
        dynamicSymbols = visited(dynamicSymbols, &target)
        dynamicSymbolIndex = visited(dynamicSymbolIndex, &target)
        properties = visited(properties, &target)
        coroutine = visited(coroutine, &target)
        looseFields = visited(looseFields, &target)
        heap.evaluatedLiterals = visited(heap.evaluatedLiterals, &target)
        var scan = Region.objectStart
        while scan < target.top {
            scanObject(Handle(scan), &target)
            scan += target.size(of: Handle(scan))
        }
        let live = target.top
        let limit = heap.region.limit
        swap(&heap.region, &target)
        heap.region.finishCollection(limit: limit)
        if target.movesAlways {
            target.movesAlways = false
            heap.region.movesAlways = true
        }
        // The old block is the next collection's new one, unless it is much too large.
        if target.capacity <= 4 * live + Machine.collectionFloor * 4 { spare = consume target }
        cache.flushHandles()
        if sweepsUnits {
            cache.flush()
            sweepUnits()
        }
        fuel &-= Int64(live >> 6)
        collectAt = stress ? 0 : live + max(Machine.collectionFloor, live)
        if live + needed > heap.region.limit || live > heap.region.limit / 10 * 9 { throw .limit(.heap) }
    }

    /// An empty region with room for `size` bytes.
    private mutating func takeSpare(_ size: Int) throws(Stop) -> Region {
        var region =
            spare.take()
            ?? Region(
                capacity: size, limit: Int.max, most: heap.region.most,
                scriptBytes: heap.region.scriptBytes, preludeBytes: heap.region.preludeBytes)
        guard region.restart(capacity: size) else { throw .limit(.heap) }
        return region
    }

    /// Before a wait: what the script does not need any more goes, if there is enough of it to be worth the work. Small
    /// regions only: this is for the many executions that wait at once. Depends on the region alone.
    mutating func compact() {
        guard heap.region.top > Machine.compactFloor, heap.region.top < Machine.collectionFloor else { return }
        // The limit of live bytes is looked at where collections are due; this one is not.
        do throws(Stop) { try collect(needed: 0, shrinksStack: true) } catch {}
    }

    private mutating func visited(_ value: Value, _ target: inout Region) -> Value {
        value.isHeap ? Value(value.tag, heap.region.evacuate(value.handle, to: &target)) : value
    }

    private mutating func visited(_ handle: Handle, _ target: inout Region) -> Handle {
        handle == 0 ? 0 : heap.region.evacuate(handle, to: &target)
    }

    /// A field of an object that is already in the new region.
    @inline(__always)
    private mutating func visitValue(_ object: Handle, _ offset: Int, _ target: inout Region) {
        let value = target.value(object, offset)
        guard value.isHeap else {
            if sweepsUnits, value.tag == .method, value.methodKind == Method.Kind.bytecode.rawValue {
                liveUnits.insert(value.methodID >> 24)
            }
            return
        }
        target.set(object, offset, Value(value.tag, heap.region.evacuate(value.handle, to: &target)))
    }

    private mutating func visitHandle(_ object: Handle, _ offset: Int, _ target: inout Region) {
        let handle = target.u32(object, offset)
        // Image memory does not move.
        guard handle != 0, handle & Handle.shared == 0 else { return }
        let moved = heap.region.evacuate(handle, to: &target)
        target.set(object, offset, u32: moved)
    }

    /// The stack has been moved; its frames are scanned from the top down.
    private mutating func scanFrames(of stack: Handle, from frame: Int, _ target: inout Region) {
        var walk = frame
        while true {
            let id = target.u32(stack, walk + Layout.Frame.function)
            if sweepsUnits { liveUnits.insert(id >> 24) }
            visitValue(stack, walk + Layout.Frame.receiver, &target)
            visitValue(stack, walk + Layout.Frame.block, &target)
            visitHandle(stack, walk + Layout.Frame.environment, &target)
            visitHandle(stack, walk + Layout.Frame.proc, &target)
            visitHandle(stack, walk + Layout.Frame.match, &target)
            for index in 0..<unit(of: id).registers(self.index(of: id)) {
                visitValue(stack, walk + Layout.Frame.registers + index * 16, &target)
            }
            if FrameFlags(rawValue: target.u32(stack, walk + Layout.Frame.flags)).contains(.bottom) { return }
            walk = Int(target.u32(stack, walk + Layout.Frame.caller))
        }
    }

    private mutating func scanObject(_ object: Handle, _ target: inout Region) {
        switch target.kind(of: object) {
        case .bytes, .time, .bigInteger, .forwarded: break
        case .stack:
            // Of a Fiber that waits (or that has resumed another): its innermost frame stands in the header.
            let top = Int(target.u32(object, Layout.Stack.top))
            if top != 0 { scanFrames(of: object, from: top, &target) }
        case .values: scanValues(object, from: Region.headerBytes, &target)
        case .entries:
            let end = target.size(of: object) &- Layout.Hash.entryBytes
            var offset = Region.headerBytes
            while offset <= end {
                visitValue(object, offset &+ 8, &target)
                visitValue(object, offset &+ 24, &target)
                offset &+= Layout.Hash.entryBytes
            }
        case .object:
            visitHandle(object, Layout.Object.buffer, &target)
            scanValues(object, from: Layout.Object.inline, &target)
        case .array:
            visitHandle(object, Layout.Array.buffer, &target)
            if target.u32(object, Layout.Array.buffer) == 0 { scanValues(object, from: Layout.Array.inline, &target) }
        case .string: visitHandle(object, Layout.String.buffer, &target)
        case .hash:
            visitHandle(object, Layout.Hash.entries, &target)
            visitHandle(object, Layout.Hash.index, &target)
            visitValue(object, Layout.Hash.defaultValue, &target)
            visitValue(object, Layout.Hash.defaultProc, &target)
        case .range:
            visitValue(object, Layout.Range.low, &target)
            visitValue(object, Layout.Range.high, &target)
        case .proc:
            if sweepsUnits { liveUnits.insert(target.u32(object, Layout.Proc.function) >> 24) }
            visitHandle(object, Layout.Proc.environment, &target)
            visitValue(object, Layout.Proc.receiver, &target)
            visitValue(object, Layout.Proc.block, &target)
        case .regex: visitHandle(object, Layout.Regex.source, &target)
        case .match:
            visitHandle(object, Layout.Match.subject, &target)
            visitValue(object, Layout.Match.regex, &target)
        case .record:
            visitHandle(object, Layout.Record.text, &target)
            visitHandle(object, Layout.Record.fields, &target)
        case .jump: visitValue(object, Layout.Jump.value, &target)
        case .environment:
            visitHandle(object, Layout.Environment.parent, &target)
            scanValues(object, from: Layout.Environment.inline, &target)
        case .classObject:
            visitHandle(object, Layout.Class.methods, &target)
            visitHandle(object, Layout.Class.constants, &target)
            visitHandle(object, Layout.Class.fields, &target)
            visitHandle(object, Layout.Class.includes, &target)
            visitHandle(object, Layout.Class.variables, &target)
            visitHandle(object, Layout.Class.classVariables, &target)
            visitHandle(object, Layout.Class.prepends, &target)
            visitValue(object, Layout.Class.attached, &target)
        }
    }

    private mutating func scanValues(_ object: Handle, from start: Int, _ target: inout Region) {
        let end = target.size(of: object) &- 16
        var offset = start
        while offset <= end {
            visitValue(object, offset, &target)
            offset &+= 16
        }
    }
}
