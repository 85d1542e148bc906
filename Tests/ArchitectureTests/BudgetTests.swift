import Testing

@Suite("Source files keep the project's budgets")
struct BudgetTests {
    /// One file is one idea: over the first number it is listed, over the second the test fails.
    static let listedLines = 400
    static let longestLines = 800

    @Test("no source file is over 800 lines")
    func length() throws {
        let files = try SourceTree.swiftFiles(in: "Sources").filter { !$0.path.contains("/Generated/") }
        #expect(!files.isEmpty)
        for file in files.sorted(by: { $0.lines.count > $1.lines.count }) where file.lines.count > Self.listedLines {
            print("note: \(file.path) has \(file.lines.count) lines (budget \(Self.listedLines))")
            #expect(file.lines.count <= Self.longestLines, "\(file.path) has \(file.lines.count) lines")
        }
    }

    /// Programs that tests start; one of their tasks is to die.
    static let testPrograms: Set<String> = ["CallStoreTestChild", "ProcessPoolTestChild"]

    @Test("nothing in Sources traps on purpose", arguments: ["try!", "as!"])
    func traps(word: String) throws {
        var places: [String] = []
        for file in try SourceTree.swiftFiles(in: "Sources") where !Self.testPrograms.contains(file.module) {
            places += file.places { code($0).contains(word) }
        }
        #expect(places == [])
    }

    @Test(
        "what switches a check of the compiler off, or ends the process, has its reason beside it",
        arguments: ["@unchecked Sendable", "nonisolated(unsafe)", "fatalError("])
    func reasons(word: String) throws {
        var places: [String] = []
        for file in try SourceTree.swiftFiles(in: "Sources") where !Self.testPrograms.contains(file.module) {
            for (index, line) in file.lines.enumerated() where code(line).contains(word) {
                let nearby = file.lines[max(0, index - 4)...index]
                if !nearby.contains(where: { $0.contains("//") }) { places.append("\(file.path):\(index + 1)") }
            }
        }
        #expect(places == [])
    }
}
