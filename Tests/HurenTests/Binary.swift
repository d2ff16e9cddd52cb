import Foundation

/// The built command, run as anybody runs it.
enum Binary {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let samples = root.appending(path: "Samples")

  /// Beside the test bundle.
  static let url: URL = {
    let directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    return directory.appending(path: "huren")
  }()

  static func process(
    _ arguments: [String], in directory: URL = root, executable: URL = url
  ) -> (Process, output: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory
    // What the tester's own shell says of a registry is no part of a test.
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "HUREN_DB" }
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    return (process, output, errors)
  }

  /// Runs to the end.
  static func run(_ arguments: [String], in directory: URL = root, executable: URL = url) throws -> Outcome {
    let (process, output, errors) = process(arguments, in: directory, executable: executable)
    try process.run()
    // Both pipes are drained at once: a full one would stop the command.
    let group = DispatchGroup()
    let collected = Collected()
    DispatchQueue.global().async(group: group) { collected.errors = errors.fileHandleForReading.readDataToEndOfFile() }
    collected.output = output.fileHandleForReading.readDataToEndOfFile()
    group.wait()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: collected.output, as: UTF8.self),
      errors: String(decoding: collected.errors, as: UTF8.self))
  }

  private final class Collected: @unchecked Sendable {
    var output = Data()
    var errors = Data()
  }

  /// A folder that goes away with this object.
  final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "huren-\(UUID().uuidString)")
    var database: String { url.appending(path: "huren.sqlite").path }
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
  }
}
