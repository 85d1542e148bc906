import Foundation
import ProcessPool
import Switchboard

/// What administrators do to workers and to scripts that end them.
extension SwitchServer {
    func upgrade(_ wanted: WorkersUpgrade, _ pool: ProcessPool) throws -> Done {
        let program = try wanted.program ?? Self.ownFile()
        guard program.hasPrefix("/") else {
            throw AdminError(AdminError.badRequest, "\(program): name the program by its absolute path")
        }
        do {
            try pool.upgrade(executable: program)
        } catch {
            throw AdminError(AdminError.badRequest, "\(error)")
        }
        return Done(
            "workers of \(program) are coming; when they are ready new calls go to them, and what runs ends where it is. "
                + "`dialplanctl workers` shows it")
    }

    /// The file from which this program was started, or what stands in its place by now.
    private static func ownFile() throws -> String {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw AdminError(AdminError.badRequest, "/proc does not say which program this is: name one with --program")
        }
        let mark = " (deleted)"
        return path.hasSuffix(mark) ? String(path.dropLast(mark.count)) : path
    }

    func release(_ wanted: QuarantineRelease, _ front: Front) throws -> Done {
        let before = front.board.quarantinedScripts
        front.handle(.quarantineReleased(owner: wanted.owner, dialplan: wanted.dialplan))
        let count = before.count - front.board.quarantinedScripts.count
        guard count > 0 else {
            let what = wanted.dialplan.map { "dialplan \($0) of \(wanted.owner)" } ?? "no dialplan of \(wanted.owner)"
            throw AdminError(
                AdminError.badRequest,
                "\(what) is \(wanted.dialplan == nil ? "" : "not ")in quarantine: `dialplanctl quarantine list` shows what is"
            )
        }
        return Done("\(count) script version\(count == 1 ? "" : "s") of \(wanted.owner) may run again")
    }
}
