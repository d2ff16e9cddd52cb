import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Return: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The provincial return: quality rounds passed, results recognised, fees saved, retrievals.",
      discussion: """
        By institution, then by grade, by ownership, and together. Quality items are catalogue items with a certificate valid on any day \
        of the period: national ones of scope national, provincial ones of a region or an agreement. Recognised results are claims between \
        institutions by the time of acceptance, at the institution that was spared the test; saved is their fees less those of tests done \
        all the same. DR is of modality DX, DR or CR, CT and MR of their own, lab of category lab. A retrieval is a recorded decision.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @Flag(help: "The form alone, as CSV with its Chinese headings; amounts in yuan.")
    var csv = false

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditReturn(period.scope(registry))
      if csv { return Output.answer(csv: audit.csv) }
      if store.format == .json { return try Output.answer(json: audit) }
      Output.answer(audit.text)
    }
  }
}
