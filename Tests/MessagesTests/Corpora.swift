import Foundation

/// Real files that lie beside a checkout and never in it.
enum Corpora {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/corpora").standardizedFileURL

  /// For `.enabled(if:)`: who runs the tests is told which were skipped, and why.
  static func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: directory.appending(path: name).path)
  }
}
