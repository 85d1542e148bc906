/// All that a run of a script depends on. The same start and the same outcomes give the same run, on any worker of the
/// same engine version.
public struct ExecutionStart: Hashable, Sendable {
    /// ``EngineVersion/current`` of the workers that may run it.
    public var engineVersion: UInt32
    public var execution: UInt64
    /// SHA-256 of the script's text.
    public var sourceDigest: [UInt8]
    /// The dialplan's name, for errors and traces.
    public var sourceName: String
    /// The text; nil when the worker is believed to have it.
    public var source: [UInt8]?
    /// The `req` object.
    public var request: EncodedRecord
    /// Initial values of `sys` properties.
    public var properties: [Outcome.Update]
    /// Wall clock at the start, microseconds since 1970 UTC.
    public var startTime: Int64
    /// Offset of the script's zone from UTC.
    public var utcOffsetSeconds: Int32
    /// Seed of the script's random numbers.
    public var seed: UInt64
    public var limits: ExecutionLimits

    public init(
        engineVersion: UInt32 = EngineVersion.current, execution: UInt64, sourceDigest: [UInt8], sourceName: String,
        source: [UInt8]?, request: HostRecord, properties: [Outcome.Update] = [], startTime: Int64,
        utcOffsetSeconds: Int32 = 0, seed: UInt64, limits: ExecutionLimits = ExecutionLimits()
    ) {
        self.engineVersion = engineVersion
        self.execution = execution
        self.sourceDigest = sourceDigest
        self.sourceName = sourceName
        self.source = source
        self.request = EncodedRecord(request)
        self.properties = properties
        self.startTime = startTime
        self.utcOffsetSeconds = utcOffsetSeconds
        self.seed = seed
        self.limits = limits
    }
}

/// Runs are portable only between engines of the same version: any change that could make a replay differ raises it.
public enum EngineVersion {
    public static let current: UInt32 = 5
}
