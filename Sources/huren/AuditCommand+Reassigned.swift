import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Reassigned: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decisions on results that belong to somebody else now, or are in dispute: whose patient to call.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditReassigned(period.scope(registry))
      if store.format == .json { return try Output.answer(json: audit) }
      Output.answer(audit.text)
    }
  }
}
