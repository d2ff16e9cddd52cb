import Clinical
import Crypto
import HTTPTypes
import Hummingbird
import NIOPosix
import Registry
import RegistryStore
import Savings

extension RegistryService {
  /// The auditor's desk: the report, live; who asked for what; an event, opened for a stated reason.
  func addAuditorDesk(_ router: Router<ServerContext>) {
    page(.auditorDesk, router) { visit in
      ReportChoice(visit: visit, today: try self.registry.zone().date(of: self.registry.now)).page
    }
    on(.auditReport, router) { request, context in try await self.auditReport(try self.visit(request, context)) }
    page(.auditEvents, router) { visit in
      let rows = try await self.waiting { try self.registry.lastAccesses(by: nil) }
      return EventsPage(visit: visit, rows: rows).page
    }
    page(.auditEvent, router) { EventOpening(visit: $0).page }
    change(.openEvent, router) { visit, form in try await self.openEvent(visit, form) }
  }

  /// Does what takes its time where it holds up nobody.
  func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await threads.runIfActive(body)
  }

  /// The report as `huren audit report` writes it: one file with its own style, which its digest lets through.
  private func auditReport(_ visit: Visit) async throws -> Response {
    let zone = try registry.zone()
    func moment(_ name: String) throws -> Instant? {
      guard let text = visit.request.uri.queryParameters[name[...]].map(String.init)?.nonBlank else { return nil }
      guard let moment = zone.instant(text) else { throw ServiceError.malformed }
      return moment
    }
    var scope = AuditScope(at: registry.now)
    (scope.from, scope.to) = (try moment("from"), try moment("to"))
    let (asked, language) = (scope, ReportLanguage(rawValue: visit.l.rawValue) ?? .both)
    let report = try await waiting { try self.registry.auditReport(asked, language: language).page }
    var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    headers[.contentSecurityPolicy] = PageSecurity.policy(styles: Self.styleDigests(of: report))
    PageSecurity.add(to: &headers)
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: report)))
  }

  /// What a style in a page is known by to a browser (CSP 3, section 6.7.3.3).
  static func styleDigests(of page: String) -> String {
    let styles = page.matches(of: /<style>([\s\S]*?)<\/style>/).map { String($0.1) }
    if styles.isEmpty { return "'none'" }
    return styles.map { "'sha256-" + Base64.text(Array(SHA256.hash(data: Array($0.utf8)))) + "'" }.joined(
      separator: " ")
  }

  /// Opens an event for a stated reason; that it was is an event itself, before anything is shown.
  private func openEvent(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    let id = visit.part("event")
    guard let reason = form["reason"]?.nonBlank else { return EventOpening(visit: visit, lacksReason: true).page }
    let access = try registry.accessTrail(id)
    let trail = try access == nil ? registry.eventTrail(id) : nil
    var event = AccessEvent(
      .events, by: try askedBy(visit.context, visit.request), institution: nil, purpose: .stated, outcome: .answered,
      at: registry.now)
    event.person = access?.person ?? trail?.decision.event.person
    event.decisionId = access?.decisionId ?? trail?.decision.event.decisionId
    try await registry.submit(access: event, words: reason)
    return OpenedEventPage(visit: visit, id: id, access: access, trail: trail).page
  }
}

extension Registry {
  /// The accesses that the chain kept last, the last first.
  ///
  /// - Parameter by: an account, or an institution's code; nil: all.
  fileprivate func lastAccesses(by: String?) throws -> [AccessRow] {
    var filter = AccessFilter()
    filter.by = by
    var rows: [AccessRow] = []
    try auditAccess(filter) { row in
      rows.append(row)
      // Not more of them in memory than are shown.
      if rows.count >= 2 * Self.accessesShown { rows.removeFirst(Self.accessesShown) }
    }
    return rows.suffix(Self.accessesShown).reversed()
  }

  private static var accessesShown: Int { 1000 }
}
