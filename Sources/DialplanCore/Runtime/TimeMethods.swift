/// Time: microseconds since 1970 and an offset. The Machine's own clock: the front's time plus instructions executed.
enum TimeMethod: UInt8 {
    case now, at, local, gm
    case plus, minus, year, month, day, hour, minute, second, microsecond, weekday, yearDay, utc, localtime, isUTC,
        offset
    case toI, toF, toS, inspect, strftime, compare, equal, zone, toA, ticks, addHours, addMinutes, addDays, addSeconds

    static let classTable: [NativeRow<TimeMethod>] = [
        NativeRow("now", .now), NativeRow("new", .local, 0, 7), NativeRow("at", .at, 1, 2),
        NativeRow("local", .local, 1, 7), NativeRow("mktime", .local, 1, 7), NativeRow("gm", .gm, 1, 7),
        NativeRow("utc", .gm, 1, 7),
    ]
    static let table: [NativeRow<TimeMethod>] = [
        NativeRow("+", .plus, 1), NativeRow("-", .minus, 1), NativeRow("year", .year), NativeRow("month", .month),
        NativeRow("mon", .month), NativeRow("day", .day), NativeRow("mday", .day), NativeRow("hour", .hour),
        NativeRow("min", .minute), NativeRow("sec", .second), NativeRow("usec", .microsecond),
        NativeRow("wday", .weekday), NativeRow("yday", .yearDay), NativeRow("utc", .utc), NativeRow("gmtime", .utc),
        NativeRow("getutc", .utc), NativeRow("getgm", .utc), NativeRow("localtime", .localtime, 0, 1),
        NativeRow("getlocal", .localtime, 0, 1), NativeRow("utc?", .isUTC), NativeRow("gmt?", .isUTC),
        NativeRow("utc_offset", .offset), NativeRow("gmt_offset", .offset), NativeRow("to_i", .toI),
        NativeRow("tv_sec", .toI), NativeRow("to_f", .toF), NativeRow("to_s", .toS), NativeRow("ToString", .toS),
        NativeRow("inspect", .inspect), NativeRow("strftime", .strftime, 1), NativeRow("<=>", .compare, 1),
        NativeRow("==", .equal, 1), NativeRow("eql?", .equal, 1), NativeRow("zone", .zone), NativeRow("to_a", .toA),
        NativeRow("Year", .year), NativeRow("Month", .month), NativeRow("Day", .day), NativeRow("Hour", .hour),
        NativeRow("Minute", .minute), NativeRow("Second", .second), NativeRow("DayOfWeek", .weekday),
        NativeRow("AddHours", .addHours, 1), NativeRow("AddMinutes", .addMinutes, 1), NativeRow("AddDays", .addDays, 1),
        NativeRow("AddSeconds", .addSeconds, 1),
    ]
}

/// A moment taken apart by the proleptic Gregorian calendar.
struct CivilTime {
    var year: Int64
    var month: Int64
    var day: Int64
    var hour: Int64
    var minute: Int64
    var second: Int64
    var microsecond: Int64
    var weekday: Int64
    var yearDay: Int64

    static let microsecondsPerDay: Int64 = 86_400_000_000

    /// `local` is microseconds since 1970 in the zone itself.
    init(local: Int64) {
        var days = local / CivilTime.microsecondsPerDay
        var rest = local % CivilTime.microsecondsPerDay
        if rest < 0 {
            rest += CivilTime.microsecondsPerDay
            days -= 1
        }
        // Days to civil date: eras of 400 years that begin on 1 March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600_000_000
        minute = rest / 60_000_000 % 60
        second = rest / 1_000_000 % 60
        microsecond = rest % 1_000_000
        weekday = ((days % 7) + 11) % 7
        yearDay = days - CivilTime.days(year: year, month: 1, day: 1) + 1
    }

    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Machine {
    /// Instructions that make one microsecond of the Machine's clock.
    static let instructionsPerMicrosecond: Int64 = 100

    var now: Int64 { clock + (instructions - clockInstructions) / Machine.instructionsPerMicrosecond }

    private func civil(_ value: Value) -> CivilTime {
        CivilTime(local: heap.microseconds(value) &+ Int64(heap.utcOffset(value)) * 1_000_000)
    }

    private func isUTC(_ value: Value) -> Bool { heap.region.flags(of: value.handle).contains(.utc) }

    mutating func timeText(_ value: Value) throws(Stop) -> Value {
        try strftime(value, try heap.newString(isUTC(value) ? "%Y-%m-%d %H:%M:%S UTC" : "%Y-%m-%d %H:%M:%S %z"))
    }

    /// Seconds as microseconds.
    private mutating func duration(_ value: Value, unit: Double = 1) throws(Stop) -> Int64 {
        switch value.tag {
        case .integer:
            let (product, overflow) = value.integer.multipliedReportingOverflow(by: Int64(unit) * 1_000_000)
            if overflow { throw error(Core.rangeError, "time out of range") }
            return product
        case .float:
            guard let exact = Int64(exactly: (value.double * unit * 1_000_000).rounded()) else {
                throw error(Core.rangeError, "time out of range")
            }
            return exact
        default: throw typeMismatch(value, into: "an exact number")
        }
    }

    /// Years outside 1 … 9999 are refused, so that no date arithmetic can overflow.
    private mutating func makeTime(_ microseconds: Int64, _ offset: Int32, isUTC: Bool) throws(Stop) -> Value {
        guard microseconds > -62_000_000_000_000_000, microseconds < 253_000_000_000_000_000 else {
            throw error(Core.rangeError, "time out of range")
        }
        return try heap.newTime(microseconds: microseconds, offset: offset, isUTC: isUTC)
    }

    mutating func callTime(_ method: TimeMethod, _ call: NativeCall) throws(Stop) -> Value {
        let first = argument(call, 0)
        switch method {
        case .now: return try makeTime(now, utcOffset, isUTC: false)
        case .at:
            if first.tag == .time { return try makeTime(heap.microseconds(first), utcOffset, isUTC: false) }
            return try makeTime(try duration(first), utcOffset, isUTC: false)
        case .local, .gm:
            if call.count == 0 { return try makeTime(now, utcOffset, isUTC: false) }
            return try civilTime(call, isUTC: method == .gm)
        default: break
        }
        let target = call.receiver
        let microseconds = heap.microseconds(target)
        let offset = heap.utcOffset(target)
        switch method {
        case .plus, .addSeconds, .addMinutes, .addHours, .addDays:
            if first.tag == .time { throw error(Core.typeError, "time + time?") }
            let unit: Double =
                method == .addMinutes ? 60 : method == .addHours ? 3600 : method == .addDays ? 86_400 : 1
            let (sum, overflow) = microseconds.addingReportingOverflow(try duration(first, unit: unit))
            if overflow { throw error(Core.rangeError, "time out of range") }
            return try makeTime(sum, offset, isUTC: isUTC(target))
        case .minus:
            if first.tag == .time { return .float(Double(microseconds - heap.microseconds(first)) / 1_000_000) }
            let (difference, overflow) = microseconds.subtractingReportingOverflow(try duration(first))
            if overflow { throw error(Core.rangeError, "time out of range") }
            return try makeTime(difference, offset, isUTC: isUTC(target))
        case .year: return .integer(civil(target).year)
        case .month: return .integer(civil(target).month)
        case .day: return .integer(civil(target).day)
        case .hour: return .integer(civil(target).hour)
        case .minute: return .integer(civil(target).minute)
        case .second: return .integer(civil(target).second)
        case .microsecond: return .integer(civil(target).microsecond)
        case .weekday: return .integer(civil(target).weekday)
        case .yearDay: return .integer(civil(target).yearDay)
        case .utc:
            // `utc` and `gmtime` change the receiver in Ruby; here all give a new Time.
            return try makeTime(microseconds, 0, isUTC: true)
        case .localtime:
            return try makeTime(microseconds, try zoneOffset(first) ?? utcOffset, isUTC: false)
        case .isUTC: return .bool(isUTC(target))
        case .offset: return .integer(Int64(offset))
        case .toI: return .integer(microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000)
        case .toF: return .float(Double(microseconds) / 1_000_000)
        case .inspect where microseconds % 1_000_000 != 0:
            let digits = try strftime(target, try heap.newString("%Y-%m-%d %H:%M:%S.%6N"))
            var text = heap.bytes(digits).array
            while text.last == 0x30 { text.removeLast() }
            let zone = try strftime(target, try heap.newString(isUTC(target) ? " UTC" : " %z"))
            return try heap.newString(text + heap.bytes(zone).array)
        case .toS, .inspect: return try timeText(target)
        case .strftime: return try strftime(target, try stringArgument(call, 0))
        case .compare: return first.tag == .time ? .integer(try heap.compare(target, first) ?? 0) : .null
        case .equal: return .bool(first.tag == .time && heap.microseconds(first) == microseconds)
        case .zone: return isUTC(target) ? try heap.newString("UTC") : .null
        case .toA, .ticks, .now, .at, .local, .gm: throw .slow
        }
    }

    /// Seconds east of UTC: a number, or text as `+05:30`, `-0800`, `UTC`, `Z`; nil when nothing is given.
    private mutating func zoneOffset(_ value: Value) throws(Stop) -> Int32? {
        switch value.tag {
        case .undefined, .null: return nil
        case .integer:
            guard abs(value.integer) < 86_400 else { throw error(Core.argumentError, "utc_offset out of range") }
            return Int32(value.integer)
        case .string:
            let text = heap.bytes(value).array
            if text.elementsEqual("UTC".utf8) || text.elementsEqual("Z".utf8) { return 0 }
            let digits = text.dropFirst().filter { $0 != 0x3A }
            let isSigned = text.first == 0x2B || text.first == 0x2D
            guard isSigned, digits.count == 4 || digits.count == 6, digits.allSatisfy({ (0x30...0x39).contains($0) })
            else {
                throw error(
                    Core.argumentError,
                    "\"+HH:MM\", \"-HH:MM\", \"UTC\" or \"A\"..\"I\",\"K\"..\"Z\" expected for utc_offset: ", value, "")
            }
            let numbers = digits.map { Int32($0 - 0x30) } + [0, 0]
            let seconds =
                (numbers[0] * 10 + numbers[1]) * 3600 + (numbers[2] * 10 + numbers[3]) * 60 + numbers[4] * 10
                + numbers[5]
            guard seconds < 86_400 else { throw error(Core.argumentError, "utc_offset out of range") }
            return text.first == 0x2D ? -seconds : seconds
        default: throw typeMismatch(value, into: "an exact number")
        }
    }

    /// 1 … 12 for "jan" … "dec", else 0.
    private func monthNumber(_ value: Value) -> Int {
        let names = ByteView("janfebmaraprmayjunjulaugsepoctnovdec")
        let text = heap.bytes(value)
        guard text.count == 3 else { return 0 }
        for month in 0..<12
        where (0..<3).allSatisfy({ text[$0] | 0x20 == names[month * 3 + $0] }) {
            return month + 1
        }
        return 0
    }

    private mutating func civilTime(_ call: NativeCall, isUTC: Bool) throws(Stop) -> Value {
        func part(_ machine: inout Machine, _ index: Int, _ low: Int, _ high: Int, _ standard: Int) throws(Stop)
            -> Int64
        {
            let value = machine.argument(call, index)
            if value.tag == .undefined || value.isNil { return Int64(standard) }
            var number = 0
            if value.tag == .string {
                number = index == 1 ? machine.monthNumber(value) : 0
                if number == 0 {
                    number = Int(
                        clamping: NumberText.integer(machine.heap.bytes(value), radix: 10, strict: false) ?? -1)
                }
            } else {
                number = try machine.integerArgument(call, index)
            }
            guard number >= low, number <= high else {
                throw machine.error(Core.argumentError, "argument out of range")
            }
            return Int64(number)
        }
        let year = try part(&self, 0, 1, 9999, 1970)
        let month = try part(&self, 1, 1, 12, 1)
        let day = try part(&self, 2, 1, 31, 1)
        let hour = try part(&self, 3, 0, 24, 0)
        let minute = try part(&self, 4, 0, 59, 0)
        let second = try part(&self, 5, 0, 60, 0)
        let seconds = CivilTime.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        let offset = isUTC ? 0 : try zoneOffset(argument(call, 6)) ?? utcOffset
        let part = argument(call, 5)
        let fraction = part.tag == .float ? part.double - part.double.rounded(.down) : 0
        return try makeTime(
            (seconds - Int64(offset)) * 1_000_000 + Int64((fraction * 1_000_000).rounded(.down)), offset, isUTC: isUTC)
    }
}
