/// What a document says of its place among the documents of its report (CDA `id`, `setId`, `versionNumber`, `relatedDocument`).
///
/// Ids are texts that hold their root. The set's id stands among the report's `identities`.
public struct DocumentLineage: Hashable, Sendable {
  /// The document's own id. That two documents bear one id makes them no versions of each other: senders copy ids from examples.
  public var document: String?
  /// The documents and sets it says that it takes the place of.
  public var replaces: [String] = []
  /// Its number within its set.
  public var version: Int?

  public init(document: String? = nil, replaces: [String] = [], version: Int? = nil) {
    self.document = document
    self.replaces = replaces
    self.version = version
  }

  /// Whether it says nothing.
  public var isEmpty: Bool { document == nil && replaces.isEmpty && version == nil }
}

extension Report {
  /// Whether this version says of itself that it takes the place of another: by its number in their set, else by naming it.
  public func replaces(_ other: Report) -> Bool {
    guard let lineage else { return false }
    if let own = lineage.version, let its = other.lineage?.version, own != its,
      identities.contains(where: other.identities.contains)
    {
      return own > its
    }
    return lineage.names(other) && !(other.lineage?.names(self) ?? false)
  }
}

extension DocumentLineage {
  fileprivate func names(_ report: Report) -> Bool {
    replaces.contains { $0 == report.lineage?.document || report.identities.contains($0) }
  }
}

extension [ReportVersion] {
  /// From the oldest to the newest: by age, but a document comes after what it says it takes the place of, however their times stand.
  public var fromOldest: [ReportVersion] {
    if count < 2 { return self }
    let sorted = sorted { $0.age < $1.age }
    guard sorted.contains(where: { $0.report.lineage.map { !$0.replaces.isEmpty || $0.version != nil } ?? false })
    else {
      return sorted
    }
    let before = sorted.placesBefore
    var isPlaced = [Bool](repeating: false, count: count)
    var isOpen = isPlaced
    var result: [ReportVersion] = []
    for start in sorted.indices {
      var stack = [start]
      while let place = stack.last {
        // What names one another in a ring stands in the order of age.
        let waiting = isOpen[place] ? [] : before[place].filter { !isPlaced[$0] && !isOpen[$0] }
        isOpen[place] = true
        if !waiting.isEmpty {
          stack += waiting
          continue
        }
        stack.removeLast()
        if isPlaced[place] { continue }
        isPlaced[place] = true
        result.append(sorted[place])
      }
    }
    return result
  }

  /// Of each version the places of those that it names: of several with one id the newest, and the one before it in its set.
  private var placesBefore: [[Int]] {
    var named: [String: Int] = [:]
    var sets: [String: [(version: Int, place: Int)]] = [:]
    for (place, version) in enumerated() {
      guard let lineage = version.report.lineage else { continue }
      if let document = lineage.document { named[document] = place }
      guard let number = lineage.version else { continue }
      for set in version.report.identities { sets[set, default: []].append((number, place)) }
    }
    var result = map { version in
      (version.report.lineage?.replaces ?? []).compactMap { named[$0] }
    }
    for members in sets.values {
      let ordered = members.sorted { ($0.version, $0.place) < ($1.version, $1.place) }
      for (older, newer) in zip(ordered, ordered.dropFirst()) { result[newer.place].append(older.place) }
    }
    for place in indices { result[place].removeAll { $0 == place } }
    return result
  }
}
