internal import COniguruma
internal import Synchronization

/// A pattern that could not be compiled.
struct RegexError: Error {
    let message: String
}

/// A compiled regular expression: Oniguruma, Ruby syntax, UTF-8. Immutable; matching keeps its state in a `RegexScratch`.
final class CompiledRegex: @unchecked Sendable {
    // @unchecked Sendable: `regex_t` is only read by a search.
    static let patternBytesMax = 4 << 10
    static let subjectBytesMax = 64 << 10
    /// The most that a match at one position may retry, and how many rounds its repetitions may make: each once over the
    /// longest subject.
    static let retriesMax: UInt = 70_000
    /// What one search of a short subject may read in all its retries, and a match whose rounds cannot be counted: some
    /// milliseconds. A retry may read the whole rest of the subject.
    private static let uncountedBytes = 600_000

    private let regex: OpaquePointerBox
    /// What is compiled, and as what.
    private let rewritten: [UInt8]
    private let options: OnigOptionType
    private let counted = Mutex(Counted.notTried)

    /// The same pattern with counted repetitions, made when a search first needs it.
    private enum Counted {
        case notTried, impossible
        case made(OpaquePointerBox)
    }
    /// The pattern for our own matcher, when it is of the plain kind.
    private let plain: PlainPattern?
    /// As the script wrote it.
    let source: [UInt8]
    let flags: RegexFlags
    let groups: Int
    /// Named groups: name, numbers.
    let names: [(name: [UInt8], groups: [Int])]

    /// Oniguruma, started, and its syntax for counted patterns, which lives as long as the process; nil when it cannot start.
    private static let shared: Shared? = {
        let counted = UnsafeMutablePointer<OnigSyntaxType>.allocate(capacity: 1)
        unsafe counted.initialize(to: OnigSyntaxType())
        guard unsafe dialplan_onig_start(counted) == ONIG_NORMAL else {
            unsafe counted.deallocate()
            return nil
        }
        return unsafe Shared(countedSyntax: counted)
    }()

    // @unchecked Sendable: written once, before anybody reads it.
    @safe private struct Shared: @unchecked Sendable {
        let countedSyntax: UnsafeMutablePointer<OnigSyntaxType>
    }

    init(source: [UInt8], flags: RegexFlags) throws(RegexError) {
        guard source.count <= CompiledRegex.patternBytesMax else {
            throw RegexError(message: "too long regular expression (\(source.count) bytes)")
        }
        guard CompiledRegex.shared != nil else { throw RegexError(message: "regular expressions are not available") }
        var options = OnigOptionType(ONIG_OPTION_NONE)
        if flags.contains(.ignoreCase) { options |= OnigOptionType(1) }
        if flags.contains(.extended) { options |= OnigOptionType(2) }
        if flags.contains(.multiline) { options |= OnigOptionType(4) }
        let repeatable = PatternRewriter.rewrite(source, isExtended: flags.contains(.extended))
        let rewritten = PatternRewriter.withASCIIClasses(repeatable, ignoresCase: flags.contains(.ignoreCase))
        guard CompiledRegex.isValidUTF8(rewritten) else {
            throw RegexError(message: "invalid multibyte character")
        }
        unsafe regex = try CompiledRegex.compile(rewritten, options, dialplan_onig_syntax_ruby())
        self.rewritten = rewritten
        self.options = options
        self.source = source
        self.flags = flags
        let count = Int(unsafe onig_number_of_captures(regex.pointer))
        let named = GroupNames.find(in: source)
        groups = count
        names = named
        plain = PatternProgram(repeatable, flags: flags, hasNames: !named.isEmpty).flatMap {
            $0.groups == count ? PlainPattern($0) : nil
        }
    }

    private static func compile(
        _ pattern: [UInt8], _ options: OnigOptionType, _ syntax: UnsafeMutablePointer<OnigSyntaxType>?
    ) throws(RegexError) -> OpaquePointerBox {
        var pointer: OnigRegex?
        var message = ""
        // An empty pattern: start and end are the same address. The bytes are only read during the call.
        let code = unsafe (pattern.isEmpty ? [0] : pattern).withUnsafeBufferPointer { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return Int32(ONIGERR_MEMORY) }
            var info = unsafe OnigErrorInfo()
            let code = unsafe onig_new(
                &pointer, start, start + pattern.count, options, dialplan_onig_utf8(), syntax, &info)
            if code != 0 {
                unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { text in
                    guard let start = text.baseAddress else { return }
                    let count = unsafe Int(dialplan_onig_error(start, code, &info))
                    message = unsafe String(
                        decoding: UnsafeBufferPointer(start: start, count: max(0, min(count, 256))), as: UTF8.self)
                }
            }
            return code
        }
        guard code == 0, let compiled = unsafe pointer else {
            throw RegexError(message: message.isEmpty ? "bad regular expression" : message)
        }
        return unsafe OpaquePointerBox(pointer: compiled)
    }

    /// The pattern whose repetitions are counted; nil when there is none.
    private var countedRegex: OpaquePointerBox? {
        counted.withLock { state in
            if case .notTried = state {
                let isExtended = flags.contains(.extended)
                let pattern = CountedPattern.counted(rewritten, isExtended: isExtended, names: names)
                state = pattern == rewritten ? .made(regex) : .impossible
                if let pattern, pattern != rewritten, let shared = CompiledRegex.shared,
                    let made = unsafe try? CompiledRegex.compile(pattern, options, shared.countedSyntax)
                {
                    state = .made(made)
                }
            }
            if case .made(let box) = state { return box }
            return nil
        }
    }

    private static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe UTF8Facts(ByteView(start: start, count: buffer.count)).flags.contains(.validUTF8)
        }
    }

    enum SearchResult {
        case match(Int)
        case none
        /// A retry or stack limit was met.
        case tooMuchWork
    }

    /// Looks for a match that begins at `from` or later, by Oniguruma's own search.
    func search(_ subject: ByteView, from: Int, scratch: RegexScratch, retries: UInt) -> SearchResult {
        precondition(from >= 0 && from <= subject.count)
        scratch.isOwn = false
        scratch.limit(retries, units: 0)
        // Pointers into the subject live for this one call.
        let code = unsafe subject.withPointer { start, count -> Int32 in
            unsafe onig_search_with_param(
                regex.pointer, start, start + count, start + from, start + count, scratch.region, OnigOptionType(0),
                scratch.parameters)
        }
        if code >= 0 { return .match(Int(code)) }
        return code == ONIG_MISMATCH ? .none : .tooMuchWork
    }

    /// As `search` over the whole rest, with our own matcher where that can do it: the same match, sooner. `isQuick`: what
    /// is not found soon is too much work.
    func searchShort(
        _ subject: ByteView, isASCII: Bool, from: Int, scratch: RegexScratch, isQuick: Bool
    ) -> SearchResult {
        if isASCII, let plain {
            let attempts = isQuick ? 1000 : PatternMatcher.attemptsMax
            switch plain.matcher.search(subject, from: from, scratch.memory, attemptsMax: attempts) {
            case .match:
                scratch.isOwn = true
                scratch.ownCount = groups + 1
                return .match(scratch.range(0).0)
            case .none: return .none
            case .gaveUp: break
            }
        }
        let most = min(20_000, CompiledRegex.uncountedBytes / (subject.count - from + 1))
        return search(subject, from: from, scratch: scratch, retries: UInt(isQuick ? min(300, most) : most))
    }

    /// Matches at one position only, with at most so many retries and as many rounds of repetitions.
    func match(_ subject: ByteView, at position: Int, scratch: RegexScratch, retries: UInt) -> SearchResult {
        precondition(position >= 0 && position <= subject.count)
        scratch.isOwn = false
        let counted = countedRegex
        let uncounted = UInt(CompiledRegex.uncountedBytes / (subject.count - position + 1) + 16)
        scratch.limit(counted == nil ? min(retries, uncounted) : retries, units: Int(retries))
        let code = unsafe subject.withPointer { start, count -> Int32 in
            unsafe onig_match_with_param(
                (counted ?? regex).pointer, start, start + count, start + position, scratch.region, OnigOptionType(0),
                scratch.parameters)
        }
        if code >= 0 { return .match(position) }
        return code == ONIG_MISMATCH ? .none : .tooMuchWork
    }
}

/// A plain pattern's steps at a fixed address.
@safe private final class PlainPattern: @unchecked Sendable {
    // @unchecked Sendable: written once, in init.
    private let block: UnsafeMutableBufferPointer<PatternProgram.Step>
    let matcher: PatternMatcher

    init?(_ program: PatternProgram) {
        unsafe block = .allocate(capacity: program.steps.count)
        _ = unsafe block.initialize(from: program.steps)
        guard let start = unsafe block.baseAddress else { return nil }
        unsafe matcher = PatternMatcher(program, steps: UnsafePointer(start))
    }

    deinit { unsafe block.deallocate() }
}

/// Frees a `regex_t` with its owner.
@safe private final class OpaquePointerBox: @unchecked Sendable {
    // @unchecked Sendable: a search only reads it.
    @unsafe let pointer: OnigRegex
    @unsafe init(pointer: OnigRegex) { unsafe self.pointer = unsafe pointer }
    deinit { unsafe onig_free(pointer) }
}

/// What searches write to: made once per execution, reused by every match, so that matching allocates nothing.
@safe final class RegexScratch {
    fileprivate let region: UnsafeMutablePointer<OnigRegion>
    fileprivate let parameters: OpaquePointer
    /// What the rounds of counted repetitions are taken from.
    private let budget: UnsafeMutablePointer<dialplan_onig_budget>
    /// Groups of our own matcher, and whether the last match was its.
    fileprivate let memory: PatternMatcher.Memory
    fileprivate var isOwn = false
    fileprivate var ownCount = 0

    init?() {
        guard let region = unsafe onig_region_new() else { return nil }
        guard let parameters = unsafe onig_new_match_param() else {
            unsafe onig_region_free(region, 1)
            return nil
        }
        unsafe self.region = unsafe region
        unsafe self.parameters = unsafe parameters
        unsafe budget = .allocate(capacity: 1)
        unsafe budget.initialize(to: dialplan_onig_budget(units: 0))
        _ = unsafe onig_set_callout_user_data_of_match_param(parameters, budget)
        unsafe memory = PatternMatcher.Memory(
            slots: .allocate(capacity: (PatternProgram.groupsMax + 1) * 2),
            stack: .allocate(capacity: PatternMatcher.stackMax))
        unsafe memory.slots.initialize(repeating: -1, count: (PatternProgram.groupsMax + 1) * 2)
        unsafe memory.stack.initialize(repeating: 0, count: PatternMatcher.stackMax)
        _ = unsafe onig_set_match_stack_limit_size_of_match_param(parameters, 75_000)
    }

    /// How often the next match or search may retry, and how many rounds may be counted: one takes 10 to 40 ns.
    fileprivate func limit(_ retries: UInt, units: Int) {
        unsafe budget.pointee.units = units
        _ = unsafe onig_set_retry_limit_in_match_of_match_param(parameters, retries)
        _ = unsafe onig_set_retry_limit_in_search_of_match_param(parameters, retries)
    }

    deinit {
        unsafe onig_region_free(region, 1)
        unsafe onig_free_match_param(parameters)
        unsafe budget.deallocate()
        unsafe memory.slots.deallocate()
        unsafe memory.stack.deallocate()
    }

    /// Groups of the last match, the whole match included.
    var count: Int { unsafe isOwn ? ownCount : Int(region.pointee.num_regs) }

    /// Byte offsets of a group; (-1, -1) when it took no part.
    func range(_ group: Int) -> (Int, Int) {
        if isOwn {
            guard group >= 0, group < ownCount else { return (-1, -1) }
            return unsafe (Int(memory.slots[group * 2]), Int(memory.slots[group * 2 + 1]))
        }
        guard group >= 0, group < count, let begin = unsafe region.pointee.beg, let end = unsafe region.pointee.end
        else {
            return (-1, -1)
        }
        let range = unsafe (Int(begin[group]), Int(end[group]))
        // Oniguruma can leave a group that was tried again and given up with a new beginning and an old end. CRuby raises
        // an ArgumentError when such a group is read; to us it took no part.
        return range.0 <= range.1 ? range : (-1, -1)
    }
}
