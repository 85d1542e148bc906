import DialplanCore
import DialplanHostCalls

/// What the worker needs of the language: compiling, and machines that run what was compiled.
///
/// The worker's own logic (turns, replay, ends) is written against this, so that its tests decide to the instruction what
/// a script does.
protocol ScriptEngine {
    associatedtype Image
    associatedtype Run: ScriptRun

    /// Compiles a source; throws what the script's owner is to be told.
    func compile(source: [UInt8], name: String) throws(ScriptFailure) -> Image
    /// Bytes that an image keeps.
    func byteCount(of image: Image) -> Int
    /// A run of the image from its beginning.
    func makeRun(of image: Image, start: ExecutionStart) -> Run
}

/// A run of a script; see `DialplanCore.Machine`, whose members these are.
protocol ScriptRun: AnyObject {
    var position: Int { get }
    var instructions: Int64 { get }
    var currentLine: Int { get }
    var regionBytes: Int { get }
    func run(fuel: Int64) -> RunResult
    func resume(with outcome: Outcome)
    func deliver(_ end: OutsideEnd)
    func takeEntries(into bytes: inout [UInt8]) -> Int
}
