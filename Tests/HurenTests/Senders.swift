import Foundation
import Synchronization

/// Those who send messages by MLLP, each the next when the one before is answered, and write down what was acknowledged.
final class Senders: Sendable {
  private let numbers = Mutex<[String]>([])
  private let isOver = Atomic(false)
  private let group = DispatchGroup()

  var count: Int { numbers.withLock { $0.count } }
  /// What was acknowledged so far.
  var acknowledged: [String] { numbers.withLock { $0 } }

  /// A message of HL7 v2 in pipes, of a patient who cannot be.
  static func message(_ number: String) -> String {
    [
      "MSH|^~\\&|LIS|SYNTH-H1|HUREN||20260310120000||ORU^R01^ORU_R01|M-\(number)|P|2.5.1",
      "PID|1||A\(number)^^^SYNTH-H1^MR||EXAMPLE^A||19800101|M",
      "OBR|1||R\(number)|2823-3^K^LN|||20260310080000|||||||||||||||20260310113000||LAB|F",
      "OBX|1|NM|2823-3^K^LN||4.1|mmol/L|3.5-5.3|N|||F", "",
    ].joined(separator: "\r")
  }

  static func frame(_ number: String) -> [UInt8] { [0x0B] + Array(message(number).utf8) + [0x1C, 0x0D] }

  /// The same by HTTP.
  static func request(_ number: String, token: String) -> [UInt8] {
    let body = message(number)
    let head = [
      "POST /feeds HTTP/1.1", "Host: localhost", "Authorization: Bearer \(token)",
      "Content-Length: \(body.utf8.count)", "", "",
    ]
    return Array((head.joined(separator: "\r\n") + body).utf8)
  }

  func add(_ number: String) { numbers.withLock { $0.append(number) } }

  /// Begins to send, on a thread for each lane.
  ///
  /// - Parameter token: with it they send by HTTP.
  func begin(
    lanes: Int, named name: String, to port: Int, token: String? = nil, while isRunning: @escaping @Sendable () -> Bool
  ) {
    for lane in 0..<lanes {
      group.enter()
      Thread.detachNewThread { [self] in
        send(to: port, lane: "\(name)x\(lane)", token) { isRunning() && !isOver.load(ordering: .relaxed) }
        group.leave()
      }
    }
  }

  /// Waits until so many more were acknowledged; for a minute.
  func awaitMore(_ count: Int) {
    let enough = self.count + count
    let end = Date(timeIntervalSinceNow: 60)
    while self.count < enough, Date() < end { usleep(1000) }
  }

  /// Waits for those whose service has ended.
  func endRound() { group.wait() }

  /// Ends them, when their last answer has come.
  func end() {
    isOver.store(true, ordering: .relaxed)
    group.wait()
  }

  private func send(to port: Int, lane: String, _ token: String?, while isWanted: () -> Bool) {
    guard let connection = LocalConnection.waiting(port: port, while: isWanted) else { return }
    var number = 0
    while isWanted() {
      let name = "\(lane)x\(number)"
      guard connection.send(token.map { Self.request(name, token: $0) } ?? Self.frame(name)) else { return }
      let answer = token == nil ? connection.readBlock() : connection.readResponse()
      guard answer.contains("\rMSA|AA|M-\(name)\r") else { return }
      add(name)
      number += 1
    }
  }

  /// What of some messages a registry does not have: how many an import of them takes.
  static func missing(_ numbers: [String], in database: String, folder: Binary.Folder) throws -> Int {
    let feed = folder.url.appending(path: "again-\(UUID().uuidString).hl7")
    try Data(numbers.map(message).joined().utf8).write(to: feed)
    let again = try Binary.run(["import", feed.path, "--from", "SYNTH-H1", "--db", database, "--format", "json"])
    guard let accepted = again.output.firstMatch(of: /"accepted":(\d+),/).flatMap({ Int($0.1) }),
      let known = again.output.firstMatch(of: /"duplicate":(\d+),/).flatMap({ Int($0.1) }),
      accepted + known == numbers.count
    else { throw Unexpected(words: again.output + again.errors) }
    return accepted
  }

  struct Unexpected: Error { let words: String }
}
