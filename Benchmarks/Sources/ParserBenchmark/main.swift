import CAllocationCounter
import Foundation
import SIPMessage

// usage: ParserBenchmark FOLDER [ROUNDS [SECONDS]]     median messages a second, as the C drivers of the peers print it
//        ParserBenchmark FOLDER check                  every value that is read, and the message as written back
//        ParserBenchmark FOLDER rewritten < CHECK      the values of the variants against those of a peer's `check` of them
//        ParserBenchmark FOLDER allocations            heap allocations per message
// FOLDER holds *.sip files. VARIANTS (default 1000) and SEED (default 1) come from the environment; VARIANTS=0 measures
// the files alone, over and over.

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: ParserBenchmark FOLDER [ROUNDS [SECONDS]]")
    print("       ParserBenchmark FOLDER check | rewritten | allocations | once [JOB] | export OUT")
    exit(64)
}
let files = try FileManager.default.contentsOfDirectory(atPath: arguments[1]).filter { $0.hasSuffix(".sip") }.sorted()
let originals = try files.map { try Array(Data(contentsOf: URL(filePath: arguments[1]).appending(path: $0))) }
let environment = ProcessInfo.processInfo.environment
let count = environment["VARIANTS"].flatMap { Int($0) } ?? 1_000
var variants = Variants(seed: environment["SEED"].flatMap { UInt64($0) } ?? 1)
var messages = originals
if count > 0 {
    messages = (0..<count).map {
        Array(variants.make(from: String(decoding: originals[$0 % originals.count], as: UTF8.self)).utf8)
    }
}

switch arguments.dropFirst(2).first {
case "check":
    for (index, message) in (originals + messages).enumerated() { check(index, message) }
case "rewritten":
    // What a peer's `check` has made of the variants comes on standard input: the same values have to be in it.
    compare(messages, with: rewritten(Array(FileHandle.standardInput.readDataToEndOfFile())))
case "export":
    // The variants as files, for the peers' drivers.
    let folder = arguments.dropFirst(3).first ?? "variants"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, message) in messages.enumerated() {
        let name = String(repeating: "0", count: 5 - String(index).count) + "\(index).sip"
        try Data(message).write(to: URL(filePath: folder).appending(path: name))
    }
case "once":
    // For a profiler: one job, two hundred passes over the messages, or as many as PASSES says.
    let job = arguments.dropFirst(3).first ?? "routing"
    let passes = environment["PASSES"].flatMap { Int($0) } ?? 200
    for _ in 0..<passes { for item in Job.all where item.name == job { _ = try item.pass(messages) } }
    print("\(passes * messages.count) messages")
case "allocations":
    for job in Job.all { print(job.name, job.allocations(messages)) }
default:
    let rounds = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5
    let seconds = arguments.dropFirst(3).first.flatMap { Double($0) } ?? 1
    print("SIPMessage: \(messages.count) messages, \(messages.reduce(0) { $0 + $1.count }) bytes")
    for job in Job.all { job.measure(messages, rounds: max(1, rounds), seconds: seconds) }
}

/// The messages of a peer's `check`: a line `----- NAME: FILE (N in, M out)` and M octets each.
func rewritten(_ output: [UInt8]) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var rest = output[...]
    while let lineEnd = rest.firstIndex(of: 0x0A) {
        let words = String(decoding: rest[..<lineEnd], as: UTF8.self).split { " (),".contains($0) }
        guard words.first == "-----", words.count >= 7, let count = Int(words[5]) else { break }
        let body = rest[(lineEnd + 1)...].prefix(count)
        messages.append(Array(body))
        rest = rest[body.endIndex...]
    }
    return messages
}

func compare(_ ours: [[UInt8]], with theirs: [[UInt8]]) {
    func values(_ bytes: [UInt8]) -> [String] {
        var printer = Printer()
        do { try readViews(SIPMessage(parsing: bytes), into: &printer) } catch { return ["\(error)"] }
        return printer.output.split(separator: "\n").map(String.init)
    }
    guard ours.count == theirs.count else {
        print("check: \(theirs.count) messages instead of \(ours.count)")
        exit(1)
    }
    var lines = 0
    var differences = 0
    for (left, right) in zip(ours, theirs) {
        let (mine, other) = (values(left), values(right))
        lines += mine.count
        for (a, b) in zip(mine, other) where a != b {
            differences += 1
            if differences <= 20 { print("check: \(a) | \(b)") }
        }
        differences += abs(mine.count - other.count)
    }
    print("check: \(ours.count) messages, \(lines) values, \(differences) of them different in what the peer wrote")
}

func check(_ index: Int, _ bytes: [UInt8]) {
    do {
        let message = try SIPMessage(parsing: bytes)
        var printer = Printer()
        try readViews(message, into: &printer)
        print("----- \(index)")
        print(printer.output, terminator: "")
        guard message.serialized() == bytes else {
            print("not written back as it came")
            exit(1)
        }
    } catch {
        print("message \(index) fails: \(error)")
        exit(1)
    }
}
