/// `Time#strftime`.
extension Machine {
    private static let months: [StaticString] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    mutating func strftime(_ time: Value, _ template: Value) throws(Stop) -> Value {
        let offset = heap.utcOffset(time)
        let civil = CivilTime(local: heap.microseconds(time) &+ Int64(offset) * 1_000_000)
        let isUTC = heap.region.flags(of: time.handle).contains(.utc)
        let text = try heap.newString(capacity: heap.length(template.handle) + 24)
        heap.region.setFlags(.asciiText, of: text)
        try format(template, civil, offset, isUTC, heap.microseconds(time), into: text)
        return .string(text)
    }

    private mutating func format(
        _ template: Value, _ civil: CivilTime, _ offset: Int32, _ isUTC: Bool, _ microseconds: Int64, into text: Handle
    ) throws(Stop) {
        let count = heap.length(template.handle)
        var index = 0
        while index < count {
            let byte = heap.bytes(template)[index]
            index += 1
            guard byte == 0x25, index < count else {
                try heap.append(text, from: template.handle, index - 1, 1)
                continue
            }
            // Flags: - no padding, 0 zeros, _ blanks, ^ capitals.
            var pad: UInt8?
            var unpadded = false
            var upper = false
            var width = 0
            var colons = 0
            let start = index
            scan: while index < count {
                switch heap.bytes(template)[index] {
                case 0x2D: unpadded = true
                case 0x30 where width == 0: pad = 0x30
                case 0x5F: pad = 0x20
                case 0x5E: upper = true
                case 0x3A: colons += 1
                case let digit where (0x30...0x39).contains(digit): width = min(100, width * 10 + Int(digit - 0x30))
                default: break scan
                }
                index += 1
            }
            guard index < count else {
                try heap.append(text, from: template.handle, start - 1, count - start + 1)
                return
            }
            let kind = heap.bytes(template)[index]
            index += 1
            func number(_ machine: inout Machine, _ value: Int64, _ digits: Int, _ standard: UInt8 = 0x30) throws(Stop)
            {
                let length = String(value).utf8.count
                let wanted = unpadded ? 0 : max(width, digits)
                for _ in 0..<max(0, wanted - length) { try machine.heap.append(text, byte: pad ?? standard) }
                try machine.heap.append(text, integer: value)
            }
            func name(_ machine: inout Machine, _ full: StaticString, _ length: Int) throws(Stop) {
                let view = ByteView(full)
                for position in 0..<min(length, view.count) {
                    let byte = view[position]
                    try machine.heap.append(text, byte: upper && byte >= 0x61 ? byte - 0x20 : byte)
                }
            }
            let hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12
            switch kind {
            case UInt8(ascii: "Y"): try number(&self, civil.year, 0)
            case UInt8(ascii: "C"): try number(&self, civil.year / 100, 2)
            case UInt8(ascii: "y"): try number(&self, civil.year % 100, 2)
            case UInt8(ascii: "m"): try number(&self, civil.month, 2)
            case UInt8(ascii: "d"): try number(&self, civil.day, 2)
            case UInt8(ascii: "e"): try number(&self, civil.day, 2, 0x20)
            case UInt8(ascii: "j"): try number(&self, civil.yearDay, 3)
            case UInt8(ascii: "H"): try number(&self, civil.hour, 2)
            case UInt8(ascii: "k"): try number(&self, civil.hour, 2, 0x20)
            case UInt8(ascii: "I"): try number(&self, hour12, 2)
            case UInt8(ascii: "l"): try number(&self, hour12, 2, 0x20)
            case UInt8(ascii: "M"): try number(&self, civil.minute, 2)
            case UInt8(ascii: "S"): try number(&self, civil.second, 2)
            case UInt8(ascii: "L"), UInt8(ascii: "N"):
                // The first `width` digits of the fraction.
                let digits = width > 0 ? width : (kind == UInt8(ascii: "L") ? 3 : 9)
                var rest = civil.microsecond * 1000
                var unit: Int64 = 100_000_000
                for _ in 0..<digits {
                    try heap.append(text, integer: unit > 0 ? rest / unit : 0)
                    if unit > 0 { rest %= unit }
                    unit /= 10
                }
            case UInt8(ascii: "u"): try number(&self, civil.weekday == 0 ? 7 : civil.weekday, 1)
            case UInt8(ascii: "w"): try number(&self, civil.weekday, 1)
            case UInt8(ascii: "s"): try number(&self, microseconds / 1_000_000, 1)
            case UInt8(ascii: "U"): try number(&self, (civil.yearDay - 1 + 7 - civil.weekday) / 7, 2)
            case UInt8(ascii: "W"): try number(&self, (civil.yearDay - 1 + 7 - (civil.weekday + 6) % 7) / 7, 2)
            case UInt8(ascii: "p"): try name(&self, civil.hour < 12 ? "AM" : "PM", 2)
            case UInt8(ascii: "P"): try name(&self, civil.hour < 12 ? "am" : "pm", 2)
            case UInt8(ascii: "A"): try name(&self, Machine.days[Int(civil.weekday)], 20)
            case UInt8(ascii: "a"): try name(&self, Machine.days[Int(civil.weekday)], 3)
            case UInt8(ascii: "B"): try name(&self, Machine.months[Int(civil.month) - 1], 20)
            case UInt8(ascii: "b"), UInt8(ascii: "h"): try name(&self, Machine.months[Int(civil.month) - 1], 3)
            case UInt8(ascii: "Z"): try name(&self, isUTC ? "UTC" : "", 3)
            case UInt8(ascii: "z"):
                let minutes = offset.magnitude / 60
                try heap.append(text, byte: offset < 0 ? 0x2D : 0x2B)
                try number(&self, Int64(minutes / 60), 2)
                if colons > 0 { try heap.append(text, byte: 0x3A) }
                try number(&self, Int64(minutes % 60), 2)
            case UInt8(ascii: "n"): try heap.append(text, byte: 0x0A)
            case UInt8(ascii: "t"): try heap.append(text, byte: 0x09)
            case UInt8(ascii: "%"): try heap.append(text, byte: 0x25)
            default:
                let composed: StaticString? =
                    switch kind {
                    case UInt8(ascii: "c"): "%a %b %e %H:%M:%S %Y"
                    case UInt8(ascii: "D"), UInt8(ascii: "x"): "%m/%d/%y"
                    case UInt8(ascii: "F"): "%Y-%m-%d"
                    case UInt8(ascii: "T"), UInt8(ascii: "X"): "%H:%M:%S"
                    case UInt8(ascii: "R"): "%H:%M"
                    case UInt8(ascii: "r"): "%I:%M:%S %p"
                    case UInt8(ascii: "v"): "%e-%^b-%Y"
                    default: nil
                    }
                if let composed {
                    let inner = try heap.newString(composed)
                    try format(inner, civil, offset, isUTC, microseconds, into: text)
                } else {
                    try heap.append(text, from: template.handle, start - 1, index - start + 1)
                }
            }
        }
    }
}
