import ArgumentParser
import Clinical
import Registry

extension PersonCommand {
  struct Review: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What awaits a human: list it, or answer a task with same or not-the-same.",
      subcommands: [List.self, Same.self, NotTheSame.self, Done.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Pairs of records that may be one person's, the most valuable first, side by side with the evidence.")
      @OptionGroup var store: StoreOptions
      @Option(help: "How many tasks to show.")
      var limit = 20

      private struct Answer: Encodable {
        var open: Int
        var tasks: [PersonReview]
        var disputes: [OpenDispute]
      }

      func validate() throws {
        if limit < 1 { throw ValidationError("--limit is a number of tasks: give 1 or more") }
      }

      func run() throws {
        let (open, tasks, disputes) = try store.open().reviews(limit: limit)
        if store.format == .json {
          return try Output.answer(json: Answer(open: open, tasks: tasks, disputes: disputes))
        }
        for task in tasks { Output.answer(task.text) }
        for dispute in disputes {
          Output.answer(
            "not mine: \(dispute.institution) \(dispute.reportId), of \(dispute.person ?? "nobody"), since \(dispute.since)"
          )
        }
        Output.answer("\(open) tasks and \(disputes.count) disputes are open")
        if open > 0 {
          Output.note("next: huren person review same TASK, or not-the-same TASK, with --actor and --reason")
        }
        if !disputes.isEmpty { Output.note("next: huren person settle INSTITUTION REPORT theirs|not-theirs") }
      }
    }

    struct Same: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "The two are one person.")
      @OptionGroup var store: StoreOptions
      @OptionGroup var by: ReasonOptions
      @Argument(help: "The task's number.")
      var task: Int64

      func run() throws { try store.answer(try store.open().answer(review: task, isSame: true, by.given())) }
    }

    struct NotTheSame: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "The two are not one person: a veto that nothing but an undo takes back.")
      @OptionGroup var store: StoreOptions
      @OptionGroup var by: ReasonOptions
      @Argument(help: "The task's number.")
      var task: Int64

      func run() throws { try store.answer(try store.open().answer(review: task, isSame: false, by.given())) }
    }

    struct Done: ParsableCommand {
      static let configuration = CommandConfiguration(abstract: "What humans said of who is who, the last first.")
      @OptionGroup var store: StoreOptions

      func run() throws {
        let acts = try store.open().personActs()
        if store.format == .json { return try Output.answer(json: acts) }
        for act in acts { Output.answer(act.text) }
      }
    }
  }

  struct Rebuild: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Counts a new model from the registry's own records and says what it would change; with --apply puts it in force.",
      discussion: "Without --apply nothing is changed: a shadow run. An earlier model comes back with --model VERSION.")
    @OptionGroup var store: StoreOptions
    @Flag(help: "Put the model in force and regroup the records that it groups otherwise.")
    var apply = false
    @Option(help: "An earlier model's version, instead of counting a new one.")
    var model: String?
    @Option(help: "Who decides; needed with --apply.")
    var actor: String?
    @Option(help: "Why; needed with --apply.")
    var reason: String?

    func validate() throws {
      if apply, actor == nil || reason == nil { throw ValidationError("--apply needs --actor and --reason") }
    }

    func run() throws {
      let by = apply ? try PersonActReason(actor: actor ?? "", words: reason ?? "") : nil
      let rebuild = try store.open().rebuild(model: model, apply: by) { done, total in
        Output.progress("\(done) of \(total) records")
      }
      Output.progress("")
      if store.format == .json { return try Output.answer(json: rebuild) }
      Output.answer(rebuild.text)
      if by == nil { Output.note("nothing was changed; to put it in force: --apply --actor NAME --reason TEXT") }
    }
  }
}
