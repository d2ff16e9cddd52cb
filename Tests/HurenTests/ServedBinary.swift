import Foundation
import Glibc
import Testing

/// The built command as a service that runs until this object goes away.
final class ServedBinary: Sendable {
  let folder: Binary.Folder
  let process: Process
  let url: String
  private let errors: FileHandle

  /// Where it listens.
  var port: Int { URL(string: url)?.port ?? 0 }

  /// - Parameter configuration: further lines of `huren.yaml`.
  init(_ folder: Binary.Folder, _ configuration: String = "") throws {
    self.folder = folder
    let config = folder.url.appending(path: "huren.yaml")
    try Data("listen: 127.0.0.1:0\n\(configuration)".utf8).write(to: config)
    let (process, _, pipe) = Binary.process(["serve", "--db", folder.database, "--config", config.path])
    self.process = process
    errors = pipe.fileHandleForReading
    try process.run()
    var told = ""
    while !told.contains("listening at") {
      let piece = errors.availableData
      try #require(!piece.isEmpty, "the service ended: \(told)")
      told += String(decoding: piece, as: UTF8.self)
    }
    url = String(try #require(told.firstMatch(of: /listening at (\S+)/)).1)
    // A log that nobody reads would stop it.
    errors.readabilityHandler = { _ = $0.availableData }
  }

  /// A token for a client that sends for SYNTH-H1, made here when it is first asked for; with `openssl` and `curl`.
  func sourceToken() throws -> String { try token("source", institution: "SYNTH-H1") }

  /// The same for a client of any role, which is its name too.
  func token(_ role: String, institution: String) throws -> String {
    func bash(_ line: String) throws -> Binary.Outcome {
      let outcome = try Binary.run(["-c", line], executable: URL(filePath: "/bin/bash"))
      try #require(outcome.status == 0, "\(outcome.errors)")
      return outcome
    }
    let key = folder.url.appending(path: "\(role).pem").path
    if !FileManager.default.fileExists(atPath: key) {
      _ = try bash("openssl genrsa -out '\(key)' 2048 && Scripts/jwks '\(key)' one > '\(key).jwks'")
      let added = try Binary.run([
        "client", "add", role, "--role", role, "--institution", institution, "--jwks", "\(key).jwks", "--db",
        folder.database,
      ])
      try #require(added.status == 0, "\(added.errors)")
    }
    return try bash("Scripts/token \(role) '\(key)' \(url)").output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Tells it to stop, and waits until it has.
  ///
  /// - Returns: its exit status, and after how many seconds.
  func stopped(signals: Int = 1) -> (status: Int32, seconds: Double) {
    let start = ContinuousClock.now
    for _ in 0..<signals { kill(process.processIdentifier, SIGTERM) }
    process.waitUntilExit()
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return (process.terminationStatus, Double(seconds) + Double(attoseconds) / 1e18)
  }

  /// Ends it as a loss of power does.
  func killed() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit {
    errors.readabilityHandler = nil
    if process.isRunning { killed() }
  }
}

/// A connection to this machine, with threads that wait.
final class LocalConnection {
  private let descriptor: Int32

  /// - Returns: nil where nobody listens.
  init?(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var time = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var address = Self.loopback(port)
    let done = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // It is closed as it goes away, here, too: a second time it would be somebody else's.
    if done != 0 { return nil }
  }

  deinit { close(descriptor) }

  /// The same, as soon as somebody listens.
  static func waiting(port: Int, while isWanted: () -> Bool) -> LocalConnection? {
    while isWanted() {
      if let connection = LocalConnection(port: port) { return connection }
      usleep(10_000)
    }
    return nil
  }

  func send(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Reads until what came says that it is whole; what there is when the other end closes.
  func read(until isWhole: ([UInt8]) -> Bool) -> [UInt8] {
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !isWhole(answer) {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { break }
      answer += buffer[..<count]
    }
    return answer
  }

  /// One answer of MLLP.
  func readBlock() -> String {
    String(decoding: read { $0.suffix(2).elementsEqual([0x1C, 0x0D]) }, as: UTF8.self)
  }

  /// One answer of HTTP whose head tells its length; empty where there came none.
  func readResponse() -> String {
    let bytes = read { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n"),
        let length = text.lowercased().firstMatch(of: /content-length: (\d+)/).flatMap({ Int($0.1) })
      else { return false }
      return text[end.upperBound...].utf8.count >= length
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Counts what comes until the other end closes; keeps only the first of it.
  func count(keeping most: Int = 1024) -> (bytes: Int, head: String) {
    var (bytes, head) = (0, [UInt8]())
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count <= 0 { return (bytes, String(decoding: head, as: UTF8.self)) }
      bytes += count
      if head.count < most { head += buffer[..<min(count, most - head.count)] }
    }
  }

  static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return address
  }

  /// A port that nobody has just now.
  static func freePort() throws -> Int {
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
