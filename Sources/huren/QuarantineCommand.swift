import ArgumentParser
import Clinical
import Registry
import RegistryStore

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "What could not be taken in, why, and what to do next.",
    subcommands: [List.self, Show.self, Retry.self])

  /// A quarantined message as it is shown.
  struct Entry: Encodable {
    var id: Int64
    var code: String
    var reason: String
    var next: String
    var file: String
    var line: Int
    var column: Int
    var path: String
    /// The institution that the feed was said to be of; nil where nothing was said.
    var from: String?
    var recordedAt: String

    init(_ message: QuarantinedMessage, zone: RegistryZone) {
      id = message.id
      code = message.code
      reason = message.reason
      next = Registry.advice(for: message)
      file = message.label
      line = message.line
      column = message.column
      path = message.path
      from = message.feedOf
      recordedAt = zone.rfc3339(message.recordedAt)
    }

    var text: PrintedText {
      let feed = from.map { ", in the feed of \($0)" } ?? ""
      // Of a file that could not be read there is no place within.
      let place = line > 0 ? ":\(line):\(column) \(path)" : ""
      return .row("\(id)", "\(code)", "\(file)\(place)\(feed)") + "\n\t\(reason)\n\tnext: \(next)"
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "What is in quarantine, oldest first.")
    @OptionGroup var store: StoreOptions

    func run() throws {
      let registry = try store.open()
      let zone = try registry.zone()
      let entries = try registry.quarantined().map { Entry($0, zone: zone) }
      if store.format == .json { return try Output.answer(json: entries) }
      for entry in entries { Output.answer(entry.text) }
      Output.answer(entries.isEmpty ? "nothing is in quarantine" : "\(entries.count) in quarantine")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One message: why it is here, and its original bytes (they hold a patient's data).")
    @OptionGroup var store: StoreOptions
    @Argument(help: "Its number, from `huren quarantine list`.")
    var id: Int64

    func run() throws {
      let registry = try store.open()
      let (message, bytes) = try registry.quarantined(id)
      let entry = Entry(message, zone: try registry.zone())
      if store.format == .json { return try Output.answer(json: entry) }
      Output.answer(entry.text)
      if message.isReleased {
        Output.answer(message.isFile ? "\tit was imported later" : "\tit was taken in later, by a retry")
      }
      if message.isFile { return }
      Output.answer(PrintedText(lines: String(decoding: bytes, as: UTF8.self)))
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Try everything in quarantine again, with the reference data and mappings of today.")
    @OptionGroup var store: StoreOptions

    func run() throws {
      let outcome = try store.open().retryQuarantine()
      let summary = outcome.summary
      outcome.tell(atMost: 40)
      if store.format == .json {
        try Output.answer(json: summary)
      } else {
        Output.answer(
          "\(summary.accepted) taken in, \(summary.duplicate) known already, \(summary.quarantined) remain in quarantine"
        )
      }
      if summary.quarantined > 0 { throw ExitCode.incomplete }
    }
  }
}
