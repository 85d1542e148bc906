import ArgumentParser
import DialplanCore
import Foundation

/// Tools for those who work on the language; not part of what operators see.
struct ScriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Run a plain script, or show what the compiler makes of it.",
        discussion: """
            EXAMPLES:
              dialplanctl script run fib.rb 20
              dialplanctl script run --trace fib.rb
              dialplanctl script bytecode fib.rb
            """,
        shouldDisplay: false, subcommands: [RunScript.self, Tokens.self, Tree.self, Bytecode.self])

    struct File: ParsableArguments {
        @Argument(help: "The script.") var file: String

        func source() throws -> [UInt8] {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw ValidationError("cannot read \(file): give the path of a script")
            }
            return Array(data)
        }
    }

    /// Prints the text that a part of the compiler makes of a script.
    static func show(_ file: File, _ make: ([UInt8]) throws -> String) throws {
        do {
            print(try make(try file.source()))
        } catch let error as CompileError {
            FileHandle.standardError.write(
                Data("\(file.file):\(error.line):\(error.column): \(error.message)\n".utf8))
            throw ExitCode.failure
        }
    }

    struct Tokens: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The script's tokens, one per line.")
        @OptionGroup var file: File
        func run() throws { try ScriptCommand.show(file) { try ScriptInspection.tokens(of: $0) } }
    }

    struct Tree: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The script's syntax tree as an S-expression.")
        @OptionGroup var file: File
        func run() throws { try ScriptCommand.show(file) { try ScriptInspection.tree(of: $0) } }
    }

    struct Bytecode: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The script's bytecode, with source lines.")
        @OptionGroup var file: File
        func run() throws {
            try ScriptCommand.show(file) { try ScriptInspection.bytecode(of: $0) }
        }
    }
}
