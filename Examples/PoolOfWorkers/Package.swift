// swift-tools-version: 6.2
import PackageDescription

// ProcessPool for something that is not a switch: untrusted arithmetic in supervised, sandboxed processes.
let package = Package(
    name: "PoolOfWorkers",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "dialplan", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "PoolOfWorkers",
            dependencies: [
                .product(name: "ProcessPool", package: "dialplan"),
                .product(name: "ProcessPoolChild", package: "dialplan"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ])
    ]
)
