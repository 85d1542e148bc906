/// The trace: every statement of the script, with the values of its variables. Never runs script code, allocates in the region or
/// charges, so a run with it makes the same entries at the same instruction counts as one without.
extension Machine {
    /// Turns the trace on, from the next statement. May be called at any time between runs.
    public mutating func startTrace() {
        guard tracer == nil else { return }
        let tracer = Tracer(image: image)
        unsafe units.setScriptCode(tracer.code)
        self.tracer = tracer
    }

    /// The events since the last call, in order. Take them after each slice: they are kept until then.
    public mutating func takeTrace() -> [TraceEvent] {
        guard let tracer else { return [] }
        defer { tracer.events = [] }
        return tracer.events
    }

    /// Notes the statement at whose first word the current frame stands (`pc` is the word after it).
    func noteStatement() {
        guard let tracer else { return }
        let serial = frameWord(frame, Layout.Frame.serial)
        if retried == (serial, pc) || tracer.last == (serial, pc, instructions) { return }
        let id = currentFunction
        let place = image.position(ofWord: pc - 1)
        // Farther on in the same line of the same call: no new line.
        let isSameLine = tracer.last.serial == serial && tracer.last.pc < pc && tracer.lastLine == place.line
        tracer.last = (serial, pc, instructions)
        tracer.lastLine = place.line
        if isSameLine { return }
        var depth = 0
        var walk = frame
        while !frameFlags(walk).contains(.bottom) {
            walk = Int(frameWord(walk, Layout.Frame.caller))
            if frameWord(walk, Layout.Frame.function) >> 24 != Machine.preludeUnit { depth += 1 }
        }
        let selector = Symbol(rawValue: frameWord(frame, Layout.Frame.selector))
        let known = index(of: id) < image.trace.variables.count ? image.trace.variables[index(of: id)] : []
        tracer.events.append(
            TraceEvent(
                line: place.line, column: place.column, depth: depth,
                method: selector == .none ? "" : String(decoding: symbolName(selector).array, as: UTF8.self),
                instructions: instructions, variables: known.map { traced($0) }))
    }

    /// The instruction will be run again, and something has been charged meanwhile: no new event.
    func noteRepetition() {
        guard let tracer, tracer.last.serial == frameWord(frame, Layout.Frame.serial), tracer.last.pc == pc else {
            return
        }
        tracer.last.instructions = instructions
    }

    /// The word that a patched one stands for.
    func untraced(_ word: Instruction) -> Instruction {
        guard word.opcode == .traced else { return word }
        return Instruction(word: image.code[pc - 1])
    }

    private func traced(_ place: VariablePlace) -> TraceEvent.Variable {
        let value: Value
        switch place.home {
        case .register(let index): value = register(frame, index)
        case .environment(let depth, let slot):
            var handle = frameWord(frame, Layout.Frame.environment)
            for _ in 0..<depth { handle = heap.region.u32(handle, Layout.Environment.parent) }
            value = heap.region.value(handle, Layout.Environment.inline + slot * 16)
        }
        var text = TraceText()
        append(value, to: &text, depth: 0)
        return TraceEvent.Variable(
            name: String(decoding: symbolName(place.name).array, as: UTF8.self),
            value: String(decoding: text.bytes, as: UTF8.self))
    }

    // MARK: Values

    /// What `inspect` shows of core objects; objects of the script by class and number of instance variables.
    private func append(_ value: Value, to text: inout TraceText, depth: Int) {
        switch value.tag {
        case .null: text.append("nil")
        case .undefined: text.append("-")
        case .isTrue: text.append("true")
        case .isFalse: text.append("false")
        case .integer: text.append("\(value.integer)")
        case .float: text.append("\(value.double)")
        case .symbol:
            text.append(":")
            text.append(symbolName(value.symbol))
        case .classReference: text.append(symbolName(of: value.classID))
        case .host: text.append("sys")
        case .string: text.append(quoted: heap.bytes(value))
        case .array:
            let count = heap.count(value.handle)
            appendList(count, "[", "]", to: &text, depth: depth) { machine, index, text in
                machine.append(machine.heap.element(value.handle, index), to: &text, depth: depth + 1)
            }
        case .hash:
            let positions = (0..<min(heap.hashUsed(value.handle), 64)).filter {
                heap.entryKey(value.handle, $0).tag != .undefined
            }
            appendList(positions.count, "{", "}", to: &text, depth: depth) { machine, index, text in
                machine.append(machine.heap.entryKey(value.handle, positions[index]), to: &text, depth: depth + 1)
                text.append("=>")
                machine.append(machine.heap.entryValue(value.handle, positions[index]), to: &text, depth: depth + 1)
            }
        case .range:
            append(heap.rangeLow(value), to: &text, depth: depth + 1)
            text.append(heap.isExclusive(value) ? "..." : "..")
            append(heap.rangeHigh(value), to: &text, depth: depth + 1)
        case .regexLiteral:
            let raw = UInt32(truncatingIfNeeded: value.bits)
            let regexes = raw & Handle.prelude != 0 ? library.prelude.regexes : image.regexes
            let index = Int(raw & ~Handle.prelude)
            text.append("/")
            if index < regexes.count { text.append(String(decoding: regexes[index].source, as: UTF8.self)) }
            text.append("/")
        case .regex:
            text.append("/")
            text.append(heap.bytes(heap.region.u32(value.handle, Layout.Regex.source)))
            text.append("/")
        case .record: text.append(quoted: heap.bytes(heap.region.u32(value.handle, Layout.Record.text)))
        default:
            text.append("#<")
            text.append(symbolName(of: visibleClass(value)))
            if value.tag == .object, isKind(value, of: Core.exception), heap.field(value.handle, 0).tag == .string {
                text.append(": ")
                text.append(heap.bytes(heap.field(value.handle, 0)))
            }
            text.append(">")
        }
    }

    private func appendList(
        _ count: Int, _ open: String, _ close: String, to text: inout TraceText, depth: Int,
        _ item: (borrowing Machine, Int, inout TraceText) -> Void
    ) {
        text.append(open)
        for index in 0..<count {
            if index > 0 { text.append(", ") }
            if depth >= 3 || index >= 16 || text.isFull {
                text.append("…")
                break
            }
            item(self, index, &text)
        }
        text.append(close)
    }
}

/// Text of bounded length.
private struct TraceText {
    static let most = 200
    private(set) var bytes: [UInt8] = []

    var isFull: Bool { bytes.count >= TraceText.most }

    mutating func append(_ text: String) {
        if !isFull { bytes += text.utf8 }
    }

    mutating func append(_ view: ByteView) {
        guard !isFull else { return }
        bytes += view.slice(0, min(view.count, TraceText.most)).array
        if view.count > TraceText.most { append(cut: ()) }
    }

    mutating func append(quoted view: ByteView) {
        guard !isFull else { return }
        bytes.append(0x22)
        for byte in view.slice(0, min(view.count, TraceText.most)).array {
            switch byte {
            case 0x22, 0x5C: bytes += [0x5C, byte]
            case 0x0A: bytes += [0x5C, 0x6E]
            case 0x0D: bytes += [0x5C, 0x72]
            case 0x09: bytes += [0x5C, 0x74]
            default: bytes.append(byte)
            }
        }
        if view.count > TraceText.most { append(cut: ()) }
        bytes.append(0x22)
    }

    private mutating func append(cut: Void) { bytes += "…".utf8 }
}
