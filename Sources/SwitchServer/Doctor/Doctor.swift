import CallStore
import SIPStack

/// Looks at everything that a switch needs of its machine, and says what to do about what is wrong.
public struct Doctor {
    let options: ServeOptions
    let probes: DoctorProbes

    /// All findings, in the order in which one would mend them.
    func examine() -> [Finding] {
        let running = probes.running()
        return runningSwitch(running) + files() + store() + [disk()] + ports(running) + kernel() + dns() + [clock()]
            + limits() + [zoneData()] + security()
    }

    // MARK: The switch

    private func runningSwitch(_ running: DoctorProbes.Running?) -> [Finding] {
        guard let running else {
            return [Finding("switch", ok: "no switch runs on \(options.adminSocketPath)")]
        }
        var findings: [Finding] = []
        if running.readyWorkers == 0 {
            findings.append(
                Finding(
                    "switch", problem: "a switch runs, but none of its \(running.workers) workers is ready",
                    advice: "look at why they end: dialplanctl status (LAST END), and at the switch's log"))
        } else {
            findings.append(
                Finding(
                    "switch",
                    ok:
                        "a switch runs: \(running.readyWorkers) of \(running.workers) workers ready, \(running.calls) calls"
                ))
        }
        if let pid = running.workerPid, let program = probes.program(pid) {
            if program.hasSuffix(" (deleted)") {
                findings.append(
                    Finding(
                        "switch",
                        warning: "the switch's program has been replaced since it started; it goes on with the old one",
                        advice: "restart it when it suits: systemctl restart dialplan"))
            }
        }
        return findings
    }

    // MARK: Files

    private func files() -> [Finding] {
        var findings: [Finding] = []
        let database = options.databasePath
        let folder = Self.folder(of: database)
        let me = probes.userID()
        if let file = probes.file(folder) {
            if !file.isFolder {
                findings.append(
                    Finding(
                        "files", problem: "\(folder) is no folder", advice: "name another database with --database"))
            } else if !file.isWritable {
                findings.append(
                    Finding(
                        "files", problem: "the folder \(folder) cannot be written by this user (\(me))",
                        advice: "run doctor as the switch's user, or: chown dialplan: \(folder)"))
            } else if file.mode & 0o002 != 0 {
                findings.append(
                    Finding(
                        "files", warning: "everybody can write in \(folder)", advice: "chmod o-w \(folder)"))
            } else {
                findings.append(Finding("files", ok: "the folder \(folder) can be written"))
            }
        } else {
            findings.append(
                Finding(
                    "files", warning: "the folder \(folder) is not there yet",
                    advice: "serve makes it, if its own parent can be written"))
        }
        if let file = probes.file(database) {
            if !file.isWritable {
                findings.append(
                    Finding(
                        "files", problem: "\(database) cannot be written by this user (\(me))",
                        advice: "run doctor as the switch's user, or: chown dialplan: \(database)"))
            } else if file.mode & 0o077 != 0 {
                findings.append(
                    Finding(
                        "files", warning: "\(database) holds credentials and can be read by others",
                        advice: "chmod 600 \(database)"))
            } else {
                findings.append(Finding("files", ok: "\(database) is its owner's alone"))
            }
        }
        let key = database + ".key"
        if let file = probes.file(key) {
            if file.mode & 0o077 != 0 {
                findings.append(
                    Finding(
                        "files", problem: "the secret of this installation, \(key), can be read by others",
                        advice: "chmod 600 \(key)"))
            } else if file.owner != me && me != 0 {
                findings.append(
                    Finding(
                        "files", problem: "\(key) belongs to another user (\(file.owner)), this is \(me)",
                        advice: "run doctor and serve as the same user, or: chown \(me) \(key)"))
            } else {
                findings.append(Finding("files", ok: "\(key) is its owner's alone"))
            }
        } else if probes.file(database) != nil {
            findings.append(
                Finding(
                    "files", warning: "\(key), the secret of this installation, is missing",
                    advice: "nothing is lost: serve makes a new one, and phones log in once more"))
        }
        let socket = options.adminSocketPath
        if let file = probes.file(socket) {
            if !file.isSocket {
                findings.append(
                    Finding(
                        "files", problem: "\(socket) is no socket, the switch cannot make its own there",
                        advice: "remove it, or name another with --admin-socket"))
            } else if file.mode & 0o077 != 0 {
                findings.append(
                    Finding(
                        "files", warning: "others may connect to the admin socket \(socket)",
                        advice: "chmod 600 \(socket) (the switch refuses them all the same)"))
            }
        }
        return findings
    }

    /// What `CallStore.check` looks at from inside; the file, its folder and the disk have findings of their own.
    private func store() -> [Finding] {
        guard let looked = probes.store() else { return [Finding("store", ok: "no database yet; serve makes it")] }
        return looked.filter { !["file", "folder", "disk"].contains($0.subject) }.map { finding in
            let advice = finding.remedy ?? ""
            return switch finding.verdict {
            case .fine: Finding("store", ok: finding.message)
            case .warning: Finding("store", warning: finding.message, advice: advice)
            case .problem: Finding("store", problem: finding.message, advice: advice)
            }
        }
    }

    private func disk() -> Finding {
        let folder = Self.folder(of: options.databasePath)
        guard let space = probes.space(folder) ?? probes.space("/") else {
            return Finding("disk", warning: "the free space of \(folder) cannot be read", advice: "df \(folder)")
        }
        let free = Self.megabytes(space.free)
        if space.free < 64 << 20 {
            return Finding(
                "disk", problem: "\(free) are free in \(folder): call records and registrations are soon lost",
                advice: "make room, or move the database to a larger disk")
        }
        if space.free < 1 << 30 || space.free < space.total / 20 {
            return Finding(
                "disk", warning: "only \(free) of \(Self.megabytes(space.total)) are free in \(folder)",
                advice: "make room, or move the database to a larger disk")
        }
        return Finding("disk", ok: "\(free) are free in \(folder)")
    }

    private func zoneData() -> Finding {
        if probes.file("/usr/share/zoneinfo/Europe/London") != nil {
            return Finding("zone-data", ok: "time-zone data is installed")
        }
        return Finding(
            "zone-data", warning: "there is no time-zone data (/usr/share/zoneinfo)", advice: "apt-get install tzdata")
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func megabytes(_ bytes: Int) -> String {
        bytes >= 10 << 30 ? "\(bytes >> 30) GiB" : "\(bytes >> 20) MiB"
    }
}
