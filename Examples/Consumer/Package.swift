// swift-tools-version: 6.2
import PackageDescription

// A package as any user would write it: it takes two libraries of Dialplan and nothing else.
// Outside this repository the first line of `dependencies` is `.package(url: "https://…/dialplan", from: "0.1.0")`.
let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "dialplan", path: "../..")],
    targets: [
        .executableTarget(
            name: "Consumer",
            dependencies: [
                .product(name: "SIPMessage", package: "dialplan"),
                .product(name: "DialplanCore", package: "dialplan"),
                .product(name: "DialplanHostCalls", package: "dialplan"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
