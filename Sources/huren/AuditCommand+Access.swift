import ArgumentParser
import Registry

extension AuditCommand {
  struct Access: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who asked for whose data, why, when and from where; what was refused, too.")

    @OptionGroup var store: StoreOptions
    @Option(help: "A person's code: whoever asked for this person's data, under whatever code.")
    var person: String?
    @Option(help: "An account, or an institution's code.")
    var by: String?
    @Option(help: "Recorded from then on, included.")
    var from: MomentArgument?
    @Option(help: "Recorded up to then, excluded.")
    var to: MomentArgument?

    func run() throws {
      let registry = try store.open()
      var filter = AccessFilter()
      (filter.person, filter.by) = (person, by)
      filter.from = try from?.instant(of: registry)
      filter.to = try to?.instant(of: registry)
      try registry.auditAccess(filter) { row in
        if store.format == .json { try Output.answer(json: row) } else { Output.answer(row.text) }
      }
    }
  }
}
