import Clinical
import XMLReading

/// The entries of a Bundle (or the parameters of a Parameters resource), each resource once: of several versions the newest, of
/// equal ones the first. What is left out is remarked.
struct FHIREntries {
  struct Entry {
    /// The resource; nil where the entry says that it is deleted.
    var resource: XMLElement?
    var fullURL: String?
    var version: FHIRVersion
    /// Where the entry deletes: the address it names.
    var deletes: String?
    /// A history says that it was deleted since.
    var isDeleted = false
  }

  private(set) var entries: [Entry] = []
  private(set) var remarks: [FHIRRemark] = []
  private let isHistory: Bool

  init(_ container: XMLElement, zone: RegistryZone) {
    isHistory = container.value("type") == "history"
    if container.name == "Parameters" {
      addParameters(of: container, zone)
    } else {
      for element in container.all("entry") { add(element, zone) }
    }
    keepNewest()
  }

  private mutating func addParameters(of container: XMLElement, _ zone: RegistryZone) {
    var waiting = Array(container.all("parameter").reversed())
    while let parameter = waiting.popLast() {
      if let resource = parameter.first("resource")?.firstChild {
        entries.append(Entry(resource: resource, version: FHIRVersion(of: resource, zone)))
      }
      waiting += parameter.all("part").reversed()
    }
  }

  private mutating func add(_ element: XMLElement, _ zone: RegistryZone) {
    let request = element.first("request")
    let method = request?.value("method")
    if method == "PATCH" {
      remarks.append(
        FHIRRemark(
          .leftAside, "a PATCH, which changes what this message does not hold: send the resource whole", element))
      return
    }
    let resource = element.first("resource")?.firstChild
    var version = resource.map { FHIRVersion(of: $0, zone) } ?? FHIRVersion()
    version.add(response: element.first("response"), zone)
    var entry = Entry(resource: resource, fullURL: element.value("fullUrl"), version: version)
    if method == "DELETE" {
      entry.resource = nil
      guard let address = request?.value("url") ?? entry.fullURL else { return }
      entry.deletes = address
    } else if resource == nil {
      return
    }
    entries.append(entry)
    if method == "DELETE", !isHistory {
      remarks.append(
        FHIRRemark(
          .leftAside, "a DELETE, which names no report: send the resource with status entered-in-error instead", element
        ))
    }
  }

  /// Linear: each entry is compared with the one that stands under its address so far.
  private mutating func keepNewest() {
    var places: [String: Int] = [:]
    var isKept = [Bool](repeating: true, count: entries.count)
    var isContested = false
    for index in entries.indices {
      guard let resource = entries[index].resource else { continue }
      guard let address = FHIRAddress.own(of: resource, entries[index].fullURL),
        let known = places.updateValue(index, forKey: address)
      else { continue }
      isContested = true
      switch choice(known, index) {
      case .first:
        isKept[index] = false
        places[address] = known
      case .second: isKept[known] = false
      case .neither:
        places[address] = known
        remarks.append(
          FHIRRemark(
            .danglingReference, "two different resources have one address, and nothing tells which is newer", resource))
      }
    }
    if entries.contains(where: { $0.deletes != nil }) { applyDeletions(places) } else if !isContested { return }
    var kept: [Entry] = []
    kept.reserveCapacity(entries.count)
    for index in entries.indices where isKept[index] && entries[index].resource != nil { kept.append(entries[index]) }
    entries = kept
  }

  private enum Choice {
    case first, second, neither
  }

  private mutating func choice(_ known: Int, _ index: Int) -> Choice {
    guard let first = entries[known].resource, let second = entries[index].resource else { return .first }
    if first.says(sameAs: second), entries[index].version.isNewer(than: entries[known].version) != true {
      return .first
    }
    let isNewer = entries[index].version.isNewer(than: entries[known].version)
    // A history begins with the newest.
    guard let isNewer = isNewer ?? (isHistory ? false : nil) else { return .neither }
    let older = isNewer ? first : second
    if !first.says(sameAs: second) {
      remarks.append(FHIRRemark(.older, "an older version of a resource of this message: the newest counts", older))
    }
    return isNewer ? .second : .first
  }

  /// A history that deletes a resource takes it back; in a transaction what is written again stands.
  private mutating func applyDeletions(_ places: [String: Int]) {
    guard isHistory else { return }
    var byLocal: [String: Int] = [:]
    for (address, index) in places { byLocal[FHIRAddress.local(address) ?? address] = index }
    for (position, entry) in entries.enumerated() {
      guard let address = entry.deletes else { continue }
      guard let index = places[address] ?? byLocal[FHIRAddress.local(address) ?? address] else { continue }
      if entry.version.isNewer(than: entries[index].version) ?? (position < index) { entries[index].isDeleted = true }
    }
  }
}

/// What tells which of two forms of a resource is the newer one.
struct FHIRVersion {
  var updated: Instant?
  var id: String?

  init() {}

  init(of resource: XMLElement, _ zone: RegistryZone) {
    guard let meta = resource.first("meta") else { return }
    updated = meta.value("lastUpdated").flatMap { zone.instant($0) }
    id = meta.value("versionId")
  }

  /// Takes from a response what the resource does not say: `lastModified` and `etag` (`W/"3"`).
  mutating func add(response: XMLElement?, _ zone: RegistryZone) {
    guard let response else { return }
    updated = updated ?? response.value("lastModified").flatMap { zone.instant($0) }
    id =
      id
      ?? response.value("etag").map { String($0.drop { $0 == "W" || $0 == "/" || $0 == "\"" }.prefix { $0 != "\"" }) }
  }

  /// nil: they do not tell.
  func isNewer(than other: FHIRVersion) -> Bool? {
    if let id, let otherID = other.id, id != otherID, let number = NumericText.count(id),
      let otherNumber = NumericText.count(otherID)
    {
      return number > otherNumber
    }
    guard let updated, let otherUpdated = other.updated, updated != otherUpdated else { return nil }
    return updated > otherUpdated
  }
}

/// Something noted while resources are gathered.
struct FHIRRemark {
  var code: Finding.Code
  var message: String
  var element: XMLElement

  init(_ code: Finding.Code, _ message: String, _ element: XMLElement) {
    self.code = code
    self.message = message
    self.element = element
  }
}
