import Clinical
import Foundation
import Recognition
import Registry
import Savings
import Testing

/// The books of the small city, where it lies beside the repository.
@Suite("The small city's books", .enabled(if: City.folder != nil, "no shared/city beside the repository"))
struct SavingsCityTests {
  @Test("savings and repeats equal the truth to the fen")
  func truth() async throws {
    let city = try await City()
    defer { city.remove() }
    let decisions = try city.decide()
    #expect(try city.registry.importFeedback(city.feedback(decisions)).problems.isEmpty)
    let savings = try city.registry.auditSavings(City.scope)
    try city.expect(savings, equals: "savings.json")
    for at in ["2025-09-01", "2026-01-15", "2027-06-01"] {
      var scope = AuditScope(at: Books.time(at))
      scope.dimensions = [.institution, .month, .reason, .clinician]
      #expect(try city.registry.recomputeSavings(scope).recompute?.difference == nil)
      for audit in try city.recomputed(scope) { #expect(audit.difference == nil) }
      (scope.from, scope.to) = (Books.time("2025-02-10T11:00:00"), Books.time("2025-07-20T13:30:00"))
      for audit in try city.recomputed(scope) { #expect(audit.difference == nil) }
    }
    // The truth was written before repeats compared specimen and side: it takes a left knee after a right one for a repeat twice (once
    // that leaves another knee, without a certificate), and so lipids in plasma after serum, and albumin in cerebrospinal fluid.
    let another: [String: NSObject] = [
      "avoidable": 34 as NSNumber, "avoidableFen": 979_111 as NSNumber, "unknownPrice": 1 as NSNumber,
      "lost": [
        "not-listed": ["n": 2, "fen": 51697], "no-quality-certificate": ["n": 29, "fen": 570_698],
        "both": ["n": 3, "fen": 86681],
      ] as NSDictionary,
    ]
    try city.expect(
      try city.registry.auditRepeats(City.scope, asIfConnected: true), equals: "repeats.json", but: another)
    #expect(try city.registry.verifyEvents().firstDifference == nil)
    // Back-loaded: this registry had recorded nothing when the orders were written.
    #expect(try city.registry.auditRepeats(City.scope, asIfConnected: false).figures.total.avoidable == 0)
  }

  @Test("feedback before its decisions, again, and in another order gives the same books")
  func anyOrder() async throws {
    let one = try await City()
    defer { one.remove() }
    let two = try await City()
    defer { two.remove() }
    let decisions = try one.decide()
    let lines = try one.feedback(decisions).split(separator: 10)
    _ = try one.registry.importFeedback(Array(lines.joined(separator: [UInt8(10)])))
    let early = try two.registry.importFeedback(Array(lines.reversed().joined(separator: [UInt8(10)])))
    #expect(early.quarantined == lines.count)
    #expect(early.refused == 0)
    _ = try two.decide()
    let again = try two.registry.importFeedback(Array(lines.joined(separator: [UInt8(10)])))
    #expect(again.known == lines.count)
    #expect(try City.json(two.registry.auditSavings(City.scope)) == City.json(one.registry.auditSavings(City.scope)))
  }
}

extension City {
  /// Every audit that is answered from pages, computed anew.
  fileprivate func recomputed(_ scope: AuditScope) throws -> [AuditComparison] {
    try [
      registry.auditRates(scope, recomputes: true).recompute, registry.auditCoverage(scope, recomputes: true).recompute,
      registry.auditMarks(scope, recomputes: true).recompute, registry.auditCatalogue(recomputes: true).recompute,
      registry.auditMonitoring(scope, recomputes: true).recompute,
      registry.auditRepeats(scope, asIfConnected: false, recomputes: true).recompute,
      registry.auditRepeats(scope, asIfConnected: true, recomputes: true).recompute,
    ].map { try #require($0) }
  }
}

/// A registry with the city's reference data and feeds.
private struct City {
  static let folder: URL? = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let places = ["../../../shared/city", "../../../../shared/city"].map { tests.appending(path: $0).standardized }
    return places.first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  static var scope: AuditScope {
    AuditScope(at: RegistryZone.shanghai.instant("2027-06-01T00:00:00+08:00") ?? Instant(milliseconds: 0))
  }

  let registry: Registry
  private let folder: URL
  private let path: URL

  init() async throws {
    folder = try #require(City.folder)
    path = FileManager.default.temporaryDirectory.appending(path: "huren-city-\(UUID().uuidString).sqlite")
    registry = try Registry(path: path.path, mayCreate: true)
    _ = try registry.loadReference(directory: folder.appending(path: "reference").path)
    _ = try await registry.receive([folder.appending(path: "feeds").path])
  }

  func remove() {
    for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path.path + end) }
  }

  /// Records a decision for each order, and gives their ids by the orders'.
  func decide() throws -> [String: String] {
    var result: [String: String] = [:]
    for line in try Data(contentsOf: folder.appending(path: "orders.ndjson")).split(separator: 10) {
      let decision = try registry.decide(line: Array(line), record: true)
      result[decision.order.order.id] = decision.id
    }
    return result
  }

  /// The city's feedback, naming decisions instead of orders.
  func feedback(_ decisions: [String: String]) throws -> [UInt8] {
    let lines = try Data(contentsOf: folder.appending(path: "feedback.ndjson")).split(separator: 10)
    let named = try lines.map { line in
      var object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
      object["decisionId"] = (object.removeValue(forKey: "orderId") as? String).flatMap { decisions[$0] }
      return try JSONSerialization.data(withJSONObject: object)
    }
    return Array(named.joined(separator: [UInt8(10)]))
  }

  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Holds every key of the truth against the audit.
  ///
  /// - Parameter changes: what takes the place of the truth's own.
  func expect(_ audit: some Encodable, equals file: String, but changes: [String: NSObject] = [:]) throws {
    func object(_ data: Data) throws -> [String: NSObject] {
      try #require(JSONSerialization.jsonObject(with: data) as? [String: NSObject])
    }
    let truth = try object(Data(contentsOf: folder.appending(path: "truth/\(file)"))).merging(changes) { $1 }
    let found = try object(JSONEncoder().encode(audit))
    #expect(!truth.isEmpty)
    for (key, value) in truth { #expect(found[key] == value, "\(file): \(key)") }
  }
}
