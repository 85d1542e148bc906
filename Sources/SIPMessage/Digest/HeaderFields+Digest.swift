extension HeaderFields {
    /// The digest credentials for this server. Rows of other schemes are passed over, as if they were not there
    /// (RFC 4475 §3.3.7).
    public var authorizations: [Credentials] {
        get throws(SIPParseError) { try digestRows(.authorization, Credentials.scan) }
    }

    /// The digest credentials for proxies.
    public var proxyAuthorizations: [Credentials] {
        get throws(SIPParseError) { try digestRows(.proxyAuthorization, Credentials.scan) }
    }

    /// The digest challenges of a 401, in the server's order of preference (RFC 8760 §2.4).
    public var wwwAuthenticate: [Challenge] {
        get throws(SIPParseError) { try digestRows(.wwwAuthenticate, Challenge.scan) }
    }

    /// The digest challenges of a 407.
    public var proxyAuthenticate: [Challenge] {
        get throws(SIPParseError) { try digestRows(.proxyAuthenticate, Challenge.scan) }
    }

    private func digestRows<Value>(
        _ name: HeaderName, _ scan: (Span<UInt8>, ByteRange) throws(ScanError) -> Value?
    ) throws(SIPParseError) -> [Value] {
        var values: [Value] = []
        for row in storage.value.rows where matches(row, name) {
            let octets = octets(row.isWritten)
            do throws(ScanError) {
                if let value = try scan(octets.span, row.value) { values.append(value) }
            } catch {
                throw SIPParseError(.malformedHeader, error, header: name)
            }
        }
        return values
    }

    /// Replaces all of Authorization, one row each.
    public mutating func setAuthorizations(_ values: [Credentials]) {
        replaceAll(.authorization, with: values.map(\.description))
    }

    /// Replaces all of Proxy-Authorization, one row each.
    public mutating func setProxyAuthorizations(_ values: [Credentials]) {
        replaceAll(.proxyAuthorization, with: values.map(\.description))
    }

    /// Replaces all of WWW-Authenticate, one row each: the preferred algorithm first (RFC 8760 §2.3).
    public mutating func setWWWAuthenticate(_ values: [Challenge]) {
        replaceAll(.wwwAuthenticate, with: values.map(\.description))
    }

    /// Replaces all of Proxy-Authenticate, one row each.
    public mutating func setProxyAuthenticate(_ values: [Challenge]) {
        replaceAll(.proxyAuthenticate, with: values.map(\.description))
    }
}
