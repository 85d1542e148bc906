/// A body of several parts (RFC 2046 §5.1, RFC 5621). The octets of each part are a slice of the body, not a copy.
///
/// Bodies may stand in each other; how deep is limited by ``MessageLimits/maximumNestingDepth``, counted, not by recursion:
/// an inner body is taken apart when ``nested(in:limits:)`` asks for it.
public struct MultipartBody: Sendable {
    /// One part: headers of its own and its content.
    public struct Part: Sendable {
        /// Name and value as they stand, folds read as one space.
        public struct Field: Hashable, Sendable {
            /// Compared without case.
            public let name: HeaderName
            /// Folds read as one space.
            public let value: String

            /// For a part that is built.
            public init(_ name: HeaderName, _ value: FieldText) {
                self.name = name
                self.value = value.text
            }

            init(received name: HeaderName, _ value: String) {
                self.name = name
                self.value = value
            }
        }

        /// The headers of the part, in order.
        public var fields: [Field]
        /// Without the line end before the next boundary.
        public var content: ArraySlice<UInt8>

        /// A part with these fields; Content-Type is written first.
        public init(contentType: MediaType, fields: [Field] = [], content: some Sequence<UInt8>) {
            self.fields = [Field(received: .contentType, contentType.description)] + fields
            self.content = Array(content)[...]
        }

        init(fields: [Field], content: ArraySlice<UInt8>) {
            self.fields = fields
            self.content = content
        }

        /// nil without the field and for one that is malformed. Without one the content is plain text (RFC 2046 §5.1).
        public var contentType: MediaType? { self[.contentType].flatMap { try? MediaType($0) } }

        /// The value of the first field of this name.
        public subscript(name: HeaderName) -> String? { fields.first { $0.name == name }?.value }
    }

    /// What stands between the parts, 1 to 70 characters.
    public let boundary: String
    /// In order.
    public let parts: [Part]
    /// 1 for the body of a message, 2 for a part of it …
    public let depth: Int

    /// - Parameters:
    ///   - body: a message's body.
    ///   - type: of the body; its `boundary` is what stands between the parts.
    /// - Throws: ``SIPParseError``: `malformedBody` when the type is not `multipart/…` with a boundary (RFC 2046: 1 to 70
    ///   characters) or the body lacks the first or the last one; `limitExceeded` past the limits.
    public init(
        parsing body: ArraySlice<UInt8>, type: MediaType, limits: MessageLimits = .default
    ) throws(SIPParseError) {
        try self.init(parsing: body, type: type, depth: 1, limits: limits)
    }

    private init(
        parsing body: ArraySlice<UInt8>, type: MediaType, depth: Int, limits: MessageLimits
    ) throws(SIPParseError) {
        guard type.type == "multipart", let boundary = type.parameters["boundary"],
            (1...70).contains(boundary.utf8.count)
        else { throw SIPParseError(.malformedBody, at: 0, expected: "multipart with a boundary") }
        guard depth <= limits.maximumNestingDepth else {
            throw SIPParseError(.limitExceeded, at: 0, expected: "fewer bodies in each other")
        }
        self.boundary = boundary
        self.depth = depth
        let marker = [0x2D, 0x2D] + Array(boundary.utf8)
        var parts: [Part] = []
        var contentStart: Int?
        var position = body.startIndex
        while position < body.endIndex {
            // A boundary stands at the beginning of a line.
            if let line = MultipartBody.delimiter(at: position, in: body, marker) {
                if let start = contentStart {
                    guard parts.count < limits.maximumPartCount else {
                        throw SIPParseError(
                            .limitExceeded, at: position - body.startIndex, expected: "fewer parts")
                    }
                    // The line end before a boundary belongs to the boundary.
                    let end = max(start, position - 2)
                    parts.append(try MultipartBody.part(body[start..<end], offset: start - body.startIndex))
                }
                if line.isLast {
                    self.parts = parts
                    return
                }
                contentStart = line.next
                position = line.next
                continue
            }
            guard let next = MultipartBody.lineEnd(from: position, in: body) else { break }
            position = next + 2
        }
        throw SIPParseError(.malformedBody, at: body.count, expected: "the closing boundary")
    }

    /// The body inside `part`, one deeper.
    /// - Throws: as ``init(parsing:type:limits:)``.
    public func nested(in part: Part, limits: MessageLimits = .default) throws(SIPParseError) -> MultipartBody {
        guard let type = part.contentType else {
            throw SIPParseError(.malformedBody, at: 0, expected: "multipart with a boundary")
        }
        return try MultipartBody(parsing: part.content, type: type, depth: depth + 1, limits: limits)
    }

    /// - Returns: nil when there is no part, or the boundary is longer than 70 octets or stands in a part, which would end
    ///   there for every reader.
    public init?(boundary: Token, parts: [Part]) {
        let marker = [0x2D, 0x2D] + Array(boundary.text.utf8)
        guard !parts.isEmpty, boundary.text.utf8.count <= 70,
            parts.allSatisfy({ part in
                MultipartBody.firstIndex(of: marker, in: part.content) == nil
            })
        else { return nil }
        self.boundary = boundary.text
        self.parts = parts
        depth = 1
    }

    /// For Content-Type: `multipart/mixed` or another subtype, with the boundary.
    public func mediaType(_ subtype: Token = "mixed") -> MediaType {
        var type = MediaType("multipart", subtype)
        if let text = try? FieldText(boundary) { type.parameters.set("boundary", to: text) }
        return type
    }

    /// The body as it goes on the wire, without preamble and epilogue.
    public func serialized() -> [UInt8] {
        var output: [UInt8] = []
        for part in parts {
            output += Array("--\(boundary)\r\n".utf8)
            for field in part.fields { output += Array("\(field.name): \(field.value)\r\n".utf8) }
            output += [0x0D, 0x0A]
            output += part.content
            output += [0x0D, 0x0A]
        }
        return output + Array("--\(boundary)--\r\n".utf8)
    }

    // MARK: Scanning

    /// A boundary line at `position`: whether it is the last one, and where the next line begins.
    private static func delimiter(
        at position: Int, in body: ArraySlice<UInt8>, _ marker: [UInt8]
    ) -> (isLast: Bool, next: Int)? {
        guard body[position...].starts(with: marker) else { return nil }
        var index = position + marker.count
        var isLast = false
        if index + 1 < body.endIndex, body[index] == 0x2D, body[index + 1] == 0x2D {
            isLast = true
            index += 2
        }
        while index < body.endIndex, body[index] == 0x20 || body[index] == 0x09 { index += 1 }
        if index == body.endIndex { return isLast ? (true, index) : nil }
        guard index + 1 < body.endIndex, body[index] == 0x0D, body[index + 1] == 0x0A else { return nil }
        return (isLast, index + 2)
    }

    /// Where the next CRLF stands. Bare CR and LF are content.
    private static func lineEnd(from start: Int, in body: ArraySlice<UInt8>) -> Int? {
        var index = start
        while let found = body[index...].firstIndex(of: 0x0D), found + 1 < body.endIndex {
            if body[found + 1] == 0x0A { return found }
            index = found + 1
        }
        return nil
    }

    private static func firstIndex(of marker: [UInt8], in content: ArraySlice<UInt8>) -> Int? {
        guard let first = marker.first else { return nil }
        var index = content.startIndex
        while let found = content[index...].firstIndex(of: first) {
            if content[found...].starts(with: marker) { return found }
            index = found + 1
        }
        return nil
    }

    /// Headers up to the empty line, then content.
    private static func part(_ octets: ArraySlice<UInt8>, offset: Int) throws(SIPParseError) -> Part {
        var fields: [Part.Field] = []
        var position = octets.startIndex
        let bytes = Array(octets)
        let span = bytes.span
        while true {
            let line = position - octets.startIndex
            guard let end = lineEnd(from: position, in: octets) else {
                // A part that ends with its headers.
                if position == octets.endIndex { return Part(fields: fields, content: octets[position...]) }
                throw SIPParseError(.malformedBody, at: offset + line, expected: "an empty line after a part's headers")
            }
            if end == position { return Part(fields: fields, content: octets[(end + 2)...]) }
            var last = end
            while last + 2 < octets.endIndex, octets[last + 2] == 0x20 || octets[last + 2] == 0x09,
                let next = lineEnd(from: last + 2, in: octets)
            {
                last = next
            }
            var cursor = Cursor(line, last - octets.startIndex)
            let name = cursor.take(.token, span)
            cursor.skipWhitespace(span)
            guard !name.isEmpty, cursor.skip(UInt8(ascii: ":"), span), fields.count < 32 else {
                throw SIPParseError(.malformedBody, at: offset + line, expected: "a header of a part")
            }
            let text = cursor.takeRest(span)
            guard let value = try? FieldText(text) else {
                throw SIPParseError(.malformedBody, at: offset + line, expected: "text without CR, LF and NUL")
            }
            fields.append(
                Part.Field(received: HeaderName(span, name, id: HeaderNameTable.shared.id(span, name)), value.text))
            position = last + 2
        }
    }
}
