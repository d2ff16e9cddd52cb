import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import Registry
import Testing

@testable import RegistryServer

@Suite("Expect: 100-continue")
struct ContinueTests {
  /// What came back, and what was sent after the first of it.
  private func exchange(
    _ bench: ServerBench, _ head: String, then body: String? = nil, until isEnough: @escaping @Sendable (String) -> Bool
  ) async throws -> String {
    try await withServer(bench) { port in
      let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
          }
        }
      return try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(string: head))
        var (read, isSent) = ("", false)
        for try await buffer in inbound {
          read += String(buffer: buffer)
          if let body, !isSent, read.contains("\r\n\r\n") {
            isSent = true
            try await outbound.write(ByteBuffer(string: body))
          }
          if isEnough(read) { break }
        }
        return read
      }
    }
  }

  private func withServer<Value: Sendable>(
    _ bench: ServerBench, _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> Value {
    let app = Application(
      router: bench.service.router(),
      server: .http1(configuration: .init(additionalChannelHandlers: RegistryService.channelHandlers())),
      logger: AccessBench.quiet)
    return try await app.test(.live) { client in try await body(try #require(client.port)) }
  }

  private static let message = ServerBench.message("1")

  private func head(
    _ path: String = "/feeds", as caller: String? = "lis-1", version: String = "1.1", fields: [String] = [],
    length: Int = message.utf8.count
  ) -> String {
    let lines =
      ["POST \(path) HTTP/\(version)", "Host: x", "Expect: 100-continue", "Content-Length: \(length)"]
      + (caller.map { ["Test-Caller: \($0)"] } ?? []) + fields
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }

  @Test("who waits is told to go on when route and caller are good, and then has the answer")
  func goesOn() async throws {
    let answer = try await exchange(try ServerBench(), head(), then: Self.message) { $0.contains("MSA|AA") }
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "\(answer)")
    #expect(!answer.lowercased().contains("connection: close"))
    #expect(answer.components(separatedBy: "HTTP/1.1").count == 3)
  }

  @Test("who waits for what is refused has the refusal at once, and the connection ends")
  func refused() async throws {
    let rows: [(String, Int)] = [
      (head(as: nil), 401), (head(as: "his"), 403), (head("/nothing"), 404), (head("/health"), 405),
      (head(fields: ["Content-Encoding: br"]), 415), (head(length: 3 << 30), 413),
      (head("/fhir", length: 1 << 30), 413),
      (head(fields: ["Huren-Institution: SYNTH-H2"]), 403),
    ]
    for (head, status) in rows {
      // To the end: nobody closes but the service.
      let answer = try await exchange(try ServerBench(), head) { _ in false }
      #expect(RawHTTP.status(answer) == status, "\(answer)")
      #expect(answer.lowercased().contains("connection: close"), "\(answer)")
      #expect(!answer.contains("100 Continue"))
    }
  }

  @Test("who does not wait, sends nothing or speaks HTTP/1.0 is told nothing before the answer")
  func notWaiting() async throws {
    let atOnce = try await exchange(try ServerBench(), head() + Self.message) { $0.contains("MSA|AA") }
    // Told to go on or not, as the body may still be on its way: but once at most.
    #expect(atOnce.components(separatedBy: "100 Continue").count <= 2 && atOnce.contains("HTTP/1.1 200 OK"))
    let empty = try await exchange(try ServerBench(), head(length: 0)) { $0.hasSuffix("}") }
    #expect(!empty.contains("100 Continue") && RawHTTP.status(empty) != nil, "\(empty)")
    let old = try await exchange(try ServerBench(), head(version: "1.0") + Self.message) { $0.contains("MSA|AA") }
    #expect(!old.contains("100 Continue") && old.contains("200 OK"), "\(old)")
  }

  @Test("two requests on one connection: each waits, each is told, each is answered")
  func twice() async throws {
    let bench = try ServerBench()
    let second = ServerBench.message("2")
    let answers = try await exchange(
      bench, head(), then: Self.message + head(length: second.utf8.count) + second
    ) { $0.components(separatedBy: "MSA|AA").count == 3 }
    #expect(answers.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    #expect(try bench.registry.check().messages == 2)
  }

  @Test(
    "it is read as a list, whatever its case",
    arguments: [
      ("100-continue", true), ("100-Continue", true), ("x, 100-continue", true), ("100", false), ("", false),
      ("no-100-continue", false), ("100-continued", false), ("100-continue;q=1", true),
    ])
  func words(_ value: String, _ expects: Bool) {
    let fields: HTTPFields = [.expect: value]
    #expect(fields.expectsContinue == expects)
  }
}
