public import DialplanHostCalls

/// Why `Machine.run` returned.
public enum RunResult: Sendable, Equatable {
    /// A `call` entry was written: waits for `resume(with:)`.
    case awaiting(HostCallID)
    /// The fuel is used up: call `run` again, or `deliver`.
    case outOfSlice
    case finished
    case failed(ScriptFailure)
    /// An outside end ran its course.
    case ended(OutsideEnd)
}

/// Where in the script an entry was made.
public struct EntryLine: Hashable, Sendable {
    /// Position in the execution's stream of entries.
    public var position: Int
    /// Line of the script, from 1; 0 when unknown.
    public var line: Int
    /// Instructions executed before it, as fuel counts them.
    public var instructions: Int64
}

/// One execution of a dialplan: a region, a stack of frames in it, and the counters of its limits.
///
/// Everything that it does depends on the image, the start and the outcomes alone.
public struct Machine: ~Copyable {
    enum State { case ready, running, awaiting(HostCallID, Int), stopped(RunResult) }

    var heap: Heap
    var cache = MethodCache()
    let image: DialplanImage
    let library: CoreLibrary
    var units: UnitTable
    /// The first number of a name made at run time.
    let dynamicStart: UInt32
    let limits: ExecutionLimits
    var state = State.ready

    // Roots of the collector, besides the frames.
    var stack: Handle = 0
    var mainObject = Value.null
    /// `$!`
    var errorInfo = Value.null
    /// The exception or jump that is being thrown.
    var pending = Value.null
    var globals: Handle = 0
    /// Class objects of the script's own classes, by number - `Core.firstUser` (an array).
    var classTable: Handle = 0
    /// Class objects of core classes that this execution has changed (a hash by number).
    var openedCore: Handle = 0
    /// Names made at run time (an array), and their numbers (a hash).
    var dynamicSymbols: Handle = 0
    var dynamicSymbolIndex: Handle = 0
    var properties: Handle = 0
    /// The Fiber that runs, nil in the program itself.
    var coroutine = Value.null
    /// Texts compiled by `eval`, by unit - `Machine.firstEvaluatedUnit`; and where the same text was compiled before.
    var evaluated: [EvaluatedUnit?] = []
    var evaluatedIndex: [EvaluatedKey: UInt32] = [:]
    var evaluatedBytes = 0
    /// The next collection notes which compiled texts are still in use.
    var sweepsUnits = false
    var liveUnits: Set<UInt32> = []
    /// Instance variables of objects that have no slots: identity → hash.
    var looseFields: Handle = 0
    /// `req`, made when it is first asked for.
    var request = Value.null
    /// What it and the records in it are made from.
    let requestSource: EncodedRecord

    // The current frame.
    /// Offset in the stack object.
    var frame = 0
    /// The word after the current one; valid whenever the loop is left.
    var pc = 0
    var depth = 0
    var frameSerial: UInt32 = 0

    // Metering.
    /// Counts down to the next stop.
    #if DIALPLAN_UNMETERED
    // A build to measure what metering costs (`Scripts/measure-metering`).
    var fuel: Int64 {
        get { 1 }
        set {}
    }
    #else
    var fuel: Int64 = 0
    #endif
    /// `instructions` when `fuel` was granted, and how much was granted.
    var consumed: Int64 = 0
    var granted: Int64 = 0
    /// Set when a search stopped between windows: the start position to go on from, plus 1.
    var searchResume = 0
    /// The instruction (serial of its frame, next word) that was run again after a collection, until a back-edge.
    var retried: (serial: UInt32, pc: Int) = (0, 0)
    /// A collection that must come before the next instruction: bytes, 0 when there is none.
    var spaceNeeded = 0
    /// The block that the region left at the last collection; given back while the script waits.
    var spare: Region?
    var collectAt = Machine.collectionFloor
    var stress = false
    var regexWork: Int64 = 0

    // The world.
    var outbox: [UInt8] = []
    var outboxCount = 0
    var entryCount = 0
    var logLines = 0
    var logBytes = 0
    var hostCalls = 0
    var clock: Int64
    /// `instructions` when `clock` was set.
    var clockInstructions: Int64 = 0
    let utcOffset: Int32
    var random: RandomSource
    var seed: UInt64

    /// Where the script made its entries, when ``recordsLines`` asks for it.
    var entryLines: [EntryLine] = []

    // The outside end.
    var ending: OutsideEnd?
    var endingSeen = false
    var endingDeadline: Int64 = 0

    /// The script has redefined an operator of a core class: the loop's fast paths are closed to its code.
    var hasRedefinitions = false

    var scratch: RegexScratch?
    /// On while there is one.
    var tracer: Tracer?
    var regexCache = RegexCache()

    static let collectionFloor = 256 << 10
    /// Regions smaller than this wait as they are.
    static let compactFloor = 1536
    /// Regions larger than this are collected in a slice of their own.
    static let largeRegion = 1 << 20
    /// Instructions that an outside end leaves to `rescue` and `ensure`.
    static let endingBudget: Int64 = 10_000

    public init(image: DialplanImage, start: ExecutionStart) {
        self.image = image
        library = CoreLibrary.shared
        units = UnitTable(prelude: library.prelude.unit, script: image.unit)
        dynamicStart = UInt32(library.symbolCount + image.symbolRanges.count)
        limits = start.limits
        clock = start.startTime
        utcOffset = start.utcOffsetSeconds
        seed = start.seed
        requestSource = start.request
        random = RandomSource(seed: start.seed)
        let heapBytes = Int(clamping: max(4096, min(start.limits.heapBytes, 1 << 30)))
        heap = Heap(
            region: Region(
                capacity: 2048, limit: heapBytes, most: heapBytes + Machine.collectionFloor,
                scriptBytes: image.bytes, preludeBytes: library.prelude.bytes),
            seed: start.seed, stringLimit: Int(clamping: max(0, start.limits.stringBytes)))
        do {
            try prepare(start)
        } catch {
            let limit = if case .limit(let limit) = error { limit } else { Limit.heap }
            state = .stopped(.failed(failure(.limit, limit.message)))
        }
    }

    /// How many entries there are, both directions.
    public var position: Int { entryCount }

    /// Instructions executed so far, as fuel counts them.
    public var instructions: Int64 { consumed + (granted - fuel) }

    public var regionBytes: Int { heap.region.top }

    /// The script's line that runs now (0 before the start).
    public var currentLine: Int { currentPosition.line }

    /// Encoded entries since the last call: effects, calls, landed ends. Returns how many.
    public mutating func takeEntries(into bytes: inout [UInt8]) -> Int {
        bytes += outbox
        outbox.removeAll(keepingCapacity: true)
        defer { outboxCount = 0 }
        return outboxCount
    }

    // MARK: Running

    /// Runs until the script waits, ends, or has used `fuel` instructions (checked at back-edges, calls and what else can take long).
    public mutating func run(fuel slice: Int64) -> RunResult {
        switch state {
        case .stopped(let result): return result
        case .awaiting(let id, _): return .awaiting(id)
        case .ready, .running: break
        }
        state = .running
        consumed = instructions
        let limit = ending == nil ? limits.instructions : min(limits.instructions, endingDeadline)
        granted = max(0, min(slice, limit - consumed))
        fuel = granted
        if searchResume > 0 {
            // The instruction that stopped in a search is run again: what it charged at its start is not charged twice.
            consumed -= 1
            granted = max(0, min(slice, limit - consumed - 1)) + 1
            fuel = granted
        }
        let result = cache.acquire() ? proceed() : limitReached(.heap)
        switch result {
        case .outOfSlice: return result
        case .awaiting:
            compact()
            cache.release()
            scratch = nil
            spare = nil
            heap.region.trim()
        case .finished, .failed, .ended:
            cache.release()
            spare = nil
            state = .stopped(result)
        }
        return result
    }

    private mutating func proceed() -> RunResult {
        guard spaceNeeded > 0 else { return loop() }
        return makeSpace() ?? .outOfSlice
    }

    /// Answers the host call that the Machine waits for. Ignored unless it does.
    public mutating func resume(with outcome: Outcome) {
        guard case .awaiting(_, let register) = state else { return }
        entryCount += 1
        clock = outcome.time
        clockInstructions = instructions
        state = .running
        do {
            try take(outcome, register)
        } catch {
            // Room is made once; what was half made is garbage.
            do {
                if case .needsSpace(let count) = error { try collect(needed: count) }
                try take(outcome, register)
            } catch {
                state = .stopped(limitReached(.heap))
            }
        }
    }

    private mutating func take(_ outcome: Outcome, _ register: Int) throws(Stop) {
        for update in outcome.updates { try setProperty(update.property, update.value) }
        switch outcome.result {
        case .value(let value):
            let converted = try makeValue(value, depth: 0)
            heap.region.set(stack, frame + Layout.Frame.registers + register * 16, converted)
        case .ended(let end): try beginEnding(end)
        }
    }

    /// Lands an outside end in a script that is out of its slice. Ignored otherwise, and when one has landed before.
    public mutating func deliver(_ end: OutsideEnd) {
        switch state {
        case .ready, .running: break
        case .awaiting, .stopped: return
        }
        guard ending == nil else { return }
        append(.outsideEnd(end, instructions: instructions))
        searchResume = 0
        // As if the instruction had not been tried: a replay stops before it.
        if spaceNeeded > 0 { retried = (0, 0) }
        spaceNeeded = 0
        // The instruction that would run next is the one that raises.
        pc += 1
        do {
            try beginEnding(end)
        } catch {
            state = .stopped(.ended(end))
        }
    }

    /// Makes the exception of an outside end pending; the loop throws it when it goes on.
    private mutating func beginEnding(_ end: OutsideEnd) throws(Stop) {
        ending = end
        endingSeen = false
        endingDeadline = instructions + Machine.endingBudget
        let exception = try newException(Core.threadAbort, try heap.newString("Thread was being aborted."))
        pending = exception
    }

    /// Whether the script's line is noted for each of its entries: for people who look at one run, not for serving.
    public var recordsLines = false

    /// The lines noted since the last call, oldest first.
    public mutating func takeEntryLines() -> [EntryLine] {
        defer { entryLines.removeAll() }
        return entryLines
    }

    mutating func append(_ entry: Entry) {
        if recordsLines {
            entryLines.append(EntryLine(position: entryCount, line: currentLine, instructions: instructions))
        }
        entry.encode(into: &outbox)
        outboxCount += 1
        entryCount += 1
    }

    func failure(_ kind: ScriptFailure.Kind, _ message: String) -> ScriptFailure {
        let position = currentPosition
        return ScriptFailure(
            kind, message: message, line: Int32(clamping: position.line), column: Int32(clamping: position.column))
    }
}
