import Foundation

/// Real files that lie beside a checkout and never in it.
enum Corpora {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/corpora").standardizedFileURL

  static func skipped(_ name: String) {
    print("skipped: no corpora at ../shared/corpora/\(name)")
  }
}
