import ArgumentParser
import Feeds
import Foundation
import Registry

/// Mutants of sample files, read as a feed would be: each must end accepted or quarantined with a reason, in time, without a crash.
struct SoakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak", abstract: "Reads mutants of the files in a folder; a crash or a hang ends it.")

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

  func run() async throws {
    let files = try sources()
    guard let loaded = try Registry.referenceForDryRun(directory: reference, registry: nil), !files.isEmpty else {
      throw ValidationError("no files in \(folder)")
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "huren-soak-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var random = SeededRandom(seed: seed)
    var accepted = 0
    var refused = 0
    var slowest = 0.0
    for index in 0..<mutants {
      let source = files[Int(random.next() % UInt64(files.count))]
      let mutant = mutate(source, &random)
      try Data(mutant).write(to: URL(filePath: path))
      let start = ContinuousClock.now
      _ = try Registry.explain([path], limits: .init(), reference: loaded) { message in
        if message.isAccepted {
          accepted += 1
        } else {
          refused += 1
          if message.notes.isEmpty {
            print("mutant \(index) of seed \(seed): refused without a reason; kept as soak-\(seed)-\(index)")
            try? Data(mutant).write(to: URL(filePath: "soak-\(seed)-\(index)"))
          }
        }
      }
      let duration = ContinuousClock.now - start
      let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
      slowest = max(slowest, seconds)
      if seconds > limit {
        print("mutant \(index) of seed \(seed) took \(seconds) s")
        throw ExitCode.failure
      }
    }
    print("\(mutants) mutants: \(accepted) messages accepted, \(refused) refused with a reason, slowest \(slowest) s")
  }

  private func sources() throws -> [[UInt8]] {
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

  /// One to eight changes: a byte, a cut, a repetition, a swap, a piece of markup.
  private func mutate(_ source: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    let pieces = [
      "<", ">", "&", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "<?xml version=\"1.0\"?>", "<!DOCTYPE x [", "</",
      "/>", "&#0;",
      "&lt;", "\u{0}", "\u{FEFF}", "<0.01", "{", "}", "[", "\\u", "|", "~", "^", "\r", "<ORU_R01>", "</ORU_R01>", "é",
      "\u{FFFF}",
      "00000000", "-", "null", String(repeating: "9", count: 40), String(repeating: "<a>", count: 300),
    ]
    var bytes = source
    for _ in 0..<(1 + random.next() % 8) {
      if bytes.isEmpty { return bytes }
      let place = Int(random.next() % UInt64(bytes.count))
      let length = min(Int(random.next() % 200), bytes.count - place)
      switch random.next() % 7 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.removeSubrange(place..<place + length)
      case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 3: bytes.insert(contentsOf: Array(pieces[Int(random.next() % UInt64(pieces.count))].utf8), at: place)
      case 4: bytes.removeSubrange(place...)
      case 5: bytes.swapAt(place, Int(random.next() % UInt64(bytes.count)))
      default:
        let other = Int(random.next() % UInt64(bytes.count))
        bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<min(other + length, bytes.count)]))
      }
    }
    return bytes
  }
}
