import Glibc

/// Streams of bytes behind paths, in order.
struct FeedSource {
  enum Item {
    case feed(label: String, any ByteSource)
    case problem(FeedProblem)
  }

  private enum Pending {
    /// A path as it was given.
    case given(String)
    /// A path within a folder, which lies within that root.
    case found(String, root: String)
    case archive(Archive)
  }

  private let limits: FeedLimits
  /// The next is the last.
  private var pending: [Pending]
  /// Folders seen: a symbolic link may lead back to one.
  private var folders: Set<String> = []

  init(paths: [String], limits: FeedLimits) {
    self.limits = limits
    pending = paths.reversed().map { .given($0) }
  }

  mutating func next() -> Item? {
    while let here = pending.popLast() {
      switch here {
      case .given("-"): if let item = open("standard input", FileSource(descriptor: STDIN_FILENO)) { return item }
      case .given(let path): if let item = visit(path, root: nil) { return item }
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

  private mutating func visit(_ path: String, root: String?) -> Item? {
    guard
      let real = realpath(path, nil).map({ pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      })
    else { return problem(path, "it cannot be found: " + String(cString: strerror(errno))) }
    // A link out of the folder is not what was asked for.
    if let root, real != root, !real.hasPrefix(root == "/" ? "/" : root + "/") { return nil }
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
      return open(path, try FileSource(path: path))
    } catch {
      return problem(path, error.reason)
    }
  }

  private mutating func list(_ path: String, _ real: String, root: String) -> Item? {
    guard folders.insert(real).inserted else { return nil }
    guard let directory = opendir(path) else {
      return problem(path, "it cannot be read: " + String(cString: strerror(errno)))
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    let base = path.hasSuffix("/") ? path : path + "/"
    pending += names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.reversed().map {
      .found(base + $0, root: root)
    }
    return nil
  }

  private func problem(_ path: String, _ reason: String) -> Item {
    .problem(FeedProblem(label: path, code: .unreadable, reason: reason))
  }

  /// A feed, or the first entry of an archive.
  private mutating func open(_ label: String, _ file: FileSource) -> Item? {
    let source = SniffedSource(file, seekable: file)
    guard source.isArchive else { return .feed(label: label, source) }
    pending.append(.archive(Archive(label: label, source, limits: limits, depth: 0)))
    return nil
  }
}
