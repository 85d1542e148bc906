internal import CProcessPoolSupport
internal import Glibc

/// A worker's end of the channel to its pool: blocking, for one thread.
///
/// ```swift
/// let channel = try ChildChannel.inherited()
/// try channel.announceReady(engineVersion: 1)
/// while let messages = try channel.receive(waiting: true) {
///     for case .payload(let bytes) in messages { try channel.queue(bytes) }
///     try channel.flush()
/// }
/// ```
public final class ChildChannel {
    /// What came from the pool. Pings are answered here and never seen.
    public enum Message: Hashable, Sendable {
        /// Bytes from the pool's owner.
        case payload([UInt8])
        /// Finish what is under way, take nothing new, then ``ChildChannel/sayGoodbye()`` and exit.
        case drain
        /// Exit now.
        case stop
    }

    /// Why the channel cannot be used (any more). The worker has to exit with a code that is not 0.
    public enum Failure: Error, Hashable, Sendable {
        /// The process was not started by a pool: descriptors 0, 1 and 3 are not what it gives.
        case notStartedByPool(String)
        /// Not even the limits of the sandbox are in force.
        case notSandboxed(errno: Int32)
        /// The pool broke the format.
        case violation(ChannelViolation)
        /// A payload is longer than ``ChannelFormat/maximumPayload``.
        case payloadTooLong(Int)
        /// The system refused to read or write.
        case system(call: String, errno: Int32)
    }

    /// The page that the pool reads; `nil` in tests without one.
    public let page: SharedPage?
    /// How far this process is shut in.
    public let sandbox: Sandbox.Reached

    private let descriptor: Int32
    private var reader = FrameReader()
    private var outgoing: [UInt8] = []
    private var portion: [UInt8]

    /// A channel over any connected stream socket, which it closes at its end.
    package init(owning descriptor: Int32, page: SharedPage?, sandbox: Sandbox.Reached = .init()) {
        self.descriptor = descriptor
        self.page = page
        self.sandbox = sandbox
        portion = [UInt8](repeating: 0, count: 1 << 16)
    }

    deinit {
        close(descriptor)
    }

    /// Takes over what the pool gave to this process at its start, and shuts the process in.
    ///
    /// The channel moves to another descriptor at once and 0 and 1 become `/dev/null`, so that a stray print cannot
    /// corrupt it; 2 stays the log. Must be called once, before anything reads or prints and before there is a second
    /// thread.
    ///
    /// - Parameter sandbox: the walls that are wanted. What the kernel cannot give is left out; the pool is told with
    ///   `ready` what is in force and decides whether that is enough.
    public static func inherited(sandbox: Sandbox.Parts = .all) throws(Failure) -> ChildChannel {
        // The pool has asked for this before exec; asking again costs nothing and covers other starters. Being orphaned
        // already shows itself as the end of the stream.
        guard processpool_set_parent_death_signal(SIGKILL) == 0 else {
            throw .system(call: "prctl", errno: errno)
        }
        let copy = processpool_duplicate(0, 10)
        guard copy >= 0 else { throw .notStartedByPool("descriptor 0 is closed") }
        var kind: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        // Unsafe: getsockopt writes at most `size` bytes to `kind`.
        guard unsafe getsockopt(copy, SOL_SOCKET, SO_TYPE, &kind, &size) == 0, kind == Int32(SOCK_STREAM.rawValue)
        else {
            close(copy)
            throw .notStartedByPool("descriptor 0 is not a stream socket")
        }
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0, dup2(null, 0) >= 0, dup2(null, 1) >= 0 else {
            close(copy)
            throw .system(call: "open /dev/null", errno: errno)
        }
        close(null)
        guard let page = SharedPage(descriptor: Int32(PROCESSPOOL_CHILD_PAGE_DESCRIPTOR)) else {
            close(copy)
            throw .notStartedByPool("descriptor 3 is not the shared page")
        }
        close(Int32(PROCESSPOOL_CHILD_PAGE_DESCRIPTOR))
        do {
            // The descriptors are final.
            let reached = try sandbox == .none ? Sandbox.Reached() : page.enterSandbox(sandbox)
            return ChildChannel(owning: copy, page: page, sandbox: reached)
        } catch {
            close(copy)
            throw error
        }
    }

    /// Tells the pool that payloads can come. Sent at once.
    ///
    /// - Parameter engineVersion: what the pool shows and hands on; its meaning is the program's.
    public func announceReady(engineVersion: UInt32) throws(Failure) {
        var payload: [UInt8] = []
        ChannelFormat.append(littleEndian: engineVersion, to: &payload)
        payload += [UInt8(truncatingIfNeeded: sandbox.parts.rawValue), sandbox.landlockVersion]
        append(.ready, payload)
        try flush()
    }

    /// Tells the pool that this worker is done and exits now. Sent at once, after all that was queued.
    public func sayGoodbye() throws(Failure) {
        append(.goodbye, [])
        try flush()
    }

    /// Puts a payload into the outgoing bytes; ``flush()`` sends them.
    public func queue(_ payload: [UInt8]) throws(Failure) {
        guard payload.count <= ChannelFormat.maximumPayload else { throw .payloadTooLong(payload.count) }
        append(.payload, payload)
    }

    /// Sends all that is queued in as few writes as the system allows; waits while the pool does not read.
    ///
    /// The pool being gone is not an error here: the next ``receive(waiting:)`` tells.
    public func flush() throws(Failure) {
        var sent = 0
        while sent < outgoing.count {
            // Unsafe: the pointer is used during the call only, within the array's bounds.
            let count = unsafe outgoing.withUnsafeBytes { bytes in
                unsafe send(
                    descriptor, bytes.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno != EINTR {
                guard errno == EPIPE || errno == ECONNRESET else { throw .system(call: "send", errno: errno) }
                break
            }
        }
        outgoing.removeAll(keepingCapacity: outgoing.capacity <= 1 << 16)
    }

    /// What has come from the pool.
    ///
    /// - Parameter waiting: whether to wait for something when nothing is there. While waiting, the worker counts as
    ///   idle. Queued bytes are sent before waiting.
    /// - Returns: the messages in order, none when not waiting and nothing is there; `nil` when the pool is gone, then
    ///   the worker has to exit.
    public func receive(waiting: Bool) throws(Failure) -> [Message]? {
        if waiting {
            try flush()
            page?.setBusy(false)
            defer { page?.setBusy(true) }
            guard try waitForInput() else { return nil }
        }
        var messages: [Message] = []
        guard try readPortion() else { return nil }
        var frames = 0
        do {
            while let frame = try reader.next() {
                frames += 1
                if let message = try self.message(of: frame) { messages.append(message) }
            }
        } catch {
            throw .violation(error)
        }
        if frames > 0 {
            page?.countFrames(frames)
            page?.advance()
        }
        return messages
    }

    /// The meaning of a frame; `nil` when it was dealt with here.
    private func message(of frame: FrameReader.Frame) throws(ChannelViolation) -> Message? {
        guard let kind = ChannelFormat.ParentKind(rawValue: frame.kind) else {
            throw ChannelViolation("a frame's kind is \(frame.kind)")
        }
        switch kind {
        case .payload:
            return .payload(frame.payload)
        case .ping:
            append(.pong, frame.payload)
            return nil
        case .drain:
            return .drain
        case .stop:
            return .stop
        }
    }

    private func append(_ kind: ChannelFormat.ChildKind, _ payload: some Collection<UInt8>) {
        ChannelFormat.append(kind: kind.rawValue, payload: payload, to: &outgoing)
    }

    /// Waits until something can be read. The end of the stream is readable too.
    private func waitForInput() throws(Failure) -> Bool {
        while true {
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // Unsafe: one pollfd, valid during the call.
            let count = unsafe poll(&poller, 1, -1)
            if count > 0 { return true }
            if count < 0, errno != EINTR { throw .system(call: "poll", errno: errno) }
        }
    }

    /// Reads once, at most 64 KiB, so that a flood of input cannot keep the worker from its work.
    private func readPortion() throws(Failure) -> Bool {
        while true {
            // Unsafe: recv writes at most the array's count to it.
            let count = unsafe portion.withUnsafeMutableBytes { bytes in
                unsafe recv(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
            }
            if count > 0 {
                reader.append(portion[..<count])
                return true
            }
            if count == 0 || errno == ECONNRESET { return false }
            if errno == EAGAIN || errno == EWOULDBLOCK { return true }
            if errno != EINTR { throw .system(call: "recv", errno: errno) }
        }
    }
}
