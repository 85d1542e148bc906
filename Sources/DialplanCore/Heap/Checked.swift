#if DIALPLAN_CHECKED
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The checked build (`Scripts/fuzz-language`): what other builds read unchecked because the verifier has proved it.
enum Checked {
    /// Ends the process by `abort`, which no other check does: the verifier has let something through.
    @inline(__always) static func require(_ condition: Bool) {
        if !condition { abort() }
    }
}
#endif
