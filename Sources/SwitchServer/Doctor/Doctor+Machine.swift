import SIPStack

/// Network, kernel, clock, limits.
extension Doctor {
    func ports(_ running: DoctorProbes.Running?) -> [Finding] {
        options.listen.map { address in
            switch probes.port(address) {
            case .free:
                guard running == nil else {
                    return Finding(
                        "port", problem: "a switch runs but does not listen on udp:\(address)",
                        advice: "it was started with another address (dialplanctl config shows this one's origin), or "
                            + "with another admin socket")
                }
                return Finding("port", ok: "udp:\(address) is free")
            case .held(let holder):
                if running != nil { return Finding("port", ok: "udp:\(address) is held by the running switch") }
                return Finding(
                    "port", problem: "udp:\(address) is held by \(holder ?? "another program")",
                    advice: "stop that program, or listen on another port: --listen udp:\(address.host):5062"
                        + (holder == nil ? "; run doctor as root to learn which program it is" : ""))
            case .foreignAddress:
                return Finding(
                    "port", problem: "no interface of this machine has the address \(address.host)",
                    advice: "`ip address` lists them; or listen on 0.0.0.0 with --advertise")
            case .notAllowed:
                return Finding(
                    "port", problem: "this user may not listen on udp:\(address)",
                    advice: "use a port above 1023, or give the program CAP_NET_BIND_SERVICE")
            case .failed(let why):
                return Finding("port", problem: "udp:\(address) cannot be opened: \(why)", advice: "mend that first")
            }
        }
    }

    func kernel() -> [Finding] {
        var findings: [Finding] = []
        let landlock = probes.landlockVersion()
        if landlock > 0 {
            findings.append(Finding("kernel", ok: "Landlock version \(landlock)"))
        } else {
            findings.append(
                Finding(
                    "kernel", warning: "no Landlock: workers are confined by the filter of system calls only",
                    advice: "use a kernel of 5.13 or newer with landlock in its lsm= list"))
        }
        if probes.hasSeccomp() {
            findings.append(Finding("kernel", ok: "system calls can be filtered (seccomp)"))
        } else {
            findings.append(
                Finding(
                    "kernel", problem: "system calls cannot be filtered (seccomp): workers would not be confined",
                    advice: "use a kernel with CONFIG_SECCOMP_FILTER; in a container, allow it"))
        }
        for (isThere, what, since) in [
            (probes.hasMemoryFiles(), "memory files (memfd)", "3.17"),
            (probes.hasProcessDescriptors(), "process descriptors (pidfd)", "5.3"),
        ] {
            findings.append(
                isThere
                    ? Finding("kernel", ok: what)
                    : Finding(
                        "kernel", problem: "no \(what): workers cannot be started",
                        advice: "use a kernel of \(since) or newer; in a container, allow the system call"))
        }
        findings.append(controlGroup())
        return findings
    }

    /// A worker's memory is bounded by the pool in any case; with a group of its own the kernel would do it, too.
    private func controlGroup() -> Finding {
        let path = probes.text("/proc/self/cgroup")?.split(separator: "\n").first { $0.hasPrefix("0::") }
            .map { String($0.dropFirst(3)).trimmingNewline }
        guard let path else {
            return Finding(
                "kernel", warning: "no control groups of version 2",
                advice: "boot with systemd.unified_cgroup_hierarchy=1")
        }
        let isDelegated = probes.file("/sys/fs/cgroup\(path)/cgroup.subtree_control")?.isWritable ?? false
        return Finding(
            "kernel", ok: "control groups: \(isDelegated ? "delegated to this user" : "not delegated (not needed)")")
    }

    func dns() -> [Finding] {
        let servers = (probes.text("/etc/resolv.conf") ?? "").split(separator: "\n").filter {
            $0.hasPrefix("nameserver")
        }
        guard !servers.isEmpty else {
            return [
                Finding(
                    "dns", warning: "/etc/resolv.conf names no name server",
                    advice: "dialling hosts by name fails; name a server, for example `nameserver 192.0.2.53`")
            ]
        }
        var findings = [Finding("dns", ok: "\(servers.count) name server\(servers.count == 1 ? "" : "s")")]
        if let host = options.advertisedHost, TransportAddress(host, port: 5060) == nil, !probes.resolves(host) {
            findings.append(
                Finding(
                    "dns",
                    problem: "the advertised host \(host) does not resolve: phones cannot reach the switch by it",
                    advice: "enter it in the DNS, or advertise an address"))
        }
        for domain in probes.domains().prefix(20) where Self.isPublic(domain) {
            let name = "_sip._udp.\(domain)"
            switch probes.serviceRecords(name) {
            case nil:
                findings.append(
                    Finding(
                        "dns", warning: "no answer about \(name)",
                        advice: "check the name server: dig SRV \(name)"))
            case 0?:
                findings.append(
                    Finding(
                        "dns", warning: "there is no SRV record \(name)",
                        advice: "phones need the switch's address as their proxy; or enter "
                            + "`\(name). SRV 0 0 5060 HOST.` in the DNS"))
            case let count?:
                findings.append(Finding("dns", ok: "\(name) has \(count) SRV record\(count == 1 ? "" : "s")"))
            }
        }
        return findings
    }

    /// Names that are reserved for tests and networks of one's own have no records anywhere (RFC 2606, 6761).
    private static func isPublic(_ domain: String) -> Bool {
        guard TransportAddress(domain, port: 5060) == nil, let last = domain.split(separator: ".").last else {
            return false
        }
        let isReserved = ["test", "example", "invalid", "localhost", "local", "internal", "lan"].contains(
            last.lowercased())
        return domain.contains(".") && !isReserved
    }

    func clock() -> Finding {
        // Before this program was written: a machine without a battery that has not heard of the time yet.
        guard probes.wallClock() > 1_735_689_600_000_000 else {
            return Finding(
                "clock", problem: "the clock is years behind", advice: "set it: timedatectl set-ntp true, or date -s")
        }
        switch probes.isClockSynchronised() {
        case true?: return Finding("clock", ok: "kept in step (NTP)")
        case false?:
            return Finding(
                "clock", warning: "nothing keeps the clock in step: times of call records will drift",
                advice: "apt-get install systemd-timesyncd (or chrony); timedatectl set-ntp true")
        case nil:
            return Finding("clock", ok: "the kernel does not say whether it is kept in step")
        }
    }

    func limits() -> [Finding] {
        var findings: [Finding] = []
        let (soft, hard) = probes.descriptorLimit()
        let wanted = 4_096
        if soft < 256 {
            findings.append(
                Finding(
                    "limits", problem: "only \(soft) open files are allowed (ulimit -n)",
                    advice: "ulimit -n \(min(wanted, hard)), or LimitNOFILE=\(wanted) in the unit"))
        } else if soft < wanted {
            findings.append(
                Finding(
                    "limits", warning: "\(soft) open files are allowed (ulimit -n), \(wanted) are better",
                    advice: "ulimit -n \(min(wanted, hard)), or LimitNOFILE=\(wanted) in the unit"))
        } else {
            findings.append(Finding("limits", ok: "\(soft) open files are allowed"))
        }
        let path = "/proc/sys/net/core/rmem_max"
        if let text = probes.text(path)?.trimmingNewline, let bytes = Int(text) {
            if bytes < 1 << 20 {
                findings.append(
                    Finding(
                        "network",
                        warning: "receive buffers hold \(bytes >> 10) KiB at most: bursts of messages are lost",
                        advice: "sysctl -w net.core.rmem_max=4194304, and keep it in /etc/sysctl.d/dialplan.conf"))
            } else {
                findings.append(Finding("network", ok: "receive buffers hold up to \(bytes >> 10) KiB"))
            }
        }
        return findings
    }

    func security() -> [Finding] {
        var findings: [Finding] = []
        if probes.userID() == 0 {
            findings.append(
                Finding(
                    "security", warning: "this is root; a switch does not need to be",
                    advice: "serve as a user of its own, as the systemd unit does"))
        }
        if probes.text("/sys/fs/selinux/enforce")?.trimmingNewline == "1" {
            findings.append(
                Finding(
                    "security", warning: "SELinux enforces its policy",
                    advice: "if the switch cannot open its port or files: ausearch -m avc -c dialplanctl"))
        }
        let profile = probes.text("/proc/self/attr/current")?.trimmingNewline ?? ""
        if profile.hasSuffix("(enforce)") {
            findings.append(
                Finding(
                    "security", warning: "an AppArmor profile confines this program: \(profile)",
                    advice: "if the switch cannot open its port or files: journalctl -k | grep apparmor"))
        }
        return findings
    }
}

extension String {
    /// What /proc and /sys end their texts with is no part of them.
    fileprivate var trimmingNewline: String {
        var text = self[...]
        while let last = text.unicodeScalars.last, last == "\n" || last == "\0" || last == " " {
            text.unicodeScalars.removeLast()
        }
        return String(text)
    }
}
