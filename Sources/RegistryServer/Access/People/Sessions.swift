import Clinical
import Crypto
import Registry
import RegistryStore
import Synchronization

/// A person at a screen, from signing in until out, in memory: who they are, and what shows that a change is meant by them.
struct Session: Sendable {
  /// Whom they are to others.
  var caller: Caller
  /// The account it stands on, as it was (its event): another state of it, and it is over.
  var account: String
  var event: String
  /// Sent with every change: another site can have a browser send the cookie, but not this.
  let formToken = Secret().text
  var began: Instant
  var used: Instant
  /// JSON of the patient whom a hospital's system opened it for; nil where a user signed in.
  var patient: [UInt8]?
  /// What a clinician has open on the screen.
  var openPatients = OpenPatients()

  init(_ caller: Caller, standingOn account: Account, at now: Instant, patient: [UInt8]? = nil) {
    self.caller = caller
    self.account = account.name
    event = account.event
    (began, used) = (now, now)
    self.patient = patient
  }
}

/// The sessions of this process, by the digest of what the browser holds. They end with it.
final class Sessions: Sendable {
  private let registry: Registry
  private let sessions = Mutex<[Secret.Digest: Session]>([:])

  /// Milliseconds without a request.
  private static let idle: Int64 = 15 * 60_000
  /// Milliseconds at most.
  private static let longest: Int64 = 8 * 3_600_000
  private static let most = 65_536

  init(_ registry: Registry) { self.registry = registry }

  /// - Returns: what the browser is to hold: always a new one, whatever it held before.
  /// - Throws: `ServiceError.busy` when there are more than people.
  func begin(_ session: Session) throws(ServiceError) -> Secret {
    let secret = Secret()
    let now = registry.now
    let isFull = sessions.withLock { all in
      if all.count >= Self.most { all = all.filter { Self.isAlive($0.value, at: now) } }
      if all.count >= Self.most { return true }
      all[secret.digest] = session
      return false
    }
    if isFull { throw .busy }
    return secret
  }

  /// The session that a browser holds, which lives on by that; nil for one that is over.
  func session(_ held: String) throws -> Session? { try session(digest: Secret.digest(of: held)) }

  /// The one of which only the digest is known.
  func session(digest: Secret.Digest) throws -> Session? {
    let now = registry.now
    let found = sessions.withLock { all -> Session? in
      guard let session = all[digest] else { return nil }
      guard Self.isAlive(session, at: now) else {
        all[digest] = nil
        return nil
      }
      all[digest]?.used = now
      return session
    }
    guard let found else { return nil }
    guard let account = try registry.account(found.account), account.isEnabled, account.event == found.event else {
      sessions.withLock { $0[digest] = nil }
      return nil
    }
    return found
  }

  /// Keeps something in a session, if it lives.
  func change(_ held: String, _ change: (inout Session) -> Void) {
    let digest = Secret.digest(of: held)
    sessions.withLock { all in if all[digest] != nil { change(&all[digest]!) } }
  }

  func end(_ held: String) {
    let digest = Secret.digest(of: held)
    sessions.withLock { $0[digest] = nil }
  }

  private static func isAlive(_ session: Session, at now: Instant) -> Bool {
    now.milliseconds - session.used.milliseconds < idle && now.milliseconds - session.began.milliseconds < longest
  }
}
