/// What turns one text into another, in the form of `diff -u`.
struct UnifiedDiff {
    /// Equal lines shown before and after a change.
    private static let context = 3

    private enum Line {
        case same(Substring)
        case removed(Substring)
        case added(Substring)

        var isChange: Bool { if case .same = self { false } else { true } }
    }

    private var lines: [Line] = []

    init(from old: String, to new: String) {
        let oldLines = Self.lines(old)
        let newLines = Self.lines(new)
        let difference = newLines.difference(from: oldLines)
        let removed = Set(difference.removals.map(Self.offset))
        let added = Set(difference.insertions.map(Self.offset))
        var (left, right) = (0, 0)
        while left < oldLines.count || right < newLines.count {
            if left < oldLines.count, removed.contains(left) {
                lines.append(.removed(oldLines[left]))
                left += 1
            } else if right < newLines.count, added.contains(right) {
                lines.append(.added(newLines[right]))
                right += 1
            } else {
                lines.append(.same(oldLines[left]))
                left += 1
                right += 1
            }
        }
    }

    var isEmpty: Bool { !lines.contains(where: \.isChange) }

    /// With colours where the console has them.
    func text(old: String, new: String, on console: Console) -> String {
        var text = Style.bold.applied(to: "--- \(Escaping.line(old))", on: console) + "\n"
        text += Style.bold.applied(to: "+++ \(Escaping.line(new))", on: console) + "\n"
        var index = 0
        var position = (old: 0, new: 0)
        while let change = lines[index...].firstIndex(where: \.isChange) {
            for _ in index..<change { position = (position.old + 1, position.new + 1) }
            let start = max(index, change - Self.context)
            position = (position.old - (change - start), position.new - (change - start))
            let end = endOfHunk(from: change)
            text += hunk(start..<end, at: &position, on: console)
            index = end
        }
        return text
    }

    /// Changes with no more than twice the context between them share a hunk.
    private func endOfHunk(from change: Int) -> Int {
        var last = change
        while let next = lines[(last + 1)...].firstIndex(where: \.isChange), next - last <= 2 * Self.context + 1 {
            last = next
        }
        return min(lines.count, last + 1 + Self.context)
    }

    private func hunk(_ range: Range<Int>, at position: inout (old: Int, new: Int), on console: Console) -> String {
        var body = ""
        var counts = (old: 0, new: 0)
        for line in lines[range] {
            switch line {
            case .same(let text):
                counts = (counts.old + 1, counts.new + 1)
                body += " \(Escaping.text(String(text)))\n"
            case .removed(let text):
                counts.old += 1
                body += Style.red.applied(to: "-\(Escaping.text(String(text)))", on: console) + "\n"
            case .added(let text):
                counts.new += 1
                body += Style.green.applied(to: "+\(Escaping.text(String(text)))", on: console) + "\n"
            }
        }
        // A range of no lines is named by the line before it.
        func span(_ start: Int, _ count: Int) -> String {
            count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
        }
        let heading = "@@ -\(span(position.old, counts.old)) +\(span(position.new, counts.new)) @@"
        position = (position.old + counts.old, position.new + counts.new)
        return Style.cyan.applied(to: heading, on: console) + "\n" + body
    }

    /// A missing line end at the end of a text makes its last line another one.
    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" {
            lines.removeLast()
        } else if let last = lines.popLast() {
            lines.append(last + "\n\\ No newline at end of file")
        }
        return lines
    }

    private static func offset(_ change: CollectionDifference<Substring>.Change) -> Int {
        switch change {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
