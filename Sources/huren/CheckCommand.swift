import ArgumentParser
import Clinical
import Registry

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "The integrity of all of it: structure, foreign keys, digests, the index against what was said, the books.")
  @OptionGroup var store: StoreOptions

  func run() throws {
    let result = try store.open().check()
    if store.format == .json {
      try Output.answer(json: result)
    } else {
      Output.answer(
        "\(result.messages) messages, \(result.reports) reports, \(result.results) current results, \(result.persons) persons"
      )
      Output.answer("content \(result.contentDigest)")
      for problem in result.problems { Output.answer("problem: \(problem)") }
      Output.answer(
        result.problems.isEmpty
          ? "all is well" : "restore the last backup, and keep this file for whoever finds out why")
    }
    if !result.problems.isEmpty { throw ExitCode.failure }
  }
}
