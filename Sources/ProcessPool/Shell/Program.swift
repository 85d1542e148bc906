internal import CProcessPoolSupport
internal import Glibc
internal import Synchronization

/// The file that workers run: opened once, so that all of them run the same, whatever stands under its name later.
final class Program: Sendable {
    let path: String
    private let descriptor = Mutex<Int32?>(nil)

    init(path: String) {
        self.path = path
    }

    deinit {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
        }
    }

    /// The file's descriptor, valid as long as this object lives. A file that is not there is looked for again each time.
    func open() throws(SpawnFailure) -> Int32 {
        let result = descriptor.withLock { descriptor -> Int32 in
            if let descriptor { return descriptor }
            // Unsafe: a C string, during the call.
            let opened = unsafe path.withCString { unsafe processpool_open_program($0) }
            if opened >= 0 { descriptor = opened }
            return opened
        }
        guard result >= 0 else { throw SpawnFailure("exec \(path)", errno: -result) }
        return result
    }

    /// Opens it, and throws when it is nothing that can be run.
    func check() throws(SpawnFailure) {
        _ = try open()
        // Unsafe: a C string, during the call.
        guard unsafe access(path, X_OK) == 0 else { throw SpawnFailure("exec \(path)", errno: errno) }
    }
}
