import ArgumentParser
import Registry

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "A consistent copy of the registry, while it is in use.")
  @OptionGroup var store: StoreOptions
  @Argument(help: "The file to write; it must not exist.")
  var file: String

  func run() throws {
    try store.open().backup(to: file)
    Output.note("written; try it with: huren check --db \(file)")
    if store.format == .json { try Output.answer(["backup": file]) }
  }
}
