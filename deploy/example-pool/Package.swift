// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "example-pool",
    dependencies: [
        // Outside this repository: .package(url: …, from: …).
        .package(name: "trunkline", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    ],
    targets: [
        .executableTarget(
            name: "PostOffice",
            dependencies: [
                .product(name: "MessageBroker", package: "trunkline"),
                .product(name: "MessageClient", package: "trunkline"),
                .product(name: "MessageWire", package: "trunkline"),
                .product(name: "MessageWorker", package: "trunkline"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Protos"],
            swiftSettings: Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])
    ]
)
