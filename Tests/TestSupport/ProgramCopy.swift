import Foundation
import Glibc

/// Copies a program by a process of its own: while this one held the copy open for writing, any child that another test spawns
/// in that moment would hold it too, and the copy could not be started (ETXTBSY).
package func copyProgram(_ program: String, to copy: String) throws {
    let cp = try SpawnedProcess("/bin/cp", ["--", program, copy], output: copy + ".log")
    guard cp.wait() == 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: copy]) }
    try FileManager.default.removeItem(atPath: copy + ".log")
}
