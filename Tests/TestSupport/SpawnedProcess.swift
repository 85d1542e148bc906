package import Glibc

/// A child process with a clean start: no blocked signals, default signal actions.
/// Foundation's `Process` hands down the signal mask of the thread that starts it; on a thread of the concurrency
/// pool that mask blocks SIGTERM, and a program that can not be asked to end is no fair test.
package final class SpawnedProcess {
    package struct Failed: Error, CustomStringConvertible {
        var program: String
        var code: Int32
        package var description: String { "can not start \(program): error \(code)" }
    }

    package let pid: pid_t
    private var status: Int32?

    /// - Parameters:
    ///   - input: a file for descriptor 0.
    ///   - output: a file for descriptors 1 and 2; made or emptied first.
    package init(_ program: String, _ arguments: [String], input: String = "/dev/null", output: String) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // The pointers live as long as the strings are held below; posix_spawn copies what it needs.
        var arguments = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid: pid_t = 0
        let code = unsafe posix_spawn(&pid, program, &actions, &attributes, &arguments, environ)
        guard code == 0 else { throw Failed(program: program, code: code) }
        self.pid = pid
    }

    /// Its exit status, or 128 and the signal that ended it; nil while it runs.
    package func poll() -> Int32? { ended(options: WNOHANG) }

    /// The same when it has ended. For programs that end soon by themselves: blocks the thread.
    package func wait() -> Int32? { ended(options: 0) }

    private func ended(options: Int32) -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        guard unsafe waitpid(pid, &raw, options) == pid else { return nil }
        let signal = raw & 0x7f
        status = signal == 0 ? (raw >> 8) & 0xff : 128 + signal
        return status
    }
}
