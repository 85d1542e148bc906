import DialplanHostCalls
import Glibc
import ProcessPoolChild

/// What a worker process does from its start to its end: scripts for a switch, on one thread.
///
/// The process must have been started by a `ProcessPool` (descriptors 0 and 1 the channel, 3 the shared page).
///
/// - Parameter arguments: none are known yet; any is refused.
/// - Returns: the process's exit code: 0 after a stop, a drain or the end of the parent, 64 for arguments, 70 when the
///   front broke the protocol, 71 when the system refused something.
public func runDialplanWorker(arguments: [String]) -> Int32 {
    guard arguments.isEmpty else {
        report("unknown argument: \(arguments[0])")
        return 64
    }
    setProcessName("dialplan-worker")
    do throws(any Error) {
        let channel = try ChildChannel.inherited()
        let engine = DialplanEngine()
        engine.warmUp()
        var loop = WorkerLoop(channel: channel, core: WorkerCore(engine: engine))
        try loop.run()
        return 0
    } catch let violation as FrontViolation {
        report("protocol violation by the front: \(violation)")
        return 70
    } catch ChildChannel.Failure.violation(let violation) {
        report("protocol violation by the front: \(violation)")
        return 70
    } catch {
        report("\(error)")
        return 71
    }
}

/// The pool runs the program by its descriptor: without this, process lists would call the worker by a number.
private func setProcessName(_ name: String) {
    let bytes = Array(name.utf8.prefix(15))
    // Unsafe: a C string and the array with its count, during the calls. Without /proc the name stays as it is.
    let descriptor = unsafe open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = unsafe write(descriptor, bytes, bytes.count)
    close(descriptor)
}

/// A line to the log.
private func report(_ text: String) {
    let line = Array("dialplan worker: \(text)\n".utf8)
    // Unsafe: the array and its count, during the call. If the log is gone there is nobody to tell.
    _ = unsafe write(2, line, line.count)
}
