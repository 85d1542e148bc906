/// `eval`, `binding` and their kin: text compiled while a script runs.
///
/// A text becomes a code unit of its own, whose program is a block of the frame (or Binding) that it is evaluated in: it
/// sees the variables that the compiler of the outer function put into environments. Its names are made in the region,
/// its string literals are copied there, so the unit holds nothing but code. Units that no frame, proc or method needs
/// are dropped when there are too many.
struct EvaluatedUnit {
    let image: DialplanImage
    let key: EvaluatedKey
    /// Variables that the text itself declares.
    let slots: Int
}

struct EvaluatedKey: Hashable {
    let text: [UInt8]
    /// The function whose variables it sees.
    let function: UInt32
}

extension Machine {
    static let firstEvaluatedUnit: UInt32 = 2
    /// The longest text that `eval` takes.
    static let evaluatedTextMax = 16 << 10
    /// Compiled texts that are kept at a time, and their bytes.
    static let evaluatedUnitsMax = 200
    static let evaluatedBytesMax = 4 << 20

    /// The image that a function belongs to.
    func image(of function: UInt32) -> DialplanImage {
        switch function >> 24 {
        case Machine.preludeUnit: library.prelude
        case Machine.scriptUnit: image
        case let unit: evaluated[Int(unit - Machine.firstEvaluatedUnit)]?.image ?? image
        }
    }

    /// `binding`: the current frame as a value.
    mutating func makeBinding() throws(Stop) -> Value {
        let handle = try makeProc(function: currentFunction, isLambda: false).handle
        heap.region.setClass(Core.binding, of: handle)
        return Value(.binding, handle)
    }

    /// Runs text in a Binding, or where it is called. `receiver`, `lexicalClass`: another self and class (`class_eval`).
    mutating func evaluate(
        _ text: Value, in binding: Value, receiver: Value?, lexicalClass: ClassID?, result: Int, start: Int
    ) throws(Stop) -> Next {
        let text = try stringOperand(text)
        let count = heap.length(text.handle)
        guard count <= Machine.evaluatedTextMax else {
            throw error(Core.argumentError, "eval: the text is longer than 16384 bytes")
        }
        // The same whether it is compiled now or was before.
        fuel &-= Int64(count) * 20 + 200
        let scope = try binding.tag == .binding ? binding : makeBinding()
        let function = heap.region.u32(scope.handle, Layout.Proc.function)
        // Each variable and environment that can be seen is work for the compiler.
        let levels = Int(self.function(function).shapeCount)
        let seen = image(of: function).visible[index(of: function)]?.count ?? 0
        fuel &-= Int64(levels + seen) * 10
        guard levels < 500 else { throw error(Core.argumentError, "eval: scopes nested too deeply") }
        let unit = try compiled(heap.bytes(text).array, function)
        let slots = evaluated[Int(unit - Machine.firstEvaluatedUnit)]?.slots ?? 0
        let outer = heap.region.u32(scope.handle, Layout.Proc.environment)
        let environment = slots > 0 ? try heap.newEnvironment(parent: outer, count: slots) : outer
        let proc = try heap.region.allocate(.proc, size: Layout.Proc.size, class: Core.proc)
        heap.region.move(
            from: scope.handle, Region.headerBytes, to: proc, Region.headerBytes,
            count: Layout.Proc.size - Region.headerBytes)
        heap.region.set(proc, Layout.Proc.function, u32: unit << 24)
        heap.region.set(proc, Layout.Proc.environment, u32: environment)
        if slots > 0, binding.tag == .binding {
            // What the text declares stays known to the Binding.
            heap.region.set(scope.handle, Layout.Proc.function, u32: unit << 24)
            heap.region.set(scope.handle, Layout.Proc.environment, u32: environment)
        }
        let call = NativeCall(
            receiver: Value(.proc, proc), block: .null, arguments: start, count: 0, selector: .none, flags: [])
        return try callProc(
            Value(.proc, proc), call, result: result, start: start, receiver: receiver, lexicalClass: lexicalClass)
    }

    // MARK: Variables of a Binding

    private func place(_ name: Value, in binding: Value) -> (environment: Handle, offset: Int)? {
        let function = heap.region.u32(binding.handle, Layout.Proc.function)
        guard function >> 24 != Machine.preludeUnit,
            let known = image(of: function).visible[index(of: function)]?.first(where: {
                isNamed(name, $0.name)
            })
        else { return nil }
        var environment = heap.region.u32(binding.handle, Layout.Proc.environment)
        for _ in 0..<known.depth { environment = heap.region.u32(environment, Layout.Environment.parent) }
        return (environment, Layout.Environment.inline + known.slot * 16)
    }

    private func isNamed(_ value: Value, _ name: [UInt8]) -> Bool {
        let view = value.tag == .symbol ? symbolName(value.symbol) : heap.bytes(value)
        guard view.count == name.count else { return false }
        for index in name.indices where view[index] != name[index] { return false }
        return true
    }

    mutating func bindingVariable(_ binding: Value, _ name: Value) throws(Stop) -> Value {
        guard name.tag == .symbol || name.tag == .string else { throw typeMismatch(name, into: "Symbol") }
        guard let place = place(name, in: binding) else {
            throw error(
                Core.nameError, "local variable `", symbolName(try symbol(from: name)), "' is not defined for a binding"
            )
        }
        return heap.region.value(place.environment, place.offset)
    }

    mutating func hasBindingVariable(_ binding: Value, _ name: Value) throws(Stop) -> Bool {
        guard name.tag == .symbol || name.tag == .string else { throw typeMismatch(name, into: "Symbol") }
        return place(name, in: binding) != nil
    }

    /// Sets a variable that exists; a new one is made by evaluating an assignment (`Binding#local_variable_set`).
    mutating func setBindingVariable(_ binding: Value, _ name: Value, _ value: Value) throws(Stop) -> Bool {
        guard name.tag == .symbol || name.tag == .string else { throw typeMismatch(name, into: "Symbol") }
        guard let place = place(name, in: binding) else { return false }
        heap.region.set(place.environment, place.offset, value)
        return true
    }

    mutating func variableNames(of binding: Value) throws(Stop) -> Value {
        let function = heap.region.u32(binding.handle, Layout.Proc.function)
        let list = try heap.newArray(capacity: 4)
        guard function >> 24 != Machine.preludeUnit else { return .array(list) }
        for variable in image(of: function).visible[index(of: function)] ?? [] {
            try heap.push(list, .symbol(try intern(try heap.newString(variable.name))))
        }
        return .array(list)
    }

    // MARK: Compiling

    private mutating func compiled(_ text: [UInt8], _ function: UInt32) throws(Stop) -> UInt32 {
        let key = EvaluatedKey(text: text, function: function)
        if let known = evaluatedIndex[key] { return known }
        let room = evaluated.firstIndex { $0 == nil } ?? evaluated.count
        if room >= Machine.evaluatedUnitsMax || evaluatedBytes > Machine.evaluatedBytesMax {
            // A collection finds out which are still needed; then the instruction is run again.
            sweepsUnits = true
            throw .needsSpace(text.count * 16 + (64 << 10))
        }
        let (parts, slots) = try compileText(text, seenFrom: function)
        let unit = Machine.firstEvaluatedUnit + UInt32(room)
        let image = try install(parts, as: unit)
        let made = EvaluatedUnit(image: image, key: key, slots: slots)
        if room == evaluated.count { evaluated.append(made) } else { evaluated[room] = made }
        evaluatedIndex[key] = unit
        evaluatedBytes += EvaluatedUnit.overhead + image.byteCount
        units.set(unit, image.unit)
        return unit
    }

    /// Compiles a text whose names and literals will live in the region.
    private mutating func compileText(
        _ text: [UInt8], seenFrom function: UInt32
    ) throws(Stop) -> (parts: ImageParts, slots: Int) {
        let isScript = function >> 24 != Machine.preludeUnit
        let outer = image(of: function)
        let visible = isScript ? outer.visible[index(of: function)] ?? [] : []
        let shape = self.function(function)
        let shapes = isScript ? Array(outer.shapes[Int(shape.shapes)..<Int(shape.shapes + shape.shapeCount)]) : []
        let base = dynamicStart + UInt32(dynamicSymbols == 0 ? 0 : heap.count(dynamicSymbols))
        var known: [[UInt8]: UInt32] = [:]
        while true {
            let names = EvaluatedNames(library: library, image: image, known: known, base: base)
            let compiled: (parts: ImageParts, slots: Int, own: [[UInt8]])
            do {
                compiled = try DialplanCompiler.evaluated(text, visible: visible, shapes: shapes, names: names)
            } catch {
                let place = try heap.newString(Array("(eval):\(error.line): \(error.message)".utf8))
                throw try raise(Core.syntaxError, place)
            }
            // Names that the script has made already keep their numbers.
            var clashes: [[UInt8]: UInt32] = [:]
            for name in compiled.own where dynamicSymbolIndex != 0 {
                let found = try heap.get(dynamicSymbolIndex, try heap.newString(name))
                if found.tag == .integer { clashes[name] = UInt32(truncatingIfNeeded: found.integer) }
            }
            if clashes.isEmpty {
                for name in compiled.own { _ = try intern(try heap.newString(name)) }
                return (compiled.parts, compiled.slots)
            }
            known.merge(clashes) { $1 }
        }
    }

    private mutating func install(_ parts: ImageParts, as unit: UInt32) throws(Stop) -> DialplanImage {
        var parts = parts
        let list = try heap.newArray(capacity: max(1, parts.literals.count))
        for (index, literal) in parts.literals.enumerated() {
            let start = Int(literal.address & ~(Handle.shared | Handle.prelude))
            let text = try heap.newString(Array(parts.bytes[start..<start + Int(literal.count)]))
            try heap.push(list, text)
            parts.literals[index].address = unit << 16 | UInt32(truncatingIfNeeded: index)
        }
        if heap.evaluatedLiterals == 0 { heap.evaluatedLiterals = try heap.newArray(capacity: 8) }
        while heap.count(heap.evaluatedLiterals) <= Int(unit) { try heap.push(heap.evaluatedLiterals, .null) }
        heap.setElement(heap.evaluatedLiterals, Int(unit), existing: .array(list))
        parts.bytes = []
        return DialplanImage(parts)
    }

    /// After a collection that noted the units in use: forgets the others.
    mutating func sweepUnits() {
        sweepsUnits = false
        for index in evaluated.indices {
            guard let unit = evaluated[index] else { continue }
            let number = Machine.firstEvaluatedUnit + UInt32(index)
            guard !liveUnits.contains(number) else { continue }
            evaluatedBytes -= EvaluatedUnit.overhead + unit.image.byteCount
            evaluated[index] = nil
            units.set(number, image.unit)
            heap.setElement(heap.evaluatedLiterals, Int(number), existing: .null)
        }
        // A number is used again: neither a text nor the function that it was compiled for may be found by the old one.
        evaluatedIndex = evaluatedIndex.filter { entry in
            func isKept(_ unit: UInt32) -> Bool {
                unit < Machine.firstEvaluatedUnit || liveUnits.contains(unit)
            }
            return isKept(entry.value) && isKept(entry.key.function >> 24)
        }
        liveUnits.removeAll()
    }
}

extension EvaluatedUnit {
    /// What a unit takes besides its image's tables.
    static let overhead = 1024
}

/// Names of an evaluated text: those known, then new ones with the numbers that they will get.
struct EvaluatedNames: NameSource {
    let library: CoreLibrary
    let image: DialplanImage
    let known: [[UInt8]: UInt32]
    let base: UInt32
    private(set) var own: [[UInt8]] = []
    private var index: [[UInt8]: UInt32] = [:]

    init(library: CoreLibrary, image: DialplanImage, known: [[UInt8]: UInt32], base: UInt32) {
        self.library = library
        self.image = image
        self.known = known
        self.base = base
    }

    mutating func intern(_ name: [UInt8]) -> Symbol {
        if let found = library.symbolIndex[name] ?? known[name] ?? index[name] { return Symbol(rawValue: found) }
        if let found = image.find(name) { return found }
        let id = base + UInt32(own.count)
        own.append(name)
        index[name] = id
        return Symbol(rawValue: id)
    }
}

extension DialplanImage {
    func find(_ name: [UInt8]) -> Symbol? {
        unsafe name.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return find(ByteView("")) }
            // The view does not leave this closure.
            return unsafe find(ByteView(start: start, count: buffer.count))
        }
    }
}
