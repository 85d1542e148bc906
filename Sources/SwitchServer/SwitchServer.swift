import CallStore
import Foundation
import Logging
import NIOCore
import NIOPosix
import ProcessPool
import ProcessPoolChild
import SIPMessage
import SIPStack
import SIPTransport
import ServiceSupport
import Switchboard
import Synchronization

/// A whole switch: the switchboard joined to sockets, workers, the store and the admin socket.
///
/// One shard on one event loop; look-ups of names and administrative writes run on threads of their own.
public final class SwitchServer: Sendable {
    private let options: ServeOptions
    let logger = SwitchLog.logger("switch")
    private let service: ServiceReporter
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    /// Name look-ups.
    private let threads = NIOThreadPool(numberOfThreads: 4)
    /// Administrative writes, one after the other: the directory that is loaded last must be the newest.
    let administration = NIOThreadPool(numberOfThreads: 1)
    /// Administrative reads, beside the writes.
    let reading = NIOThreadPool(numberOfThreads: 2)
    let state: NIOLoopBoundBox<State?>
    /// The options with what has been read again since the start.
    let reloadable: Mutex<ServeOptions>

    struct State {
        var front: Front
        var pool: ProcessPool
        var records: RecordKeeper
        var store: CallStore
        var listeners: [UDPListener]
        var admin: any Channel
        var metrics: (any Channel)?
    }

    /// - Parameter environment: where the service manager, if there is one, is found.
    public init(options: ServeOptions, environment: [String: String] = [:]) {
        self.options = options
        service = ServiceReporter(environment: environment)
        reloadable = Mutex(options)
        state = .makeEmptyBox(valueType: State.self, eventLoop: group.next())
    }

    var loop: any EventLoop { state.eventLoop }

    /// Starts serving. Blocks until everything listens.
    ///
    /// - Parameter onReady: called once, when the first worker can take calls, with what was made for a newcomer.
    /// - Throws: ``ServeError`` or a store's error, with what to do.
    public func start(onReady: @escaping @Sendable (DemoSetup?) -> Void) throws {
        try options.validate()
        threads.start()
        administration.start()
        reading.start()
        let store = try CallStore.open(options.databasePath, role: .serving)
        let secret = try InstallationSecret.load(besides: options.databasePath)
        let demo = options.makesDemo ? try DemoSetup.make(in: store, hosts: listenHosts) : nil
        let loaded = try LoadedDirectory(store)
        for problem in loaded.problems { logger.warning("\(problem)") }
        let started = try loop.submit { try self.assemble(store: store, loaded: loaded, secret: secret) }.wait()
        try started.wait()
        loop.execute {
            self.service.begin(on: self.loop) { self.front?.status }
            self.startWorkers {
                self.service.ready(self.front?.status)
                onReady(demo)
            }
        }
    }

    private var listenHosts: [String] { Array(Set(options.listen.map { "\($0.host)" })).sorted() }

    private func assemble(store: CallStore, loaded: LoadedDirectory, secret: [UInt8]) throws -> EventLoopFuture<Void> {
        let loop = loop
        var configuration = options.calls
        configuration.secret = secret
        configuration.listeners = options.listen
        configuration.advertisedHost = options.advertisedHost
        configuration.probeSources = Set(
            try options.probeSources.map { text in
                guard let address = IPAddress(text) else {
                    throw ServeError("\(text): name a probe source as an IP address, for example 192.0.2.9")
                }
                return address
            })
        let logger = logger
        let records = RecordKeeper(
            store: store, eventLoop: loop, threads: threads, loaded: loaded, logger: SwitchLog.logger("store")
        ) { trouble in
            loop.execute {
                self.front?.tell([
                    .other(EventDraft(kind: .storeTrouble, time: Clock.wall(), text: trouble))
                ])
            }
        } onCompletion: { token, succeeded in
            loop.execute { self.front?.handle(.storeCompleted(token, succeeded: succeeded)) }
        }
        let resolver = HostResolver(eventLoop: loop, threads: threads) { token, addresses in
            self.front?.handle(.resolved(token, addresses))
        }
        let front = Front(
            board: Switchboard(
                configuration: configuration, startedAt: Clock.now(), firstCall: loaded.highestCall + 1),
            eventLoop: loop, records: records, resolver: resolver, logger: logger,
            ownerLogLines: options.ownerLogLines, recentEvents: options.recentEvents
        ) { self.front?.timeHasCome() }
        front.handle([.directoryChanged(loaded.directory), .bindingsLoaded(loaded.bindings)])
        let pool = try ProcessPool(configuration: options.workers, on: loop, logger: SwitchLog.logger("pool")) {
            event in
            self.front?.handle(event)
        }
        front.attach(pool)
        let unbound = NIOLoopBound((front, pool, records, store), eventLoop: loop)
        let listeners = options.listen.map { address in
            UDPListener.bind(
                address, on: loop,
                onDatagrams: { received in self.front?.handle(received.map { Input.received($0.bytes, $0.flow) }) },
                onSendFailure: { self.front?.sendFailed($0, from: address) })
        }
        let admin = AdminServer(eventLoop: loop, logger: SwitchLog.logger("admin")) { self.answer($0) }
            .bind(path: options.adminSocketPath)
        let metrics = try metricsServer()
        return EventLoopFuture.whenAllSucceed(listeners, on: loop).and(admin).and(metrics).map { opened, metrics in
            let (listeners, admin) = opened
            let (front, pool, records, store) = unbound.value
            for (listener, address) in zip(listeners, self.options.listen) { front.attach(listener, at: address) }
            self.state.value = State(
                front: front, pool: pool, records: records, store: store, listeners: listeners, admin: admin,
                metrics: metrics)
            // A timer that ran out before there was a state to find the front in.
            front.timeHasCome()
        }
    }

    /// Nothing when no address is given.
    private func metricsServer() throws -> EventLoopFuture<(any Channel)?> {
        guard let text = options.metricsListen else { return loop.makeSucceededFuture(nil) }
        guard let address = TransportAddress(text: text.contains(":") ? text : "127.0.0.1:\(text)") else {
            throw ServeError(
                "\(text): write where metrics are asked for as a port, 9464, or an address, 127.0.0.1:9464")
        }
        return MetricsServer(eventLoop: loop) {
            guard let state = self.state.value else { return "" }
            return state.front.exposition(store: state.store)
        }.bind(host: "\(address.host)", port: Int(address.port)).map { $0 }
    }

    private func startWorkers(onReady: @escaping @Sendable () -> Void) {
        guard let state = state.value else { return }
        state.front.onFirstWorker = onReady
        state.pool.start()
        loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .milliseconds(500)) { task in
            guard let front = self.front else { return task.cancel() }
            front.watchHealth()
        }
    }

    var front: Front? { state.value?.front }

    /// Takes over what a configuration that was read again may change while the switch runs.
    ///
    /// - Returns: the keys that changed, and those that wait for a restart.
    /// - Throws: ``ServeError`` when the new options do not fit each other; nothing has changed then.
    public func reload(_ new: ServeOptions) throws -> (changed: [String], waiting: [String]) {
        try new.validate()
        service.reloading()
        defer { service.reloaded() }
        let (options, result) = reloadable.withLock { options in
            let result = SwitchSettings.table.reload(&options, from: new)
            return (options, result)
        }
        loop.execute {
            self.front?.handle(.configurationChanged(options.calls))
            self.front?.tell([
                .other(
                    EventDraft(
                        kind: .configurationRead, time: Clock.wall(),
                        text: "changed: \(result.changed.isEmpty ? "nothing" : result.changed.joined(separator: ", "))"
                            + (result.waiting.isEmpty
                                ? "" : "; at the next start: \(result.waiting.joined(separator: ", "))")))
            ])
        }
        return result
    }

    /// Ends all: workers, sockets, the store. Blocks until done.
    public func stop() {
        service.stopping()
        let stopped = loop.flatSubmit { () -> EventLoopFuture<Void> in
            guard let state = self.state.value else { return self.loop.makeSucceededVoidFuture() }
            let (admin, store, pool) = (state.admin, state.store, state.pool)
            state.metrics?.close(promise: nil)
            state.front.handle(.shutdown)
            // Time for the last messages and their repeats, for CANCELs that wait for a first response, for the records.
            return self.loop.scheduleTask(in: .milliseconds(400)) {}.futureResult
                .flatMap { pool.shutdown() }
                .flatMap { admin.close().recover { _ in } }
                .map {
                    self.state.value?.records.finish()
                    self.state.value = nil
                    store.close()
                }
        }
        try? stopped.wait()
        try? FileManager.default.removeItem(atPath: options.adminSocketPath)
        try? threads.syncShutdownGracefully()
        try? administration.syncShutdownGracefully()
        try? reading.syncShutdownGracefully()
        try? group.syncShutdownGracefully()
    }
}
