import ArgumentParser
import Catalogue
import Clinical
import Registry

struct ReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reference",
    abstract: "Institutions, items, lists, certificates, windows, prices: load and check them.",
    subcommands: [Load.self, Check.self])

  struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Load a folder as a new generation: the whole directory or nothing.")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder with institutions.csv, items.csv … policy.yaml, mappings/.")
    var directory: String

    func run() throws {
      let load = try store.open(mayCreate: true).loadReference(directory: directory)
      if store.format == .json { return try Output.answer(json: load) }
      for (file, rows) in load.rows.sorted(by: { $0.key < $1.key }) { Output.answer("\(file): \(rows)") }
      Output.answer(
        load.isUnchanged
          ? "generation \(load.generation) is in force already with the same content; nothing was added"
          : "loaded as generation \(load.generation). Next: huren import PATH")
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Gaps and contradictions, without loading.")

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder.")
    var directory: String

    func run() throws {
      let problems = try Registry.checkReference(directory: directory)
      if store.format == .json {
        try Output.answer(json: problems)
      } else {
        for problem in problems { Output.answer("\(problem.severity.rawValue): \(problem)") }
        Output.answer(problems.isEmpty ? "no gaps, no contradictions" : "\(problems.count) to look at")
      }
      if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
    }
  }
}
