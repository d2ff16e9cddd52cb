import Clinical
import Crypto
import Feeds
import RegistryStore

/// A file, or a part of an archive, that could not be read: it lies in quarantine without a body until it is imported again.
struct UnreadFile: Hashable {
  let label: String
  let code: String
  let reason: String

  init(_ problem: FeedProblem) { (label, code, reason) = (problem.label, problem.code.rawValue, problem.reason) }

  init(_ kept: QuarantinedMessage) { (label, code, reason) = (kept.label, kept.code, kept.reason) }

  static let advice = "mend or send what the reason says, then import the file again"

  /// What stands for bytes that there are none of.
  func digest(at recordedAt: Instant) -> [UInt8] {
    let parts = [label, code, reason, String(recordedAt.milliseconds)]
    return SHA256.hash(data: Array(parts.joined(separator: "\u{1F}").utf8)).bytes()
  }
}

extension Registry {
  /// Has the list of the quarantine say which files an import could not read: each once, however often it is tried, and none that
  /// could be read meanwhile.
  func keep(_ files: [UnreadFile], mended: Set<String>) throws {
    if files.isEmpty, mended.isEmpty { return }
    try store.write { transaction in
      let known = try transaction.unreadFiles()
      let (now, tried) = (Set(files), mended.union(files.map(\.label)))
      for file in known where tried.contains(file.label) && !now.contains(UnreadFile(file)) {
        try transaction.release(quarantine: file.id, recordedAt: transaction.recordedAt)
      }
      let body = Compressor().compress([])
      for file in now.subtracting(known.map { UnreadFile($0) }).sorted(by: { $0.label < $1.label }) {
        try transaction.quarantine(
          QuarantinedMessage(
            digest: file.digest(at: transaction.recordedAt), code: file.code, reason: file.reason, label: file.label,
            line: 0, column: 0, path: "", frame: QuarantinedMessage.fileFrame, prologue: [],
            recordedAt: transaction.recordedAt), feed: try transaction.feed(file.label), body: body)
      }
    }
  }
}
