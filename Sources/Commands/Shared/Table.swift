/// What stands out, on a terminal only.
enum Style: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"

    func applied(to text: String, on console: Console) -> String {
        console.hasColour ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// A table for people: a heading, aligned columns, no blanks at the ends of lines.
///
/// On a terminal that is too narrow the widest flexible columns are cut; elsewhere nothing ever is.
struct Table {
    struct Column {
        var title: String
        var isNumber = false
        /// Whether it may be cut.
        var isFlexible = false

        init(_ title: String, isNumber: Bool = false, isFlexible: Bool = false) {
            self.title = title
            self.isNumber = isNumber
            self.isFlexible = isFlexible
        }
    }

    struct Cell: ExpressibleByStringInterpolation {
        var text: String
        var style: Style?

        init(_ text: String?, _ style: Style? = nil) {
            let shown = text.map(Escaping.line) ?? ""
            self.text = shown.isEmpty ? "-" : shown
            self.style = shown.isEmpty ? .dim : style
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    private static let gap = 2
    private static let narrowest = 8

    var columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    func text(on console: Console) -> String {
        let widths = widths(in: console.width)
        var lines = [line(columns.map { Cell($0.title, .bold) }, widths, console)]
        lines += rows.map { line($0, widths, console) }
        return lines.joined(separator: "\n")
    }

    private func widths(in width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(TextWidth.of(columns[index].title)) { max($0, TextWidth.of($1[index].text)) }
        }
        guard let width else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        while excess > 0 {
            let flexible = columns.indices.filter { columns[$0].isFlexible && widths[$0] > Self.narrowest }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            // Down to the next narrower one at most, so that several share the loss.
            let next = flexible.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.narrowest
            let less = max(1, min(excess, widths[widest] - max(next, Self.narrowest)))
            widths[widest] -= less
            excess -= less
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ console: Console) -> String {
        var line = ""
        var blanks = 0
        for (index, cell) in cells.enumerated() {
            let text = TextWidth.cut(cell.text, to: widths[index])
            let padding = max(0, widths[index] - TextWidth.of(text))
            let before = columns[index].isNumber ? padding : 0
            line += String(repeating: " ", count: blanks + before)
            line += cell.style?.applied(to: text, on: console) ?? text
            blanks = Self.gap + padding - before
        }
        return line
    }
}

/// `name: value` lines, the values aligned.
struct Sheet {
    private var rows: [(String, Table.Cell)] = []

    mutating func add(_ name: String, _ cell: Table.Cell) { rows.append((name, cell)) }

    func text(on console: Console) -> String {
        let width = rows.reduce(0) { max($0, TextWidth.of($1.0)) }
        return rows.map { name, cell in
            let padding = String(repeating: " ", count: width - TextWidth.of(name) + 2)
            return Style.bold.applied(to: name + ":", on: console) + padding
                + (cell.style?.applied(to: cell.text, on: console) ?? cell.text)
        }.joined(separator: "\n")
    }
}
