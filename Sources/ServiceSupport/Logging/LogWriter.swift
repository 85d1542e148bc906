import Dispatch
import Glibc
import Synchronization

/// Writes lines to a descriptor on a thread of its own, so that whoever logs never waits for who reads: a pipe that is
/// not emptied or a slow disk stops neither an event loop nor a call.
///
/// At most `capacity` bytes wait. What comes then is dropped and counted, and when there is room again a line says how
/// many lines are missing there.
final class LogWriter: Sendable {
    private struct State {
        /// Lines with their ends.
        var waiting: [UInt8] = []
        /// Lines that found no room since the last that did.
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let capacity: Int
    private let lostLine: @Sendable (_ count: Int) -> String
    private let queue = DispatchQueue(label: "log-writer")
    /// Signalled when everything is written, for each that waits.
    private let idle = DispatchGroup()

    /// - Parameters:
    ///   - descriptor: stays open as long as the writer lives.
    ///   - capacity: bytes that may wait.
    ///   - lostLine: the line for a gap, without its end.
    init(descriptor: Int32, capacity: Int = 1 << 20, lostLine: @escaping @Sendable (_ count: Int) -> String) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.lostLine = lostLine
    }

    /// Takes a line, without its end. Returns at once.
    func put(_ line: String) {
        let mustStart = state.withLock { state in
            guard state.waiting.count + line.utf8.count < capacity else {
                state.dropped += 1
                return false
            }
            if state.dropped > 0 {
                state.waiting += Array(lostLine(state.dropped).utf8) + [UInt8(ascii: "\n")]
                state.dropped = 0
            }
            state.waiting += Array(line.utf8) + [UInt8(ascii: "\n")]
            guard !state.isWriting else { return false }
            state.isWriting = true
            idle.enter()
            return true
        }
        if mustStart { queue.async { self.writeAll() } }
    }

    /// Waits until all that was put before is written, or until `limit` has passed: nobody reads any more.
    func flush(within limit: DispatchTimeInterval) {
        _ = idle.wait(timeout: .now() + limit)
    }

    private func writeAll() {
        while let piece = nextPiece() { write(piece) }
        idle.leave()
    }

    /// nil when nothing waits: then the next line starts anew.
    private func nextPiece() -> [UInt8]? {
        state.withLock { state in
            if state.waiting.isEmpty, state.dropped > 0 {
                state.waiting = Array(lostLine(state.dropped).utf8) + [UInt8(ascii: "\n")]
                state.dropped = 0
            }
            guard !state.waiting.isEmpty else {
                state.isWriting = false
                return nil
            }
            let piece = state.waiting
            state.waiting = []
            return piece
        }
    }

    private func write(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            // Unsafe: the array's own bytes, for the length of the call.
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                done += count
            } else if errno == EAGAIN {
                // Somebody who shares the descriptor made it non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return  // nobody reads the log; there is nobody to tell
            }
        }
    }
}
