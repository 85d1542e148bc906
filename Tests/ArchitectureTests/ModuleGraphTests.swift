import Testing

@Suite("Modules import only what the design allows")
struct ModuleGraphTests {
    @Test("the table itself points only downwards")
    func tableOrder() {
        var seen: Set<String> = []
        for (name, rule) in moduleTable {
            #expect(rule.own.isSubset(of: seen), "\(name) names a module that stands below it or not in the table")
            seen.insert(name)
        }
        for name in foundationFree {
            #expect(moduleRules[name]?.system.isDisjoint(with: SystemModules.foundation) == true)
        }
    }

    @Test("every target of Package.swift is in the table and depends only on what its row allows")
    func manifest() throws {
        let targets = try PackageManifest.sourceTargets()
        #expect(targets.map(\.name).sorted() == moduleTable.map(\.name).sorted())
        var forbidden: [String] = []
        for target in targets {
            let rule = try #require(moduleRules[target.name])
            let allowed = rule.own.union(rule.external)
            forbidden += target.dependencies.map(\.name).filter { !allowed.contains($0) }.map {
                "\(target.name) on \($0)"
            }
        }
        #expect(forbidden == [], "dependencies of Package.swift that the table does not allow")
    }

    @Test("every Swift target is compiled in Swift 6 mode with strict memory safety and explicit imports")
    func settings() throws {
        let wanted: Set<String> = [
            "swiftLanguageMode 6", "strictMemorySafety", "enableUpcomingFeature ExistentialAny",
            "enableUpcomingFeature InternalImportsByDefault", "enableUpcomingFeature MemberImportVisibility",
        ]
        let targets = try PackageManifest.sourceTargets().filter { $0.type != "system" }
        #expect(targets.count == moduleTable.count - 1)  // COniguruma is the system library
        for target in targets {
            let missing = wanted.subtracting(target.settings.map(\.text))
            #expect(missing.isEmpty, "\(target.name) lacks \(missing.sorted())")
        }
    }

    @Test("every import line of every source file is allowed by the table")
    func imports() throws {
        let files = try SourceTree.swiftFiles(in: "Sources")
        #expect(!files.isEmpty)
        var forbidden: [String] = []
        for file in files {
            let rule = try #require(moduleRules[file.module], "\(file.path) belongs to no module of the table")
            for (index, line) in file.lines.enumerated() {
                guard let module = importedModule(line), !rule.all.contains(module) else { continue }
                forbidden.append("\(file.path):\(index + 1) imports \(module)")
            }
        }
        #expect(forbidden == [], "imports that the table does not allow")
    }

    @Test("every dependency that Package.swift declares is imported by a source file")
    func unusedDependencies() throws {
        var imported: [String: Set<String>] = [:]
        for file in try SourceTree.swiftFiles(in: "Sources") {
            imported[file.module, default: []].formUnion(file.lines.compactMap(importedModule))
        }
        var unused: [String] = []
        for target in try PackageManifest.sourceTargets() {
            let seen = imported[target.name] ?? []
            unused += target.dependencies.map(\.name).filter { !seen.contains($0) }.map { "\(target.name) on \($0)" }
        }
        #expect(unused == [], "dependencies that are declared and never imported")
    }

    @Test(
        "an import line is recognised in each of its forms",
        arguments: [
            ("import NIOCore", "NIOCore"), ("public import SIPMessage", "SIPMessage"),
            ("@testable import Switchboard", "Switchboard"), ("@preconcurrency internal import GRDB", "GRDB"),
            ("import struct Foundation.Date", "Foundation"), ("    import Glibc", "Glibc"),
            ("@_spi(Testing) import X", "X"), ("// import Foundation", nil), ("let important = 1", nil),
            ("importer.run()", nil),
        ] as [(String, String?)])
    func importLines(line: String, module: String?) {
        #expect(importedModule(line) == module)
    }
}
