/// What design §2 allows one module to import. The table below is the law; `Package.swift` and the `import` lines of
/// every source file are held against it.
struct ModuleRule: Sendable {
    /// Modules of this package. All of them stand above this one in the table.
    var own: Set<String> = []
    /// Modules of other packages.
    var external: Set<String> = []
    /// What comes with the system and the toolchain.
    var system: Set<String> = []

    var all: Set<String> { own.union(external).union(system) }
}

enum SystemModules {
    /// The C library, by its name on each platform.
    static let libc: Set<String> = ["Glibc", "Musl", "Darwin", "Android"]
    static let foundation: Set<String> = ["Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch"]
    /// The compiler's own names for vector instructions; a processor that lacks them gets other code.
    static let vectors: Set<String> = ["_Builtin_intrinsics"]
    static let synchronization: Set<String> = ["Synchronization"]
}

/// Imports point only downwards: a module may name only modules that stand before it here.
let moduleTable: [(name: String, rule: ModuleRule)] = [
    // C targets: headers of the system, small shims. They import nothing of ours.
    ("COniguruma", ModuleRule()),
    ("CProcessPoolSupport", ModuleRule()),
    ("CSIPTransportSupport", ModuleRule()),
    ("CSwitchSupport", ModuleRule()),
    ("CCallStoreSupport", ModuleRule()),
    ("CMallocCounter", ModuleRule()),  // for tests only
    ("CHostileCalls", ModuleRule()),  // for tests only
    ("TestSupport", ModuleRule(system: SystemModules.libc.union(SystemModules.foundation))),  // for tests only

    // SIP: values, pure machines, sockets.
    ("SIPMessage", ModuleRule(external: ["Crypto"], system: SystemModules.vectors)),
    ("SIPStack", ModuleRule(own: ["SIPMessage"])),
    (
        "SIPTransport",
        ModuleRule(
            own: ["CSIPTransportSupport", "SIPMessage", "SIPStack"],
            external: ["NIOCore", "NIOPosix", "NIOSSL", "NIOWebSocket", "NIOHTTP1", "Logging"],
            system: SystemModules.libc.union(SystemModules.synchronization))
    ),

    // The dialplan language.
    ("DialplanHostCalls", ModuleRule()),
    (
        "DialplanCore",
        ModuleRule(
            own: ["DialplanHostCalls", "COniguruma"], external: ["BigInt", "Crypto"],
            system: SystemModules.libc.union(SystemModules.synchronization))
    ),

    // Worker processes.
    ("ProcessPoolChild", ModuleRule(own: ["CProcessPoolSupport"], system: SystemModules.libc)),
    (
        "ProcessPool",
        ModuleRule(
            own: ["CProcessPoolSupport", "ProcessPoolChild"], external: ["NIOCore", "NIOPosix", "Logging"],
            system: SystemModules.libc.union(SystemModules.foundation).union(SystemModules.synchronization))
    ),
    (
        "DialplanWorker",
        ModuleRule(
            own: ["DialplanCore", "DialplanHostCalls", "ProcessPoolChild"],
            system: SystemModules.libc.union(SystemModules.synchronization))
    ),

    // What any service needs.
    (
        "ServiceSupport",
        ModuleRule(
            external: ["Configuration", "Yams", "Logging"],
            system: SystemModules.libc.union(SystemModules.foundation).union(SystemModules.synchronization))
    ),

    // The switch.
    (
        "CallStore",
        ModuleRule(
            own: ["CCallStoreSupport"],
            external: ["GRDB", "Crypto"],  // Crypto, beyond design §2: SHA-256 names a script version
            system: SystemModules.libc.union(SystemModules.foundation).union(SystemModules.synchronization))
    ),
    // Crypto, beyond design §2: identifiers and nonces derived from a secret (HMAC).
    ("Switchboard", ModuleRule(own: ["SIPMessage", "SIPStack", "DialplanHostCalls"], external: ["Crypto"])),
    // A phone for trying a switch out, and a switch in one process for trying a dialplan out.
    (
        "TestPhone",
        ModuleRule(
            own: ["SIPMessage", "SIPStack", "SIPTransport"], external: ["NIOCore", "NIOPosix"],
            system: SystemModules.libc)
    ),
    (
        "DialplanBench",
        ModuleRule(
            own: [
                "TestPhone", "Switchboard", "DialplanWorker", "DialplanCore", "DialplanHostCalls", "SIPStack",
                "SIPMessage",
            ])
    ),
    (
        "SwitchServer",
        ModuleRule(
            // All above but the worker and the interpreter: the front never runs a script itself.
            own: [
                "CSwitchSupport", "ServiceSupport", "SIPMessage", "SIPStack", "SIPTransport", "DialplanHostCalls",
                "ProcessPool", "ProcessPoolChild",
                "CallStore",
                "Switchboard",
            ],
            external: ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOSSL", "Logging", "CoreMetrics", "Crypto"],
            system: SystemModules.libc.union(SystemModules.foundation).union(SystemModules.synchronization))
    ),
    (
        "Commands",
        ModuleRule(
            own: [
                "SwitchServer", "ServiceSupport", "DialplanBench", "TestPhone", "DialplanWorker", "DialplanCore",
                "DialplanHostCalls", "CallStore", "Switchboard", "SIPStack", "SIPMessage",
            ],
            external: ["ArgumentParser", "Logging", "Crypto"],  // Crypto: SHA-256 names a script version
            system: SystemModules.libc.union(SystemModules.foundation).union(SystemModules.synchronization))
    ),
    ("dialplanctl", ModuleRule(own: ["Commands"], external: ["ArgumentParser"])),

    // Programs that tests start.
    ("CallStoreTestChild", ModuleRule(own: ["CallStore"], system: SystemModules.foundation)),
    (
        "ProcessPoolTestChild",
        ModuleRule(own: ["CProcessPoolSupport", "CHostileCalls", "ProcessPoolChild"], system: SystemModules.libc)
    ),
]

let moduleRules = Dictionary(uniqueKeysWithValues: moduleTable.map { ($0.name, $0.rule) })

/// Modules whose sources must not import Foundation in any form: they stay portable, small and fast to start.
let foundationFree: Set<String> = [
    "SIPMessage", "SIPStack", "DialplanHostCalls", "DialplanCore", "ProcessPoolChild", "DialplanWorker", "Switchboard",
    "TestPhone", "DialplanBench",
]
