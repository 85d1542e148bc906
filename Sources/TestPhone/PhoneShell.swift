import NIOCore
import NIOPosix
public import SIPMessage
public import SIPStack
import SIPTransport

/// A ``PhoneCore`` on a UDP socket, doing what a ``PhoneSession`` says: the thin shell.
public final class PhoneShell: Sendable {
    /// What cannot be done, and what to do about it.
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    private struct State {
        var core: PhoneCore
        var session: PhoneSession
        var listener: UDPListener
        var registration: (account: NameAddress, registrar: URI)?
        var timer: Scheduled<Void>?
        let finished: EventLoopPromise<PhoneSession.Result>
        var isFinished = false
    }

    private let state: NIOLoopBoundBox<State?>
    private let onEvent: @Sendable (PhoneEvent) -> Void
    /// The phone's socket and the switch's.
    public let flow: Flow

    private var loop: any EventLoop { state.eventLoop }

    /// Opens a socket that reaches `server`.
    ///
    /// - Parameters:
    ///   - server: `host`, `host:port` or `[v6]:port`; where everything is sent.
    ///   - onEvent: called on the phone's own thread.
    /// - Throws: ``Failure``.
    public init(server: String, onEvent: @escaping @Sendable (PhoneEvent) -> Void) throws(Failure) {
        self.onEvent = onEvent
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        state = .makeEmptyBox(valueType: State.self, eventLoop: loop)
        flow = try Self.flow(to: server, on: loop)
    }

    /// The address of this machine that a packet to the server leaves from, at a free port.
    private static func flow(to server: String, on loop: any EventLoop) throws(Failure) -> Flow {
        guard let target = HostPort(server) else {
            throw Failure(
                description: "\(server): write the switch's address as host or host:port, for example 127.0.0.1:5060")
        }
        let name = "\(target.host)".trimmingBrackets
        let port = target.port ?? 5060
        do {
            let address = try SocketAddress.makeAddressResolvingHost(name, port: Int(port))
            // Connecting a datagram socket sends nothing; the kernel chooses route and port.
            let probe = try DatagramBootstrap(group: loop).connect(to: address).wait()
            defer { try? probe.close().wait() }
            guard let remote = address.ipAddress.flatMap({ TransportAddress($0, port: port) }),
                let own = probe.localAddress, let ownPort = own.port.flatMap({ UInt16(exactly: $0) }),
                let local = own.ipAddress.flatMap({ TransportAddress($0, port: ownPort) })
            else { throw Failure(description: "\(server) is no IP address that a phone can reach") }
            return Flow(transport: .udp, local: local, remote: remote)
        } catch let failure as Failure {
            throw failure
        } catch is SocketAddressError.UnknownHost {
            throw Failure(
                description: "\(server): there is no host \(name); write 127.0.0.1:5060, or a name that resolves")
        } catch {
            throw Failure(description: "\(server) cannot be reached: \(error)")
        }
    }

    /// Does what the session says, to its end. Blocks.
    ///
    /// - Parameter registration: the address of record and its registrar, for sessions that register.
    public func run(
        _ session: PhoneSession, _ configuration: PhoneConfiguration,
        registration: (account: NameAddress, registrar: URI)? = nil
    ) throws -> PhoneSession.Result {
        let listener = try UDPListener.bind(
            flow.local, on: loop,
            onDatagrams: { received in
                for datagram in received {
                    self.input { $0.receive(datagram.bytes, from: datagram.flow, at: $1, into: &$2) }
                }
            },
            onSendFailure: { failure in
                let flow = self.flow
                self.loop.execute { self.input { $0.transportFailed(to: flow, at: $1, into: &$2) } }
            }
        ).wait()
        let finished = loop.makePromise(of: PhoneSession.Result.self)
        loop.execute {
            var session = session
            let actions = session.start()
            self.state.value = State(
                core: PhoneCore(configuration), session: session, listener: listener, registration: registration,
                finished: finished)
            self.perform(actions)
        }
        let result = try finished.futureResult.wait()
        try? loop.flatSubmit { self.farewell(until: .now() + .seconds(2)) }.wait()
        try? listener.close().wait()
        try? loop.submit { self.state.value = nil }.wait()
        return result
    }

    /// Ends calls and registration politely; ``run(_:_:registration:)`` then returns. May be called from any thread.
    public func interrupt() {
        loop.execute {
            guard var current = self.state.value, !current.isFinished else { return }
            let actions = current.session.interrupt(isIdle: current.core.isIdle)
            self.state.value = current
            self.perform(actions)
        }
    }

    /// Waits until what was sent last is answered.
    private func farewell(until deadline: NIODeadline) -> EventLoopFuture<Void> {
        guard let current = state.value, current.core.awaitsResponse, NIODeadline.now() < deadline else {
            return loop.makeSucceededVoidFuture()
        }
        return loop.flatScheduleTask(in: .milliseconds(10)) { self.farewell(until: deadline) }.futureResult
    }

    // MARK: On the loop

    private static var now: MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }

    private func input(_ body: (inout PhoneCore, MonotonicTime, inout PhoneEffects) -> Void) {
        guard var current = state.value else { return }
        var effects = PhoneEffects()
        body(&current.core, Self.now, &effects)
        for (bytes, flow) in effects.datagrams { current.listener.send(bytes, to: flow.remote) }
        current.listener.flush()
        var actions: [PhoneSession.Action] = []
        for event in effects.events {
            onEvent(event)
            if !current.isFinished { actions += current.session.handle(event) }
        }
        state.value = current
        perform(actions)
        schedule()
    }

    private func perform(_ actions: [PhoneSession.Action]) {
        for action in actions {
            switch action {
            case .register:
                guard let registration = state.value?.registration else { continue }
                input { $0.register(registration.account, at: registration.registrar, now: $1, into: &$2) }
            case .unregister: input { $0.unregister(at: $1, into: &$2) }
            case .place(let call): input { $0.place(call, at: $1, into: &$2) }
            case .endCalls: input { $0.endCalls(at: $1, into: &$2) }
            case .finish(let result):
                guard state.value?.isFinished == false else { continue }
                state.value?.isFinished = true
                state.value?.finished.succeed(result)
            }
        }
    }

    private func schedule() {
        state.value?.timer?.cancel()
        guard let deadline = state.value?.core.nextDeadline else { return }
        state.value?.timer = loop.scheduleTask(
            deadline: .uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
        ) { self.input { $0.advance(to: $1, into: &$2) } }
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
