import DialplanHostCalls

/// Regular expressions in the Machine: look-up, metered searching, match objects, `$~`.
struct RegexCache {
    /// Patterns made at run time, newest last; a few, because real scripts build a few.
    var entries: [(serial: UInt32, regex: CompiledRegex)] = []
    var serial: UInt32 = 0
    static let capacity = 32
}

extension Machine {
    /// Subjects up to this many bytes are searched at one go, without a stop between windows.
    static let shortSubject = 512
    /// What works on every byte of a string that is longer, and takes long for each, is done in pieces by the prelude.
    static let longText = 64 << 10

    func isRegex(_ value: Value) -> Bool { value.tag == .regexLiteral || value.tag == .regex }

    mutating func compiled(_ value: Value) throws(Stop) -> CompiledRegex {
        if value.tag == .regexLiteral {
            let raw = UInt32(truncatingIfNeeded: value.bits)
            let image = raw & Handle.prelude != 0 ? library.prelude : image
            return image.regexes[Int(raw & ~Handle.prelude)]
        }
        let serial = heap.region.u32(value.handle, Layout.Regex.serial)
        if let known = regexCache.entries.last(where: { $0.serial == serial }) { return known.regex }
        // It fell out of the cache: the same text compiles again.
        let source = heap.region.u32(value.handle, Layout.Regex.source)
        let flags = RegexFlags(rawValue: Int32(heap.region.u32(value.handle, Layout.Regex.options)))
        let regex = try compile(heap.bytes(source).array, flags)
        remember(regex, serial)
        return regex
    }

    private mutating func compile(_ source: [UInt8], _ flags: RegexFlags) throws(Stop) -> CompiledRegex {
        do {
            return try CompiledRegex(source: source, flags: flags)
        } catch {
            let text = try heap.newString(Array(error.message.utf8))
            guard source.count <= CompiledRegex.patternBytesMax else { throw try raise(Core.regexpError, text) }
            try heap.append(text.handle, ": /")
            let position = try heap.newString(source)
            try heap.append(text.handle, string: position.handle)
            try heap.append(text.handle, "/")
            throw try raise(Core.regexpError, text)
        }
    }

    private mutating func remember(_ regex: CompiledRegex, _ serial: UInt32) {
        if regexCache.entries.count >= RegexCache.capacity { regexCache.entries.removeFirst() }
        regexCache.entries.append((serial, regex))
    }

    /// `Regexp.new`: charged by length, whether it is compiled or found.
    mutating func makeRegex(_ source: Value, flags: RegexFlags) throws(Stop) -> Value {
        guard source.tag == .string else { throw typeMismatch(source, into: "String") }
        let kept: RegexFlags = flags.intersection([.ignoreCase, .extended, .multiline])
        // Compiling takes some 10 µs and more.
        fuel &-= 400 + 20 * Int64(heap.length(source.handle))
        let view = heap.bytes(source)
        var serial: UInt32 = 0
        for entry in regexCache.entries where entry.regex.flags == kept && entry.regex.source.count == view.count {
            if entry.regex.source == view.array { serial = entry.serial }
        }
        if serial == 0 {
            let regex = try compile(view.array, kept)
            regexCache.serial += 1
            serial = regexCache.serial
            remember(regex, serial)
        }
        let handle = try heap.region.allocate(.regex, size: Layout.Regex.size, class: Core.regexp)
        let copy = try heap.newString(from: source.handle, 0, heap.length(source.handle))
        heap.freeze(copy)
        heap.region.set(handle, Layout.Regex.source, u32: copy.handle)
        heap.region.set(handle, Layout.Regex.options, u32: UInt32(kept.rawValue))
        heap.region.set(handle, Layout.Regex.serial, u32: serial)
        heap.region.setFlags(.frozen, of: handle)
        return Value(.regex, handle)
    }

    mutating func regexText(_ value: Value) throws(Stop) -> Value {
        let regex = try compiled(value)
        let text = try heap.newString("(?")
        let flags = regex.flags
        if flags.contains(.multiline) { try heap.append(text.handle, "m") }
        if flags.contains(.ignoreCase) { try heap.append(text.handle, "i") }
        if flags.contains(.extended) { try heap.append(text.handle, "x") }
        if !flags.isSuperset(of: [.multiline, .ignoreCase, .extended]) {
            try heap.append(text.handle, "-")
            if !flags.contains(.multiline) { try heap.append(text.handle, "m") }
            if !flags.contains(.ignoreCase) { try heap.append(text.handle, "i") }
            if !flags.contains(.extended) { try heap.append(text.handle, "x") }
        }
        try heap.append(text.handle, ":")
        for byte in regex.source { try heap.append(text.handle, byte: byte) }
        try heap.append(text.handle, ")")
        return text
    }

    mutating func inspectedRegex(_ value: Value) throws(Stop) -> Value {
        let regex = try compiled(value)
        let text = try heap.newString("/")
        for byte in regex.source { try heap.append(text.handle, byte: byte) }
        try heap.append(text.handle, "/")
        if regex.flags.contains(.multiline) { try heap.append(text.handle, "m") }
        if regex.flags.contains(.ignoreCase) { try heap.append(text.handle, "i") }
        if regex.flags.contains(.extended) { try heap.append(text.handle, "x") }
        return text
    }

    // MARK: Searching

    /// Searches from a byte offset. Must come before any other effect of a leaf: it may stop and be run again.
    ///
    /// Short subjects are searched at one go. Long ones, and those that take much work, are searched in windows of start
    /// positions; each is charged by its size times the rest of the subject before it is searched. A position that takes
    /// much work is charged for it and ends its window. Where windows end never depends on the fuel.
    /// - Parameter isRepeated: the leaf searches again and again, so it cannot stop: much work is left to its version in the
    ///   prelude (`Stop.slow`).
    mutating func search(
        _ regex: CompiledRegex, _ subject: Handle, from: Int, isRepeated: Bool = false
    ) throws(Stop) -> Bool {
        guard heap.facts(subject).contains(.validUTF8) else {
            throw error(Core.argumentError, "invalid byte sequence in UTF-8")
        }
        let count = heap.length(subject)
        guard count <= CompiledRegex.subjectBytesMax else {
            throw error(Core.argumentError, "string too long for a regular expression")
        }
        guard from <= count else { return false }
        if scratch == nil { scratch = RegexScratch() }
        guard let scratch else { throw .limit(.heap) }
        var start = from
        let isResumed = searchResume > 0 && !isRepeated
        if isResumed {
            // What the instruction has noted by now was charged when it stopped.
            heap.work = 0
            start = searchResume - 1
            searchResume = 0
        }
        let view = heap.bytes(subject)
        if count <= Machine.shortSubject, !isResumed {
            try chargeSearch(1 + Int64((count - start) * (count - start) >> 6))
            let isASCII = heap.region.flags(of: subject).contains(.ascii)
            switch regex.searchShort(view, isASCII: isASCII, from: start, scratch: scratch, isQuick: isRepeated) {
            case .match: return true
            case .none: return false
            case .tooMuchWork:
                if isRepeated { throw .slow }
                try chargeSearch(5000)
            }
        }
        while true {
            let rest = count - start
            var end = min(count, start + max(4, 65_536 / (rest + 1)))
            while end < count, view[end] & 0xC0 == 0x80 { end += 1 }
            try chargeSearch(1 + Int64((end - start) * rest >> 6))
            // Position by position: Oniguruma's own search lets no match reach beyond its range.
            var position = start
            while position <= end {
                let (found, isMuch) = try match(regex, view, at: position, scratch)
                if found { return true }
                position += position < count ? UTF8Facts.characterLength(view, position) : 1
                if isMuch { break }
            }
            if position > count { return false }
            start = position
            if fuel <= 0 {
                searchResume = start + 1
                throw .pause
            }
        }
    }

    /// Matches at one position with more and more retries, which are charged. The last and largest try takes milliseconds.
    private mutating func match(
        _ regex: CompiledRegex, _ view: ByteView, at position: Int, _ scratch: RegexScratch
    ) throws(Stop) -> (found: Bool, isMuch: Bool) {
        var retries: UInt = 1000
        while true {
            switch regex.match(view, at: position, scratch: scratch, retries: retries) {
            case .match: return (true, false)
            case .none: return (false, retries > 1000)
            case .tooMuchWork:
                guard retries < CompiledRegex.retriesMax else { throw .limit(.regex) }
                retries = min(CompiledRegex.retriesMax, retries * 10)
                try chargeSearch(Int64(retries / 4))
            }
        }
    }

    private mutating func chargeSearch(_ cost: Int64) throws(Stop) {
        fuel &-= cost
        regexWork &+= cost
        if regexWork > limits.regexWork { throw .limit(.regex) }
    }

    /// The match object of the search just made.
    mutating func makeMatch(_ regex: Value, _ subject: Handle) throws(Stop) -> Value {
        guard let scratch else { return .null }
        let groups = scratch.count
        let copy =
            heap.region.flags(of: subject).contains(.frozen)
            ? Value.string(subject) : try heap.newString(from: subject, 0, heap.length(subject))
        heap.freeze(copy)
        let handle = try heap.region.allocate(.match, size: Layout.Match.groups + groups * 8, class: Core.matchData)
        heap.region.set(handle, Layout.Match.subject, u32: copy.handle)
        heap.region.set(handle, Layout.Match.count, u32: UInt32(groups))
        heap.region.set(handle, Layout.Match.regex, regex)
        for group in 0..<groups {
            let (begin, end) = scratch.range(group)
            heap.region.set(handle, Layout.Match.groups + group * 8, u32: UInt32(bitPattern: Int32(begin)))
            heap.region.set(handle, Layout.Match.groups + group * 8 + 4, u32: UInt32(bitPattern: Int32(end)))
        }
        return Value(.match, handle)
    }

    /// Searches and sets `$~`. Returns the match or nil.
    mutating func matchAndRemember(_ regex: Value, _ subject: Value, from: Int = 0) throws(Stop) -> Value {
        let found = try search(try compiled(regex), subject.handle, from: from)
        let match = found ? try makeMatch(regex, subject.handle) : .null
        setMatch(match)
        return match
    }

    mutating func setMatch(_ match: Value) {
        heap.region.set(stack, matchFrame + Layout.Frame.match, u32: match.isNil ? 0 : match.handle)
    }

    var lastMatch: Value {
        let handle = frameWord(matchFrame, Layout.Frame.match)
        return handle == 0 ? .null : Value(.match, handle)
    }

    /// Byte offsets of a group of a match; (-1, -1) when it took no part.
    func groupRange(_ match: Value, _ group: Int) -> (Int, Int) {
        let handle = match.handle
        guard group >= 0, group < Int(heap.region.u32(handle, Layout.Match.count)) else { return (-1, -1) }
        let begin = Int32(bitPattern: heap.region.u32(handle, Layout.Match.groups + group * 8))
        let end = Int32(bitPattern: heap.region.u32(handle, Layout.Match.groups + group * 8 + 4))
        return (Int(begin), Int(end))
    }

    mutating func group(_ match: Value, _ group: Int) throws(Stop) -> Value {
        let (begin, end) = groupRange(match, group)
        guard begin >= 0 else { return .null }
        return try heap.newString(from: heap.region.u32(match.handle, Layout.Match.subject), begin, end - begin)
    }

    mutating func matchGroup(_ number: Int) throws(Stop) -> Value {
        let match = lastMatch
        return match.isNil ? .null : try group(match, number)
    }

    mutating func backReference(_ kind: UInt8) throws(Stop) -> Value {
        let match = lastMatch
        if match.isNil || kind == 0x7E { return match }
        let subject = heap.region.u32(match.handle, Layout.Match.subject)
        let (begin, end) = groupRange(match, 0)
        switch kind {
        case 0x60: return try heap.newString(from: subject, 0, begin)
        case 0x27: return try heap.newString(from: subject, end, heap.length(subject) - end)
        case 0x2B:
            for index in stride(from: Int(heap.region.u32(match.handle, Layout.Match.count)) - 1, to: 0, by: -1)
            where groupRange(match, index).0 >= 0 {
                return try group(match, index)
            }
            return .null
        default: return try group(match, 0)
        }
    }
}
