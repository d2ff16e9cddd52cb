import ArgumentParser
import Feeds
import Foundation
import Registry

/// Mutants of sample files, read as a feed would be: each must end accepted or quarantined with a reason, in time, without a crash, and
/// nothing that it says of a result may vanish in silence.
struct SoakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract:
      "Reads mutants of the files in a folder; a crash, a hang or a word of a result that is lost in silence ends it.")

  @Argument(help: "A folder of feeds, e.g. Samples/feeds.")
  var folder: String
  @Option(help: "A reference folder.")
  var reference: String
  @Option(help: "How many mutants.")
  var mutants = 100_000
  @Option(help: "The same seed makes the same mutants.")
  var seed: UInt64 = 1
  @Option(help: "The longest a mutant may take, in seconds.")
  var limit = 1.0
  @Option(help: "How many of ten keep the structure of their message.")
  var structured: UInt64 = 7

  func run() async throws {
    let files = try Self.sources(folder)
    guard let loaded = try Registry.referenceForDryRun(directory: reference, registry: nil), !files.isEmpty else {
      throw ValidationError("no files in \(folder)")
    }
    let workers = ProcessInfo.processInfo.activeProcessorCount
    let soak = Soak(files: files, seed: seed, structured: structured, limit: limit)
    var total = Soak.Figures()
    try await withThrowingTaskGroup(of: Soak.Figures.self) { [mutants] group in
      for worker in 0..<workers {
        group.addTask { try soak.run(stride(from: worker, to: mutants, by: workers), Explainer(reference: loaded)) }
      }
      for try await figures in group { total.add(figures) }
    }
    print(
      "\(mutants) mutants: \(total.accepted) messages accepted, \(total.refused) refused with a reason, "
        + "slowest \(total.slowest) s, \(total.failed) failed")
    if total.failed > 0 { throw ExitCode.failure }
  }

  static func sources(_ folder: String) throws -> [[UInt8]] {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return [] }
    return try names.compactMap { $0 as? String }.sorted().compactMap { name in
      let path = folder + "/" + name
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
        return nil
      }
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
  }
}
