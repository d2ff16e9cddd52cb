import ArgumentParser
import Clinical
import Registry

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "The audits: what was avoided, what was repeated, what is missing.",
    subcommands: [
      Savings.self, Repeats.self, Rates.self, Coverage.self, Corrected.self, Reassigned.self, Marks.self,
      Settlement.self, Return.self, WhatIf.self, Monitoring.self, Alerts.self, Report.self, Event.self, Access.self,
      CatalogueAudit.self,
      Verify.self,
    ])

  struct CatalogueAudit: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "catalogue", abstract: "Local codes without an item: how often they came, and what they may mean.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var derivation: RecomputeOptions

    func run() throws {
      let audit = try store.open().auditCatalogue(recomputes: derivation.recompute)
      if store.format == .json { try Output.answer(json: audit) } else { answer(audit) }
      try RecomputeOptions.end(audit.recompute)
    }

    private func answer(_ audit: CodeAudit) {
      for row in audit.unmapped {
        let disagreeing = row.conflicting.map { "  its codes disagree: \($0.joined(separator: ", "))" }
        let suggestion = disagreeing ?? row.suggestions.first.map { "  perhaps \($0.item) (\($0.name))" } ?? ""
        let place = [row.specimen, row.unit].compactMap { $0 }.joined(separator: ", ")
        Output.answer(
          .row(
            "\(row.count)", "\(row.institution)", "\(row.localCode)", "\(row.localName ?? "")", "\(place)\(suggestion)")
        )
      }
      Output.answer(
        "\(audit.results) current results, \(audit.mapped) mapped, \(audit.unmapped.count) codes without an item")
      if !audit.unmapped.isEmpty {
        Output.note("next: add rows to codemaps.csv and run `huren reference load DIR`; stored results count at once")
      }
    }
  }
}

/// What `huren audit catalogue` answers; the command has its name.
private typealias CodeAudit = CatalogueAudit
