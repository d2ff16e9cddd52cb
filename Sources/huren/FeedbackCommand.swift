import ArgumentParser
import Clinical
import Foundation
import Registry
import Savings

struct FeedbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feedback", abstract: "What became of the prompts: accepted, declined, undone, cited.",
    subcommands: [Import.self, List.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take feedback in: NDJSON, or CSV whose header has the same keys.",
      discussion: """
        The same events again change nothing. A refused line is told with its number and reason; the rest is taken, and the exit \
        code is 2. Feedback about a decision that is not recorded here is kept, and applied when it appears.
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "The file; - for standard input.")
    var file: String

    func run() throws {
      guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file) else {
        throw RegistryError.unreadable(path: file)
      }
      guard let data = try? handle.readToEnd() ?? Data() else { throw RegistryError.unreadable(path: file) }
      let summary = try store.open().importFeedback(Array(data))
      for problem in summary.problems.prefix(40) {
        let field = problem.field.map { " \($0):" } ?? ""
        Output.note("\(file):\(problem.line):\(field) \(problem.code): \(problem.message)")
      }
      if summary.problems.count > 40 { Output.note("… and \(summary.problems.count - 40) more: use --format json") }
      if store.format == .json {
        try Output.answer(json: summary)
      } else {
        Output.answer(
          """
          \(summary.lines) lines: \(summary.taken) taken, \(summary.known) known already, \
          \(summary.quarantined) wait for their decision, \(summary.refused) refused
          """)
      }
      if summary.refused + summary.quarantined > 0 { throw ExitCode.incomplete }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Feedback that waits: its decision is not recorded here, or is not about its item.")

    @OptionGroup var store: StoreOptions

    func run() throws {
      let waiting = try store.open().waitingFeedback()
      if store.format == .json { return try Output.answer(json: waiting) }
      for event in waiting {
        Output.answer(
          .row("\(event.event)", "\(event.kind.rawValue)", "decision \(event.decisionId)", "\(event.item)"))
      }
      Output.answer("\(waiting.count) wait for their decision")
      if !waiting.isEmpty {
        Output.note("next: ask the sender for the decisionId that was printed when the order was decided with --record")
      }
    }
  }
}
