/// Files that could not be read before, by their labels: which of them were read now.
struct WatchedFiles {
  private let all: Set<String>
  /// By what shows that they are read: their own label, or that of the archive they lie in. What was found is gone from it.
  private var sought: [String: [String]] = [:]
  /// By each archive they lie in.
  private var within: [String: [String]] = [:]
  private var reached: Set<String> = []
  private var failed: Set<String> = []

  init(_ labels: Set<String>) {
    all = labels
    for label in labels {
      sought[label, default: []].append(label)
      let ends = label.indices.filter { label[$0] == "!" }
      for end in ends { within[String(label[..<end]), default: []].append(label) }
      if let last = ends.last { sought[String(label[..<last]), default: []].append(label) }
    }
  }

  /// Those that were read, so far without a problem.
  var mended: Set<String> { reached.subtracting(failed) }

  /// A file, or an entry of an archive, is read: so are the archives and folders it lies in.
  mutating func read(_ label: String) {
    if sought.isEmpty { return }
    for end in label.indices where label[end] == "!" || label[end] == "/" {
      if let found = sought.removeValue(forKey: String(label[..<end])) { reached.formUnion(found) }
    }
    if let found = sought.removeValue(forKey: label) { reached.formUnion(found) }
  }

  mutating func fail(_ label: String) {
    if all.isEmpty { return }
    if all.contains(label) { failed.insert(label) }
    if let inside = within[label] { failed.formUnion(inside) }
  }
}
