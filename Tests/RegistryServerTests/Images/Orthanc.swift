import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// An Orthanc of its own, with DICOMweb, on ports that nobody has, in a folder of its own; it ends with this object.
final class Orthanc: Sendable {
  private let process: Process
  private let folder: URL
  let port: Int
  var root: String { "http://127.0.0.1:\(port)/dicom-web" }

  private static let program = "/usr/sbin/Orthanc"
  private static let plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"

  /// Files of pydicom that a test stores: of different hospitals' machines, two of them compressed.
  static let names = ["CT_small", "MR_small_RLE", "JPEG2000", "SC_rgb_rle_2frame", "JPGExtended"]

  /// Where pydicom's files lie; nil where it is not installed.
  static let files: URL? = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import os, pydicom; print(os.path.dirname(pydicom.__file__))"]
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let folder = told.trimmingCharacters(in: .whitespacesAndNewlines)
    return folder.isEmpty ? nil : URL(filePath: folder).appending(path: "data/test_files")
  }()

  static var isThere: Bool {
    let isInstalled = [program, plugin].allSatisfy { FileManager.default.fileExists(atPath: $0) } && files != nil
    if !isInstalled {
      print("skipped: images of an Orthanc (apt-get install orthanc orthanc-dicomweb, pip install pydicom)")
    }
    return isInstalled
  }

  /// - Returns: when it answers.
  static func started() async throws -> Orthanc {
    // A port that was free may be somebody else's a moment later.
    for _ in 0..<5 {
      let orthanc = try Orthanc()
      if try await orthanc.answers() { return orthanc }
    }
    throw StartFailed()
  }

  private struct StartFailed: Error {}

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "huren-orthanc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    port = try Self.freePort()
    let configuration: [String: Any] = [
      "Name": "TEST", "StorageDirectory": folder.path, "IndexDirectory": folder.path, "HttpPort": port,
      "DicomServerEnabled": false, "RemoteAccessAllowed": false, "AuthenticationEnabled": false,
      "Plugins": [Self.plugin], "DicomWeb": ["Enable": true, "Root": "/dicom-web/"],
    ]
    let file = folder.appending(path: "orthanc.json")
    try JSONSerialization.data(withJSONObject: configuration).write(to: file)
    process = Process()
    process.executableURL = URL(filePath: Self.program)
    process.arguments = [file.path]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
  }

  deinit {
    // What another test made of SIGTERM in this process, its children have too.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private func answers() async throws -> Bool {
    for _ in 0..<600 where process.isRunning {
      let answer = try? await HTTPClient.shared.execute(
        HTTPClientRequest(url: "http://127.0.0.1:\(port)/system"), timeout: .seconds(10))
      if answer?.status.code == 200 { return process.isRunning }
      try await Task.sleep(for: .milliseconds(100))
    }
    return false
  }

  /// Stores a file as it is.
  func store(_ name: String) async throws {
    let file = try #require(Self.files).appending(path: name + ".dcm")
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/instances")
    request.method = .POST
    request.body = .bytes(ByteBuffer(bytes: try Data(contentsOf: file)))
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    try #require(answer.status.code == 200, "\(name)")
  }

  /// What it gives who asks it itself.
  func get(_ path: String, accept: String) async throws -> (type: String, body: [UInt8]) {
    var request = HTTPClientRequest(url: root + path)
    request.headers.add(name: "Accept", value: accept)
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    try #require(answer.status.code == 200, "\(path) \(answer.status)")
    let body = try await answer.body.collect(upTo: 64 << 20)
    return (answer.headers.first(name: "Content-Type") ?? "", Array(body.readableBytesView))
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
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

/// The parts of a multipart body (RFC 2046, section 5.1), each without its head.
enum Multipart {
  static func parts(_ body: [UInt8], type: String) throws -> [ArraySlice<UInt8>] {
    let name = String(try #require(type.firstMatch(of: /boundary="?([^";]+)/)).1)
    let sign = Array("\r\n--\(name)".utf8)
    var parts: [ArraySlice<UInt8>] = []
    var rest = (Array("\r\n".utf8) + body)[...]
    while let start = rest.firstRange(of: sign) {
      rest = rest[start.upperBound...]
      if rest.starts(with: "--".utf8) { break }
      let head = try #require(rest.firstRange(of: Array("\r\n\r\n".utf8)))
      let end = try #require(rest[head.upperBound...].firstRange(of: sign))
      parts.append(rest[head.upperBound..<end.lowerBound])
      rest = rest[end.lowerBound...]
    }
    return parts
  }
}
