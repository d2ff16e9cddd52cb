import ArgumentParser
import Clinical
import Registry

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract:
      "The integrity of all of it: structure, foreign keys, digests, the index against what was said, the books.")
  @OptionGroup var store: StoreOptions
  @Option(help: "The digest of a commit that an earlier check told and somebody kept elsewhere: is it still there?")
  var expectCommit: String?

  @Flag(
    help:
      "Also read every message again, with the reference data it was read with then, and hold reports, what was said of patients and links against it. It takes about as long as the imports did; a release that reads a message otherwise than the one that took it in says so as a problem."
  )
  var derive = false

  func run() throws {
    let registry = try store.open()
    var result = try registry.check(derives: derive) { done, total in
      Output.progress("\(done) of \(total) messages read again")
    }
    if derive { Output.progress("") }
    if let digest = expectCommit, try registry.commit(withDigest: digest) == nil {
      result.problems.append("the commit that was kept is nowhere in this registry: it was cut off, or made anew")
    }
    if store.format == .json {
      try Output.answer(json: result)
    } else {
      Output.answer(
        "\(result.messages) messages, \(result.reports) reports, \(result.results) current results, \(result.persons) persons"
      )
      Output.answer("content \(result.contentDigest)")
      Output.answer("commit \(result.commit) \(result.commitDigest)")
      for note in result.notes { Output.answer("note: \(note)") }
      for problem in result.problems { Output.answer("problem: \(problem)") }
      Output.answer(
        result.problems.isEmpty
          ? "all is well" : "restore the last backup, and keep this file for whoever finds out why")
    }
    if !result.problems.isEmpty { throw ExitCode.failure }
  }
}
