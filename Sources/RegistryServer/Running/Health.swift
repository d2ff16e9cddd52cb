import Hummingbird
import NIOCore
import Registry

extension RegistryService {
  /// Whether it lives, whether it can answer, and what it measures.
  func addRunning(_ router: Router<ServerContext>) {
    on(.health, router) { _, _ in Response.text("alive\n") }
    on(.ready, router) { _, _ in
      guard let hindrance = self.hindrance() else { return Response.text("ready\n") }
      return Response.text("not ready: \(hindrance)\n", status: 503)
    }
    on(.metrics, router) { _, _ in
      try self.measure()
      return Response.text(self.metrics.factory.text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}

extension Response {
  static func text(_ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8") -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
