import SIPMessage
import Testing

@testable import SIPStack

/// Random messages out of a small alphabet, so that branches, numbers and tags collide all the time, and a user of the
/// layer that answers, cancels and fails at random, also what is long over.
@Suite("Random input")
struct RandomInputTests {
    private static let methods: [SIPMethod] = [.invite, .invite, .ack, .cancel, .options, .bye]

    private struct World {
        var random: SeededRandom
        let harness = LayerHarness(serverCapacity: 40)
        var nextClient: UInt64 = 0
        var started: Set<UInt64> = []
        var ended: Set<UInt64> = []
        var opened: [ServerTransactionID: SIPRequest] = [:]
        var closed: Set<ServerTransactionID> = []

        mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int.random(in: elements.indices, using: &random)]
        }

        mutating func flow() -> Flow {
            Messages.flow(pick([.udp, .udp, .tcp]), remotePort: pick([5060, 5061]))
        }

        mutating func request() -> SIPRequest {
            var request = Messages.request(
                pick(RandomInputTests.methods), number: pick([1, 2, 3, 4]), cSeq: pick([1, 2]), from: Messages.flow(),
                branch: pick(["z9hG4bKa", "z9hG4bKb", "z9hG4bKc", "z9hG4bK", "old", "z9hG4bKd"]))
            if random.chance(0.3) {
                request.headers.setTo(NameAddress(uri: Messages.uri("bob"), tag: Messages.token(pick(["to1", "to2"]))))
            }
            if random.chance(0.1) {
                var via = request.headers.via
                via.branch = nil
                request.headers.replaceTopVia(via)
            }
            return request
        }

        /// One random step; whatever it is, it may not cause more than a handful of effects.
        mutating func step() {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4: harness.receive(request(), from: flow())
            case 4, 5:
                harness.receive(Messages.response(to: request(), status: pick([100, 180, 200, 404])), from: flow())
            case 6:
                // At times a number that is in use still.
                nextClient += random.chance(0.9) || ended.contains(nextClient) ? 1 : 0
                if harness.send(request(), as: nextClient, to: flow()), harness.layer.count > 0 {
                    let isTracked = harness.layer.clients[.user(ClientTransactionID(nextClient))] != nil
                    if isTracked { started.insert(nextClient) }
                }
            case 7:
                if let id = opened.keys.sorted().randomElement(using: &random), let request = opened[id] {
                    harness.respond(Messages.response(to: request, status: pick([100, 180, 200, 401, 486])), on: id)
                }
            case 8:
                harness.cancel(UInt64.random(in: 0...max(1, nextClient), using: &random))
                if random.chance(0.1) {
                    harness.layer.transportFailed(flow(), at: harness.now, into: &harness.effects)
                }
            default: harness.pass(.milliseconds(pick([0, 1, 300, 4000])))
            }
            note()
        }

        mutating func note() {
            for effect in harness.effects {
                switch effect {
                case .requestReceived(let request, let id, _), .mergedRequestReceived(let request, let id, _),
                    .cancelReceived(let request, let id, _):
                    #expect(opened.updateValue(request, forKey: id) == nil, "numbers are not used twice")
                case .serverTransactionEnded(let id, _):
                    #expect(closed.insert(id).inserted, "ends once")
                case .clientTransactionEnded(let id):
                    #expect(ended.insert(id.value).inserted, "ends once")
                default: break
                }
            }
        }
    }

    @Test("keeps its invariants, and everything ends when the user answers", arguments: 1...12 as ClosedRange<UInt64>)
    func randomInput(seed: UInt64) {
        print("seed \(seed)")
        var world = World(random: SeededRandom(seed: seed))
        for step in 0..<2000 {
            world.step()
            let layer = world.harness.layer
            // A CANCEL may exceed the capacity once for each INVITE.
            #expect(layer.servers.count <= 80, "seed \(seed) step \(step)")
            #expect(layer.servers.count == layer.serverIDs.count)
            #expect(layer.clients.count == layer.clientKeys.count)
            #expect(layer.mergeIDs.count <= layer.servers.count)
            #expect(layer.servers.count == world.opened.count - world.closed.count, "seed \(seed) step \(step)")
        }
        for (id, request) in world.opened.sorted(by: { $0.key < $1.key }) {
            world.harness.respond(Messages.response(to: request, status: 500), on: id)
            world.note()
        }
        world.harness.pass(.seconds(300))
        world.note()
        #expect(world.harness.isEmpty, "seed \(seed): \(world.harness.layer.counts)")
        #expect(world.closed.count == world.opened.count)
        #expect(world.ended == world.started)
    }
}
