import ArgumentParser
import Clinical
import Foundation
import Registry

/// What every verb takes: which registry, and how to answer.
struct StoreOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @Option(name: .long, help: "The registry: a SQLite file. Default: $HUREN_DB, else ./huren.sqlite.")
  var db: String?

  @Option(name: .long, help: "text for people, json for programs (alone on standard output).")
  var format: Format = .text

  var path: String { db ?? ProcessInfo.processInfo.environment["HUREN_DB"] ?? "./huren.sqlite" }

  func validate() throws {
    if path.hasPrefix("postgres") {
      throw ValidationError("PostgreSQL is not an engine yet: give --db the path of a SQLite file")
    }
  }

  /// Opens the registry.
  func open(mayCreate: Bool = false) throws -> Registry { try Registry(path: path, mayCreate: mayCreate) }
}

/// `--known-at`, and other times given on the command line. Without a zone they are in the registry's, which is known once it is open.
struct MomentArgument: ExpressibleByArgument {
  private let text: String

  init?(argument: String) {
    guard let instant = RegistryZone.shanghai.instant(argument), RegistryZone.shanghai.isPlausible(instant) else {
      return nil
    }
    text = argument
  }

  func instant(of registry: Registry) throws -> Instant { try instant(in: registry.zone()) }

  private func instant(in zone: RegistryZone) throws -> Instant {
    guard let instant = zone.instant(text) else {
      throw ValidationError("not a time: write 2025-08-01T08:00:00+08:00")
    }
    return instant
  }
}
