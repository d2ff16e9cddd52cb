import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct WhatIf: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "what-if",
      abstract: "What decisions and savings would have been under other lists, windows and certificates.",
      discussion: """
        Every recorded decision of the period is decided again under the folder, with the results that were known then. Nothing of the \
        folder is loaded. Copy the folder in force, change what is in question, and compare.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @Option(help: "The folder of reference data to decide under, whole as for `huren reference load`.")
    var reference: String
    @Option(help: "At most so many examples of each change of outcome.")
    var examples = 5

    func validate() throws {
      if examples < 0 { throw ValidationError("--examples counts from 0") }
    }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditWhatIf(period.scope(registry), reference: reference, examples: examples)
      if store.format == .json { return try Output.answer(json: audit) }
      Output.answer(audit.text)
    }
  }
}
