import ArgumentParser
import Catalogue
import Clinical
import Foundation
import Recognition
import Registry
import Savings

/// What `Scripts/benchmark-books` measures with.
struct BooksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "books", abstract: "A year of claims: makes them, times the reports on them, writes their rows.",
    subcommands: [Fill.self, Report.self, Rows.self])

  /// The year that the claims are of.
  fileprivate static let year = AuditScope.year(2025)

  struct Fill: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds decisions and their acceptances to the chain, about the persons of a registry with a feed in it.")

    @Option(help: "The registry.")
    var db: String
    @Option(help: "Claims; four out of five prompts are accepted.")
    var claims = 1_000_000
    @Option(help: "Number of the first order.")
    var first = 0
    @Option(help: "Days that they spread over, from the first of the year.")
    var days = 365
    @OptionGroup var options: CityOptions

    func run() throws {
      let registry = try Registry(path: db)
      var persons: [String] = []
      try registry.eachPerson { persons.append($0.code) }
      let orders = first..<(first + claims * 5 / 4)
      for start in stride(from: orders.lowerBound, to: orders.upperBound, by: 20_000) {
        let part = start..<min(start + 20_000, orders.upperBound)
        try registry.record(
          part.map {
            Fill.prompt(
              $0, minute: ($0 - first) * days * 1440 / orders.count, persons: persons,
              institutions: options.institutions)
          })
      }
    }

    private static func prompt(
      _ index: Int, minute: Int, persons: [String], institutions: Int
    ) -> (decision: RecordedDecision, feedback: [FeedbackEvent]) {
      var draw = Draw(seed: 1, .order, index)
      let ordering = draw.below(institutions)
      let number = draw.below(CityItem.all.count)
      var item = RecordedDecision.Item(item: CityItem.all[number].code, outcome: .recognise)
      let minutes = CalendarDate.epochDay(2025, 1, 1) * 1440 + minute
      let orderedAt = Instant(milliseconds: Int64(minutes - 480) * 60_000 + Int64(draw.below(60_000)))
      let window = draw.element([168, 168, 720, 1440])
      item.priceFen = 500 + number * 130
      item.validUntil = EventTime(orderedAt.adding(hours: 1 + draw.below(window)))
      item.chosen = [
        RecordedDecision.Chosen(
          institution: City.code(ofInstitution: (ordering + draw.below(4) * 7) % institutions),
          reportId: "R\(draw.below(1_000_000))", item: item.item, version: String(repeating: "0", count: 64),
          windowHours: window)
      ]
      let id = String(repeating: "0", count: 40) + String(1_000_000_000 + index)
      var decision = RecordedDecision(
        orderId: "B\(index)", decisionId: id, person: draw.element(persons),
        orderingInstitution: City.code(ofInstitution: ordering),
        setting: draw.element([.outpatient, .outpatient, .inpatient, .emergency]), orderedAt: orderedAt, items: [item])
      decision.department = "D\(draw.below(20))"
      decision.clinician = "C\(draw.below(2000))"
      var answer = FeedbackEvent(
        event: "F\(index)", kind: draw.percent(80) ? .accepted : .declined, decisionId: id, item: item.item,
        at: EventTime(Instant(milliseconds: orderedAt.milliseconds + Int64(draw.below(3_600_000)))))
      if answer.kind == .declined { answer.retestReason = .number(draw.element([1, 2, 3, 4, 5, 98, 99])) }
      answer.consultationFeeFen = draw.percent(5) ? 2000 : nil
      answer.scheme = draw.element(["employee", "resident"])
      return (decision, [answer])
    }
  }

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Times reports in one process, warm, and prints the median of each as JSON: milliseconds.")

    @Option(help: "The registry.")
    var db: String
    @Option(help: "Reports of each kind.")
    var times = 21

    func run() throws {
      let registry = try Registry(path: db)
      try registry.keepBooks()
      let kinds: [[Savings.Dimension]] = [
        [], [.month], [.institution], [.institution, .month], [.item, .setting], [.department, .clinician],
      ]
      var lines: [String] = []
      for kind in kinds {
        var scope = BooksCommand.year
        scope.dimensions = kind
        let name = kind.isEmpty ? "total" : kind.map(\.rawValue).joined(separator: ",")
        lines.append("\"\(name)\":\(try median(registry, scope))")
      }
      var half = BooksCommand.year
      half.at = RegistryZone.shanghai.instant("2025-07-01T12:34:56+08:00") ?? half.at
      lines.append("\"total, at midsummer\":\(try median(registry, half))")
      print("{" + lines.joined(separator: ",") + "}")
    }

    private func median(_ registry: Registry, _ scope: AuditScope) throws -> Double {
      var durations: [Double] = []
      for _ in 0..<times {
        let start = ContinuousClock.now
        _ = try registry.auditSavings(scope)
        let duration = ContinuousClock.now - start
        durations.append(Double(duration.components.attoseconds) / 1e15 + Double(duration.components.seconds) * 1e3)
      }
      durations.sort()
      return (durations[times / 2] * 100).rounded() / 100
    }
  }

  struct Rows: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes the claims and the results that could reverse them as CSV, for another engine to join.")

    @Option(help: "The registry.")
    var db: String
    @Argument(help: "The file of claims.")
    var claims: String
    @Argument(help: "The file of results.")
    var results: String

    func run() throws {
      let registry = try Registry(path: db)
      var output = try OutputFile(claims)
      func write(_ fields: [String]) throws { try output.write(Array((CSVWriter.text([fields]) + "\n").utf8)) }
      try write(["person", "institution", "item", "acceptedAt", "validUntil", "fen", "consultationFen", "own"])
      try registry.eachClaim(at: BooksCommand.year.at) { person, claim in
        guard BooksCommand.year.contains(claim.acceptedAt) else { return }
        let item = claim.prompt.item
        try write([
          person, claim.prompt.decision.orderingInstitution, item.item, "\(claim.acceptedAt.milliseconds)",
          "\(item.validUntil?.instant.milliseconds ?? 0)", "\(claim.amountFen ?? 0)", "\(claim.consultationFen)",
          "\(claim.prompt.isSameInstitution)",
        ])
      }
      try output.finish()
      output = try OutputFile(results)
      try write(["person", "item", "at"])
      try registry.eachLaterResult { person, result in
        try write([person, result.item, "\(result.clinicalTime.instant.milliseconds)"])
      }
      try output.finish()
    }
  }
}

extension AuditScope {
  /// A year of China's, as its books stand long after.
  fileprivate static func year(_ year: Int) -> AuditScope {
    func start(_ year: Int) -> Instant {
      RegistryZone.shanghai.firstInstant(of: CalendarDate(epochDay: CalendarDate.epochDay(year, 1, 1)))
    }
    var scope = AuditScope(at: start(year + 2))
    scope.from = start(year)
    scope.to = start(year + 1)
    return scope
  }
}
