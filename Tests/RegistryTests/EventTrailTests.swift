import Clinical
import Foundation
import Savings
import Testing

@testable import Registry
@testable import RegistryStore

@Suite("an event of the chain by its id: accesses and accounts")
struct EventTrailTests {
  private static let at = Instant(milliseconds: 1_760_000_000_000)

  private func access(_ change: (inout AccessEvent) -> Void = { _ in }) -> AccessEvent {
    var access = AccessEvent(
      .query, by: AskedBy(account: "ehr", role: "order-entry", address: "192.0.2.7", request: "R-1"),
      institution: "SYNTH-H3", purpose: .order, outcome: .refused, at: Self.at)
    access.error = "insufficient-scope"
    change(&access)
    return access
  }

  private func ids(_ bench: Bench) throws -> [String] {
    var ids: [String] = []
    try bench.registry.auditAccess(AccessFilter()) { ids.append($0.event) }
    return ids
  }

  @Test("an access is found by the id that the list of accesses gives it, and says what its event says")
  func accesses() async throws {
    let bench = try Bench()
    try await bench.registry.submit(access: access())
    try await bench.registry.submit(access: access { $0.outcome = .timedOut })
    try await bench.registry.submit(access: access { ($0.purpose, $0.person) = (.stated, "P-1") }, words: "a complaint")
    let ids = try ids(bench)
    #expect(Set(ids).count == 3)
    let rows = try ids.map { try #require(try bench.registry.accessTrail($0)) }
    #expect(rows.map(\.place) == [1, 2, 3] && rows.map(\.event) == ids)
    #expect(rows.map(\.outcome) == ["refused", "timed-out", "refused"])
    let text = rows[2].trail.description
    for word in [
      "query refused (insufficient-scope) by ehr (order-entry)", "for SYNTH-H3", "of person P-1", "stated: a complaint",
      "from 192.0.2.7, request R-1",
    ] { #expect(text.contains(word), "\(text)") }
    #expect(!rows[0].trail.description.contains("person"))
    #expect(try bench.registry.accessTrail("access:0") == nil)
    #expect(try bench.registry.accountTrail(ids[0]) == nil)
    #expect(try bench.registry.actTrail(ids[0]) == nil)
  }

  @Test("an event of an account says who did what, and no secret")
  func accounts() throws {
    let bench = try Bench()
    let user = Account(name: "wang", kind: .user, role: .clinician, institutions: ["SYNTH-H3"])
    let code = try #require(try bench.registry.addAccount(user, by: "operator-1").code)
    _ = try bench.registry.setAccount("wang", .user, enabled: false, by: "operator-2")
    let events = try bench.registry.store.read { try $0.events(kind: AccountEvent.eventKind) }
    let trails = try events.map { try #require(try bench.registry.accountTrail($0.id)) }
    #expect(trails.map(\.act) == ["add", "disable"] && trails.map(\.by) == ["operator-1", "operator-2"])
    #expect(trails.map(\.enabled) == [true, false] && trails.map(\.place) == [1, 2])
    let text = trails[0].text.description
    #expect(text.contains("add of user wang by operator-1") && text.contains("for SYNTH-H3"), "\(text)")
    #expect(!text.contains(code) && !text.contains(code.replacing("-", with: "")))
    #expect(try bench.registry.accessTrail(events[0].id) == nil)
    #expect(throws: RegistryError.unknownEvent("account:0")) { try bench.registry.eventTrail("account:0") }
  }
}
