import Foundation
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// The test knows who may know what, as it made the population itself. Of every institution that asks there is a twin registry, to which
/// nothing was ever sent that is withheld from it, and which nobody else asks; of everybody else one to which nothing was sent at all. An
/// answer that is not the same in both, but for what is random, tells what it may not.
@Suite("nobody is told what they may not know")
struct SecrecyTests {
  /// The whole of issue 13 is 10 000: `HUREN_SECRECY=10000 swift test --filter SecrecyTests`.
  static let requests = ProcessInfo.processInfo.environment["HUREN_SECRECY"].flatMap { Int($0) } ?? 2000

  fileprivate struct Seen {
    var questions = 0, withheld = 0, recognised = 0, taken = 0, cards = 0
    var byRoute: [String: Int] = [:]
    var statuses: [Int: Int] = [:]
  }

  @Test("no answer, length, header or way of looking differs from one where it was never sent")
  func twins() async throws {
    let seed: UInt64 = 13
    let population = Population(seed: seed)
    let whole = try await World(population) { _ in true }
    var twins: [String?: World] = [nil: try await World(population) { _ in false }]
    for asker in Population.askers {
      twins[asker] = try await World(population) { !$0.isUnknown(to: asker) }
    }
    var seen = Seen()
    var asker = Asker(seed: seed, population)
    for number in 0..<Self.requests {
      let asked = asker.next()
      let twin = try #require(twins[asked.view] ?? nil)
      let told = try await Self.answer(asked, whole)
      let expected = try await Self.answer(asked, twin)
      // What is measured is of everybody: figures, by institution. Who looked is for auditors, whatever they found.
      let isOfEverybody = asked.route == .metrics || asked.route.path.contains("/AuditEvent")
      if !isOfEverybody || told.status != 200 {
        let place = "\(number): \(asked.method) \(asked.uri) by \(asked.caller?.name ?? "nobody")"
        #expect(
          told == expected,
          "\(place): \(String(decoding: asked.body.prefix(400), as: UTF8.self)) \(population.truth(asked))")
      }
      check(asked, told, population)
      seen.add(asked, told, population)
      learn(told, &asker)
    }
    // It would tell nothing if nothing were asked.
    #expect(seen.questions > Self.requests / 4 && seen.withheld > Self.requests / 10, "\(seen)")
    #expect(seen.recognised > Self.requests / 50 && seen.taken > Self.requests / 100, "\(seen)")
    #expect(seen.cards > Self.requests / 100 && seen.byRoute.count == Route.all.count, "\(seen)")
    print("asked \(Self.requests): \(seen)")
    #expect(try whole.sample.registry.verifyEvents().firstDifference == nil)
  }

  private static func answer(_ asked: Asked, _ world: World) async throws -> World.Answer {
    try await Application(router: world.service.router(), logger: AccessBench.quiet).test(.router) {
      try await world.answer(asked, $0)
    }
  }

  /// Whatever the twin says: no mark of what is withheld, none at all for who may know nothing, no name for anybody.
  private func check(_ asked: Asked, _ told: World.Answer, _ population: Population) {
    let text = told.body + told.headers.joined(separator: "\n")
    // It is not ready, as nobody made it so; SOAP 1.1 has all its faults under 500.
    let isSaid =
      asked.route == .ready && told.status == 503 || asked.route == .soap && told.body.contains("</soap:Fault>")
    #expect(told.status < 500 || isSaid, "\(asked.uri): \(told.status)")
    let mayKnow = asked.view != nil && (asked.caller?.role != .auditor || asked.isByAuditorWithReason)
    for result in population.results {
      let isOpen = mayKnow && asked.view.map { !result.isWithheld(from: $0) } ?? false
      let marks =
        asked.route.isOfFHIR
        ? population.marks(of: result, for: asked.view)
        : isOpen ? [result.patient.name, result.patient.residentID] : result.marks
      for mark in marks where text.contains(mark) {
        // FHIR and CDS Hooks give back drafts as they were sent.
        if String(decoding: asked.body, as: UTF8.self).contains(mark), asked.route == .cdsService { continue }
        Issue.record(
          "\(asked.uri) tells \(asked.caller?.name ?? "nobody") of result \(result.number): \(text.prefix(600))")
      }
    }
  }

  private func learn(_ told: World.Answer, _ asker: inout Asker) {
    for match in told.body.matches(of: /"decisionId":"([0-9a-f]{32})"/).prefix(3) {
      asker.decisions.append(String(match.1))
    }
    for match in told.body.matches(of: /"uuid":"([0-9a-f-]{36})"/).prefix(3) { asker.cards.append(String(match.1)) }
  }
}

extension Population {
  /// What stands in no resource that an institution reads: what is withheld of a result, and who somebody is of whom all is.
  fileprivate func marks(of result: Result, for view: String?) -> [String] {
    guard let view else { return result.marks }
    let own = results.filter { $0.patient.number == result.patient.number }
    let isNobody = own.allSatisfy { $0.isUnknown(to: view) }
    let isOwn = own.contains { $0.institution == view }
    let marks = result.isWithheld(from: view) ? [result.reportID, result.value] : []
    return marks + (isOwn ? [] : [result.patient.residentID])
      + (isNobody ? [result.patient.name.replacing("^", with: "") + "\""] : [])
  }

  /// What there is to know of whom a request asks about.
  fileprivate func truth(_ asked: Asked) -> String {
    guard let patient = asked.patient else { return "" }
    let own = results.filter { $0.patient.number == patient.number }
    return "consents \(patient.consents), results "
      + own.map { "\($0.institution) \($0.item) \($0.isDisputed ? "disputed " : "")\($0.day)" }.joined(separator: "; ")
  }
}

extension SecrecyTests.Seen {
  fileprivate mutating func add(_ asked: Asked, _ told: World.Answer, _ population: Population) {
    byRoute["\(asked.method) \(asked.route.path)", default: 0] += 1
    statuses[told.status, default: 0] += 1
    guard told.status < 401 || told.status == 404, let patient = asked.patient, let view = asked.view else {
      if told.body.contains("\"taken\":1") { taken += 1 }
      return
    }
    questions += 1
    if population.results.contains(where: { $0.patient.number == patient.number && $0.isWithheld(from: view) }) {
      withheld += 1
    }
    if told.body.contains("\"outcome\":\"recognise\"") { recognised += 1 }
    if told.body.contains("\"uuid\"") { cards += 1 }
  }
}
