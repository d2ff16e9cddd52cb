import Foundation
import Glibc
import Testing

/// What is acknowledged is on disk: a service that is killed at any moment loses none of it, and takes none of it twice.
///
/// `HUREN_KILLS` says how often it is killed; `Scripts/kill-service` runs it for long.
@Suite("a service that is killed", .serialized)
struct KilledServiceTests {
  private static let kills = ProcessInfo.processInfo.environment["HUREN_KILLS"].flatMap(Int.init) ?? 2
  private static let connections = 64

  @Test("every acknowledged message is there, once", .timeLimit(.minutes(30)))
  func killed() async throws {
    let folder = try Binary.Folder()
    let reference = Binary.samples.appending(path: "reference").path
    #expect(try Binary.run(["reference", "load", reference, "--db", folder.database]).status == 0)
    let senders = Senders()
    for round in 0..<Self.kills {
      let mllp = try LocalConnection.freePort()
      let served = try ServedBinary(folder, "mllp:\n  - listen: 127.0.0.1:\(mllp)\n    institutions: [SYNTH-H1]\n")
      let process = served.process.processIdentifier
      let (token, http) = (try served.sourceToken(), served.port)
      await withCheckedContinuation { continuation in
        senders.begin(lanes: Self.connections / 2, named: "\(round)", to: mllp) { kill(process, 0) == 0 }
        senders.begin(lanes: Self.connections / 2, named: "H\(round)", to: http, token: token) {
          kill(process, 0) == 0
        }
        DispatchQueue.global().async {
          // In the midst of it, at no particular moment.
          senders.awaitMore(200)
          kill(process, SIGKILL)
          continuation.resume()
        }
      }
      served.process.waitUntilExit()
      senders.endRound()
    }
    let numbers = senders.acknowledged
    #expect(numbers.count >= Self.kills * 200)
    #expect(numbers.contains { $0.hasPrefix("H") } && numbers.contains { !$0.hasPrefix("H") })
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
    // What is there already is known: none of it is taken now.
    #expect(try Senders.missing(numbers, in: folder.database, folder: folder) == 0)
  }
}
