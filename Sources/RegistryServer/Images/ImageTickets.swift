import Clinical
import Crypto
import Hummingbird
import Registry
import RegistryStore
import Synchronization

/// An address that is good for the images of one study, for whom it was given to: a viewer takes an address, and sends no header that says
/// whose study it is.
struct ImageTicket: Sendable {
  let caller: Caller
  let opening: ImageOpening
  /// The account it stands on, as it was: another state of it, and it is over.
  let account: String
  let event: String
  /// The session it was given in: it ends with it. Nil where a client has it.
  let session: Secret.Digest?
  let began: Instant
  var used: Instant
}

/// Those of this process, by the digest of what stands in the address. They end with it.
final class ImageTickets: Sendable {
  private let registry: Registry
  private let sessions: Sessions
  private let tickets = Mutex<[Secret.Digest: ImageTicket]>([:])

  /// Milliseconds without a request.
  private static let idle: Int64 = 15 * 60_000
  /// Milliseconds at most.
  private static let longest: Int64 = 2 * 3_600_000
  private static let most = 65_536

  init(_ registry: Registry, _ sessions: Sessions) { (self.registry, self.sessions) = (registry, sessions) }

  /// - Parameter secret: what will stand in the address.
  /// - Throws: `ServiceError.notAuthenticated` for who has no account any more; `ServiceError.busy` when there are more than people.
  func give(_ secret: Secret, to caller: Caller, _ opening: ImageOpening, in session: Secret.Digest?) throws {
    guard let account = try account(of: caller) else { throw ServiceError.notAuthenticated }
    let now = registry.now
    let ticket = ImageTicket(
      caller: caller, opening: opening, account: account.name, event: account.event, session: session, began: now,
      used: now)
    let isFull = tickets.withLock { all in
      if all.count >= Self.most { all = all.filter { Self.isAlive($0.value, at: now) } }
      if all.count >= Self.most { return true }
      all[secret.digest] = ticket
      return false
    }
    if isFull { throw ServiceError.busy }
  }

  /// The one that an address holds, which lives on by that; nil for one that is over.
  func ticket(_ held: some StringProtocol) throws -> ImageTicket? {
    let digest = Secret.digest(of: held)
    let now = registry.now
    let found = tickets.withLock { all -> ImageTicket? in
      guard let ticket = all[digest] else { return nil }
      all[digest] = Self.isAlive(ticket, at: now) ? ticket : nil
      all[digest]?.used = now
      return all[digest]
    }
    guard let found else { return nil }
    guard let account = try registry.account(found.account), account.isEnabled, account.event == found.event,
      try found.session.map({ try sessions.session(digest: $0) != nil }) ?? true
    else {
      tickets.withLock { $0[digest] = nil }
      return nil
    }
    return found
  }

  /// Whom a client opened a page for is shut out with it.
  private func account(of caller: Caller) throws -> Account? {
    let account = try registry.account(String(caller.name.prefix { $0 != "#" }))
    return account?.isEnabled == true ? account : nil
  }

  private static func isAlive(_ ticket: ImageTicket, at now: Instant) -> Bool {
    now.milliseconds - ticket.used.milliseconds < idle && now.milliseconds - ticket.began.milliseconds < longest
  }
}

/// The address itself shows who asks, and for one study alone.
struct TicketAuthentication: Authenticating {
  let tickets: ImageTickets

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    guard let held = context.parameters.get("ticket") else { return nil }
    return try tickets.ticket(held)?.caller
  }
}
