// swift-tools-version: 6.2
import PackageDescription

// Benchmarks are a package of their own, so that nobody who uses the libraries builds them. See Docs/Benchmarks.md.
let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "dialplan", path: "..")],
    targets: [
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "ParserBenchmark",
            dependencies: ["CAllocationCounter", .product(name: "SIPMessage", package: "dialplan")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "ScriptBenchmark",
            dependencies: [
                .product(name: "DialplanCore", package: "dialplan"),
                .product(name: "DialplanHostCalls", package: "dialplan"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
