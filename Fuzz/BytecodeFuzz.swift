// Damaged bytecode: the verifier refuses it, or it runs without leaving its memory. Built and run by Scripts/fuzz-language.
//
//   bytecode-fuzz SEEDS_FOLDER FIRST COUNT
//
// Each run takes one script of the folder, damages words, functions or handlers of its image, and asks the verifier. What
// it accepts is run in a child process. A precondition of the engine that stops the child (SIGILL, SIGTRAP) is contained: the region's
// checks held. Any other signal, a check of the `checked` build (SIGABRT) and a run that never ends (SIGALRM) are escapes.
import DialplanHostCalls
import Foundation

@testable import DialplanCore

struct Damage {
    var random: RandomSource

    mutating func below(_ count: Int) -> Int { count <= 0 ? 0 : Int(random.below(UInt64(count))) }

    mutating func apply(_ parts: inout ImageParts) {
        for _ in 0..<1 + below(4) {
            let word = below(parts.code.count)
            let shift = UInt64([0, 8, 16, 32, 48][below(5)])
            switch below(12) {
            case 0...2: parts.code[word] ^= 1 << random.below(64)
            case 3...5:
                let mask: UInt64 = (shift < 16 ? 0xFF : 0xFFFF) << shift
                let value = [0, 1, 2, 3, 7, 255, 65_535, random.below(64)][below(8)]
                parts.code[word] = parts.code[word] & ~mask | value << shift & mask
            case 6: parts.code[word] = parts.code[below(parts.code.count)]
            case 7: parts.code.swapAt(word, below(parts.code.count))
            case 8:
                // Another instruction with the same operands.
                let opcode = Opcode.allCases[below(Opcode.allCases.count)]
                parts.code[word] = parts.code[word] & ~0xFF | UInt64(opcode.rawValue)
            case 9:
                let index = below(parts.functions.count)
                switch below(8) {
                case 0: parts.functions[index].registers = UInt16(below(40))
                case 1: parts.functions[index].required = UInt16(below(10))
                case 2: parts.functions[index].optional = UInt16(below(4))
                case 3: parts.functions[index].post = UInt16(below(4))
                case 4: parts.functions[index].shapeCount = UInt32(below(4))
                case 5: parts.functions[index].handlerCount = UInt32(below(3))
                case 6: parts.functions[index].flags = Function.Flags(rawValue: UInt32(below(2048)))
                default: parts.functions[index].codeCount = UInt32(below(parts.code.count))
                }
            case 10 where !parts.handlers.isEmpty:
                let index = below(parts.handlers.count)
                switch below(4) {
                case 0: parts.handlers[index].target = UInt32(below(60))
                case 1: parts.handlers[index].register = UInt16(below(30))
                case 2: parts.handlers[index].start = UInt32(below(60))
                default: parts.handlers[index].isEnsure.toggle()
                }
            default: if !parts.shapes.isEmpty { parts.shapes[below(parts.shapes.count)] = UInt16(below(6)) }
            }
        }
    }
}

@main
struct BytecodeFuzz {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let first = UInt64(arguments[2]), let count = UInt64(arguments[3]),
            let files = try? FileManager.default.contentsOfDirectory(atPath: arguments[1]).sorted()
        else {
            print("usage: bytecode-fuzz SEEDS_FOLDER FIRST COUNT")
            exit(64)
        }
        let all = files.compactMap { name -> ImageParts? in
            guard let data = FileManager.default.contents(atPath: "\(arguments[1])/\(name)"), data.count > 2 else {
                return nil
            }
            return try? parts(Array(data.dropFirst(2)))
        }
        print("\(all.count) scripts")
        let memory = SharedCounters()
        var faults = 0
        var seed = first
        let started = Date()
        var reported = started
        while seed < first + count {
            memory.seed = seed
            fflush(nil)
            let child = fork()
            if child == 0 {
                alarm(60)
                work(all, memory, until: first + count)
                _exit(0)
            }
            var status: CInt = 0
            unsafe waitpid(child, &status, 0)
            let signal = status & 0x7F
            seed = memory.seed + 1
            if signal == SIGILL || signal == SIGTRAP {
                faults += 1
            } else if signal != 0 {
                print("ESCAPE: seed \(memory.seed) ended by signal \(signal)")
                exit(1)
            }
            if signal == 0 || Date().timeIntervalSince(reported) > 30 {
                reported = Date()
                let done = seed - first
                let rate = Double(done) / max(0.001, Date().timeIntervalSince(started))
                print(
                    "\(done) runs: \(memory.refused) refused, \(memory.ran) run to an end, \(faults) stopped by a check of the "
                        + "region, 0 escapes; \(Int(rate)) a second")
            }
        }
    }

    static func parts(_ source: [UInt8]) throws -> ImageParts {
        let library = CoreLibrary.shared
        let tree = try SyntaxTree(parsing: source, options: ParseOptions())
        let compiler = Compiler(tree: tree, names: ImageNames(library: library), isPrelude: false)
        try compiler.compileProgram()
        var parts = compiler.parts
        parts.symbolBase = UInt32(library.symbolCount)
        parts.symbols = compiler.names.own
        return parts
    }

    static func work(_ all: [ImageParts], _ memory: SharedCounters, until end: UInt64) {
        // A stopped child is no news.
        close(2)
        var seed = memory.seed
        while seed < end {
            memory.seed = seed
            var damage = Damage(random: RandomSource(seed: seed))
            var parts = all[damage.below(all.count)]
            damage.apply(&parts)
            if seed % 1_000 == 0 { alarm(60) }
            if (try? Verifier(parts: parts).verify()) != nil {
                let mode = damage.below(32)
                _ = LanguageFuzzTarget.run(
                    DialplanImage(parts), slice: LanguageFuzzTarget.fuels[mode & 3], heapBytes: 200_000,
                    collects: mode & 4 != 0, moves: mode & 8 != 0)
                memory.ran += 1
            } else {
                memory.refused += 1
            }
            seed += 1
        }
        memory.seed = end - 1
    }
}

/// Counters that parent and child share.
@safe
struct SharedCounters {
    private let words: UnsafeMutablePointer<UInt64>

    init() {
        guard let block = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
            unsafe block != MAP_FAILED
        else { fatalError("no shared memory") }
        unsafe words = block.bindMemory(to: UInt64.self, capacity: 512)
    }

    var seed: UInt64 {
        get { unsafe words[0] }
        nonmutating set { unsafe words[0] = newValue }
    }
    var refused: UInt64 {
        get { unsafe words[1] }
        nonmutating set { unsafe words[1] = newValue }
    }
    var ran: UInt64 {
        get { unsafe words[2] }
        nonmutating set { unsafe words[2] = newValue }
    }
}
