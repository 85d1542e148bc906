import SIPMessage
import SIPStack

/// One thing that an execution rings: a SIP destination outside, or another account's dialplan.
final class Leg {
    enum Form {
        /// `dt=`: not placed yet, or its host's name is being looked up.
        case unplaced
        case sip(SIPLeg)
        case execution(Execution)
    }

    enum State {
        case unplaced
        case ringing
        case answered
        /// Given up by us; only its final response is still to come.
        case cancelled
        case ended
    }

    /// What is to be rung.
    enum Target {
        /// A URI; where it is reached, if that is known already (a binding's flow).
        case uri(SIPURI, Flow?)
        /// A number at one of the owner's providers.
        case provider(Provider, SIPURI)
        /// Another account's dialplan.
        case script(ScriptVersion, Account, SIPURI)
    }

    /// From 1, in the order of the call's legs.
    let number: Int
    let execution: Execution
    let target: Target
    /// As written in the dial string.
    let destination: String
    let options: DialString.Options
    let startedAt: SwitchTime
    /// (execution's dial, leg in it): a part of the identifiers.
    let dialSequence: UInt64
    var form = Form.unplaced
    var state = State.unplaced
    /// `dt=`: its time has not come.
    var waitsForDelay: Bool
    /// How many redirections led here.
    let redirections: Int
    /// To tag of this leg's early media towards the caller; nil while it had none.
    var earlyTag: Token?

    init(
        number: Int, execution: Execution, target: Target, destination: String, options: DialString.Options,
        startedAt: SwitchTime, dialSequence: UInt64, redirections: Int
    ) {
        self.number = number
        self.execution = execution
        self.target = target
        self.destination = destination
        self.options = options
        self.startedAt = startedAt
        self.dialSequence = dialSequence
        self.redirections = redirections
        waitsForDelay = options.delaySeconds > 0
    }

    /// With what the callee's challenges are answered; nil lets them be failures.
    var credentials: CalleeCredentials? {
        if case .provider(let provider, _) = target { return provider.credentials }
        return options.credentials
    }
}

/// The SIP side of a leg.
struct SIPLeg {
    let transaction: ClientTransactionID
    let request: SIPRequest
    let flow: Flow
    /// Challenges (401, 407) that were answered: part of the identifiers of the next attempt.
    var answeredChallenges: [StatusCode] = []
}
