import Foundation
import Recognition
import Registry
import Testing

/// The small city with a known truth, when it lies beside the checkout.
@Suite("the city")
struct CityTests {
  struct Truth: Decodable {
    struct Item: Decodable {
      struct Chosen: Decodable {
        var institution: String
        var performer: String
        var reportId: String
        var item: String
        var normalizedValue: Double?
        var windowHours: Int
        var flag: String
        var clinicalTime: String
      }
      struct Rejected: Decodable, Equatable {
        var institution: String
        var reportId: String
        var item: String
        var failed: [String]
      }
      var item: String
      var inPanel: String?
      var outcome: String
      var chosen: [Chosen]?
      var covered: [String]?
      var residual: [String]?
      var rejected: [Rejected]?
      var priceFen: Int?
    }
    var orderId: String
    var items: [Item]
  }

  @Test(
    "every decision equals the truth, and the counts are right",
    .enabled(if: Bench.hasCity, "no ../shared/city: skipped"))
  func decisions() async throws {
    let bench = try Bench(reference: Bench.city.appending(path: "reference").path)
    let outcome = try await bench.registry.receive([Bench.city.appending(path: "feeds").path])
    #expect(outcome.problems.isEmpty)
    let decoder = JSONDecoder()
    var answers: [String: Truth] = [:]
    for line in try Bench.lines(Bench.city.appending(path: "orders.ndjson")) {
      let decision = try bench.registry.decide(line: line)
      let answer = try decoder.decode(Truth.self, from: Data(decision.json.utf8))
      answers[answer.orderId] = answer
      // The same question again is the same decision.
      #expect(try bench.registry.decide(line: line).id == decision.id)
    }
    var compared = 0
    for line in try Bench.lines(Bench.city.appending(path: "truth/decisions.ndjson")) {
      let truth = try decoder.decode(Truth.self, from: Data(line))
      let answer = try #require(answers[truth.orderId])
      #expect(answer.items.count == truth.items.count)
      for expected in truth.items {
        let item = try #require(answer.items.first { $0.item == expected.item })
        let place = "\(truth.orderId) \(expected.item)"
        #expect(item.outcome == expected.outcome, "\(place)")
        #expect(item.inPanel == expected.inPanel, "\(place)")
        #expect(item.covered?.sorted() == expected.covered?.sorted(), "\(place)")
        #expect(item.residual?.sorted() == expected.residual?.sorted(), "\(place)")
        #expect(item.priceFen == expected.priceFen, "\(place)")
        #expect(item.rejected ?? [] == expected.rejected ?? [], "\(place)")
        compare(item.chosen ?? [], expected.chosen ?? [], place)
        compared += 1
      }
    }
    #expect(compared > 600)
    let counts =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: Bench.city.appending(path: "truth/counts.json"))) as? [String: Int]
    let check = try bench.registry.check()
    #expect(check.problems.isEmpty)
    #expect(
      ["messages": check.messages, "reports": check.reports, "results": check.results, "persons": check.persons]
        == counts)
  }

  private func compare(_ chosen: [Truth.Item.Chosen], _ expected: [Truth.Item.Chosen], _ place: String) {
    #expect(chosen.count == expected.count, "\(place)")
    for (a, b) in zip(chosen.sorted { $0.item < $1.item }, expected.sorted { $0.item < $1.item }) {
      #expect(a.institution == b.institution && a.performer == b.performer && a.reportId == b.reportId, "\(place)")
      #expect(a.flag == b.flag && a.windowHours == b.windowHours && a.clinicalTime == b.clinicalTime, "\(place)")
      if let x = a.normalizedValue, let y = b.normalizedValue {
        #expect(abs(x - y) < 1e-9, "\(place)")
      } else {
        #expect(a.normalizedValue == nil && b.normalizedValue == nil, "\(place)")
      }
    }
  }
}
