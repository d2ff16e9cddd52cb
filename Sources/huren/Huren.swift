import ArgumentParser
import Clinical
import Registry

/// `huren`: the registry from the command line. One file per verb.
@main
struct Huren: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "huren",
    abstract: "互认: a registry for the mutual recognition of test results between hospitals.",
    discussion: """
      Begin with:  huren reference load Samples/reference
                   huren import Samples/feeds
                   huren decide Samples/orders.ndjson

      Exit codes: 0 done; 1 failed; 2 done, but some input was quarantined or could not be decided; 64 wrong usage.
      """,
    version: "0.1.0",
    subcommands: [
      ReferenceCommand.self, ImportCommand.self, QuarantineCommand.self, PersonCommand.self, QueryCommand.self,
      DecideCommand.self, FeedbackCommand.self, AuditCommand.self, ClientCommand.self, UserCommand.self,
      ServeCommand.self, BackupCommand.self,
      CheckCommand.self,
    ])

  /// Runs the verb. An error of the registry is told, and ends the process, as the table of errors says.
  static func main() async {
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch {
      guard let row = ErrorTable.row(ofAny: error) else { exit(withError: error) }
      Output.note("Error: \(row.text)")
      exit(withError: ExitCode(row.exit.rawValue))
    }
  }
}
