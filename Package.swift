// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "dialplan",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "SIPMessage", targets: ["SIPMessage"]),
        .library(name: "SIPStack", targets: ["SIPStack"]),
        .library(name: "SIPTransport", targets: ["SIPTransport"]),
        .library(name: "DialplanHostCalls", targets: ["DialplanHostCalls"]),
        .library(name: "DialplanCore", targets: ["DialplanCore"]),
        .library(name: "ProcessPool", targets: ["ProcessPool"]),
        .library(name: "ProcessPoolChild", targets: ["ProcessPoolChild"]),
        .library(name: "DialplanWorker", targets: ["DialplanWorker"]),
        .library(name: "CallStore", targets: ["CallStore"]),
        .library(name: "Switchboard", targets: ["Switchboard"]),
        .library(name: "ServiceSupport", targets: ["ServiceSupport"]),
        .library(name: "TestPhone", targets: ["TestPhone"]),
        .library(name: "DialplanBench", targets: ["DialplanBench"]),
        .library(name: "SwitchServer", targets: ["SwitchServer"]),
        .executable(name: "dialplanctl", targets: ["dialplanctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Without its JSON trait: configuration files are YAML, read by Yams with the lines of their entries.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // SIP
        .target(
            name: "SIPMessage", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            // Spans that live as long as the message they point into (`RoutingFields`); users need no flag.
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        .target(name: "SIPStack", dependencies: ["SIPMessage"]),
        .target(name: "CSIPTransportSupport"),
        .target(
            name: "SIPTransport",
            dependencies: [
                "CSIPTransportSupport", "SIPStack", "SIPMessage", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),

        // The dialplan language
        .systemLibrary(
            name: "COniguruma", pkgConfig: "oniguruma", providers: [.apt(["libonig-dev"]), .brew(["oniguruma"])]),
        .target(name: "DialplanHostCalls"),
        .target(name: "DialplanCore", dependencies: ["DialplanHostCalls", "COniguruma"]),

        // Workers
        .target(name: "CProcessPoolSupport"),
        .target(name: "ProcessPoolChild", dependencies: ["CProcessPoolSupport"]),
        .target(
            name: "ProcessPool",
            dependencies: [
                "CProcessPoolSupport", "ProcessPoolChild", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "DialplanWorker", dependencies: ["DialplanCore", "DialplanHostCalls", "ProcessPoolChild"]),

        // What any service on a Linux machine needs: settings, log, service manager
        .target(
            name: "ServiceSupport",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Yams", package: "Yams"),
            ]),

        // The switch
        // The same SQLite as GRDB's: the system's.
        .target(name: "CCallStoreSupport", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CallStore",
            dependencies: [
                "CCallStoreSupport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "Switchboard",
            dependencies: [
                "SIPMessage", "SIPStack", "DialplanHostCalls", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "TestPhone",
            dependencies: [
                "SIPMessage", "SIPStack", "SIPTransport", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(
            name: "DialplanBench",
            dependencies: [
                "TestPhone", "Switchboard", "DialplanWorker", "DialplanCore", "DialplanHostCalls", "SIPStack",
                "SIPMessage",
            ]),
        .target(name: "CSwitchSupport"),
        .target(
            name: "SwitchServer",
            dependencies: [
                "CSwitchSupport", "ServiceSupport", "Switchboard", "SIPTransport", "ProcessPool", "ProcessPoolChild",
                "CallStore", "SIPMessage", "SIPStack", "DialplanHostCalls",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "Commands",
            dependencies: [
                "SwitchServer", "ServiceSupport", "DialplanBench", "TestPhone", "DialplanWorker", "DialplanCore",
                "DialplanHostCalls", "CallStore", "Switchboard", "SIPStack", "SIPMessage",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .executableTarget(
            name: "dialplanctl",
            dependencies: ["Commands", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

        // Tests
        .target(name: "CHostileCalls", path: "Tests/CHostileCalls"),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .executableTarget(
            name: "ProcessPoolTestChild", dependencies: ["ProcessPoolChild", "CProcessPoolSupport", "CHostileCalls"]),
        .testTarget(
            name: "SIPMessageTests", dependencies: ["SIPMessage"], resources: [.copy("Resources")]),
        .testTarget(name: "SIPStackTests", dependencies: ["SIPStack", "SIPMessage"]),
        .testTarget(
            name: "SIPTransportTests",
            dependencies: [
                "SIPTransport", "CSIPTransportSupport", "SIPStack", "SIPMessage",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "DialplanHostCallsTests", dependencies: ["DialplanHostCalls"]),
        .target(name: "CMallocCounter", path: "Tests/CMallocCounter"),
        .testTarget(
            name: "DialplanCoreTests", dependencies: ["DialplanCore", "DialplanHostCalls", "CMallocCounter"],
            resources: [.copy("Resources")]),
        .testTarget(name: "ProcessPoolChildTests", dependencies: ["ProcessPoolChild", "CProcessPoolSupport"]),
        .testTarget(
            name: "ProcessPoolTests",
            dependencies: [
                "ProcessPool", "ProcessPoolChild", "CProcessPoolSupport", "ProcessPoolTestChild", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "DialplanWorkerTests",
            dependencies: ["DialplanWorker", "DialplanHostCalls", "DialplanCore", "ProcessPoolChild"]),
        .executableTarget(name: "CallStoreTestChild", dependencies: ["CallStore"]),
        .testTarget(
            name: "CallStoreTests",
            dependencies: [
                "CallStore", "CallStoreTestChild", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "SwitchboardTests", dependencies: ["Switchboard", "SIPStack", "SIPMessage", "DialplanHostCalls"]),
        .testTarget(
            name: "ServiceSupportTests",
            dependencies: ["ServiceSupport", .product(name: "Logging", package: "swift-log")]),
        .testTarget(name: "TestPhoneTests", dependencies: ["TestPhone", "SIPStack", "SIPMessage"]),
        .testTarget(
            name: "DialplanBenchTests",
            dependencies: [
                "DialplanBench", "TestPhone", "Switchboard", "DialplanHostCalls", "SIPStack", "SIPMessage",
            ]),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "SwitchServer", "CallStore", "dialplanctl", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "SwitchServerTests",
            dependencies: [
                "SwitchServer", "ServiceSupport", "Switchboard", "ProcessPool", "ProcessPoolChild", "CallStore",
                "SIPStack", "SIPMessage", .product(name: "CoreMetrics", package: "swift-metrics"),
            ]),
        .testTarget(
            name: "WorkerPoolTests",
            dependencies: [
                "dialplanctl", "ProcessPool", "DialplanHostCalls", "Switchboard",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "dialplanctl", "SwitchServer", "CallStore", "SIPMessage", "CHostileCalls", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
    ]
)

// One place for the language rules of every target.
for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .swiftLanguageMode(.v6),
            .strictMemorySafety(),
            .enableUpcomingFeature("ExistentialAny"),  // SE-0335
            .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
            .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
        ]
}
