// swift-tools-version: 6.2

import PackageDescription

/// The way of the data is the order of the targets:
/// feed → message → report → person → item → decision → event → audit.
/// What each may import is written in ARCHITECTURE.md and held by Tests/ArchitectureTests.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
  name: "huren",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "huren", targets: ["huren"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // The service.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    .target(name: "Clinical", swiftSettings: strict),
    .target(name: "XMLReading", dependencies: ["CLibXML2"], swiftSettings: strict),
    .target(name: "Feeds", dependencies: ["CLibArchive", "XMLReading"], swiftSettings: strict),
    .target(
      name: "Messages",
      dependencies: ["Clinical", "XMLReading", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .target(
      name: "Catalogue",
      dependencies: [
        "Clinical", .product(name: "Crypto", package: "swift-crypto"), .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(name: "PersonIndex", dependencies: ["Clinical"], swiftSettings: strict),
    .target(
      name: "Recognition",
      dependencies: ["Clinical", "Catalogue", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Savings", dependencies: ["Clinical", "Catalogue", "Recognition"], swiftSettings: strict),
    .target(
      name: "RegistryStore",
      dependencies: ["Clinical", "CZstd"],
      swiftSettings: strict),
    .target(
      name: "SQLiteStore",
      dependencies: [
        "Clinical", "RegistryStore", "CSQLite", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "Registry",
      dependencies: [
        "Clinical", "XMLReading", "Feeds", "Messages", "Catalogue", "PersonIndex", "Recognition", "Savings",
        "RegistryStore", "SQLiteStore", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "RegistryServer",
      dependencies: [
        "Clinical", "XMLReading", "Feeds", "Messages", "Catalogue", "Recognition", "Savings", "RegistryStore",
        "Registry", "COpenSSL",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "huren",
      dependencies: [
        "Registry", "RegistryServer", "Savings", .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .testTarget(
      name: "SavingsTests",
      dependencies: [
        "Clinical", "Catalogue", "Recognition", "Savings", "Registry", "RegistryStore", "SQLiteStore",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    // What Scripts/benchmark measures with; no part of the registry.
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Registry", "RegistryStore", "SQLiteStore", "Savings", "Recognition", "PersonIndex", "Catalogue", "Clinical",
        "Feeds",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),

    .testTarget(name: "XMLReadingTests", dependencies: ["XMLReading"], swiftSettings: strict),
    .testTarget(name: "FeedsTests", dependencies: ["Feeds", "XMLReading"], swiftSettings: strict),
    .testTarget(name: "MessagesTests", dependencies: ["Messages", "Clinical", "XMLReading"], swiftSettings: strict),
    .testTarget(name: "CatalogueTests", dependencies: ["Catalogue", "Clinical", "XMLReading"], swiftSettings: strict),
    .testTarget(
      name: "RecognitionTests", dependencies: ["Recognition", "Catalogue", "Clinical"], swiftSettings: strict),
    // The benchmarks make its hostile cases, by the ten thousand.
    .testTarget(
      name: "PersonIndexTests", dependencies: ["PersonIndex", "Clinical", "Benchmarks"], swiftSettings: strict),
    .testTarget(
      name: "RegistryTests",
      dependencies: [
        "Registry", "RegistryStore", "SQLiteStore", "Messages", "Feeds", "Recognition", "Catalogue", "PersonIndex",
        "Savings",
        "Clinical", "Benchmarks", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    // What every engine of the store is held to; a second one runs it unchanged.
    .target(
      name: "StoreConformance", dependencies: ["RegistryStore", "Clinical"], path: "Tests/StoreConformance",
      swiftSettings: strict),
    .testTarget(
      name: "SQLiteStoreTests", dependencies: ["StoreConformance", "SQLiteStore", "RegistryStore", "Clinical"],
      swiftSettings: strict),
    .testTarget(
      name: "RegistryServerTests",
      dependencies: [
        "RegistryServer", "Registry", "RegistryStore", "SQLiteStore", "Messages", "Recognition", "Catalogue", "Savings",
        "Clinical",
        "XMLReading",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "JWTKit", package: "jwt-kit"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Images/viewer.py"], swiftSettings: strict),
    .testTarget(name: "HurenTests", dependencies: ["huren"], swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ]
)
