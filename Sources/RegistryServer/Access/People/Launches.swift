import Clinical
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Registry
import RegistryStore
import Synchronization

/// How a hospital's system opens a clinician's page: `POST /launch` by its own token gives an address, good once and for a minute.
final class Launches: Sendable {
  private struct Launch: Sendable {
    let session: Session
    let expires: Instant
  }

  /// `{"practitioner","patient"}`.
  private struct Asked {
    let practitioner: String
    let patient: [UInt8]

    /// - Throws: `ServiceError.malformed` without a practitioner, or a patient with a number or more.
    init(_ bytes: Data) throws {
      guard let object = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any],
        let practitioner = (object["practitioner"] as? String)?.nonBlank, practitioner.utf8.count <= 200,
        let patient = object["patient"] as? [String: Any],
        let numbers = patient["identifiers"] as? [[String: Any]], !numbers.isEmpty
      else { throw ServiceError.malformed }
      self.practitioner = practitioner
      self.patient = Array(try JSONSerialization.data(withJSONObject: patient, options: [.sortedKeys]))
    }
  }

  private let registry: Registry
  private let sessions: Sessions
  private let launches = Mutex<[Secret.Digest: Launch]>([:])

  private static let seconds: Int64 = 60
  private static let most = 16_384
  private static let mostBytes = 16_384

  init(_ registry: Registry, _ sessions: Sessions) { (self.registry, self.sessions) = (registry, sessions) }

  /// - Parameter institution: that the client acts for.
  /// - Returns: the secret part of the address.
  func launch(_ request: Request, by client: Caller, for institution: String) async throws -> Secret {
    guard request.isJSON else { throw ServiceError.unsupportedMedia }
    let asked = try Asked(Data(try await request.body.collect(upTo: Self.mostBytes).readableBytesView))
    guard let account = try registry.account(client.name), account.isEnabled else {
      throw ServiceError.notAuthenticated
    }
    // Who it was, as the client says, and which client said so.
    let caller = Caller(
      name: "\(client.name)#\(asked.practitioner)", kind: .user, role: .clinician, institutions: [institution])
    let now = registry.now
    let launch = Launch(
      session: Session(caller, standingOn: account, at: now, patient: asked.patient),
      expires: Instant(milliseconds: now.milliseconds + Self.seconds * 1000))
    let secret = Secret()
    let isFull = launches.withLock { all in
      all = all.filter { $0.value.expires > now }
      if all.count >= Self.most { return true }
      all[secret.digest] = launch
      return false
    }
    if isFull { throw ServiceError.busy }
    return secret
  }

  /// Opens an address, once: the session begins.
  ///
  /// - Returns: what the browser is to hold.
  func open(_ code: String) throws -> Secret {
    let digest = Secret.digest(of: code)
    guard let launch = launches.withLock({ $0.removeValue(forKey: digest) }), launch.expires > registry.now else {
      throw ServiceError.noRoute
    }
    var session = launch.session
    (session.began, session.used) = (registry.now, registry.now)
    return try sessions.begin(session)
  }
}
