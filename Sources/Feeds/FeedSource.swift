import Glibc
import XMLReading

/// Streams of bytes behind paths, in order.
struct FeedSource {
  enum Item {
    case feed(label: String, any ByteSource)
    case problem(FeedProblem)
  }

  /// A path as the system knows it, which need not be UTF-8, and what it is called.
  private struct Path {
    var bytes: [CChar]
    var label: String
    /// How many folders it stands in, from the path that was given on.
    var depth = 0

    init(_ text: String) {
      bytes = Array(text.utf8CString)
      label = text
    }

    /// An entry of a folder.
    func appending(_ name: [UInt8], _ decoder: TextDecoder) -> Path {
      var path = self
      path.depth += 1
      let slash: [UInt8] = label.hasSuffix("/") ? [] : [0x2F]
      path.bytes = bytes.dropLast() + (slash + name + [0]).map { CChar(bitPattern: $0) }
      path.label += (slash.isEmpty ? "" : "/") + FeedSource.text(name, decoder)
      return path
    }
  }

  private enum Pending {
    /// A path as it was given.
    case given(String)
    /// A path within a folder, which lies within that root.
    case found(Path, root: [CChar])
    case body(FeedBody, label: String)
    case archive(Archive)
  }

  private let limits: FeedLimits
  private let decoder = TextDecoder()
  /// The next is the last.
  private var pending: [Pending]
  /// Folders seen: a symbolic link may lead back to one.
  private var folders: Set<[CChar]> = []

  init(paths: [String], limits: FeedLimits) {
    self.limits = limits
    pending = paths.reversed().map { .given($0) }
  }

  init(_ body: FeedBody, label: String, limits: FeedLimits) {
    self.limits = limits
    pending = [.body(body, label: label)]
  }

  /// A name in whatever encoding its system writes.
  static func text(_ name: [UInt8], _ decoder: TextDecoder) -> String {
    let text = name.withUnsafeBufferPointer { decoder.text($0, .nothing) }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  mutating func next() -> Item? {
    while let here = pending.popLast() {
      switch here {
      case .given("-"): if let item = open("standard input", FileSource(descriptor: STDIN_FILENO)) { return item }
      case .body(let body, let label): if let item = open(label, body.source()) { return item }
      case .given(let path): if let item = visit(Path(path), root: nil) { return item }
      case .found(let path, let root): if let item = visit(path, root: root) { return item }
      case .archive(let archive):
        guard let item = archive.next() else { continue }
        pending.append(here)
        if case .archive(let inner) = item {
          pending.append(.archive(inner))
        } else if let item = item.item {
          return item
        }
      }
    }
    return nil
  }

  private mutating func visit(_ path: Path, root: [CChar]?) -> Item? {
    guard
      let real = realpath(path.bytes, nil).map({ pointer in
        defer { free(pointer) }
        return Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer) + 1))
      })
    else { return problem(path, "it cannot be found: " + String(cString: strerror(errno))) }
    // A link out of the folder is not what was asked for.
    if let root, !Self.isWithin(real, root) { return nil }
    var status = stat()
    guard stat(real, &status) == 0 else {
      return problem(path, "it cannot be read: " + String(cString: strerror(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return list(path, real, root: root ?? real)
    case S_IFREG: break
    default: if root != nil { return problem(path, "it is no file: skipped") }
    }
    do throws(ByteSourceError) {
      return open(path.label, try FileSource(path: path.bytes, limits: limits))
    } catch {
      return problem(path, error.reason)
    }
  }

  private static func isWithin(_ path: [CChar], _ root: [CChar]) -> Bool {
    let slash = CChar(0x2F)
    let folder = root.count == 2 && root[0] == slash ? [slash] : root.dropLast() + [slash]
    return path == root || path.starts(with: folder)
  }

  private mutating func list(_ path: Path, _ real: [CChar], root: [CChar]) -> Item? {
    guard folders.insert(real).inserted else { return nil }
    if path.depth >= limits.folders {
      let reason = "more than \(limits.folders) folders within one another: give this one by itself"
      return .problem(FeedProblem(label: path.label, code: .limitExceeded, reason: reason))
    }
    guard let directory = opendir(path.bytes) else {
      return problem(path, "it cannot be read: " + String(cString: strerror(errno)))
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name.first != 0x2E { names.append(name) }
    }
    pending += names.sorted { $0.lexicographicallyPrecedes($1) }.reversed().map {
      .found(path.appending($0, decoder), root: root)
    }
    return nil
  }

  private func problem(_ path: Path, _ reason: String) -> Item {
    .problem(FeedProblem(label: path.label, code: .unreadable, reason: reason))
  }

  /// A feed, or the first entry of an archive.
  private mutating func open(_ label: String, _ file: FileSource) -> Item? {
    open(label, SniffedSource(file, seekable: file))
  }

  private mutating func open(_ label: String, _ source: SniffedSource) -> Item? {
    guard source.isArchive else { return .feed(label: label, source) }
    pending.append(.archive(Archive(label: label, source, limits: limits, decoder, depth: 0)))
    return nil
  }
}
