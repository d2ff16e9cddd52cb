import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import RegistryServer

@Suite("by what method something is asked")
struct MethodTests {
  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .delete, .patch, .options, .trace, .connect, HTTPRequest.Method("PROPFIND")!,
  ]

  private func app(_ bench: AccessBench) -> some ApplicationProtocol {
    Application(router: bench.service.router(), logger: AccessBench.quiet)
  }

  @Test("what the matrix does not name is 405 with those that it names, whoever asks; what is at no path is 404")
  func matrix() async throws {
    let bench = try AccessBench()
    try await app(bench).test(.router) { client in
      for path in Set(Route.all.map(\.path)) {
        let named = Route.all.filter { $0.path == path }.map(\.method)
        let isHeaded = named.contains(.get) && path != "/launch/{code}"
        for written in [path, path + "/"] {
          for method in Self.methods where !named.contains(method) && !(method == .head && isHeaded) {
            let uri = written.replacing(/\{[a-z]+\}/, with: "x")
            for headers in [[:], [.authorization: "Bearer x"]] as [HTTPFields] {
              let answer = try await client.execute(uri: uri, method: method, headers: headers)
              #expect(answer.status == .methodNotAllowed, "\(method) \(uri)")
              #expect(method == .head ? answer.text.isEmpty : answer.text.contains("wrong-method"), "\(method) \(uri)")
              let allowed = Set((answer.headers[.allow] ?? "").split(separator: ",").map { $0.drop { $0 == " " } })
              #expect(allowed == Set(named.map { $0.rawValue[...] } + (isHeaded ? ["HEAD"] : [])), "\(method) \(uri)")
              #expect(answer.headers[.wwwAuthenticate] == nil)
            }
          }
        }
      }
      for path in [
        "/nothing", "/feeds/x", "/v1", "/cds-services/x/y", "/launch", "/FEEDS", "/fhir/Condition",
      ] {
        for method in Self.methods where !(path == "/launch") {
          let answer = try await client.execute(uri: path, method: method)
          #expect(answer.status == .notFound && answer.headers[.allow] == nil, "\(method) \(path)")
        }
      }
    }
  }

  @Test("nothing that a handler does not find is told as a method")
  func handlers() async throws {
    let bench = try AccessBench()
    try await app(bench).test(.router) { client in
      for path in ["/soap", "/launch/x"] {
        let answer = try await client.execute(uri: path, method: .get)
        #expect(answer.status == .notFound, "\(path)")
      }
    }
  }

  @Test(
    "HEAD is answered as GET is, with its length and without its body, and the next request of the connection after it")
  func head() async throws {
    let bench = try AccessBench()
    try await app(bench).test(.router) { client in
      for route in Route.all where route.method == .get && route != .openLaunch && route != .ready {
        let get = try await client.execute(uri: route.path, method: .get)
        let head = try await client.execute(uri: route.path, method: .head)
        #expect(head.status == get.status, "\(route.path)")
        for name in [HTTPField.Name.contentType, .contentLength, .wwwAuthenticate, .cacheControl] {
          #expect(head.headers[name] == get.headers[name], "\(name) \(route.path)")
        }
        #expect(head.body.readableBytes == 0, "\(route.path)")
      }
    }
    try await app(bench).test(.live) { client in
      let port = try #require(client.port)
      let get = try await client.execute(uri: "/openapi.json", method: .get)
      for (path, status) in [("/openapi.json", 200), ("/metrics", 401), ("/nothing", 404), ("/launch/x", 405)] {
        let requests = RawHTTP.head("HEAD", path) + RawHTTP.head("GET", "/health", ["Connection: close"])
        let answer = try await RawHTTP.send(port, [Array(requests.utf8)], answers: .max)
        #expect(RawHTTP.status(answer) == status, "\(path)")
        let parts = answer.components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 3 && parts[1].hasPrefix("HTTP/1.1 200"), "\(path): \(answer)")
        if status == 200 { #expect(parts[0].contains("\(get.body.readableBytes)") && get.body.readableBytes > 1000) }
      }
    }
  }
}
