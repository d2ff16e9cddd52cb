import Foundation

/// A program of the machine, run without a thread that waits for it.
struct Command {
  var status: Int32
  var output: String

  /// - Parameters:
  ///   - arguments: the program first.
  ///   - input: what it reads.
  static func run(_ arguments: [String], input: String = "") async throws -> Command {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let (given, told) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (given, told, told)
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        do {
          try process.run()
          given.fileHandleForWriting.write(Data(input.utf8))
          try given.fileHandleForWriting.close()
          let output = told.fileHandleForReading.readDataToEndOfFile()
          process.waitUntilExit()
          continuation.resume(
            returning: Command(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self)))
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }

  /// Whether Python has a package; tests that need one say that they are skipped where it has not.
  static func hasPython(_ package: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import \(package)"]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    do {
      try process.run()
    } catch {
      return false
    }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
