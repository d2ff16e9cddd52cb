import Recognition
import Registry
import Savings
import Testing

@Suite("Decisions under other reference data")
struct WhatIfTests {
  private let scope = AuditScope(at: Books.time("2026-01-01"))

  private func town() async throws -> SmallTown {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00", items: ["K", "NA"])
    let decision = try town.decide("O1", at: "2025-03-02T08:00:00+08:00")
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    _ = try town.decide("O2", at: "2025-03-12T08:00:00+08:00", item: "NA")
    return town
  }

  @Test("under the same folder nothing changes")
  func same() async throws {
    let town = try await town()
    let figures = try town.registry.auditWhatIf(scope, reference: town.referenceFolder([:])).figures
    #expect(figures.before == figures.after)
    #expect([figures.examined, figures.sameOutcome, figures.otherPrice, figures.otherResults] == [2, 2, 0, 0])
    #expect([figures.before.prompts, figures.before.promptFen, figures.before.acceptedFen] == [1, 1000, 1000])
  }

  @Test("a longer window recognises more; what would have been answered is not guessed")
  func window() async throws {
    let town = try await town()
    let audit = try town.registry.auditWhatIf(
      scope, reference: town.referenceFolder(["windows.csv": "key,hours\n*,720"]))
    #expect(audit.figures.changes == [.init(before: .repeat, after: .recognise, n: 1, beforeFen: 0, afterFen: 600)])
    #expect([audit.figures.after.prompts, audit.figures.after.promptFen] == [2, 1600])
    #expect([audit.figures.after.accepted, audit.figures.after.acceptedFen] == [1, 1000])
    #expect(audit.examples.map(\.orderId) == ["O2"])
    #expect(audit.examples[0].before.causes == ["out-of-window": 1])
  }

  @Test("without its list an accepted result could not have been; another price is told")
  func listAndPrice() async throws {
    let town = try await town()
    let lists = "list,scope,item,validFrom\nL,national,NA,2020-01-01"
    let less = try town.registry.auditWhatIf(scope, reference: town.referenceFolder(["lists.csv": lists])).figures
    #expect(less.changes.map { [$0.before, $0.after] } == [[.recognise, .repeat]])
    #expect([less.before.acceptedFen, less.after.acceptedFen] == [1000, 0])
    let prices = "priceKey,item,fen,validFrom\n*,K,1200,2020-01-01"
    let dearer = try town.registry.auditWhatIf(scope, reference: town.referenceFolder(["prices.csv": prices])).figures
    #expect([dearer.otherPrice, dearer.after.acceptedFen] == [1, 1200])
  }

  @Test("results that came later change nothing; an item the folder does not know is left out")
  func leftOut() async throws {
    let town = try await town()
    town.clock("2025-04-01")
    try await town.report("R9", at: "2025-03-11T08:00:00", items: ["NA"])
    let figures = try town.registry.auditWhatIf(scope, reference: town.referenceFolder([:])).figures
    #expect(figures.changes.isEmpty)
    let items = "item,nameZh,category,unit,specimen,needsImages\nK,钾,lab,mmol/L,serum,false"
    let changes = [
      "items.csv": items, "panels.csv": "panel,component,required\n",
      "codemaps.csv": "institution,localCode,item\n*,K,K",
      "lists.csv": "list,scope,item,validFrom\nL,national,K,2020-01-01",
      "prices.csv": "priceKey,item,fen,validFrom\n*,K,1000,2020-01-01",
    ]
    let fewer = try town.registry.auditWhatIf(scope, reference: town.referenceFolder(changes)).figures
    #expect(fewer.unasked == ["not-decidable": 1, "not-reproduced": 0])
    #expect(fewer.examined == 1)
  }
}
