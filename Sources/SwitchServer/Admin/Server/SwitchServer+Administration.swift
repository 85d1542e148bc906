import CallStore
import Logging
import NIOCore
import NIOPosix
import ProcessPool
import Switchboard

/// What the running switch answers on its admin socket.
extension SwitchServer {
    /// The requests that the store answers, by name.
    private static let storeRequests: [String: any StoreRequest.Type] = {
        let types: [any StoreRequest.Type] = [
            UserList.self, UserAddition.self, UserQuery.self, UserSuspension.self, UserRemoval.self,
            DomainList.self, DomainAddition.self, DomainQuery.self, AliasAddition.self, AliasRemoval.self,
            DomainRemoval.self,
            AccountList.self, AccountAddition.self, AccountQuery.self, AccountChange.self, PasswordChange.self,
            AccountRemoval.self,
            ProviderList.self, ProviderAddition.self, ProviderQuery.self, ProviderChange.self, ProviderRemoval.self,
            DialplanList.self, DialplanQuery.self, DialplanHistory.self, DialplanChange.self, DialplanRollback.self,
            DialplanRemoval.self, BindingList.self, CallList.self, CallCount.self,
            PruneCount.self, Pruning.self, RetentionQuery.self, RetentionChange.self,
        ]
        return Dictionary(types.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// What the store answers with a stream, by name.
    private static let storeStreams: [String: any StoreStream.Type] = [CallExport.name: CallExport.self]

    /// Called on the event loop.
    func answer(_ line: AdminLine) -> AdminReply {
        guard let state = state.value else {
            return .error(AdminError(AdminError.noAnswer, "the switch is starting or ending: try again"), on: loop)
        }
        if let type = Self.storeRequests[line.name] { return answer(type, line, state.store) }
        if let type = Self.storeStreams[line.name] { return stream(type, line, state.store) }
        switch line.name {
        case EventWatch.name: return watchEvents(line)
        case StatusQuery.name: return one { state.front.status }
        case LogQuery.name:
            // Copied here, searched elsewhere: the log is long.
            let log = state.front.ownerLog
            return .one(
                reading.runIfActive(eventLoop: loop) {
                    let query = try line.parameters(LogQuery.self)
                    return try Self.encoded(LogLine.numbered(log.lines(owner: query.owner, call: query.call)))
                })
        case WorkersRestart.name:
            return one {
                Done(
                    "\(state.pool.restart()) workers are being replaced, one after the other; `dialplanctl workers` shows it"
                )
            }
        case WorkersResize.name:
            return one {
                let wanted = try line.parameters(WorkersResize.self)
                let spares = wanted.spares ?? state.pool.warmSpares
                do {
                    try state.pool.resize(size: wanted.size, warmSpares: spares)
                } catch {
                    throw AdminError(AdminError.badRequest, "\(error)")
                }
                return Done(
                    "the pool has \(wanted.size) workers and \(spares) spares from now on, until the switch ends")
            }
        case WorkersUpgrade.name: return one { try upgrade(try line.parameters(WorkersUpgrade.self), state.pool) }
        case QuarantineList.name: return one { state.front.board.quarantinedScripts.map(QuarantineRow.init) }
        case QuarantineRelease.name:
            return one { try release(try line.parameters(QuarantineRelease.self), state.front) }
        case BindingRemoval.name: return removeBindings(line, state.store)
        default:
            return .error(
                AdminError(
                    AdminError.unknownRequest,
                    "this switch does not know the request '\(line.name)': use the dialplanctl that came with the "
                        + "switch, or restart the switch if it has been updated"), on: loop)
        }
    }

    /// An answer that is there at once.
    private func one<Answer: Codable>(_ answer: () throws -> Answer) -> AdminReply {
        do {
            return .one(loop.makeSucceededFuture(try Self.encoded(try answer())))
        } catch {
            return .one(loop.makeFailedFuture(error))
        }
    }

    private static func encoded<Answer: Codable>(_ answer: Answer) throws -> [UInt8] {
        try ReplyLine(answer: answer).encoded()
    }

    /// Reads beside each other; changes one after the other, since the directory that is loaded last must be the newest.
    private func answer<Request: StoreRequest>(
        _ type: Request.Type, _ line: AdminLine, _ store: CallStore
    ) -> AdminReply {
        guard Request.isChange else {
            return .one(
                reading.runIfActive(eventLoop: loop) {
                    try Self.encoded(try line.parameters(Request.self).answer(on: store))
                })
        }
        return .one(
            administration.runIfActive(eventLoop: loop) { () -> ([UInt8], LoadedDirectory) in
                let answer = try Self.encoded(try line.parameters(Request.self).answer(on: store))
                return (answer, try LoadedDirectory(store))
            }.map { answer, loaded in
                for problem in loaded.problems { self.logger.warning("\(problem)") }
                self.state.value?.records.replace(loaded)
                self.front?.handle(.directoryChanged(loaded.directory))
                return answer
            })
    }

    /// A page is read when the one before has been taken. Each is a read of its own: a reader that has gone to lunch
    /// holds neither a thread nor a transaction.
    private func stream<Stream: StoreStream>(
        _ type: Stream.Type, _ line: AdminLine, _ store: CallStore
    ) -> AdminReply {
        let loop = loop
        let reading = reading
        let progress = NIOLoopBoundBox((cursor: Stream.Cursor?.none, isOver: false), eventLoop: loop)
        return .pages {
            guard !progress.value.isOver else { return loop.makeSucceededFuture(nil) }
            let cursor = progress.value.cursor
            return reading.runIfActive(eventLoop: loop) { () -> ([UInt8], Stream.Cursor?) in
                let request = try line.parameters(Stream.self)
                do {
                    let page = try request.page(after: cursor, of: store)
                    return (try ReplyLine(items: page.items).encoded(), page.next)
                } catch {
                    throw request.mentions.explain(AdminError(error), store)
                }
            }.map { bytes, next in
                progress.value = (next, next == nil)
                return bytes
            }
        }
    }

    /// The bindings in memory are what counts: the front removes them, and their rows.
    private func removeBindings(_ line: AdminLine, _ store: CallStore) -> AdminReply {
        .one(
            administration.runIfActive(eventLoop: loop) { () -> BindingRemoval.Found in
                let removal = try line.parameters(BindingRemoval.self)
                do {
                    return try removal.find(in: store)
                } catch {
                    throw removal.mentions.explain(AdminError(error), store)
                }
            }.flatMapThrowing { found in
                let key = AccountKey(user: found.account.username, domain: found.account.domain)
                self.front?.handle(.bindingsRemoved(key, contacts: found.contacts))
                return try Self.encoded(found.done)
            })
    }
}
