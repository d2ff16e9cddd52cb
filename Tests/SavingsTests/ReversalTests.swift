import Clinical
import Foundation
import Recognition
import Registry
import Savings
import Testing

/// Which later results reverse a claim.
@Suite("Reversals")
struct ReversalTests {
  private func result(
    _ time: String = "2025-03-03T08:00:00+08:00", specimen: String? = nil, sites: [CandidateSite] = []
  ) -> LaterResult {
    var result = LaterResult(item: "K", clinicalTime: Books.time(time), institution: "C", reportId: "R9")
    (result.specimen, result.sites) = (specimen, sites)
    return result
  }

  private func isReversed(
    by later: LaterResult, ordered: CandidateSite = CandidateSite(), specimen: String? = nil,
    stated: [CandidateSite]? = nil,
    statedSpecimen: String? = nil
  ) throws -> Bool {
    var item = Books.item()
    (item.specimen, item.bodySite, item.laterality) = (specimen, ordered.bodySite, ordered.laterality)
    item.chosen[0].specimen = statedSpecimen
    item.chosen[0].sites = stated
    let prompt = try Books.prompts([Books.decision(items: [item])], [Books.feedback()])[0]
    let claim = try #require(Claim(prompt, later: [later], at: Books.time("2026-01-01")))
    let fate = ClaimFate(
      acceptedAt: claim.acceptedAt, validUntil: Books.time("2025-03-08"), windowHours: 168, tests: item.claimedTests,
      later: [later])
    #expect((fate.reversedAt != nil) == claim.isReversed, "the books and the claim say the same")
    return claim.isReversed
  }

  @Test(
    "a right knee after a left one was spared is another test, whether the order names the side or the report states it"
  )
  func sides() throws {
    let (left, right) = (
      CandidateSite(bodySite: "knee", laterality: "L"), CandidateSite(bodySite: "knee", laterality: "R")
    )
    let hip = CandidateSite(bodySite: "hip", laterality: "L")
    #expect(try isReversed(by: result(sites: [left]), ordered: left))
    #expect(try !isReversed(by: result(sites: [right]), ordered: left))
    #expect(try isReversed(by: result(sites: [left]), stated: [left]))
    #expect(try !isReversed(by: result(sites: [right]), stated: [left]))
    // Of a report with several sites those that the order means; a side belongs to its site.
    #expect(try !isReversed(by: result(sites: [hip]), ordered: CandidateSite(bodySite: "knee"), stated: [left, hip]))
    #expect(try !isReversed(by: result(sites: [hip, right]), ordered: left))
    // Nothing said on our side: any. Nothing said on theirs: not that one.
    #expect(try isReversed(by: result(sites: [right])))
    #expect(try !isReversed(by: result(), ordered: left))
  }

  @Test("urine after serum was spared is another test")
  func specimens() throws {
    #expect(try isReversed(by: result(specimen: "serum"), specimen: "serum"))
    #expect(try !isReversed(by: result(specimen: "urine"), specimen: "serum"))
    #expect(try !isReversed(by: result(specimen: "urine"), statedSpecimen: "serum"))
    #expect(try !isReversed(by: result(), specimen: "serum"))
    #expect(try isReversed(by: result(specimen: "urine")))
  }

  @Test(
    "of a day alone: the day ends after acceptance, and it was reported after it",
    arguments: [
      ("2025-03-02", "2025-03-02T10:00:00+08:00", true), ("2025-03-02", "2025-03-02T09:00:00+08:00", false),
      ("2025-03-02", nil, false), ("2025-03-01", "2025-03-02T10:00:00+08:00", false),
      ("2025-03-03", nil, true), ("2025-03-08", "2025-03-08T10:00:00+08:00", true),
      ("2025-03-09", "2025-03-09T10:00:00+08:00", false),
    ] as [(String, String?, Bool)])
  func days(day: String, reported: String?, reverses: Bool) throws {
    var later = result(day)
    later.dayEnd = Books.time(day).adding(hours: 24)
    later.reported = reported.map(Books.time)
    #expect(try isReversed(by: later) == reverses)
    // The report that stood in, told again since, is no test done again.
    (later.institution, later.reportId) = ("B", "R1")
    #expect(try isReversed(by: later) == (reverses && day != "2025-03-02"))
  }

  @Test("an event of an earlier version, which kept neither, is read, and its claim reversed by any result of the item")
  func earlier() throws {
    let body = """
      {"decisionId":"D1","items":[{"chosen":[{"institution":"B","item":"K","reportId":"R1","version":"v","windowHours":168}],\
      "item":"K","outcome":"recognise","priceFen":1000,"validUntil":"2025-03-08T00:00:00+08:00"}],"orderId":"O1",\
      "orderedAt":"2025-03-02T08:00:00+08:00","orderingInstitution":"A","person":"P","setting":"outpatient"}
      """
    let decision = try JSONDecoder().decode(RecordedDecision.self, from: Data(body.utf8))
    let prompt = try Books.prompts([decision], [Books.feedback()])[0]
    let right = CandidateSite(bodySite: "knee", laterality: "R")
    let claim = try #require(
      Claim(prompt, later: [result(specimen: "urine", sites: [right])], at: Books.time("2026-01-01")))
    #expect(claim.isReversed)
  }

  @Test("what the order named and the report states is kept with the decision, and the books follow it")
  func kept() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try town.feedback(
      town.line(
        "E1", try town.decide(at: "2025-03-02T08:00:00+08:00", specimen: "serum"), at: "2025-03-02T09:00:00+08:00"))
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00", specimen: "urine")
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
    try await town.report("R3", of: "C", at: "2025-03-04T08:00:00", specimen: "serum")
    #expect(try town.savings(at: "2026-01-01").reversedFen == 1000)
    let scope = AuditScope(at: Books.time("2026-01-01"))
    #expect(try town.registry.recomputeSavings(scope).recompute?.difference == nil)
    let claims = try town.registry.auditSavings(scope, listsClaims: true).claims
    #expect(claims?.map(\.reversedBy?.reportId) == ["R3"])
  }

  @Test(
    "a report that its person says is not theirs reverses nothing and is nobody's repeat, until it is found to be theirs"
  )
  func disputed() async throws {
    let town = try SmallTown()
    let reason = try PersonActReason(actor: "reviewer-1", words: "asked the patient")
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try town.feedback(
      town.line("E1", try town.decide(at: "2025-03-02T08:00:00+08:00"), at: "2025-03-02T09:00:00+08:00"))
    try await town.report("R2", of: "C", at: "2025-03-04T08:00:00")
    #expect(try town.savings(at: "2026-01-01").reversedFen == 1000)
    #expect(try town.repeats(asIfConnected: true).avoidable == 1)
    _ = try town.registry.dispute(institution: "C", report: "R2", reason)
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
    #expect(try town.repeats(asIfConnected: true).avoidable == 0)
    #expect(try town.repeats(asIfConnected: true).examined == 2)
    _ = try town.registry.settle(institution: "C", report: "R2", areTheirs: true, reason)
    #expect(try town.savings(at: "2026-01-01").reversedFen == 1000)
    #expect(try town.repeats(asIfConnected: true).avoidable == 1)
    _ = try town.registry.dispute(institution: "C", report: "R2", reason)
    _ = try town.registry.settle(institution: "C", report: "R2", areTheirs: false, reason)
    #expect(try town.savings(at: "2026-01-01").verifiedFen == 1000)
    #expect(throws: RegistryError.self) { try town.registry.dispute(institution: "C", report: "R2", reason) }
    // As a prior it would have been shown before that was found out, and is not after.
    try await town.report("R3", of: "A", at: "2025-03-05T08:00:00")
    _ = try town.registry.dispute(institution: "B", report: "R1", reason)
    #expect(try town.repeats(asIfConnected: true).avoidable == 0)
    #expect(try town.registry.check().problems.isEmpty)
  }
}
