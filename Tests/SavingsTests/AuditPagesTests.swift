import Clinical
import Foundation
import Registry
import RegistryStore
import SQLiteStore
import Savings
import Testing

/// The pages that audits are answered from, where one thing changes after they were made.
@Suite("Pages of audits")
struct AuditPagesTests {
  private func repeats(_ town: SmallTown, at time: String = "2026-01-01") throws -> RepeatFigures {
    let scope = AuditScope(at: Books.time(time))
    let audit = try town.registry.auditRepeats(scope, asIfConnected: true, recomputes: true)
    #expect(audit.recompute != nil)
    #expect(audit.recompute?.difference == nil)
    let monitoring = try town.registry.auditMonitoring(scope, recomputes: true)
    #expect(monitoring.recompute != nil)
    #expect(monitoring.recompute?.difference == nil)
    return try town.repeats(asIfConnected: true, at: time)
  }

  @Test("a reason to repeat that is recorded later justifies what was avoidable, and does not before it was given")
  func askedLater() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "A", at: "2025-03-03T08:00:00")
    #expect(try repeats(town).avoidable == 1)
    let decision = try town.decide(at: "2025-03-03T20:00:00+08:00")
    #expect(try repeats(town).avoidable == 1)
    try town.feedback(
      town.line("E1", decision, "declined", at: "2025-03-04T07:10:00+08:00", more: #","retestReason":4"#))
    #expect(try repeats(town).justified == ["4": 1])
    #expect(try repeats(town, at: "2025-03-04T07:00:00+08:00").avoidable == 1)
    try town.feedback(town.line("E2", decision, "undone", at: "2025-03-05T07:10:00+08:00"))
    #expect(try repeats(town).avoidable == 1)
    #expect(try repeats(town, at: "2025-03-05T00:00:00+08:00").justified == ["4": 1])
  }

  @Test("new reference data reads all that was there before")
  func reloaded() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["X"])
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00", items: ["X"])
    #expect(try town.registry.auditCatalogue().mapped == 0)
    #expect(try repeats(town).examined == 0)
    let folder = try town.referenceFolder(["codemaps.csv": "institution,localCode,item\n*,X,K"])
    _ = try town.registry.loadReference(directory: folder)
    #expect(try town.registry.auditCatalogue().mapped == 2)
    #expect(try repeats(town).avoidable == 1)
  }

  @Test("a report in dispute is nobody's repeat, from then on until it is settled")
  func disputed() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00")
    #expect(try repeats(town).avoidable == 1)
    let reason = try PersonActReason(actor: "reviewer", words: "says so")
    _ = try town.registry.dispute(institution: "B", report: "R1", reason)
    #expect(try repeats(town).avoidable == 0)
    _ = try town.registry.settle(institution: "B", report: "R1", areTheirs: true, reason)
    #expect(try repeats(town).avoidable == 1)
  }

  @Test("of an earlier state they are computed, and say what was said then")
  func knownAt() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    town.clock("2025-03-02")
    var then = AuditScope(at: Books.time("2026-01-01"))
    then.knownAt = Books.time("2025-03-02")
    let (coverage, marks) = (try json(town.registry.auditCoverage(then)), try json(town.registry.auditMarks(then)))
    town.clock("2025-04-01")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00", mark: "HR")
    #expect(try json(town.registry.auditCoverage(then)) == coverage)
    #expect(try json(town.registry.auditMarks(then)) == marks)
    then.knownAt = nil
    #expect(try json(town.registry.auditMarks(then)) != marks)
  }

  @Test("a page that was changed is told of, or found by --recompute, and made again")
  func changed() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", mark: "HR")
    try await town.report("R2", of: "C", at: "2025-03-03T08:00:00")
    let scope = AuditScope(at: Books.time("2026-01-01"))
    let marks = try json(town.registry.auditMarks(scope))
    _ = try town.registry.auditCoverage(scope)
    let day: Int64 = 20148  // 2025-03-01 in UTC
    try SQLiteStore(path: town.path.path).writeDerived { try $0.setAuditPage(PageKind.mark.rawValue, day: day, [0]) }
    #expect(throws: StoreError.self) { try town.registry.auditMarks(scope) }
    #expect(try town.registry.auditMarks(scope, recomputes: true).recompute?.difference != nil)
    #expect(try json(town.registry.auditMarks(scope)) == marks)
    try SQLiteStore(path: town.path.path).writeDerived {
      try $0.setAuditPage(PageKind.upload.rawValue, day: day, nil)
    }
    #expect(try town.registry.auditCoverage(scope, recomputes: true).recompute?.difference != nil)
    #expect(try town.registry.auditCoverage(scope, recomputes: true).recompute?.difference == nil)
  }

  @Test("every byte of a page changed: told, or other figures, and no trap", arguments: [0xFF, 0x01, 0x80] as [UInt8])
  func damaged(mask: UInt8) throws {
    let scope = AuditScope(at: Books.time("2026-01-01"))
    let reference = try Books.reference()
    for kind in PageKind.allCases {
      var page = PageColumns(kind)
      let width = page.width
      for line in 0..<3 {
        page.append((0..<width).map { $0 == 1 ? 1_740_787_200_000 + Int64(line) : Int64(line * 3 + $0 % 5) })
      }
      let bytes = page.packed
      for place in bytes.indices {
        var changed = bytes
        changed[place] ^= mask
        _ = PageColumns(kind, changed)
        var (coverage, marks, codes) = (
          CoverageBooks(scope, end: scope.at, zone: .shanghai), MarkBooks(scope), CodeBooks()
        )
        var repeats = RepeatScan(scope, asIfConnected: true, zone: .shanghai, without: [])
        var monitoring = MonitoringScan(scope, reference: reference, without: [])
        changed.withUnsafeBytes { bytes in
          switch kind {
          case .upload: _ = coverage.add(page: bytes)
          case .mark: _ = marks.add(page: bytes)
          case .code: _ = codes.add(page: bytes)
          case .question:
            _ = repeats.add(page: bytes)
            _ = monitoring.add(page: bytes) { "\($0)" }
          }
        }
        _ = coverage.byInstitution { "\($0)" }
        _ = marks.figures { "\($0)" }
        _ = codes.unmapped { "\($0)" }
        _ = repeats.figures(and: []) {
          "\($0)"
        } reference: {
          reference
        }
        var books = MonitoringBooks(scope, reference: reference)
        monitoring.add(to: &books) { "\($0)" }
      }
    }
  }

  private func json(_ audit: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(audit), as: UTF8.self)
  }
}
