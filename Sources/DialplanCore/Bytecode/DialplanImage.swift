/// A compiled dialplan: verified bytecode and constants, immutable, shared by all executions of a worker.
public final class DialplanImage: Sendable {
    /// Name for errors.
    let sourceName: String
    public let dialect: Dialect
    let unit: CodeUnit
    let functions: [Function]
    let code: [UInt64]
    /// Line << 12 | column, one per word of code.
    let positions: [UInt32]
    let handlers: [Handler]
    let shapes: [UInt16]
    let regexes: [CompiledRegex]
    /// Local variables that `eval` and `binding` can reach from a function, by its number.
    let visible: [Int: [VisibleVariable]]
    /// Kinds and names of a function's parameters, by its number; only of functions that have any.
    let parameters: [Int: [ParameterName]]
    /// Names of the symbols from `symbolBase` up, as ranges of `bytes`.
    let symbolBase: UInt32
    let symbolRanges: [Range<Int>]
    let symbolMap: SymbolMap
    let trace: TraceTable
    private let memory: ImageMemory
    let bytes: ByteView

    /// Bytes that the image keeps.
    public var byteCount: Int {
        memory.byteCount + functions.count * 48 + positions.count * 4 + handlers.count * 20
            + symbolRanges.count * 64 + regexes.count * 1024 + trace.byteCount
    }

    init(_ parts: ImageParts) {
        sourceName = parts.sourceName
        dialect = parts.dialect
        functions = parts.functions
        code = parts.code
        positions = parts.positions
        handlers = parts.handlers
        shapes = parts.shapes
        regexes = parts.regexes
        visible = parts.visible
        parameters = parts.parameters
        symbolBase = parts.symbolBase
        trace = parts.trace
        var text = parts.bytes
        var ranges: [Range<Int>] = []
        for name in parts.symbols {
            ranges.append(text.count..<text.count + name.count)
            text.append(contentsOf: name)
        }
        symbolRanges = ranges
        memory = ImageMemory(
            bytes: text, code: parts.code, functions: parts.functions, constants: parts.constants,
            literals: parts.literals)
        unit = memory.unit
        bytes = memory.bytes
        let view = memory.bytes
        symbolMap = SymbolMap(count: ranges.count) { view.slice(ranges[$0].lowerBound, ranges[$0].upperBound) }
    }

    func symbolName(_ symbol: Symbol) -> ByteView? {
        let index = Int(symbol.rawValue) - Int(symbolBase)
        guard index >= 0, index < symbolRanges.count else { return nil }
        let range = symbolRanges[index]
        return bytes.slice(range.lowerBound, range.upperBound)
    }

    /// Line and column of a word, counted from the image's first.
    func position(ofWord word: Int) -> (line: Int, column: Int) {
        guard word >= 0, word < positions.count else { return (0, 0) }
        return (Int(positions[word] >> 12), Int(positions[word] & 0xFFF))
    }
}

/// A local variable as seen from a function: so many environments up, in that slot.
struct VisibleVariable: Sendable {
    let name: [UInt8]
    let depth: Int
    let slot: Int
}

/// For `Proc#parameters`.
struct ParameterName: Sendable {
    let kind: StaticString
    let name: Symbol
}

/// What the compiler hands over.
struct ImageParts {
    var sourceName = ""
    var dialect = Dialect.classic
    var code: [UInt64] = []
    var positions: [UInt32] = []
    var functions: [Function] = []
    var handlers: [Handler] = []
    var shapes: [UInt16] = []
    var constants: [Value] = []
    var literals: [StringLiteral] = []
    var bytes: [UInt8] = []
    var regexes: [CompiledRegex] = []
    var visible: [Int: [VisibleVariable]] = [:]
    var parameters: [Int: [ParameterName]] = [:]
    var symbolBase: UInt32 = 0
    var symbols: [[UInt8]] = []
    var trace = TraceTable()
}

/// Immutable tables at fixed addresses, so that the Machine can read them without reference counting.
@safe private final class ImageMemory: @unchecked Sendable {
    // @unchecked Sendable: written once in init, read-only afterwards, freed with the last owner.
    private let bytesBlock: UnsafeMutableBufferPointer<UInt8>
    private let codeBlock: UnsafeMutableBufferPointer<UInt64>
    private let functionBlock: UnsafeMutableBufferPointer<Function>
    private let constantBlock: UnsafeMutableBufferPointer<Value>
    private let literalBlock: UnsafeMutableBufferPointer<StringLiteral>
    let unit: CodeUnit
    let bytes: ByteView
    let byteCount: Int

    init(
        bytes: [UInt8], code: [UInt64], functions: [Function], constants: [Value], literals: [StringLiteral]
    ) {
        func block<T: BitwiseCopyable>(_ source: [T], _ filler: T) -> UnsafeMutableBufferPointer<T> {
            // Never empty, so that a base address exists.
            let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: max(1, source.count))
            unsafe buffer.initialize(repeating: filler)
            for (index, item) in source.enumerated() { unsafe buffer[index] = item }
            return unsafe buffer
        }
        unsafe bytesBlock = block(bytes, 0)
        unsafe codeBlock = block(code, 0)
        unsafe functionBlock = block(functions, Function())
        unsafe constantBlock = block(constants, .null)
        unsafe literalBlock = block(literals, StringLiteral(address: 0, count: 0, characters: 0, flags: []))
        guard let bytesStart = unsafe bytesBlock.baseAddress, let codeStart = unsafe codeBlock.baseAddress,
            let functionStart = unsafe functionBlock.baseAddress,
            let constantStart = unsafe constantBlock.baseAddress, let literalStart = unsafe literalBlock.baseAddress
            // Swift's allocate never returns an empty buffer for a count above zero.
        else { fatalError("allocation without address") }
        unsafe unit = CodeUnit(
            codeStart: UnsafePointer(codeStart), functionStart: UnsafePointer(functionStart),
            constantStart: UnsafePointer(constantStart), literalStart: UnsafePointer(literalStart),
            codeCount: code.count, functionCount: functions.count, constantCount: constants.count,
            literalCount: literals.count)
        unsafe self.bytes = ByteView(start: UnsafePointer(bytesStart), count: bytes.count)
        byteCount =
            bytes.count + code.count * 8 + functions.count * MemoryLayout<Function>.stride + constants.count * 16
            + literals.count * MemoryLayout<StringLiteral>.stride
    }

    deinit {
        unsafe bytesBlock.deallocate()
        unsafe codeBlock.deallocate()
        unsafe functionBlock.deallocate()
        unsafe constantBlock.deallocate()
        unsafe literalBlock.deallocate()
    }
}
