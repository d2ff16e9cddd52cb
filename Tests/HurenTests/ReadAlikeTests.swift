import Foundation
import Testing

/// Reads the samples beside an independent reader (Scripts/read-alike), where Python has the libraries that it reads with.
@Suite("read alike")
struct ReadAlikeTests {
  /// Nothing is installed by a test: Scripts/read-alike does that once.
  static let hasReader =
    run("/bin/sh", ["-c", "python3 -c 'import hl7, lxml' || .build/read-alike/bin/python -c 'import hl7, lxml'"])?
    .status == 0

  private static func run(
    _ command: String, _ arguments: [String], huren: String = ""
  ) -> (status: Int32, output: String)? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: command)
    process.arguments = arguments
    process.currentDirectoryURL = Binary.root
    process.environment = ProcessInfo.processInfo.environment.merging(["HUREN": huren]) { $1 }
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static func compare(_ huren: String) throws -> (status: Int32, output: String) {
    try #require(
      run(
        Binary.root.appending(path: "Scripts/read-alike").path, ["Samples/feeds", "--reference", "Samples/reference"],
        huren: huren))
  }

  @Test(
    "the samples are read as an independent reader reads them",
    .enabled(if: hasReader, "skipped: Python has no hl7 and lxml; Scripts/read-alike installs them"))
  func samples() throws {
    let run = try Self.compare(Binary.url.path)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("0 differences that nothing explains"))
  }

  @Test(
    "a value, unit, flag or status that is read otherwise is printed", .enabled(if: hasReader),
    arguments: [
      (#""value":"6.8""#, #""value":"6.9""#, "value"), (#""value":"mmol/L""#, #""value":"mg/dL""#, "unit"),
      (#""value":"HH""#, #""value":"N""#, "flags"), ("3.5-5.3", "3.5-6.3", "range"),
    ])
  func canFail(said: String, changed: String, field: String) throws {
    let script = FileManager.default.temporaryDirectory.appending(path: "huren-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: script) }
    try "#!/bin/sh\n'\(Binary.url.path)' \"$@\" | sed 's#\(said)#\(changed)#g'\n"
      .write(to: script, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: script.path)
    let run = try Self.compare(script.path)
    #expect(run.status == 1)
    #expect(run.output.contains(": \(field): ours"))
  }
}
