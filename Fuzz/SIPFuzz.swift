// libFuzzer's entry. Built by Scripts/fuzz-sip together with Tests/SIPMessageTests/FuzzTarget.swift.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // libFuzzer's own memory, valid during this call.
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    if let violation = FuzzTarget.violation(bytes) { preconditionFailure(violation) }
    return 0
}
