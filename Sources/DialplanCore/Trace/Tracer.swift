/// The trace of one Machine: its own copy of the script's code, in which the first word of every statement has the
/// opcode `traced`, and the events that nobody has taken yet.
///
/// The loop reads this code instead of the image's while the trace is on; the handler of `traced` notes the event and goes on with
/// the image's word. A Machine without trace runs the same loop on the image's code: it pays nothing.
@safe final class Tracer {
    private let block: UnsafeMutableBufferPointer<UInt64>
    let code: UnsafePointer<UInt64>
    var events: [TraceEvent] = []
    /// The place of the last event: an instruction that is run again, after a collection or at the start of a slice, is no
    /// new one.
    var lastLine = 0
    var last: (serial: UInt32, pc: Int, instructions: Int64) = (0, 0, -1)

    init(image: DialplanImage) {
        let block = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: max(1, image.code.count))
        unsafe block.initialize(repeating: 0)
        for (index, word) in image.code.enumerated() { unsafe block[index] = word }
        for word in image.trace.statements where Int(word) < image.code.count {
            let index = Int(word)
            unsafe block[index] = block[index] & ~0xFF | UInt64(Opcode.traced.rawValue)
        }
        // Swift's allocate never returns an empty buffer for a count above zero.
        guard let start = block.baseAddress else { fatalError("allocation without address") }
        unsafe self.block = block
        unsafe code = UnsafePointer(start)
    }

    deinit { unsafe block.deallocate() }
}
