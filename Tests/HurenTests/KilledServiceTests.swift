import Foundation
import Glibc
import Synchronization
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
    let acknowledged = Acknowledged()
    for round in 0..<Self.kills {
      let (http, mllp) = (try Self.freePort(), try Self.freePort())
      let config = folder.url.appending(path: "huren.yaml")
      try Data(
        """
        listen: 127.0.0.1:\(http)
        mllp:
          - listen: 127.0.0.1:\(mllp)
            institutions: [SYNTH-H1]
        """.utf8
      ).write(to: config)
      let (process, _, _) = Binary.process(["serve", "--db", folder.database, "--config", config.path])
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      await withCheckedContinuation { continuation in
        let group = DispatchGroup()
        for lane in 0..<Self.connections {
          // A thread each: they wait for answers.
          group.enter()
          Thread.detachNewThread {
            Self.send(to: mllp, lane: "\(round)x\(lane)", acknowledged, while: { process.isRunning })
            group.leave()
          }
        }
        DispatchQueue.global().async {
          // In the midst of it, at no particular moment.
          let enough = acknowledged.count + 200
          let end = Date(timeIntervalSinceNow: 60)
          while acknowledged.count < enough, Date() < end, process.isRunning { usleep(1000) }
          kill(process.processIdentifier, SIGKILL)
          process.waitUntilExit()
          group.wait()
          continuation.resume()
        }
      }
    }
    let numbers = acknowledged.all
    #expect(numbers.count >= Self.kills * 200)
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
    // What is there already is known: none of it is taken now.
    let feed = folder.url.appending(path: "again.hl7")
    try Data(numbers.map(Self.message).joined().utf8).write(to: feed)
    let again = try Binary.run(["import", feed.path, "--from", "SYNTH-H1", "--db", folder.database, "--format", "json"])
    #expect(again.output.contains("\"duplicate\":\(numbers.count),"), "\(again.output)")
    #expect(again.output.contains("\"accepted\":0,"), "\(again.output)")
  }

  private final class Acknowledged: Sendable {
    private let numbers = Mutex<[String]>([])
    var count: Int { numbers.withLock { $0.count } }
    var all: [String] { numbers.withLock { $0 } }
    func add(_ number: String) { numbers.withLock { $0.append(number) } }
  }

  private static func message(_ number: String) -> String {
    [
      "MSH|^~\\&|LIS|SYNTH-H1|HUREN||20260310120000||ORU^R01^ORU_R01|M-\(number)|P|2.5.1",
      "PID|1||A\(number)^^^SYNTH-H1^MR||EXAMPLE^A||19800101|M",
      "OBR|1||R\(number)|2823-3^K^LN|||20260310080000|||||||||||||||20260310113000||LAB|F",
      "OBX|1|NM|2823-3^K^LN||4.1|mmol/L|3.5-5.3|N|||F", "",
    ].joined(separator: "\r")
  }

  /// Sends one message after another, each when the one before is answered.
  private static func send(to port: Int, lane: String, _ acknowledged: Acknowledged, while isRunning: () -> Bool) {
    var descriptor: Int32 = -1
    while descriptor < 0, isRunning() {
      descriptor = connected(to: port)
      if descriptor < 0 { usleep(10_000) }
    }
    defer { if descriptor >= 0 { close(descriptor) } }
    var number = 0
    while isRunning() {
      let name = "\(lane)x\(number)"
      let frame = [0x0B] + Array(message(name).utf8) + [0x1C, 0x0D]
      guard write(descriptor, frame, frame.count) == frame.count else { return }
      var answer: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !answer.suffix(2).elementsEqual([0x1C, 0x0D]) {
        let count = read(descriptor, &buffer, buffer.count)
        if count <= 0 { return }
        answer += buffer[..<count]
      }
      guard String(decoding: answer, as: UTF8.self).contains("\rMSA|AA|M-\(name)\r") else { return }
      acknowledged.add(name)
      number += 1
    }
  }

  private static func connected(to port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var time = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var address = loopback(port)
    let done = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if done == 0 { return descriptor }
    close(descriptor)
    return -1
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    try #require(bound)
    return Int(in_port_t(bigEndian: address.sin_port))
  }
}
