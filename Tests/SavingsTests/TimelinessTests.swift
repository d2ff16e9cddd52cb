import Catalogue
import Clinical
import Registry
import Savings
import Testing

@Suite("How late results are")
struct TimelinessTests {
  private func figures(_ times: [(from: String, to: String)], _ target: TimeTargets.Target) -> DurationFigures {
    var figures = DurationFigures()
    for time in times {
      figures.add(
        Elapsed(
          from: RegistryZone.shanghai.instant(time.from), to: RegistryZone.shanghai.instant(time.to), target: target,
          zone: .shanghai))
    }
    return figures
  }

  @Test("median and 95th percentile by the nearest rank; a target of minutes includes its end")
  func percentiles() {
    let times = (1...20).map { ("2025-03-01T08:00:00", "2025-03-01T08:\($0 < 10 ? "0" : "")\($0):00") }
    let found = figures(times, .within(minutes: 15))
    #expect([found.medianMinutes, found.p95Minutes] == [10, 19])
    #expect(found.shareWithinTarget == 0.75)
    let none = figures([], .sameDay)
    #expect([none.medianMinutes, none.p95Minutes, none.shareWithinTarget] == [nil, nil, nil])
  }

  @Test("a date alone gives no duration, but can be of the same day; an end before its beginning is neither")
  func dates() {
    let times = [
      ("2025-03-01", "2025-03-01T20:00:00"), ("2025-03-01T20:00:00", "2025-03-02"),
      ("2025-03-01T08:00:00", "2025-03-01"),
      ("2025-03-02T08:00:00", "2025-03-01T08:00:00"), ("", "2025-03-01T08:00:00"),
    ]
    let found = figures(times, .sameDay)
    #expect([found.measured, found.unmeasured, found.judged, found.withinTarget] == [0, 5, 3, 2])
    #expect(figures(times, .within(minutes: 5)).judged == 0)
  }

  @Test(
    "the row that names most holds, a category before a setting; rows of policy.yaml take the place of the defaults")
  func targets() throws {
    let rows = "consentDefault: permit\nreportWithin:\n  emergency: 2 h\n  outpatient/lab: 4 h\n  pathology: 3 d\n"
    let reference = try ReferenceData(ReferenceFolder(files: ["policy.yaml": Array(rows.utf8)]))
    let set = reference.policy.reportWithin
    #expect(set.target(.emergency, .ecg) == .within(minutes: 30))
    #expect(set.target(.emergency, .lab) == .within(minutes: 120))
    #expect(set.target(.outpatient, .lab) == .within(minutes: 240))
    #expect(set.target(.emergency, .pathology) == .within(minutes: 4320))
    #expect(set.target(.inpatient, nil) == .sameDay)
    #expect(reference.policy.uploadWithin == TimeTargets())
  }

  @Test(
    "what is no target is refused with its line",
    arguments: ["emergency/ecg: soon", "ecg/emergency: 30 min", "theatre: 30 min", "ecg: 0 min", "ecg: 30"])
  func refused(row: String) {
    let text = "consentDefault: permit\nuploadWithin:\n  \(row)\n"
    let rejection = #expect(throws: ReferenceRejection.self) {
      try ReferenceData(ReferenceFolder(files: ["policy.yaml": Array(text.utf8)]))
    }
    #expect(rejection?.problems.map(\.line) == [3])
  }

  @Test("targets are no part of the policy's digest: they decide nothing")
  func digest() throws {
    let texts = ["", "silentAfterGaps: 9\nreportWithin:\n  \"*\": 1 h\n", "minimumAgeDays: 1\n"]
    let digests = try texts.map {
      try ReferenceData(ReferenceFolder(files: ["policy.yaml": Array(("consentDefault: permit\n" + $0).utf8)])).digests
    }
    #expect(digests[0].policy == digests[1].policy)
    #expect(digests[0].policy != digests[2].policy)
  }

  @Test(
    "a feed is silent after so many times its usual gap",
    arguments: [(20, FeedRhythm.Standing.regular), (26, .regular), (27, .silent)])
  func silence(today: Int, standing: FeedRhythm.Standing) {
    let rhythm = FeedRhythm(days: [2, 4, 6, 8, 10, 13, 14, 16, 18, 20], today: today, silentAfterGaps: 2)
    #expect([rhythm.usualGapDays, rhythm.silentAfterDays, rhythm.gaps] == [3, 6, 9])
    #expect(rhythm.standing == standing)
  }

  @Test("without enough days no rhythm is known, without any nobody was heard of")
  func noRhythm() {
    #expect(FeedRhythm(days: [1, 2, 3, 4, 5], today: 99, silentAfterGaps: 3).standing == .unknown)
    #expect(FeedRhythm(days: [], today: 99, silentAfterGaps: 3).standing == .never)
  }

  @Test("coverage tells each institution's lateness by category, and who fell silent")
  func coverage() async throws {
    let town = try SmallTown(now: "2025-03-01T10:00:00")
    try await town.report("R1", at: "2025-03-01T08:00:00", told: "2025-03-01T09:30:00")
    town.clock("2025-03-03")
    try await town.report("R2", at: "2025-03-02T08:00:00", told: "2025-03-02T08:45:00")
    // A correction says nothing of when the result could first be used.
    try await town.report("R2", at: "2025-03-02T08:00:00", status: "C", told: "2025-03-02T23:00:00")
    for day in 3...8 { try await town.report("D\(day)", of: "C", at: "2025-03-0\(day)T08:00:00") }
    let audit = try town.registry.auditCoverage(AuditScope(at: Books.time("2025-03-20")))
    #expect(audit.timeliness.map(\.institution) == ["A", "B", "C"])
    #expect(audit.timeliness.map(\.category) == [nil, "lab", "lab"])
    let late = audit.timeliness[1]
    #expect([late.reporting.medianMinutes, late.reporting.p95Minutes] == [45, 90])
    #expect([late.uploading.medianMinutes, late.uploading.p95Minutes] == [30, 915])
    #expect([late.reporting.shareWithinTarget, late.uploading.shareWithinTarget] == [1, 0.5])
    #expect(audit.rows.map(\.rhythm.standing) == [.never, .unknown, .silent])
    var early = AuditScope(at: Books.time("2025-03-20"))
    early.to = Books.time("2025-03-10")
    #expect(try town.registry.auditCoverage(early).rows.map(\.rhythm.standing) == [.never, .unknown, .regular])
  }
}
