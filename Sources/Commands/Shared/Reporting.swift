import ArgumentParser
import CallStore
import Foundation
import SwitchServer

/// How a command ends, from `sysexits.h` where there is a number for it.
enum ExitStatus {
    static let failed = ExitCode(1)
    /// The command line itself is wrong (ArgumentParser's own code).
    static let usage = ExitCode(64)
    /// A dialplan that does not compile.
    static let badData = ExitCode(65)
    /// No switch runs, or it does not answer.
    static let unavailable = ExitCode(69)
    /// The file is in use; try again.
    static let temporary = ExitCode(75)
    static let notAllowed = ExitCode(77)
    static let interrupted = ExitCode(130)

    static let help = """
        EXIT STATUS:
          0    done
          1    failed: an unknown name, a refused value, a full disk …
          64   the command line is wrong
          65   the dialplan does not compile
          69   no switch runs, or it does not answer
          75   the database is in use by another process: try again
          77   not allowed: another user's switch or file
        """

    static func of(_ error: AdminError) -> ExitCode {
        let temporary: [StoreError.Code] = [.locked, .beingServed]
        if temporary.contains(where: { error == $0 }) { return Self.temporary }
        if error == StoreError.Code.readOnly { return notAllowed }
        switch error.code {
        case AdminError.noServer, AdminError.noAnswer, AdminError.otherVersion: return unavailable
        case AdminError.notAllowed: return notAllowed
        default: return failed
        }
    }
}

/// Prints errors as sentences, without a Swift type in sight, and ends with the fitting status.
func reporting(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ValidationError {
        throw error
    } catch let exit as CleanExit {
        throw exit
    } catch let code as ExitCode {
        throw code
    } catch {
        let known = AdminError(error)
        let console = Console.current
        let word =
            console.isErrorTerminal && console.hasColour ? Style.red.applied(to: "Error:", on: console) : "Error:"
        console.err("\(word) \(Escaping.text(known.message))\n")
        throw ExitStatus.of(known)
    }
}

/// A command of `dialplanctl`.
protocol Command: ParsableCommand {
    func execute() throws
}

extension Command {
    func run() throws { try reporting { try execute() } }

    var console: Console { Console.current }
}
