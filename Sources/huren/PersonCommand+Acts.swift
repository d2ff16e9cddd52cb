public import ArgumentParser
import Clinical
public import Registry

/// Who says something of who is who, and why: both are kept for ever.
struct ReasonOptions: ParsableArguments {
  @Option(help: "Who decides: a name or a staff number.")
  var actor: String
  @Option(help: "Why. It lies beside the chain of events, which holds its digest.")
  var reason: String

  func given() throws -> PersonActReason { try PersonActReason(actor: actor, words: reason) }
}

extension RecordName: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension StoreOptions {
  func answer(_ outcome: PersonActOutcome) throws {
    if format == .json { return try Output.answer(json: outcome) }
    Output.answer(
      .row("\(outcome.event)", "\(outcome.moved) records moved", "\(outcome.persons.joined(separator: " "))"))
    Output.note("to take it back: huren person undo \(outcome.event)")
    if outcome.moved > 0 {
      Output.note("next: huren audit reassigned lists decisions on results that belong to another now")
    }
  }
}

extension PersonCommand {
  struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says that people are one: the oldest code stays, the others redirect to it for ever.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "Two codes or more.")
    var codes: [String]
    @Flag(help: "Although they have different valid resident IDs.")
    var overrideNumbers = false

    func run() throws {
      try store.answer(try store.open().merge(codes, overridesNumbers: overrideNumbers, by.given()))
    }
  }

  struct Split: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says that some records of a person are another's; results follow at once.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The person's code.")
    var code: String
    @Argument(help: "The records that are another's, as `huren person show` names them.")
    var records: [RecordName]

    func run() throws { try store.answer(try store.open().split(code, records, by.given())) }
  }

  struct SplitRecord: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "split-record",
      abstract:
        "Says that some reports of one record are another patient's, whom the institution knows by the same number.",
      discussion: """
        The other patient gets a record of their own, with what the messages of those reports were the first to say. Results, decisions \
        and claims follow at once, and so do later versions of the reports.
        """)
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The record, as `huren person show` names it.")
    var record: RecordName
    @Argument(help: "The numbers of the reports that are the other patient's.")
    var reports: [String]

    func run() throws { try store.answer(try store.open().splitRecord(record, reports: reports, by.given())) }
  }

  struct Unlink: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says that one record is not the person's it is with.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The record, as `huren person show` names it.")
    var record: RecordName

    func run() throws { try store.answer(try store.open().unlink(record, by.given())) }
  }

  struct Link: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Links a record to a person by hand, or the records of a plain table among themselves.",
      subcommands: [PersonTableCommand.self, Record.self], defaultSubcommand: PersonTableCommand.self)

    struct Record: ParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Moves a record to a person: it is no more of the one it was with.")
      @OptionGroup var store: StoreOptions
      @OptionGroup var by: ReasonOptions
      @Argument(help: "The record, as `huren person show` names it.")
      var record: RecordName
      @Argument(help: "The person's code.")
      var code: String

      func run() throws { try store.answer(try store.open().link(record, to: code, by.given())) }
    }
  }

  struct Undo: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Takes back a merge, split, link or review, or what an institution said of its numbers: records go back to the codes they had."
    )
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The event, as the command that is taken back printed it.")
    var event: String

    func run() throws { try store.answer(try store.open().undo(event, by.given())) }
  }

  struct NotMine: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "not-mine",
      abstract: "A person says that a report is not theirs: it is recognised for nobody until that is settled.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The institution that sent it.")
    var institution: String
    @Argument(help: "The report's number.")
    var report: String

    func run() throws {
      try store.answer(try store.open().dispute(institution: institution, report: report, by.given()))
    }
  }

  struct Settle: ParsableCommand {
    enum Finding: String, ExpressibleByArgument, CaseIterable {
      case theirs
      case notTheirs = "not-theirs"
    }

    static let configuration = CommandConfiguration(
      abstract: "Settles a dispute about a report: found to be theirs, or not, and then recognised for nobody for ever."
    )
    @OptionGroup var store: StoreOptions
    @OptionGroup var by: ReasonOptions
    @Argument(help: "The institution that sent it.")
    var institution: String
    @Argument(help: "The report's number.")
    var report: String
    @Argument(help: "theirs or not-theirs.")
    var finding: Finding

    func run() throws {
      try store.answer(
        try store.open().settle(
          institution: institution, report: report, areTheirs: finding == .theirs, by.given()))
    }
  }
}
