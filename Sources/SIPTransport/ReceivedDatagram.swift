public import SIPStack

/// One datagram as it came in, copied out of the socket's buffer.
public struct ReceivedDatagram: Hashable, Sendable {
    public var bytes: [UInt8]
    /// Where it came from and on which listener; answers go back along it.
    public var flow: Flow

    public init(bytes: [UInt8], flow: Flow) {
        self.bytes = bytes
        self.flow = flow
    }
}
