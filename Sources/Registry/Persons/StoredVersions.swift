import Clinical
import RegistryStore

extension StoredReportVersion {
  /// As `ReportState` folds it.
  var version: ReportVersion {
    ReportVersion(report: report, institution: institution, contentDigest: content.hex)
  }
}

extension [StoredReportVersion] {
  /// The versions of each report together, in the order in which the first of each stands here.
  ///
  /// Versions are of one report when they have one number, share any other id, or one says that it takes the place of the other. All of
  /// them then carry the number of the oldest, by which others may know the report.
  var byReport: [[StoredReportVersion]] {
    let targets = Set(flatMap { $0.report.lineage?.replaces ?? [] })
    var groups = Groups(count: count)
    var places: [ReportKey: Int] = [:]
    for (place, version) in enumerated() {
      for key in version.keys(targets) {
        if let known = places[key] { groups.join(known, place) } else { places[key] = place }
      }
    }
    return groups.all.map { places in places.map { self[$0] }.underOneNumber }
  }

  private var underOneNumber: [StoredReportVersion] {
    guard let first, contains(where: { $0.report.reportNumber != first.report.reportNumber }) else { return self }
    let oldest = map(\.version).fromOldest.first?.report ?? first.report
    return map { version in
      var version = version
      version.report.reportNumber = oldest.reportNumber
      return version
    }
  }
}

/// Places that belong together, each group known by its first place.
private struct Groups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  private mutating func root(_ place: Int) -> Int {
    var place = place
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (root(a), root(b))
    parents[max(x, y)] = min(x, y)
  }

  /// In the order of their first places.
  var all: [[Int]] {
    var copy = self
    var order: [Int] = []
    var members: [Int: [Int]] = [:]
    for place in parents.indices {
      let root = copy.root(place)
      if members[root] == nil { order.append(root) }
      members[root, default: []].append(place)
    }
    return order.map { members[$0] ?? [] }
  }
}

private struct ReportKey: Hashable {
  var institution: String
  var id: String
}

extension StoredReportVersion {
  /// By what it belongs to a report.
  ///
  /// - Parameter targets: the documents and sets that others here say they take the place of: only then does a document's own id tell
  ///   something, for senders write one into all.
  fileprivate func keys(_ targets: Set<String>) -> [ReportKey] {
    var ids = number == report.reportNumber ? [number] : [number, report.reportNumber]
    ids += report.identities
    if let lineage = report.lineage {
      ids += lineage.replaces
      if let document = lineage.document, targets.contains(document) { ids.append(document) }
    }
    return ids.map { ReportKey(institution: institution, id: $0) }
  }
}
