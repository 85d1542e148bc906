// libFuzzer's entry for the dialplan language. Built by Scripts/fuzz-language together with
// Tests/DialplanCoreTests/Proofs/LanguageFuzzTarget.swift.
import Foundation

@testable import DialplanCore

// libFuzzer calls from one thread.
nonisolated(unsafe) var reached = LanguageFuzzTarget.Reached()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer's own memory, valid during this call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let violation = unsafe LanguageFuzzTarget.violation(bytes, &reached) { preconditionFailure(violation) }
    if unsafe reached.runs % 50_000 == 0 { unsafe report(reached) }
    return 0
}

func report(_ reached: LanguageFuzzTarget.Reached) {
    let names = CoreLibrary.shared.symbolIndex.count
    let limits = reached.limits.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: " ")
    print(
        "reached: \(reached.runs) runs, \(reached.compiled) compiled, \(reached.finished) finished, \(reached.errors) errors, "
            + "limits: \(limits); \(reached.opcodes.count) opcodes of \(Opcode.allCases.count), "
            + "\(reached.selectors.count) selectors (\(names) names in the library)")
    fflush(nil)
}
