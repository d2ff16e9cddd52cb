import Foundation

/// A file that is there whole or not at all: written beside its name, then renamed.
struct OutputFile {
  private let path: String
  private let handle: FileHandle
  private(set) var size = 0

  init(_ path: String) throws {
    self.path = path
    guard FileManager.default.createFile(atPath: path + ".part", contents: nil) else {
      throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path + ".part"])
    }
    handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path + ".part"))
  }

  mutating func write(_ bytes: [UInt8]) throws {
    try handle.write(contentsOf: bytes)
    size += bytes.count
  }

  func finish() throws {
    try handle.close()
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    try FileManager.default.moveItem(atPath: path + ".part", toPath: path)
  }
}
