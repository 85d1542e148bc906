extension HeaderFields {
    /// Reads every header in place, in order: calls `body` with each value of each row. Nothing is copied or allocated; what
    /// stands behind is parsed and validated like the typed values of ``value(_:)`` and ``values(_:)``.
    ///
    /// - Throws: ``SIPParseError`` with code `malformedHeader`, the header and the offset; values before it have been
    ///   handed over.
    public func forEachValue(_ body: (HeaderFieldView, HeaderValueView) -> Void) throws(SIPParseError) {
        let (received, written, rules) = (storage.value.received, storage.value.written, storage.value.rules)
        for row in storage.value.rows {
            try HeaderFields.visit(row, row.isWritten ? written.span : received.span, rules, body)
        }
    }

    /// The same for all rows of one name.
    public func forEachValue(
        of name: HeaderName, _ body: (HeaderFieldView, HeaderValueView) -> Void
    ) throws(SIPParseError) {
        let (received, written, rules) = (storage.value.received, storage.value.written, storage.value.rules)
        for row in storage.value.rows where matches(row, name) {
            try HeaderFields.visit(row, row.isWritten ? written.span : received.span, rules, body)
        }
    }

    private static func visit(
        _ row: HeaderRow, _ bytes: Span<UInt8>, _ rules: ScanRules, _ body: (HeaderFieldView, HeaderValueView) -> Void
    ) throws(SIPParseError) {
        if row.valueStart == row.valueEnd, HeaderSyntax.mayBeEmpty(row.id) { return }
        do throws(ScanError) {
            var cursor = Cursor(row.value, rules)
            let field = HeaderFieldView(bytes, row)
            switch HeaderSyntax(row.id) {
            case .text: body(field, .text(bytes.extracting(row.value.range)))
            case .via, .address, .addressList, .referenceList, .contact:
                try visitAddresses(row, field, &cursor, bytes, body)
            case .callID, .callIDList, .token, .tokenList, .privacy: try visitTokens(row, field, &cursor, bytes, body)
            case .parameterized, .parameterizedList, .dialog, .media, .mediaList:
                try visitParameterized(row, field, &cursor, bytes, body)
            case .number:
                body(field, .number(try cursor.expectNumber(bytes)))
                try cursor.expectEnd(bytes)
            case .interval:
                let seconds = try cursor.expectNumber(bytes)
                let range = try ParameterLayout.scanAll(&cursor, bytes, .header)
                try cursor.expectEnd(bytes)
                body(field, .interval(seconds, ParametersView(bytes, range, .header)))
            case .cSeq:
                let layout = try CSeqLayout.scan(row.value, bytes)
                body(field, .cSeq(layout.number, method: bytes.extracting(layout.method.range)))
            case .credentials, .challenge:
                let isCredentials =
                    row.id == KnownHeader.authorization.rawValue || row.id == KnownHeader.proxyAuthorization.rawValue
                let layout = try DigestLayout.scan(&cursor, bytes, isCredentials: isCredentials)
                body(field, .digest(DigestView(bytes, layout)))
            }
        } catch {
            throw SIPParseError(.malformedHeader, error, header: HeaderName(bytes, row.name, id: row.id))
        }
    }

    private static func visitAddresses(
        _ row: HeaderRow, _ field: HeaderFieldView, _ cursor: inout Cursor, _ bytes: Span<UInt8>,
        _ body: (HeaderFieldView, HeaderValueView) -> Void
    ) throws(ScanError) {
        let syntax = HeaderSyntax(row.id)
        if syntax == .contact, row.value.count == 1, bytes[Int(row.valueStart)] == UInt8(ascii: "*") {
            body(field, .wildcard)
            return
        }
        repeat {
            if syntax == .via {
                body(field, .via(ViaView(bytes, try ViaLayout.scan(&cursor, bytes))))
            } else {
                if syntax == .referenceList {
                    cursor.skipWhitespace(bytes)
                    guard cursor.peek(bytes) == UInt8(ascii: "<") else { throw ScanError(cursor.position, "<") }
                }
                body(field, .address(AddressView(bytes, try NameAddressLayout.scan(&cursor, bytes))))
            }
            if syntax == .address { break }
        } while cursor.skipComma(bytes)
        try cursor.expectEnd(bytes)
    }

    private static func visitTokens(
        _ row: HeaderRow, _ field: HeaderFieldView, _ cursor: inout Cursor, _ bytes: Span<UInt8>,
        _ body: (HeaderFieldView, HeaderValueView) -> Void
    ) throws(ScanError) {
        let syntax = HeaderSyntax(row.id)
        let isCallID = syntax == .callID || syntax == .callIDList
        while true {
            cursor.skipWhitespace(bytes)
            let token = cursor.takeWord(isCallID ? .callID : .token, bytes)
            guard !token.isEmpty else { throw ScanError(cursor.position, "a token") }
            body(field, .token(bytes.extracting(token.range)))
            switch syntax {
            case .tokenList, .callIDList:
                if cursor.skipComma(bytes) { continue }
            case .privacy:
                cursor.skipWhitespace(bytes)
                // Some join them by commas, against the grammar; what is meant is clear.
                if cursor.skip(UInt8(ascii: ";"), bytes) || cursor.skip(UInt8(ascii: ","), bytes) { continue }
            default: break
            }
            return try cursor.expectEnd(bytes)
        }
    }

    private static func visitParameterized(
        _ row: HeaderRow, _ field: HeaderFieldView, _ cursor: inout Cursor, _ bytes: Span<UInt8>,
        _ body: (HeaderFieldView, HeaderValueView) -> Void
    ) throws(ScanError) {
        let syntax = HeaderSyntax(row.id)
        let isList = syntax == .parameterizedList || syntax == .mediaList
        repeat {
            cursor.skipWhitespace(bytes)
            let token = cursor.takeWord(syntax == .dialog ? .callID : .token, bytes)
            guard !token.isEmpty else { throw ScanError(cursor.position, "a token") }
            if syntax == .media || syntax == .mediaList {
                cursor.skipWhitespace(bytes)
                guard cursor.skip(UInt8(ascii: "/"), bytes) else { throw ScanError(cursor.position, "/") }
                cursor.skipWhitespace(bytes)
                let subtype = cursor.takeWord(.token, bytes)
                guard !subtype.isEmpty else { throw ScanError(cursor.position, "a token") }
                let range = try ParameterLayout.scanAll(&cursor, bytes, .header)
                body(field, .media(MediaTypeView(bytes, token, subtype, range)))
            } else {
                let range = try ParameterLayout.scanAll(&cursor, bytes, .header)
                body(field, .parameterized(ParameterizedView(bytes, token, range)))
            }
        } while isList && cursor.skipComma(bytes)
        try cursor.expectEnd(bytes)
    }
}

extension Cursor {
    /// Passes a comma and the white space before it, if it is next.
    @inline(__always)
    fileprivate mutating func skipComma(_ bytes: Span<UInt8>) -> Bool {
        skipWhitespace(bytes)
        return skip(UInt8(ascii: ","), bytes)
    }
}
