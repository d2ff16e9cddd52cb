import Clinical
import Foundation
import Registry

/// A registry in a folder of its own, which goes away with it.
final class Bench {
  let directory: URL
  let registry: Registry
  var path: String { directory.appending(path: "huren.sqlite").path }

  /// - Parameter clock: nil: the system's.
  init(reference: String? = Bench.samples.appending(path: "reference").path, clock: (@Sendable () -> Instant)? = nil)
    throws
  {
    directory = FileManager.default.temporaryDirectory.appending(path: "huren-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    registry = try Registry(
      path: directory.appending(path: "huren.sqlite").path, mayCreate: true, clock: clock ?? Registry.systemClock)
    if let reference { _ = try registry.loadReference(directory: reference) }
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let samples = root.appending(path: "Samples")
  static let city = root.appending(path: "../shared/city").standardizedFileURL

  static var hasCity: Bool { FileManager.default.fileExists(atPath: city.appending(path: "orders.ndjson").path) }

  /// Writes a text beside the registry and gives its path.
  func file(_ name: String, _ text: String) throws -> String {
    let url = directory.appending(path: name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  /// The samples' reference data beside the registry, to be changed: without mappings/, which tests of their own are about.
  func copyOfReference() throws -> URL {
    let folder = directory.appending(path: "reference")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let original = Bench.samples.appending(path: "reference")
    for name in try FileManager.default.contentsOfDirectory(atPath: original.path) where name != "mappings" {
      try FileManager.default.copyItem(at: original.appending(path: name), to: folder.appending(path: name))
    }
    return folder
  }

  /// The lines of a file, without empty ones.
  static func lines(_ url: URL) throws -> [[UInt8]] {
    try Data(contentsOf: url).split(separator: 10).map { Array($0) }.filter { !$0.isEmpty }
  }
}
