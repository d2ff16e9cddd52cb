import Foundation
import Glibc
import Testing

/// `huren backup` beside a service that is written to; and a registry of another release under it.
@Suite("a service and its file", .serialized)
struct BackedUpServiceTests {
  private static let fixtures = Binary.root.appending(path: "Tests/RegistryTests/Fixtures")
  private static let hasPython =
    (try? Binary.run(["-c", "python3 -c 'import sqlite3'"], executable: URL(filePath: "/bin/bash")))?.status == 0

  private static func lines(_ mllp: Int) -> String {
    "mllp:\n  - listen: 127.0.0.1:\(mllp)\n    institutions: [SYNTH-H1]\n"
  }

  @Test(
    "a copy that is taken while many send, by HTTP and MLLP, is whole, and has all that was acknowledged before it",
    .enabled(if: ServedTests.hasTools, "curl and openssl are needed"))
  func backup() throws {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    let mllp = try LocalConnection.freePort()
    let served = try ServedBinary(folder, Self.lines(mllp))
    let senders = Senders()
    senders.begin(lanes: 4, named: "M", to: mllp) { served.process.isRunning }
    senders.begin(lanes: 4, named: "W", to: served.port, token: try served.sourceToken()) { served.process.isRunning }
    for round in 0..<2 {
      senders.awaitMore(50)
      let before = senders.acknowledged
      let copy = folder.url.appending(path: "copy-\(round).sqlite").path
      let taken = try Binary.run(["backup", copy, "--db", folder.database])
      #expect(taken.status == 0, "\(taken.errors)")
      let checked = try Binary.run(["check", "--db", copy])
      #expect(checked.status == 0, "\(checked.output)")
      #expect(try Senders.missing(before, in: copy, folder: folder) == 0)
    }
    senders.end()
    #expect(senders.acknowledged.contains { $0.hasPrefix("W") } && senders.acknowledged.contains { $0.hasPrefix("M") })
    #expect(served.stopped().status == 0)
  }

  /// Runs SQL as somebody does who has the file.
  private static func run(_ sql: URL, in database: String) throws {
    let script = "import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript(open(sys.argv[2]).read())"
    let outcome = try Binary.run(
      ["python3", "-c", script, database, sql.path], executable: URL(filePath: "/usr/bin/env"))
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    "one of the release before is migrated when it is served, and takes messages; one of a newer is left to it",
    .enabled(if: hasPython, "python3 is needed"))
  func releases() throws {
    let folder = try Binary.Folder()
    try Self.run(Self.fixtures.appending(path: "release-14.sql"), in: folder.database)
    let mllp = try LocalConnection.freePort()
    // An institution of its reference data.
    let served = try ServedBinary(folder, Self.lines(mllp))
    let connection = try #require(LocalConnection.waiting(port: mllp) { served.process.isRunning })
    #expect(connection.send(Senders.frame("migrated")))
    #expect(connection.readBlock().contains("|M-migrated"))
    #expect(served.stopped().status == 0)
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)

    let newer = folder.url.appending(path: "newer.sql")
    try Data("INSERT INTO grdb_migrations (identifier) VALUES ('99 of a later year');".utf8).write(to: newer)
    try Self.run(newer, in: folder.database)
    let refused = try Binary.run(["serve", "--db", folder.database, "--listen", "127.0.0.1:0"])
    #expect(refused.status == 1)
    #expect(refused.errors.contains("was written by a newer version of huren: use that version"))
    #expect(!refused.errors.contains("listening"))
  }

  @Test(
    "a disk that is full: who sends is asked to send again, nothing acknowledged is lost, and room mends it",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: prlimit) && ServedTests.hasTools,
      "prlimit, curl and openssl are needed"))
  func full() throws {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    let mllp = try LocalConnection.freePort()
    let served = try ServedBinary(folder, Self.lines(mllp))
    let connection = try #require(LocalConnection.waiting(port: mllp) { served.process.isRunning })
    let token = try served.sourceToken()
    /// What one message is answered with.
    func answer(_ number: String) -> String {
      connection.send(Senders.frame(number)) ? connection.readBlock() : ""
    }
    var acknowledged: [String] = []
    for number in 0..<5 {
      #expect(answer("F\(number)").contains("|AA|"))
      acknowledged.append("F\(number)")
    }
    // No file of it may grow much further, as on a disk without room.
    var size = stat()
    try #require(stat(folder.database + "-wal", &size) == 0)
    try Self.limit(served.process.processIdentifier, to: Int(size.st_size) + 65_536)
    var refused = ""
    for number in 5..<500 {
      let text = answer("F\(number)")
      if !text.contains("|AA|") {
        refused = text
        break
      }
      acknowledged.append("F\(number)")
    }
    #expect(refused.contains("MSA|AE|M-F") && refused.contains("registry-unwritable"), "\(refused)")
    #expect(answer("F-again").contains("MSA|AE|M-F-again"))
    let http = try #require(LocalConnection(port: served.port))
    #expect(http.send(Senders.request("F-http", token: token)))
    let words = http.readResponse()
    #expect(words.contains("HTTP/1.1 503") && words.contains("MSA|AE|M-F-http"), "\(words)")
    #expect(served.process.isRunning)
    try Self.limit(served.process.processIdentifier, to: nil)
    for number in 1000..<1005 {
      let text = answer("F\(number)")
      #expect(text.contains("|AA|"), "\(text)")
      acknowledged.append("F\(number)")
    }
    #expect(served.stopped().status == 0)
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
    #expect(try Senders.missing(acknowledged, in: folder.database, folder: folder) == 0)
  }

  private static let prlimit = "/usr/bin/prlimit"

  /// - Parameter bytes: nil: without bounds.
  private static func limit(_ process: Int32, to bytes: Int?) throws {
    let outcome = try Binary.run(
      ["--pid", "\(process)", "--fsize=\(bytes.map { "\($0)" } ?? "unlimited"):unlimited"],
      executable: URL(filePath: prlimit))
    try #require(outcome.status == 0, "\(outcome.errors)")
  }
}
