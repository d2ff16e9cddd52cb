import Clinical
import XMLReading

/// Elements that together are one report.
extension MappingReader {
  /// Elements that together are one report, each of which may hold results.
  typealias Group = [XMLElement]

  /// The reports' elements, in the order of the first of each.
  mutating func groups(_ root: XMLElement) -> [Group] {
    let elements = places(mapping.sections.report.each, from: root).map(\.element)
    if elements.count < 2 { return elements.map { [$0] } }
    if let key = mapping.sections.report.groupBy {
      var groups = Groups()
      for (index, element) in elements.enumerated() {
        groups.add(element, key: text(key, scope(element, "", "rows", index)).map { [$0] })
      }
      return groups.groups
    }
    var ahead = quiet
    var groups = Groups()
    for element in elements { groups.add(element, key: ahead.reportKey(element)) }
    return groups.groups.flatMap { ahead.versions(of: $0) }
  }

  private struct Groups {
    private(set) var groups: [Group] = []
    private var positions: [[String]: Int] = [:]

    /// - Parameter key: what makes elements one report; nil: one of its own.
    mutating func add(_ element: XMLElement, key: [String]?) {
      if let key, let position = positions[key] { return groups[position].append(element) }
      if let key { positions[key] = groups.count }
      groups.append([element])
    }
  }

  /// Source and number; where results are added to a report, its parts are told by their order.
  private mutating func reportKey(_ element: XMLElement) -> [String]? {
    let keys = mapping.sections.report
    let scope = Scope(element: element, name: "")
    guard let number = text(keys.number, scope) else { return nil }
    let source = organization(keys.source, scope)
    let order = mapping.updateMode == .update ? code(keys.orderCode, scope)?.identifier : nil
    return [number, source?.identifier ?? "", source?.oid ?? "", source?.name ?? "", order ?? ""]
  }

  /// The versions of a report that its elements tell, oldest first. Elements are rows of one version; but those that tell anew and later
  /// all that the earlier told are the next.
  private mutating func versions(of group: Group) -> [Group] {
    if group.count < 2 { return [group] }
    var rows: [Instant: [Int]] = [:]
    for (index, element) in group.enumerated() {
      guard let time = versionTime(element) else { return [group] }
      rows[time, default: []].append(index)
    }
    if rows.count < 2 { return [group] }
    var versions: [(rows: [Int], items: Set<[String]>)] = []
    for (_, rows) in rows.sorted(by: { $0.key < $1.key }) {
      let items = Set(rows.flatMap { told(by: group[$0]) })
      if let last = versions.indices.last, versions[last].items.isEmpty || !items.isSuperset(of: versions[last].items) {
        versions[last].rows += rows
        versions[last].items.formUnion(items)
      } else {
        versions.append((rows, items))
      }
    }
    return versions.map { $0.rows.sorted().map { group[$0] } }
  }

  private mutating func versionTime(_ element: XMLElement) -> Instant? {
    let scope = Scope(element: element, name: "")
    return instant(mapping.sections.report.versionTime, scope) ?? instant(mapping.sections.report.reported, scope)
  }

  /// The codes of the results in an element.
  private mutating func told(by element: XMLElement) -> [[String]] {
    var items: [[String]] = []
    for keys in mapping.sections.observations {
      for element in elements(keys.each, Scope(element: element, name: "")) {
        let scope = Scope(element: element, name: "")
        guard let code = code(keys.code, scope) else { continue }
        items.append([code.system ?? "", code.identifier, text(keys.subID, scope) ?? ""])
      }
    }
    return items
  }
}
