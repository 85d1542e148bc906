/// A dialplan that cannot be run, and where the fault is.
public struct CompileError: Error, Hashable, Sendable {
    /// In Ruby's wording, without file and line.
    public let message: String
    /// From 1.
    public let line: Int
    /// From 1, in bytes.
    public let column: Int
}
