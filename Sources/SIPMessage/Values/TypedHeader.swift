/// A header with the type of its value: what ``HeaderFields`` reads and writes by ``HeaderFields/subscript(_:)-(SingleHeader<Value>)``
/// and ``HeaderFields/subscript(_:)-(ListHeader<Value>)``.
///
/// A header of one's own is made with ``init(_:parse:print:)``.
public struct SingleHeader<Value: Sendable>: Sendable {
    /// The header's name.
    public let name: HeaderName
    let codec: ValueCodec<Value>

    init(_ known: KnownHeader, _ codec: ValueCodec<Value>) {
        name = HeaderName(known)
        self.codec = codec
    }

    /// A header that the library does not know. `parse` gets the value with folds read as spaces; `print` gives text that
    /// can not hold CR, LF or NUL.
    public init(
        _ name: HeaderName, parse: @escaping @Sendable (String) -> Value?,
        print: @escaping @Sendable (Value) -> FieldText
    ) {
        self.name = name
        codec = ValueCodec(parse: parse, print: print)
    }
}

/// A header whose values are a list, joined by commas and over several rows (RFC 3261 §7.3.1).
public struct ListHeader<Value: Sendable>: Sendable {
    /// The header's name.
    public let name: HeaderName
    let codec: ValueCodec<Value>

    init(_ known: KnownHeader, _ codec: ValueCodec<Value>) {
        name = HeaderName(known)
        self.codec = codec
    }
}

/// How one kind of value is read and written.
struct ValueCodec<Value: Sendable>: Sendable {
    /// Reads one value, to the first octet that does not belong to it.
    let scan: @Sendable (inout Cursor, Span<UInt8>) throws(ScanError) -> Value
    /// The value as it stands in a header.
    let print: @Sendable (Value) -> String

    init(
        _ scan: @escaping @Sendable (inout Cursor, Span<UInt8>) throws(ScanError) -> Value,
        _ print: @escaping @Sendable (Value) -> String
    ) {
        self.scan = scan
        self.print = print
    }

    init(parse: @escaping @Sendable (String) -> Value?, print: @escaping @Sendable (Value) -> FieldText) {
        scan = { cursor, bytes throws(ScanError) in
            let range = ByteRange(cursor.position, cursor.end)
            guard let value = parse(String(unfolding: bytes, range)) else {
                throw ScanError(cursor.position, "another value")
            }
            cursor.position = cursor.end
            return value
        }
        self.print = { print($0).text }
    }
}

extension ValueCodec where Value: ScannedValue {
    /// For types that scan and print themselves.
    static func of() -> ValueCodec {
        ValueCodec({ cursor, bytes throws(ScanError) in try Value.scan(&cursor, bytes) }, { $0.description })
    }
}

/// A value of a header that reads itself from octets. `description` is what stands in the header.
protocol ScannedValue: Sendable, CustomStringConvertible {
    /// To the first octet that does not belong to the value; white space before it is passed over.
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Self
}

extension ScannedValue {
    /// Reads text that stands by itself.
    static func parse(_ text: some StringProtocol, header: HeaderName? = nil) throws(SIPParseError) -> Self {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            try rejectLineEnds(bytes.span)
            var cursor = Cursor(0, bytes.count)
            let value = try scan(&cursor, bytes.span)
            try cursor.expectEnd(bytes.span)
            return value
        } catch {
            throw SIPParseError(.malformedHeader, error, header: header)
        }
    }
}

extension HeaderFields {
    /// The value of a header that stands once; nil without the header.
    /// - Throws: ``SIPParseError`` with code `malformedHeader`, the header and the offset.
    public func value<Value>(_ header: SingleHeader<Value>) throws(SIPParseError) -> Value? {
        guard let row = firstRow(header.name) else { return nil }
        let octets = octets(row.isWritten)
        do throws(ScanError) {
            var cursor = Cursor(row.value, storage.value.rules)
            let value = try header.codec.scan(&cursor, octets.span)
            try cursor.expectEnd(octets.span)
            return value
        } catch {
            throw SIPParseError(.malformedHeader, error, header: header.name)
        }
    }

    /// All values of a list header over all its rows, in order; none without the header.
    /// - Throws: ``SIPParseError`` with code `malformedHeader`, the header and the offset.
    public func values<Value>(_ header: ListHeader<Value>) throws(SIPParseError) -> [Value] {
        let scan = header.codec.scan
        return try elements(header.name) { cursor, bytes throws(ScanError) in try scan(&cursor, bytes) }
    }

    /// The value of a header that stands once; nil without the header and for a malformed one, see
    /// ``value(_:)``. Setting nil removes the header.
    public subscript<Value>(header: SingleHeader<Value>) -> Value? {
        get { try? value(header) }
        set { write(header.name, newValue.map { [header.codec.print($0)] } ?? []) }
    }

    /// All values of a list header; none without the header and for a malformed one, see ``values(_:)``. Setting writes one
    /// row for each value.
    public subscript<Value>(header: ListHeader<Value>) -> [Value] {
        get { (try? values(header)) ?? [] }
        set { write(header.name, newValue.map { header.codec.print($0) }) }
    }

    /// A header of one's own may have a managed name: it is not written then.
    private mutating func write(_ name: HeaderName, _ values: [String]) {
        guard !name.isManaged else { return }
        replaceAll(name, with: values)
    }
}
