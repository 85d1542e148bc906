/// Symbol, and nil, true, false.
enum SymbolMethod: UInt8 {
    case toS, toSym, inspect, length, compare, toProc, upcase, downcase, capitalize, isEmpty, index, equal, match
    case startsWith, endsWith, size

    static let table: [NativeRow<SymbolMethod>] = [
        NativeRow("to_s", .toS), NativeRow("id2name", .toS), NativeRow("name", .toS), NativeRow("ToString", .toS),
        NativeRow("to_sym", .toSym), NativeRow("inspect", .inspect), NativeRow("length", .length),
        NativeRow("size", .length), NativeRow("Length", .length), NativeRow("<=>", .compare, 1),
        NativeRow("to_proc", .toProc), NativeRow("upcase", .upcase), NativeRow("downcase", .downcase),
        NativeRow("empty?", .isEmpty), NativeRow("==", .equal, 1), NativeRow("===", .equal, 1),
    ]
}

extension Machine {
    mutating func callSymbol(_ method: SymbolMethod, _ call: NativeCall) throws(Stop) -> Value {
        let symbol = call.receiver.symbol
        switch method {
        case .toS: return try symbolString(symbol)
        case .toSym: return call.receiver
        case .inspect: return try inspected(call.receiver)
        case .length, .size:
            let text = try symbolString(symbol)
            return .integer(heap.characterCount(text.handle))
        case .compare:
            guard argument(call, 0).tag == .symbol else { return .null }
            return .integer(symbolName(symbol).compare(symbolName(argument(call, 0).symbol)))
        case .toProc: return try symbolProc(symbol)
        case .upcase, .downcase:
            let text = try symbolString(symbol)
            _ = try changeCase(text, method == .upcase ? .up : .down)
            return .symbol(try intern(text))
        case .isEmpty: return .bool(symbolName(symbol).count == 0)
        case .equal: return .bool(call.receiver.isIdentical(to: argument(call, 0)))
        case .capitalize, .index, .match, .startsWith, .endsWith: throw .slow
        }
    }

    /// `&:name`
    mutating func symbolProc(_ symbol: Symbol) throws(Stop) -> Value {
        let handle = try heap.region.allocate(.proc, size: Layout.Proc.size, class: Core.proc)
        heap.region.set(handle, Layout.Proc.function, u32: symbol.rawValue)
        heap.region.setFlags([.symbolProc, .lambda], of: handle)
        return Value(.proc, handle)
    }
}
