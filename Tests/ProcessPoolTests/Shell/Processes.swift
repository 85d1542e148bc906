import CProcessPoolSupport
import Glibc

/// What the system says about processes and descriptors.
enum Processes {
    static func entries(of folder: String) -> [String] {
        guard let list = unsafe opendir(folder) else { return [] }
        var names: [String] = []
        while let entry = unsafe readdir(list) {
            names.append(
                unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
                })
        }
        unsafe closedir(list)
        return names.filter { !$0.hasPrefix(".") }
    }

    /// Open descriptors of this process and what they lead to, but the one of the listing itself.
    static func descriptors() -> [String] {
        entries(of: "/proc/self/fd").sorted().compactMap { name in
            var buffer = [CChar](repeating: 0, count: 256)
            let count = unsafe readlink("/proc/self/fd/\(name)", &buffer, buffer.count - 1)
            guard count > 0 else { return nil }
            let target = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
            return target.hasSuffix("/fd") ? nil : "\(name) \(target)"
        }
    }

    /// Children of this process, zombies among them.
    static func children() -> [String] {
        let me = getpid()
        return entries(of: "/proc").filter { name in
            guard Int32(name) != nil, let file = unsafe fopen("/proc/\(name)/stat", "r") else { return false }
            defer { unsafe fclose(file) }
            var buffer = [CChar](repeating: 0, count: 512)
            guard unsafe fgets(&buffer, 512, file) != nil else { return false }
            let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            // pid (name) state ppid: the name may hold anything but is the only part with brackets.
            let rest = text.split(separator: ")").last?.split(separator: " ") ?? []
            return rest.count > 1 && Int32(rest[1]) == me
        }
    }

    /// Waits until a process that need not be ours has ended; false after the time given.
    static func waitForEnd(ofPidfd descriptor: Int32, milliseconds: Int32) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&poller, 1, milliseconds) == 1
    }
}
