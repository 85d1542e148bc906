/// A worker process as the switchboard names it: a slot keeps its number, each process in it has a generation.
public struct WorkerKey: Hashable, Sendable, Comparable {
    public let slot: Int
    public let generation: UInt64

    public init(slot: Int, generation: UInt64) {
        self.slot = slot
        self.generation = generation
    }

    public static func < (left: WorkerKey, right: WorkerKey) -> Bool {
        (left.slot, left.generation) < (right.slot, right.generation)
    }
}
