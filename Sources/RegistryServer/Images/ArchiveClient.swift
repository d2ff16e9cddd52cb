import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Registry
import Synchronization

/// Asks archives for images: at the address that reference data has, in TLS that is verified, following nobody elsewhere.
final class ArchiveClient: Sendable {
  private let client: HTTPClient
  private let busy = Mutex<[String: Int]>([:])
  let silence: Duration

  /// Requests that are under way with one archive at once: a hanging one takes no place from others.
  private static let places = 64

  init(_ images: ServerConfiguration.Images) {
    silence = images.silence
    var configuration = HTTPClient.Configuration()
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities = images.authorities { tls.trustRoots = .file(authorities) }
    if let own = images.tls {
      // What cannot be read shows nothing: an archive that asks for it does not let the registry in.
      tls.certificateChain = (try? NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) }) ?? []
      tls.privateKey = (try? NIOSSLPrivateKey(file: own.key, format: .pem)).map { .privateKey($0) }
    }
    configuration.tlsConfiguration = tls
    configuration.redirectConfiguration = .disallow
    configuration.decompression = .disabled
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = .milliseconds(silence.milliseconds)
    configuration.connectionPool.idleTimeout = .seconds(1)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.places
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  deinit {
    // What is under way ends with it.
    client.shutdown { [client] _ in _ = client }
  }

  /// What an archive answers, its head read.
  ///
  /// - Parameters:
  ///   - authorization: by which the archive knows the registry.
  ///   - most: bytes of the body.
  /// - Throws: `ServiceError`: that it is not there, does not answer, or too many ask it already.
  func get(
    _ address: String, at root: String, accept: String, authorization: String?, most: Int
  ) async throws -> (head: HTTPClientResponse, body: ArchiveStream) {
    let place = try place(at: root)
    var request = HTTPClientRequest(url: address)
    request.headers = ["Accept": accept, "Accept-Encoding": "identity", "User-Agent": "huren"]
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    let head = try await answer(to: request)
    return (head, ArchiveStream(head.body, ArchiveStream.Bounds(silence: silence, most: most), place))
  }

  private func answer(to request: HTTPClientRequest, isAgain: Bool = false) async throws -> HTTPClientResponse {
    do {
      return try await client.execute(request, timeout: .milliseconds(silence.milliseconds))
    } catch let error as HTTPClientError where error == .remoteConnectionClosed && !isAgain {
      // A connection that was kept, and ended as the request was on its way.
      return try await answer(to: request, isAgain: true)
    } catch let error as HTTPClientError
      where [.deadlineExceeded, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
    {
      throw ServiceError.imagesUnavailable
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw ServiceError.archiveUnreachable
    }
  }

  private func place(at root: String) throws(ServiceError) -> ArchivePlace {
    let isTaken = busy.withLock { busy in
      if busy[root, default: 0] >= Self.places { return false }
      busy[root, default: 0] += 1
      return true
    }
    guard isTaken else { throw .busy }
    return ArchivePlace { [weak self] in
      self?.busy.withLock { busy in
        let left = (busy[root] ?? 1) - 1
        busy[root] = left == 0 ? nil : left
      }
    }
  }
}
