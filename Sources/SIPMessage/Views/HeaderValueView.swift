/// One value of a header, read in place: spans of the message's own octets, nothing copied and nothing allocated. From
/// ``HeaderFields/forEachValue(_:)``.
///
/// The whole value has been parsed and validated under the message's profile. Text stands as it came: quotes, escapes and
/// folds included, letters in their case. A span can not outlive the call that it was handed to.
public enum HeaderValueView: ~Escapable {
    /// One Via (RFC 3261 §20.42).
    case via(ViaView)
    /// From, To, Contact, Route and all others that are made of addresses; also `<uri>` with parameters, as in Call-Info.
    case address(AddressView)
    /// `Contact: *` (RFC 3261 §10.2.2).
    case wildcard
    /// A method, an option tag, an event package of a list, a token of Privacy; Call-ID and the values of In-Reply-To.
    case token(Span<UInt8>)
    /// Event, Reason, Subscription-State, Replaces and others: a token (Replaces, Join, Target-Dialog: a Call-ID) with
    /// parameters.
    case parameterized(ParameterizedView)
    /// Content-Type and the values of Accept.
    case media(MediaTypeView)
    /// Max-Forwards, Content-Length, Expires, RSeq and other headers that are a number.
    case number(UInt32)
    /// Session-Expires and Min-SE, seconds (RFC 4028 §4, §5).
    case interval(UInt32, ParametersView)
    /// CSeq (RFC 3261 §20.16).
    case cSeq(UInt32, method: Span<UInt8>)
    /// Credentials and challenges (RFC 7616).
    case digest(DigestView)
    /// Text to the end of the value: Subject, User-Agent, Server …; headers that the library does not know; and those with a
    /// syntax of their own (Date, Warning, RAck …), which ``HeaderFields/subscript(_:)-(SingleHeader<Value>)`` takes apart.
    case text(Span<UInt8>)
}

/// The row that a ``HeaderValueView`` stands in.
public struct HeaderFieldView: ~Escapable {
    private let octets: Span<UInt8>
    private let row: HeaderRow

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ row: HeaderRow) {
        self.octets = octets
        self.row = row
    }

    /// Compared without case, compact forms equal their long ones. The text of an unknown name is a copy.
    public var name: HeaderName { HeaderName(octets, row.name, id: row.id) }
    /// Whether the library does not know the name.
    public var isUnknown: Bool { row.id == HeaderNameTable.unknownID }
    /// As it stands in the message.
    public var spelledName: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(row.name.range) } }
    /// The whole row's value, folds included, without white space round it.
    public var value: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(row.value.range) } }
}
