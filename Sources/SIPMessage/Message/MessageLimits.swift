/// What a message may use. Checked while it is read, before anything is allocated in proportion.
public struct MessageLimits: Hashable, Sendable {
    /// Whole message, octets; at most 2^24 is honoured. Default 65,535, the most that UDP carries. Past it: 513.
    public var maximumMessageBytes: Int = 65_535
    /// Start line and headers together, octets. Default 32,768. Past it: 513.
    public var maximumHeaderSectionBytes: Int = 32_768
    /// Rows of headers. Default 256. Past it: 400.
    public var maximumHeaderCount: Int = 256
    /// One row with its folds, octets; at most 65,000 is honoured. Default 8,192. Past it: 400.
    public var maximumHeaderBytes: Int = 8_192
    /// Request-URI, octets. Default 2,048. Past it: 414.
    public var maximumURIBytes: Int = 2_048
    /// Parameters of one value or URI; at most 65,535 is honoured. Default 64. Past it: 400.
    public var maximumParameterCount: Int = 64
    /// Via values. Default 70, the hops that Max-Forwards starts with. Past it: 483.
    public var maximumViaCount: Int = 70
    /// Body, octets. Default 65,535. Past it: 413.
    public var maximumBodyBytes: Int = 65_535
    /// How deep multipart bodies may stand in each other. Default 4. See ``MultipartBody``.
    public var maximumNestingDepth: Int = 4
    /// Parts of one multipart body. Default 32.
    public var maximumPartCount: Int = 32

    /// All limits at their defaults.
    public init() {}

    /// All limits at their defaults.
    public static let `default` = MessageLimits()
}
