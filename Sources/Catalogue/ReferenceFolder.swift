public import Foundation

/// The files of one generation of reference data, by name (`items.csv`, `policy.yaml`, `mappings/lis.yaml`).
public struct ReferenceFolder: Hashable, Sendable {
  public var files: [String: [UInt8]]

  public init(files: [String: [UInt8]]) { self.files = files }

  /// Reads a directory: its CSV files, `policy.yaml`, and `mappings/*.yaml`. Other files are left aside.
  ///
  /// - Throws: Foundation's error when the directory or a file in it cannot be read.
  public init(directory: URL) throws {
    let manager = FileManager.default
    var files: [String: [UInt8]] = [:]
    for name in try manager.contentsOfDirectory(atPath: directory.path) {
      guard name.hasSuffix(".csv") || name == ReferenceFolder.policyName else { continue }
      files[name] = [UInt8](try Data(contentsOf: directory.appendingPathComponent(name)))
    }
    let mappings = directory.appendingPathComponent("mappings")
    if manager.fileExists(atPath: mappings.path) {
      for name in try manager.contentsOfDirectory(atPath: mappings.path) where name.hasSuffix(".yaml") {
        files["mappings/" + name] = [UInt8](try Data(contentsOf: mappings.appendingPathComponent(name)))
      }
    }
    self.files = files
  }

  static let policyName = "policy.yaml"

  /// `mappings/*.yaml`: how a vendor's own XML is read; carried as they are.
  public var mappings: [String: [UInt8]] {
    files.filter { $0.key.hasPrefix("mappings/") }
  }
}
