import ArgumentParser
import Clinical
import Feeds
import Foundation
import Registry

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take feeds in: files, folders, archives, or - for standard input; any mix of dialects.",
    discussion: """
      A message is taken in whole or quarantined whole; the rest goes on. The same bytes again change nothing.
      --dry-run --explain shows what each message would become, datum by datum with its path, and stores nothing.
      """)

  @OptionGroup var store: StoreOptions
  @Argument(help: "Files, folders (recursive), .zip .tar.gz archives, or -.")
  var paths: [String]
  @Option(
    name: .customLong("from"),
    help: "Whose feed this is: the institution's code, for messages that do not say. One that names another is refused."
  )
  var institution: String?
  @Flag(help: "Read and resolve, store nothing.")
  var dryRun = false
  @Flag(help: "With --dry-run: every datum of every message, with where it came from.")
  var explain = false
  @Option(help: "With --dry-run: a reference folder to use instead of the loaded one, e.g. while writing a mapping.")
  var reference: String?
  @Option(help: "The most bytes an archive may unpack to.")
  var unpackLimit: Int = FeedLimits().unpacked

  func validate() throws {
    if explain && !dryRun { throw ValidationError("--explain goes with --dry-run") }
    if reference != nil && !dryRun {
      throw ValidationError("--reference goes with --dry-run; load it with `huren reference load`")
    }
    if paths.isEmpty { throw ValidationError("name at least one file, folder or archive, or - for standard input") }
  }

  func run() async throws {
    // What is misspelt on the command line is no message of anybody's: nothing is imported then.
    for path in paths where path != "-" && !FileManager.default.isReadableFile(atPath: path) {
      throw RegistryError.unreadable(path: path)
    }
    var limits = FeedLimits()
    limits.unpacked = unpackLimit
    if dryRun { return try dryRun(limits) }
    let registry = try store.open()
    let outcome = try await registry.receive(paths, from: institution, limits: limits) {
      Output.progress(ImportCommand.line($0))
    }
    Output.progress("")
    // A process that ends before all its tasks have let go of the file would leave its log beside it.
    try registry.close()
    try report(outcome)
  }

  private func report(_ outcome: Registry.ImportOutcome) throws {
    let summary = outcome.summary
    outcome.tell(atMost: store.format == .json ? 20 : 40)
    if store.format == .json {
      try Output.answer(json: summary)
    } else {
      Output.answer(
        """
        \(summary.messages) messages of \(summary.files) files: \(summary.accepted) accepted, \(summary.duplicate) known \
        already, \(summary.quarantined) quarantined
        reports: \(summary.reports.new) new, \(summary.reports.corrected) corrected, \(summary.reports.cancelled) cancelled, \
        \(summary.reports.older) older; \
        \(summary.results) results, \(summary.unmappedItems) with a code not mapped yet; \(summary.personsCreated) new persons
        """)
      if let events = summary.patientEvents {
        Output.answer("\(events) statements of institutions on their patients' numbers")
      }
      if summary.unmappedItems > 0 { Output.note("next: huren audit catalogue shows the codes to map") }
      if summary.quarantined > 0 { Output.note("next: huren quarantine list shows why, and what to do") }
    }
    if summary.quarantined > 0 { throw ExitCode.incomplete }
  }

  private func dryRun(_ limits: FeedLimits) throws {
    let registry = try? store.open()
    let loaded = try Registry.referenceForDryRun(directory: reference, registry: registry)
    if loaded == nil {
      Output.note(
        "no reference data is loaded: mappings and senders are not known; add --reference DIR to try a folder")
    }
    var refused = 0
    let explainer = try Explainer(reference: loaded, from: institution)
    let seen = explainer.explain(paths, limits: limits) { message in
      if !message.isAccepted { refused += 1 }
      if store.format == .json {
        var shown = message
        // A patient's data are shown to whoever asks for them.
        if !explain { shown.data = [] }
        try? Output.answer(json: shown)
      } else {
        for line in message.text(withData: explain) { Output.answer(line) }
      }
    }
    if store.format == .text {
      Output.answer(
        "\(seen) messages, \(refused) would be quarantined; nothing was stored, nor held against what is stored")
    }
    if refused > 0 { throw ExitCode.incomplete }
  }

  /// `12 400 messages, 8 300/s, 41 MB of 330 MB, 0:35 left`.
  private static func line(_ progress: ImportProgress) -> PrintedText {
    let rate = progress.seconds > 0 ? Double(progress.messages) / progress.seconds : 0
    var text: PrintedText = "\(progress.messages) messages, \(Int(rate))/s, \(progress.bytesRead >> 20) MB"
    if let total = progress.bytesTotal, progress.bytesRead > 0, total >= progress.bytesRead {
      let left = Int(Double(total - progress.bytesRead) / Double(progress.bytesRead) * progress.seconds)
      text += " of \(total >> 20) MB, \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }
    return progress.quarantined > 0 ? text + ", \(progress.quarantined) quarantined" : text
  }
}

extension Registry.ImportOutcome {
  /// Says beside the answer what was not taken, and what is known in a newer version, each with its place.
  func tell(atMost limit: Int) {
    for problem in problems.prefix(limit) {
      let place = problem.line > 0 ? ":\(problem.line):\(problem.column)" : ""
      let path = problem.path.isEmpty || problem.path == "/" ? "" : " \(problem.path)"
      Output.note("\(problem.label)\(place):\(path) \(problem.code): \(problem.reason)")
    }
    if problems.count > limit { Output.note("… and \(summary.quarantined - limit) more: huren quarantine list") }
    for report in older.prefix(20) {
      Output.note("\(report.label):\(report.line):\(report.column): \(report.code): \(report.reason)")
    }
    if older.count > 20 { Output.note("… and \(summary.reports.older - 20) more reports that are older") }
  }
}
