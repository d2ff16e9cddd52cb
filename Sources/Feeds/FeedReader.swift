/// The messages of files, folders, archives and standard input, one by one and in order. Nothing that cannot be read ends it:
/// it becomes a frame with a problem, or one of `problems`.
public struct FeedReader {
  private var source: FeedSource
  private let roots: MessageRoots
  private let limits: FeedLimits
  private var splitter: MessageSplitter?
  private var finishedBytes = 0

  /// How many files, archive entries among them, were begun.
  public private(set) var files = 0
  private var listed: [FeedProblem] = []
  private var unlisted = 0
  private var watched = WatchedFiles([])

  /// The watched files that were read, so far without a problem.
  public var mended: Set<String> { watched.mended }

  /// Files that gave nothing, or not all; those beyond the limit as one problem.
  public var problems: [FeedProblem] {
    guard unlisted > 0, let last = listed.last else { return listed }
    return listed + [
      FeedProblem(
        label: last.label, code: .limitExceeded,
        reason: "\(unlisted) more files like these are not listed: mend them first",
        count: unlisted)
    ]
  }

  /// - Parameter paths: files, folders, archives; `-` is standard input.
  public init(paths: [String], limits: FeedLimits = FeedLimits(), roots: MessageRoots) {
    source = FeedSource(paths: paths, limits: limits)
    self.roots = roots
    self.limits = limits
  }

  /// - Parameter label: what the body is called.
  public init(_ body: FeedBody, label: String, limits: FeedLimits = FeedLimits(), roots: MessageRoots) {
    source = FeedSource(body, label: label, limits: limits)
    self.roots = roots
    self.limits = limits
  }

  /// Bytes read so far, unpacked.
  public var bytes: Int { finishedBytes + (splitter?.bytesRead ?? 0) }

  /// The next frame; nil when there is none left.
  public mutating func next() -> MessageFrame? {
    while true {
      if let splitter {
        if let frame = splitter.next() { return frame }
        if let problem = splitter.problem { note(problem) }
        finishedBytes += splitter.bytesRead
        self.splitter = nil
      }
      switch source.next() {
      case .feed(let label, let bytes):
        files += 1
        watched.read(label)
        splitter = MessageSplitter(bytes, label: label, roots: roots, limits: limits)
      case .problem(let problem): note(problem)
      case nil: return nil
      }
    }
  }

  /// Finds of files that could not be read before whether they are now.
  public mutating func watch(_ labels: Set<String>) { watched = WatchedFiles(labels) }

  private mutating func note(_ problem: FeedProblem) {
    watched.fail(problem.label)
    if listed.count < limits.problems { listed.append(problem) } else { unlisted += 1 }
  }
}
