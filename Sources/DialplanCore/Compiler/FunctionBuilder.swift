/// One function while it is compiled: its words, registers, protected ranges and the constructs around the point of
/// compilation.
final class FunctionBuilder {
    /// What a jump out of a construct has to do on its way.
    enum Context {
        /// A `while`: where `break` and `next` go, and the register of its value.
        case loop(LoopLabels)
        /// A `begin` with `ensure`: the body that runs on the way out.
        case ensure(NodeID, region: Int)
        /// The part that `rescue` protects.
        case protected(region: Int)
        /// Inside a rescue clause: `$!` before it, and where `retry` goes.
        case rescue(saved: Int, retry: Int)
    }

    struct LoopLabels {
        var breakJumps: [Int] = []
        var nextJumps: [Int] = []
        var redoTarget: Int
        var result: Int?
    }

    /// A protected range with the holes where code of outer constructs was put inline.
    struct Region {
        var start: Int
        var end = 0
        var gaps: [Range<Int>] = []
    }

    let scope: ScopeID
    let parent: FunctionBuilder?
    var code: [UInt64] = []
    var positions: [UInt32] = []
    var handlers: [Handler] = []
    var contexts: [Context] = []
    var regions: [Region] = []
    var function = Function()
    var nextRegister = 0
    /// Registers from here up are temporaries: written for one use, never a variable's home.
    var firstTemporary = 0
    var maxRegister = 0
    /// Where uncaptured variables live.
    var registers: [Int32: Int] = [:]
    /// Slots of captured variables in this function's environment.
    var slots: [Int32: Int] = [:]
    /// Slots of the environments that it sees, innermost first.
    var shapes: [UInt16] = []
    /// Where `*` without a name is.
    var anonymousRest: Int?
    var bodyStart = 0
    /// Words at which statements begin, for the trace.
    var statements: [Int] = []

    init(scope: ScopeID, parent: FunctionBuilder?) {
        self.scope = scope
        self.parent = parent
    }

    var hasEnvironment: Bool { !slots.isEmpty }
    var position: Int { code.count }

    func temporary() -> Int {
        let register = nextRegister
        nextRegister += 1
        maxRegister = max(maxRegister, nextRegister)
        return register
    }

    func emit(_ instruction: Instruction, at position: UInt32) -> Int {
        code.append(instruction.word)
        positions.append(position)
        return code.count - 1
    }

    /// The last word that a jump goes to.
    private var lastTarget = 0

    /// The word written last, when it is only ever reached through the one before it, so that the next may replace it.
    var replaceable: Instruction? {
        guard code.count > max(lastTarget, bodyStart), contexts.isEmpty, let word = code.last else { return nil }
        return Instruction(word: word)
    }

    func replaceLast(_ instruction: Instruction) { code[code.count - 1] = instruction.word }

    /// Points a jump at the next word.
    func patch(_ jump: Int) { patch(jump, to: code.count) }

    func patch(_ jump: Int, to target: Int) {
        lastTarget = max(lastTarget, target)
        let old = Instruction(word: code[jump])
        code[jump] = (old.word & 0xFFFF_FFFF) | UInt64(UInt32(bitPattern: Int32(target - jump - 1))) << 32
    }

    // MARK: Protected ranges

    func openRegion() -> Int {
        regions.append(Region(start: code.count))
        return regions.count - 1
    }

    func endRegion(_ index: Int) { regions[index].end = code.count }

    /// Enters the range's handlers; inner ranges must be finished before outer ones.
    func finishRegion(_ index: Int, target: Int, register: Int, isEnsure: Bool) {
        let region = regions[index]
        var start = region.start
        func add(_ from: Int, _ to: Int) {
            guard from < to else { return }
            handlers.append(
                Handler(
                    start: UInt32(from), end: UInt32(to), target: UInt32(target), register: UInt16(register),
                    isEnsure: isEnsure))
        }
        for gap in region.gaps {
            add(start, gap.lowerBound)
            start = gap.upperBound
        }
        add(start, region.end)
    }
}
