/// Names: core and image ones are fixed; names made by a script at run time lie in its region.
extension Machine {
    /// Valid until the next allocation.
    func symbolName(_ symbol: Symbol) -> ByteView {
        if symbol.rawValue >= dynamicStart {
            let text = heap.element(dynamicSymbols, Int(symbol.rawValue - dynamicStart))
            return heap.bytes(text)
        }
        if let name = image.symbolName(symbol) { return name }
        return library.prelude.symbolName(symbol) ?? ByteView("")
    }

    func symbolName(of id: ClassID) -> ByteView {
        if id.rawValue >= Core.firstUser {
            return symbolName(Symbol(rawValue: heap.region.u32(classObject(id), Layout.Class.name)))
        }
        if id.rawValue >= Core.metaOffset { return symbolName(of: ClassID(rawValue: id.rawValue - Core.metaOffset)) }
        return library.info(id).map { symbolName($0.name) } ?? ByteView("")
    }

    /// The symbol of a string's bytes.
    mutating func intern(_ text: Value) throws(Stop) -> Symbol {
        let view = heap.bytes(text)
        if let known = library.prelude.find(view) ?? image.find(view) { return known }
        if dynamicSymbolIndex != 0 {
            let found = try heap.get(dynamicSymbolIndex, text)
            if found.tag == .integer { return Symbol(rawValue: UInt32(truncatingIfNeeded: found.integer)) }
        } else {
            dynamicSymbols = try heap.newArray(capacity: 4)
            dynamicSymbolIndex = try heap.newHash().handle
        }
        let copy = try heap.newString(from: text.handle, 0, heap.length(text.handle))
        heap.freeze(copy)
        try heap.reserveArray(dynamicSymbols, heap.count(dynamicSymbols) + 1)
        let symbol = Symbol(rawValue: dynamicStart + UInt32(heap.count(dynamicSymbols)))
        try heap.put(dynamicSymbolIndex, copy, .integer(Int64(symbol.rawValue)))
        heap.push(dynamicSymbols, reserved: copy)
        return symbol
    }

    /// The symbol of a Symbol or String.
    mutating func symbol(from value: Value) throws(Stop) -> Symbol {
        if value.tag == .symbol { return value.symbol }
        if value.tag == .string { return try intern(value) }
        throw error(Core.typeError, "", try inspected(value), " is not a symbol nor a string")
    }

    mutating func symbolString(_ symbol: Symbol) throws(Stop) -> Value {
        if symbol.rawValue >= dynamicStart {
            let text = heap.element(dynamicSymbols, Int(symbol.rawValue - dynamicStart)).handle
            return try heap.newString(from: text, 0, heap.length(text))
        }
        return try heap.newString(symbolName(symbol))
    }
}

extension DialplanImage {
    /// The symbol with a name, without making one. Binary search would need order; names are found by hash of bytes.
    func find(_ name: ByteView) -> Symbol? { symbolMap.find(name, in: self) }
}

/// Names of an image by their bytes; looking one up allocates nothing.
struct SymbolMap: Sendable {
    private var slots: [UInt32]

    init(count: Int, name: (Int) -> ByteView) {
        var size = 16
        while size < count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for index in 0..<count {
            var slot = Int(truncatingIfNeeded: name(index).hash(seed: 0)) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(index + 1)
        }
    }

    func find(_ text: ByteView, in image: DialplanImage) -> Symbol? {
        var slot = Int(truncatingIfNeeded: text.hash(seed: 0)) & (slots.count - 1)
        while slots[slot] != 0 {
            let symbol = Symbol(rawValue: image.symbolBase + slots[slot] - 1)
            if image.symbolName(symbol)?.isEqual(text) == true { return symbol }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
