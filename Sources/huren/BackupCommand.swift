import ArgumentParser
import Clinical
import Foundation
import Registry

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "A consistent copy of the registry, while it is in use.")
  @OptionGroup var store: StoreOptions
  @Argument(help: "The file to write; it must not exist.")
  var file: String

  func run() throws {
    let folder = URL(filePath: file).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder) else {
      throw RegistryError.missingFolder(path: folder)
    }
    try store.open().backup(to: file)
    Output.note("written; try it with: huren check --db \(file)")
    if store.format == .json { try Output.answer(json: ["backup": file]) }
  }
}
