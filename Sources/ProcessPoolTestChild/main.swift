import CHostileCalls
import CProcessPoolSupport
import Glibc
import ProcessPoolChild

// A worker for the tests of ProcessPool that does on demand what sick workers do.
// The first argument says how it starts, the payloads that it gets say what it does then.

// Before the channel is moved away: a second way to it, for rubbish.
let raw = processpool_duplicate(0, 40)

/// What a copy of this program is called after the hyphen, so that there can be several engines.
let engineVersion = CommandLine.arguments[0].split(separator: "-").last.flatMap { UInt32($0) } ?? 42

func sendRaw(_ bytes: [UInt8]) {
    _ = unsafe write(raw, bytes, bytes.count)
}

func sleepForEver() -> Never {
    while true { _ = poll(nil, 0, -1) }
}

func entries(of folder: String) -> [String] {
    guard let list = unsafe opendir(folder) else { return [] }
    var names: [String] = []
    while let entry = unsafe readdir(list) {
        names.append(
            unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            })
    }
    unsafe closedir(list)
    return names.filter { !$0.hasPrefix(".") }.sorted()
}

/// Makes a child as a pool does, from this process; it stays whatever happens to its channel. Answers its pid.
func spawnGrandchild() -> Int32 {
    var channel: [Int32] = [-1, -1]
    _ = unsafe processpool_socketpair(&channel)
    let page = processpool_page_create()
    let arguments = Array("child".utf8CString) + Array("stay".utf8CString)
    var result = processpool_spawn_result()
    let executable = unsafe "/proc/self/exe".withCString { unsafe processpool_open_program($0) }
    unsafe arguments.withUnsafeBufferPointer { arguments in
        var request = unsafe processpool_spawn_request()
        unsafe request.executable = executable
        unsafe request.arguments = arguments.baseAddress
        unsafe request.arguments_length = arguments.count
        unsafe request.channel = channel[1]
        unsafe request.text = 2
        unsafe request.page = page
        unsafe processpool_spawn(&request, &result)
    }
    return result.pid
}

func obey(_ command: String, _ channel: ChildChannel) throws {
    let words = command.split(separator: " ", maxSplits: 1).map(String.init)
    let argument = words.count > 1 ? words[1] : ""
    func answer(_ text: String) throws {
        try channel.queue(Array(text.utf8))
        try channel.flush()
    }
    switch words.first {
    case "echo": try answer(argument)
    case "exit": exit(Int32(argument) ?? 0)
    case "last-words-and-exit":
        for number in 0..<1000 { try channel.queue(Array("word \(number)".utf8)) }
        try channel.flush()
        exit(0)
    case "signal": raise(Int32(argument) ?? SIGKILL)
    case "trap": fatalError("as asked")
    case "page": channel.page?.write(execution: 7, position: 8, line: 9)
    case "spin": while true {}
    case "doze": sleepForEver()
    case "busy-but-answering":
        // Works without progress, but reads its channel: alive.
        while let _ = try channel.receive(waiting: false) {
            try channel.flush()
            usleep(1000)
        }
    case "rubbish": sendRaw(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
    case "huge": sendRaw([0x01, 0x00, 0x10, 0x00, 1, 1])
    case "version": sendRaw([2, 0, 0, 0, 9, 1])
    case "kind": sendRaw([2, 0, 0, 0, 1, 77])
    case "ready-again": sendRaw([6, 0, 0, 0, 1, 2, 1, 0, 0, 0])
    case "forged-pong": sendRaw([10, 0, 0, 0, 1, 3, 99, 0, 0, 0, 0, 0, 0, 0])
    case "close":
        for descriptor in Int32(3)...63 { close(descriptor) }
        sleepForEver()
    case "print":
        print(argument)
        fflush(nil)
        try answer("printed")
    case "say":
        let text = Array((argument + "\n").utf8)
        _ = unsafe write(2, text, text.count)
    case "eat":
        takeMemory(megabytes: Int(argument) ?? 0)
        sleepForEver()
    case "allocate":
        let bytes = [UInt8](repeating: 1, count: (Int(argument) ?? 0) << 20)
        try answer("\(bytes.count)")
    case "descriptors": try answer(entries(of: "/proc/self/fd").joined(separator: " "))
    case "environment":
        var names: [String] = []
        var next = unsafe environ
        while let text = unsafe next.pointee {
            unsafe names.append(String(cString: text))
            unsafe next += 1
        }
        try answer(names.joined(separator: " "))
    case "signals":
        // Ignored signals would be inherited through exec.
        var pipe = sigaction()
        _ = unsafe sigaction(SIGPIPE, nil, &pipe)
        let isDefault = unsafe pipe.__sigaction_handler.sa_handler == nil
        var mask = sigset_t()
        _ = unsafe sigprocmask(SIG_BLOCK, nil, &mask)
        let blocked = (1..<32).count { unsafe sigismember(&mask, Int32($0)) == 1 }
        try answer("SIGPIPE \(isDefault ? "default" : "changed"), \(blocked) blocked")
    case "spawn-grandchild": try answer("\(spawnGrandchild())")
    case "leak-per-call":
        // One more megabyte that is never given back.
        channel.page?.countWork()
        takeMemory(megabytes: 1)
        try answer("leaked")
    case "leak-fast":
        // 100 MB a second, coming on all the while.
        while true {
            takeMemory(megabytes: 10)
            channel.page?.advance()
            usleep(100_000)
        }
    case "deadlock":
        var mutex = unsafe pthread_mutex_t()
        _ = unsafe pthread_mutex_init(&mutex, nil)
        while true { _ = unsafe pthread_mutex_lock(&mutex) }
    case "not-reading":
        // Works and comes on, but never reads again.
        while true {
            channel.page?.advance()
            usleep(1000)
        }
    case "fork-bomb": while true { _ = makeProcess() }
    case "work":
        channel.page?.countWork(Int(argument) ?? 1)
        try answer("worked")
    case "hostile": try answer(hostile(argument))
    default: try answer("unknown: \(command)")
    }
}

func run(_ channel: ChildChannel, ignoringStop: Bool) throws -> Int32 {
    try channel.announceReady(engineVersion: engineVersion)
    while let messages = try channel.receive(waiting: true) {
        for message in messages {
            switch message {
            case .payload(let bytes):
                try obey(String(decoding: bytes, as: UTF8.self), channel)
            case .drain where !ignoringStop:
                try channel.sayGoodbye()
                return 0
            case .stop where !ignoringStop:
                return 0
            case .drain, .stop:
                break
            }
        }
    }
    return 11
}

// Mode, walls of the sandbox, and `user` for one that is not root.
let arguments = CommandLine.arguments.dropFirst() + ["", "", ""]
let mode = arguments.first ?? ""
let walls: [String: Sandbox.Parts] = [
    "none": .none, "limits": .limits, "landlock": [.limits, .landlock], "seccomp": [.limits, .seccomp],
]
switch mode {
case "stay":
    sleepForEver()
case "exit-at-once":
    exit(3)
case "rubbish-at-once":
    sendRaw(Array("Hello, world, this is not a frame".utf8))
    sleepForEver()
case "payload-before-ready":
    sendRaw([3, 0, 0, 0, 1, 1, 65])
    sleepForEver()
default:
    break
}
do {
    if mode == "stubborn" { signal(SIGTERM, SIG_IGN) }
    if arguments.dropFirst(2).first == "user", processpool_become_nobody() != 0 { exit(8) }
    let channel = try ChildChannel.inherited(sandbox: walls[arguments.dropFirst().first ?? ""] ?? .all)
    if mode == "exit-after-ready" {
        try channel.announceReady(engineVersion: engineVersion)
        exit(5)
    }
    exit(try run(channel, ignoringStop: mode == "stubborn"))
} catch {
    let text = Array("child: \(error)\n".utf8)
    _ = unsafe write(2, text, text.count)
    exit(9)
}
