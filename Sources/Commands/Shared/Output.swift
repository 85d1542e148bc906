import ArgumentParser
import Foundation
import SwitchServer

/// `--json`, for every command that shows something.
struct OutputOptions: ParsableArguments {
    @Flag(help: "JSON for programs instead of text for people.") var json = false
}

extension Console {
    /// Prints a value as JSON: on one line for programs, laid out for people at a terminal.
    func showJSON<Value: Encodable>(_ value: Value) throws {
        line(try Self.json(value, isLaidOut: isOutputTerminal))
    }

    static func json<Value: Encodable>(_ value: Value, isLaidOut: Bool) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isLaidOut { encoder.outputFormatting.insert(.prettyPrinted) }
        return Escaping.json(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints what a change has done.
    func show(_ done: Done, _ output: OutputOptions) throws {
        if output.json { return try showJSON(done) }
        // Notes belong to the person, not into what a script reads.
        let lines = done.message.split(separator: "\n", maxSplits: 1)
        if let first = lines.first { line(Escaping.line(String(first))) }
        if lines.count > 1 { hint(Escaping.text(String(lines[1]))) }
    }

    /// Prints a list: JSON, a table, or, when it is empty, a hint.
    func show<Row: Encodable>(
        _ rows: [Row], _ output: OutputOptions, ifEmpty hint: String, _ columns: [Table.Column],
        _ cells: (Row) -> [Table.Cell]
    ) throws {
        if output.json { return try showJSON(rows) }
        guard !rows.isEmpty else { return self.hint(hint) }
        var table = Table(columns)
        for row in rows { table.add(cells(row)) }
        line(table.text(on: self))
    }
}
