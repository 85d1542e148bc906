import DialplanHostCalls
import SIPStack

/// One run of a program for a call: a script in a worker, or the ringing of an account's bindings.
final class Execution {
    /// To whom it answers.
    enum Parent {
        /// The caller's INVITE.
        case caller
        /// A leg of another execution that dialled this account.
        case leg(Leg)
    }

    enum Program {
        case script(ScriptVersion)
        /// An account without an incoming dialplan: its bindings are rung, no script runs.
        case bindings(AccountKey)
    }

    enum State {
        /// No worker has it: none is ready or has room, or its worker died and it needs none until an outcome comes.
        case waitingForWorker
        /// A worker runs it, or replays it.
        case running
        case over
    }

    let number: UInt64
    /// Call, executions and legs know each other; `settle` and `executionOver` take the circles apart.
    let call: Call
    let parent: Parent
    let owner: String
    let direction: CallRecord.Direction
    let program: Program
    let depth: Int
    let invitation: Invitation
    let startedAt: SwitchTime
    /// Its engine version is settled when a worker gets it first.
    var start: ExecutionStart?

    var state = State.waitingForWorker
    var worker: WorkerKey?
    var journal = Journal()
    /// How its script ended; nil while it runs, or when it never ran.
    var end: KeptJournal.End?
    /// The Dial that the script waits for.
    var dial: DialOperation?
    var legsPlaced = 0
    var outgoing = OutgoingSettings()
    var lastFailure: (status: Int, reason: String)?
    /// An outside end that is due at the next chance: the script runs, and was told to stop.
    var pendingEnd: OutsideEnd?
    /// The worker that was told of `pendingEnd`.
    var cancelSentTo: WorkerKey?
    var dialCount: UInt64 = 0
    /// Whether caller or parent leg have had this execution's final answer.
    var hasAnswered = false
    /// Its time is over; it was told to end.
    var isOverTime = false
    /// The worker that asked for the script's text and was sent it.
    var sourceSentTo: WorkerKey?
    /// A probe stays with the worker that it is for.
    var pinnedTo: WorkerKey?
    /// How far a probe has come.
    var probeStage = Probe.Stage.store
    /// Whether a worker has ever been given it.
    var hadWorker = false
    /// How often it went to another worker.
    var moves = 0
    /// The worker that had it and ended; nil once another has it.
    var movesFrom: WorkerKey?
    /// Unexplained deaths of workers while they ran this.
    var blames = 0
    /// Absolute end of the script's allowance.
    var deadline: MonotonicTime

    init(
        number: UInt64, call: Call, parent: Parent, owner: String, direction: CallRecord.Direction, program: Program,
        depth: Int, invitation: Invitation, startedAt: SwitchTime, start: ExecutionStart?, deadline: MonotonicTime
    ) {
        self.number = number
        self.call = call
        self.parent = parent
        self.owner = owner
        self.direction = direction
        self.program = program
        self.depth = depth
        self.invitation = invitation
        self.startedAt = startedAt
        self.start = start
        self.deadline = deadline
    }
}

/// A `sys.Dial` under way: the groups that are still to be tried, the legs that ring, the legs that have ended.
struct DialOperation {
    /// Number of the Dial in its execution, from 0; a part of every identifier that its legs mint.
    let sequence: UInt64
    var remainingGroups: ArraySlice<[DialString.Target]>
    /// Legs of the present group that have not ended.
    var active: [Leg] = []
    /// Legs that have ended, in order of completion.
    var completed: [LegResult] = []
    var answeredLimitSeconds: Int
    /// Guards against starting a group while one is being started (a leg can fail at once).
    var isPlacing = false
}

/// How a leg that was not answered ended.
struct LegResult: Hashable {
    var destination: String
    /// Nil: the leg never had a final response.
    var status: Int?
    var reason: String
}
