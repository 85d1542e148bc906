/// Regexp, MatchData, and the methods of String that take a pattern.
enum RegexMethod: UInt8 {
    case initialize, source, options, toS, inspect, match, isMatch, matchOperator, caseEqual, names, equal, escape,
        union
    case lastMatch, casefold, hash
    case matchIndex, matchToA, captures, begin, end, pre, post, matchToS, matchNames, matchString, valuesAt, byteBegin
    case byteEnd, named, matchInspect, regexp, matchLength, matchOffset
    case stringMatchOperator, stringMatch, stringIsMatch

    static let table: [NativeRow<RegexMethod>] = [
        NativeRow("initialize", .initialize, 1, 3), NativeRow("source", .source), NativeRow("options", .options),
        NativeRow("to_s", .toS), NativeRow("ToString", .toS), NativeRow("inspect", .inspect),
        NativeRow("match", .match, 1, 2), NativeRow("match?", .isMatch, 1), NativeRow("IsMatch", .isMatch, 1),
        NativeRow("=~", .matchOperator, 1), NativeRow("===", .caseEqual, 1), NativeRow("names", .names),
        NativeRow("==", .equal, 1), NativeRow("eql?", .equal, 1), NativeRow("casefold?", .casefold),
    ]
    static let classTable: [NativeRow<RegexMethod>] = [
        NativeRow("escape", .escape, 1), NativeRow("quote", .escape, 1), NativeRow("last_match", .lastMatch, 0, 1),
    ]
    static let matchTable: [NativeRow<RegexMethod>] = [
        NativeRow("[]", .matchIndex, 1, 2), NativeRow("to_a", .matchToA), NativeRow("captures", .captures),
        NativeRow("begin", .begin, 1), NativeRow("end", .end, 1), NativeRow("offset", .matchOffset, 1),
        NativeRow("pre_match", .pre), NativeRow("post_match", .post), NativeRow("to_s", .matchToS),
        NativeRow("names", .matchNames), NativeRow("string", .matchString), NativeRow("values_at", .valuesAt, 0, -1),
        NativeRow("__begin", .byteBegin, 1), NativeRow("__end", .byteEnd, 1), NativeRow("regexp", .regexp),
        NativeRow("size", .matchLength), NativeRow("length", .matchLength),
    ]
    static let stringTable: [NativeRow<RegexMethod>] = [
        NativeRow("=~", .stringMatchOperator, 1), NativeRow("match", .stringMatch, 1, 2),
        NativeRow("match?", .stringIsMatch, 1),
    ]
}

extension Machine {
    mutating func callRegex(_ method: RegexMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        let first = argument(call, 0)
        switch method {
        case .initialize:
            if isRegex(first) { return first }
            let source = try stringArgument(call, 0)
            var flags: RegexFlags = []
            let given = argument(call, 1)
            if given.tag == .integer {
                flags = RegexFlags(rawValue: Int32(truncatingIfNeeded: given.integer & 7))
            } else if given.isTruthy, given.tag != .undefined {
                flags = .ignoreCase
            }
            return try makeRegex(source, flags: flags)
        case .source: return try heap.newString(try compiled(target).source)
        case .options: return .integer(Int64(try compiled(target).flags.rawValue & 7))
        case .casefold: return .bool(try compiled(target).flags.contains(.ignoreCase))
        case .toS: return try regexText(target)
        case .inspect: return try inspectedRegex(target)
        case .hash: return .integer(Int64(try compiled(target).source.count))
        case .match, .matchOperator, .caseEqual, .isMatch:
            return try matchCall(method, target, first, call)
        case .stringMatchOperator, .stringMatch, .stringIsMatch:
            // A pattern given as text is compiled by the prelude.
            guard isRegex(first) else { throw .slow }
            let same: RegexMethod =
                method == .stringMatch ? .match : method == .stringIsMatch ? .isMatch : .matchOperator
            return try matchCall(same, first, target, call)
        case .names:
            let list = try heap.newArray(capacity: 2)
            for name in try compiled(target).names { try heap.push(list, try heap.newString(name.name)) }
            return .array(list)
        case .equal:
            guard isRegex(first) else { return .false }
            let (left, right) = (try compiled(target), try compiled(first))
            return .bool(left.source == right.source && left.flags == right.flags)
        case .escape:
            let text = first.tag == .symbol ? try symbolString(first.symbol) : try stringArgument(call, 0)
            return try escaped(text)
        case .union: throw .slow
        case .lastMatch:
            if call.count == 0 { return lastMatch }
            return try matchGroup(try integerArgument(call, 0))
        default: return try callMatch(method, call)
        }
    }

    private mutating func matchCall(
        _ method: RegexMethod, _ regex: Value, _ subject: Value, _ call: NativeCall
    ) throws(Stop) -> Value {
        var text = subject
        if subject.tag == .symbol { text = try symbolString(subject.symbol) }
        if subject.isNil || subject.tag == .undefined {
            setMatch(.null)
            return method == .caseEqual || method == .isMatch ? .false : .null
        }
        if text.tag != .string {
            if method == .caseEqual, subject.tag != .record, subject.tag != .object { return .false }
            text = try stringOperand(subject)
        }
        if method == .isMatch { return .bool(try search(try compiled(regex), text.handle, from: 0)) }
        let from = call.count > 1 ? heap.byteOffset(text.handle, character: max(0, try integerArgument(call, 1))) : 0
        let match = try matchAndRemember(regex, text, from: from)
        switch method {
        case .caseEqual: return .bool(!match.isNil)
        case .match:
            // With a block the prelude calls it.
            return match
        default:
            if match.isNil { return .null }
            return .integer(heap.characterIndex(text.handle, byteOffset: groupRange(match, 0).0))
        }
    }

    private mutating func escaped(_ text: Value) throws(Stop) -> Value {
        let count = heap.length(text.handle)
        var result = try StringBuilder(&heap, capacity: min(heap.stringLimit, count + 8))
        for index in 0..<count {
            let byte = heap.bytes(text)[index]
            let escape: UInt8 =
                switch byte {
                case 0x0A: UInt8(ascii: "n")
                case 0x0D: UInt8(ascii: "r")
                case 0x09: UInt8(ascii: "t")
                case 0x0C: UInt8(ascii: "f")
                case 0x0B: UInt8(ascii: "v")
                case 0x20, 0x23, 0x24, 0x28...0x2B, 0x2D, 0x2E, 0x3F, 0x5B...0x5E, 0x7B...0x7D: byte
                default: 0
                }
            if escape != 0 { try result.append(0x5C, &heap) }
            try result.append(escape != 0 ? escape : byte, &heap)
        }
        return result.finish(&heap)
    }

    // MARK: MatchData

    private mutating func callMatch(_ method: RegexMethod, _ call: NativeCall) throws(Stop) -> Value {
        let match = call.receiver
        let count = Int(heap.region.u32(match.handle, Layout.Match.count))
        let subject = heap.region.u32(match.handle, Layout.Match.subject)
        let (begin, end) = groupRange(match, 0)
        func number(_ machine: inout Machine) throws(Stop) -> Int {
            let key = machine.argument(call, 0)
            if key.tag == .string || key.tag == .symbol { return try machine.namedGroup(match, key) }
            let index = try machine.integerArgument(call, 0)
            return index < 0 ? index + count : index
        }
        switch method {
        case .matchIndex:
            if call.count > 1 || argument(call, 0).tag == .range { throw .slow }
            return try group(match, try number(&self))
        case .matchToA, .captures:
            let first = method == .captures ? 1 : 0
            let list = try heap.newArray(capacity: count)
            for index in first..<max(first, count) { heap.push(list, reserved: try group(match, index)) }
            return .array(list)
        case .begin, .end, .matchOffset, .byteBegin, .byteEnd:
            let range = groupRange(match, try number(&self))
            guard range.0 >= 0 else { return .null }
            switch method {
            case .byteBegin: return .integer(range.0)
            case .byteEnd: return .integer(range.1)
            case .begin: return .integer(heap.characterIndex(subject, byteOffset: range.0))
            case .end: return .integer(heap.characterIndex(subject, byteOffset: range.1))
            default:
                return try heap.newArray(
                    .integer(heap.characterIndex(subject, byteOffset: range.0)),
                    .integer(heap.characterIndex(subject, byteOffset: range.1)))
            }
        case .pre: return try heap.newString(from: subject, 0, begin)
        case .post: return try heap.newString(from: subject, end, heap.length(subject) - end)
        case .matchToS: return try group(match, 0)
        case .matchString: return .string(subject)
        case .matchLength: return .integer(count)
        case .regexp: return heap.region.value(match.handle, Layout.Match.regex)
        case .matchNames:
            let list = try heap.newArray(capacity: 2)
            let regex = try compiled(heap.region.value(match.handle, Layout.Match.regex))
            for name in regex.names { try heap.push(list, try heap.newString(name.name)) }
            return .array(list)
        case .valuesAt:
            let list = try heap.newArray(capacity: call.count)
            for index in 0..<call.count {
                heap.push(list, reserved: try group(match, try integerArgument(call, index)))
            }
            return .array(list)
        default: throw .slow
        }
    }
}
