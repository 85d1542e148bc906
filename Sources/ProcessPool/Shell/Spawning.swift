internal import CProcessPoolSupport
internal import Glibc

/// A process that has just been made, with our ends of what joins us to it. The descriptors are the receiver's.
struct SpawnedProcess: Sendable {
    var handle: ChildHandle
    /// Our end of the channel.
    var channel: Int32
    /// The read end of its standard error.
    var text: Int32
    var page: SharedPageReader

    /// Puts everything away of a process that nobody wants.
    func discard() {
        handle.send(signal: SIGKILL)
        close(channel)
        close(text)
    }
}

/// Why a process could not be made.
struct SpawnFailure: Error, Hashable {
    var text: String

    init(_ step: String, errno number: Int32) {
        // Unsafe: strerror's string is copied at once.
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        text = "\(step): \(reason)"
    }
}

extension SpawnedProcess {
    /// Makes a process. To be called on the one permanent thread, at whose end the process would be killed.
    init(_ configuration: WorkerConfiguration, _ program: Program) throws(SpawnFailure) {
        let executable = try program.open()
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }

        var channel: [Int32] = [-1, -1]
        // Unsafe: two numbers are written to an array of two.
        var result = unsafe processpool_socketpair(&channel)
        guard result == 0 else { throw SpawnFailure("socketpair", errno: -result) }
        open += channel
        var text: [Int32] = [-1, -1]
        // Unsafe: as above.
        result = unsafe processpool_pipe(&text)
        guard result == 0 else { throw SpawnFailure("pipe", errno: -result) }
        open += text
        let page = processpool_page_create()
        guard page >= 0 else { throw SpawnFailure("memfd_create", errno: -page) }
        open.append(page)
        guard let reader = SharedPageReader(descriptor: page) else { throw SpawnFailure("mmap", errno: errno) }

        let made = Self.spawn(
            configuration, program, executable: executable, channel: channel[1], text: text[1], page: page)
        guard made.step == Int32(PROCESSPOOL_SPAWN_OK) else {
            throw SpawnFailure(Self.name(ofStep: Int(made.step), program), errno: made.error)
        }
        open = [channel[1], text[1], page]
        self.init(
            handle: ChildHandle(pid: made.pid, pidfd: made.pidfd), channel: channel[0], text: text[0], page: reader)
    }

    private static func spawn(
        _ configuration: WorkerConfiguration, _ program: Program, executable: Int32, channel: Int32, text: Int32,
        page: Int32
    ) -> processpool_spawn_result {
        let name = configuration.processName ?? program.path
        let arguments = ([name] + configuration.arguments).flatMap { Array($0.utf8CString) }
        let environment = configuration.environment.sorted { $0.key < $1.key }
            .flatMap { Array("\($0.key)=\($0.value)".utf8CString) }
        var result = processpool_spawn_result()
        // Unsafe: C strings and arrays of NUL-ended strings with their lengths, all valid during the call.
        unsafe arguments.withUnsafeBufferPointer { arguments in
            unsafe environment.withUnsafeBufferPointer { environment in
                var request = unsafe processpool_spawn_request()
                unsafe request.executable = executable
                unsafe request.arguments = arguments.baseAddress
                unsafe request.arguments_length = arguments.count
                unsafe request.environment = environment.baseAddress
                unsafe request.environment_length = environment.count
                unsafe request.channel = channel
                unsafe request.text = text
                unsafe request.page = page
                unsafe request.data_limit = UInt64(configuration.limits.dataBytes)
                unsafe request.descriptor_limit = UInt64(configuration.limits.descriptors)
                unsafe request.oom_score_adj = Int32(configuration.limits.outOfMemoryScore)
                unsafe processpool_spawn(&request, &result)
            }
        }
        return result
    }

    private static func name(ofStep step: Int, _ program: Program) -> String {
        switch step {
        case PROCESSPOOL_SPAWN_MEMORY: "memory"
        case PROCESSPOOL_SPAWN_CLONE: "clone"
        case PROCESSPOOL_SPAWN_DEATH_SIGNAL: "PR_SET_PDEATHSIG"
        case PROCESSPOOL_SPAWN_PARENT_GONE: "parent gone"
        case PROCESSPOOL_SPAWN_DESCRIPTORS: "descriptors"
        case PROCESSPOOL_SPAWN_LIMITS: "limits"
        case PROCESSPOOL_SPAWN_EXEC: "exec \(program.path)"
        default: "step \(step)"
        }
    }
}
