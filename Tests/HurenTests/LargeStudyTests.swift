import Foundation
import Glibc
import Synchronization
import Testing

@Suite("a large study, through the built service", .serialized)
struct LargeStudyTests {
  private static let study = "2.999.1.1.1"
  private static let size = 500 << 20

  /// An archive of one answer of so many bytes, which are written as fast as they are taken, to each who asks.
  private final class Archive: Sendable {
    let port: Int
    let written = Atomic(0)
    private let listening: Int32

    init() throws {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      listening = descriptor
      var address = LocalConnection.loopback(0)
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isListening = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0 && listen(descriptor, 8) == 0
        }
      }
      try #require(isListening)
      port = Int(in_port_t(bigEndian: address.sin_port))
    }

    deinit {
      shutdown(listening, Int32(SHUT_RDWR))
      close(listening)
    }

    func start() {
      Thread.detachNewThread { [weak self, listening] in
        while true {
          let connection = accept(listening, nil, nil)
          guard connection >= 0, let self else { return }
          answer(connection)
          close(connection)
        }
      }
    }

    private func answer(_ connection: Int32) {
      var buffer = [UInt8](repeating: 7, count: 1 << 20)
      guard Glibc.read(connection, &buffer, buffer.count) > 0 else { return }
      let head = [UInt8](
        ("HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type=\"application/dicom\"; boundary=b\r\n"
          + "Content-Length: \(LargeStudyTests.size)\r\n\r\n").utf8)
      guard Glibc.send(connection, head, head.count, Int32(MSG_NOSIGNAL)) == head.count else { return }
      while written.load(ordering: .relaxed) < LargeStudyTests.size {
        let count = Glibc.send(connection, buffer, buffer.count, Int32(MSG_NOSIGNAL))
        if count <= 0 { return }
        written.add(count, ordering: .relaxed)
      }
    }
  }

  /// Kilobytes that a process held at most.
  private func peak(_ process: Process) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    return Int(try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/)).1) ?? 0
  }

  @Test("500 MB go through the service, which holds a few of them: who takes slowly keeps the archive from sending")
  func bounded() throws {
    let archive = try Archive()
    archive.start()
    let folder = try Binary.Folder()
    let reference = folder.url.appending(path: "reference")
    try FileManager.default.copyItem(at: Binary.samples.appending(path: "reference"), to: reference)
    let file = reference.appending(path: "institutions.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).replacing(
      "https://pacs.h1.example/dicomweb", with: "http://127.0.0.1:\(archive.port)/dicom-web")
    try Data(rows.utf8).write(to: file)
    let message = folder.url.appending(path: "message.hl7")
    let lines = [
      "MSH|^~\\&|RIS|SYNTH-H1|HUREN||20260506114000||ORU^R01^ORU_R01|M-1|P|2.5.1|||||CHN|UNICODE UTF-8",
      "PID|1||L1^^^SYNTH-H1^MR~999901198001150019^^^CN^NI||样例||19800115|M",
      "OBR|1||CT1|A-CTCHEST^胸部CT平扫^L|||20260506103000|||||||||||||||20260506114000||RAD|F",
      "OBX|1|ST|113014^DICOM Study^DCM||\(Self.study)||||||F", "",
    ]
    try Data(lines.joined(separator: "\r").utf8).write(to: message)
    for arguments in [["reference", "load", reference.path], ["import", message.path]] {
      let outcome = try Binary.run(arguments + ["--db", folder.database])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let found = try Binary.run([
      "person", "find", "--id", "resident-id:999901198001150019", "--format", "json", "--db", folder.database,
    ])
    let person = String(try #require(found.output.firstMatch(of: /"person" ?: ?"([^"]+)"/), "\(found.output)").1)

    let served = try ServedBinary(folder)
    let token = try served.token("order-entry", institution: "SYNTH-H4")
    let connection = try #require(LocalConnection(port: served.port))
    let before = try peak(served.process)
    let request =
      "GET /dicom-web/studies/\(Self.study) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
      + "Huren-Person: \(person)\r\nConnection: close\r\n\r\n"
    try #require(connection.send(Array(request.utf8)))
    // Nobody reads for a while: what the network holds by itself is all that has been sent.
    for _ in 0..<6000 where archive.written.load(ordering: .relaxed) == 0 { usleep(10_000) }
    sleep(2)
    #expect(archive.written.load(ordering: .relaxed) < Self.size / 4)
    let (bytes, head) = connection.count()
    #expect(head.hasPrefix("HTTP/1.1 200"), "\(head)")
    #expect(bytes > Self.size && bytes < Self.size + 2048)
    #expect(try peak(served.process) - before < 48 << 10)
    #expect(served.stopped().status == 0)
  }
}
