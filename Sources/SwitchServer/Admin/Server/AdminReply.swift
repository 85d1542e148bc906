import NIOCore

/// How one request is answered; every part happens on the event loop.
enum AdminReply {
    /// One line: a ``ReplyLine``, encoded where the work was done.
    case one(EventLoopFuture<[UInt8]>)
    /// Lines that are fetched one by one, each when the reader has taken the one before; nil is the end.
    /// So a slow reader holds one line in memory, and no thread.
    case pages(next: () -> EventLoopFuture<[UInt8]?>)
    /// Lines that come when something happens; the function gets the feed to push them into.
    case feed((AdminFeed) -> Void)

    static func error(_ error: AdminError, on loop: any EventLoop) -> AdminReply {
        .one(loop.makeFailedFuture(error))
    }
}

/// A stream that the switch pushes into as things happen, for one reader. Lives on the event loop.
///
/// What a slow reader does not take is not kept: once its connection holds more than the bound (64 KiB), items are
/// counted instead, and the number is the next thing that it reads.
final class AdminFeed {
    private let channel: any Channel
    private(set) var lost = 0
    private(set) var isOpen = true
    /// Called once, when the reader has gone or ``end()`` was called.
    var onClose: (() -> Void)?
    private let ended: () -> Void

    /// - Parameter ended: called once when the connection is free for another request.
    init(channel: any Channel, ended: @escaping () -> Void) {
        self.channel = channel
        self.ended = ended
    }

    /// Sends items, unless the reader is behind.
    func push<Item: Codable>(_ items: [Item]) {
        guard isOpen, !items.isEmpty else { return }
        guard channel.isWritable else {
            lost += items.count
            return
        }
        tellLoss()
        write(ReplyLine(items: items))
    }

    /// The connection takes more again.
    func becameWritable() {
        guard isOpen else { return }
        tellLoss()
    }

    /// Ends the stream; the connection can be used for another request.
    func end() {
        guard isOpen else { return }
        tellLoss()
        write(ReplyLine<Nothing>(end: true))
        close()
        ended()
    }

    /// The reader has gone.
    func close() {
        guard isOpen else { return }
        isOpen = false
        onClose?()
        onClose = nil
    }

    private func tellLoss() {
        guard lost > 0 else { return }
        write(ReplyLine<Nothing>(lost: lost))
        lost = 0
    }

    private func write<Value>(_ line: ReplyLine<Value>) {
        guard let bytes = try? line.encoded() else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }
}
