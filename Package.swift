// swift-tools-version: 6.2
import PackageDescription

/// CI builds with warnings as errors (`deploy/test` sets CI); a half-written file on a desk may still be run.
let warnings: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// Features that later language modes turn on; `.dev/check-features` holds the names against the compiler.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
] + warnings

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let containers: Target.Dependency = .product(name: "BasicContainers", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// One target of the house; a target imports only from lower levels (`.dev/check-imports`).
func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "trunkline",
    products: [
        .executable(name: "trunkline", targets: ["trunkline"]),
        .library(name: "MessageBroker", targets: ["MessageBroker"]),
        .library(name: "MessageClient", targets: ["MessageClient"]),
        .library(name: "MessageWire", targets: ["MessageWire"]),
        .library(name: "MessageWorker", targets: ["MessageWorker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // 1: the C borders
        .systemLibrary(name: "CZeroMQ", pkgConfig: "libzmq", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // libphonenumber is C++ and has no pkg-config file (Debian: libphonenumber-dev, libicu-dev).
        .target(name: "CPhoneNumber", linkerSettings: ["phonenumber", "geocoding", "icuuc"].map { .linkedLibrary($0) }),

        // 2: bytes and words
        room("ZeroMQ", ["CZeroMQ"]),
        room("SQLite", ["CSQLite"]),
        room("Threads"),
        room("MessageWire"),
        room("CallModel", [yams]),

        // 3: the two families, which never meet
        room("MessageBroker", ["ZeroMQ", "SQLite", "Threads", "MessageWire", containers, logging, yams]),
        room("MessageConnection", ["ZeroMQ", "MessageWire", containers, logging]),
        room("MessageClient", ["ZeroMQ", "Threads", "MessageWire", "MessageConnection", deque, lifecycle, logging]),
        room("MessageWorker", ["ZeroMQ", "Threads", "MessageWire", "MessageConnection", lifecycle, logging]),
        room("CallWire", ["CallModel", protobuf], exclude: ["Protos"]),
        room("CallRouting", ["CallModel"]),
        room("CallAttribution", ["CallModel"]),
        room("NumberPlaces", ["CPhoneNumber", "CallModel"]),

        // 4: where they are put to work
        room("CallSimulation", ["CallModel", "CallRouting", "CallAttribution"]),
        room("CallStorage", ["SQLite", "CallModel", "CallRouting", "CallAttribution"]),
        room(
            "CallServices",
            [
                "MessageWire", "MessageClient", "MessageWorker", "CallModel", "CallWire", "CallRouting", "CallAttribution", "CallStorage",
                lifecycle, logging,
            ]),
        room("MessageTesting", ["ZeroMQ", "Threads", "MessageWire", "MessageConnection"]),

        room(
            "LoadHarness",
            [
                "ZeroMQ", "Threads", "MessageWire", "MessageConnection", "MessageClient", "CallModel", "CallWire", "CallRouting", "CallAttribution",
                "CallSimulation", "CallStorage", histogram, logging,
            ]),

        // 5, 6: the one executable
        room(
            "Commands",
            [
                "ZeroMQ", "Threads", "MessageWire", "MessageBroker", "MessageClient", "MessageWorker", "CallModel", "CallWire", "CallAttribution",
                "CallSimulation", "CallStorage", "CallServices", "LoadHarness", "NumberPlaces", argumentParser, logging, signals, yams,
            ]),
        .executableTarget(name: "trunkline", dependencies: ["Commands"], swiftSettings: strict),

        tests("SQLite"),
        tests("MessageBroker", ["ZeroMQ", "SQLite", "MessageWire", "MessageTesting", containers, logging]),
        tests("MessageConnection", ["ZeroMQ", "Threads", "MessageWire", "MessageTesting", logging]),
        tests("MessageClient", ["ZeroMQ", "MessageWire", "MessageConnection", "MessageTesting", logging]),
        tests("MessageWorker", ["MessageBroker", "MessageClient", "MessageWire", "MessageTesting", logging]),
        tests("ZeroMQ", ["MessageTesting"]),
        tests("MessageWire"),
        tests("CallModel"),
        tests("NumberPlaces", ["CallModel"]),
        tests("CallWire", ["CallModel"]),
        tests("CallRouting", ["CallModel"]),
        tests("CallAttribution", ["CallModel"]),
        tests("CallSimulation", ["CallModel"], exclude: ["passing-cases.txt"]),
        tests("CallStorage", ["SQLite", "CallModel", "CallRouting", "CallAttribution", "CallSimulation"]),
        tests("CallServices", ["MessageWire", "CallModel", "CallWire", "CallRouting", "CallAttribution", "CallStorage", logging]),
        tests(
            "LoadHarness",
            [
                "MessageBroker", "MessageWire", "MessageClient", "MessageWorker", "MessageTesting", "CallModel", "CallWire", "CallSimulation",
                logging,
            ]),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["trunkline", "Commands", "MessageWire", "MessageClient", "MessageWorker", "CallModel", "CallSimulation", logging],
            swiftSettings: strict),
    ],
    // What Debian's libphonenumber and its Abseil are built for.
    cxxLanguageStandard: .cxx17
)
