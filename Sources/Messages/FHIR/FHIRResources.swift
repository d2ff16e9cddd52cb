import Clinical
import XMLReading

/// The resources of a message and the ways to them, gathered once so that following a reference is one look-up
/// (FHIR R4, 2.3.0.3 Contained Resources and 3.1.3 Resolving references in Bundles).
struct FHIRResources {
  struct Resource {
    let element: XMLElement
    let type: String
    let fullURL: String?
    /// The Bundle it is an entry of.
    let bundle: Int
    /// The resource it is contained in.
    let container: Int?
    /// A history says that it was deleted since.
    var isDeleted = false
  }

  struct Bundle {
    let element: XMLElement
    /// The Bundle it is an entry of.
    let parent: Int?
    var messageHeader: Int?
    var compositions: [Int] = []
    /// How many DiagnosticReports it holds.
    var reports = 0
  }

  private struct Key: Hashable {
    /// A Bundle's index, or the complement of a containing resource's.
    let scope: Int
    let address: String
  }

  /// How deep Bundles may stand within Bundles.
  static let depth = 4

  private(set) var all: [Resource] = []
  /// The message's own, where it is a Bundle; else the bare resource in its place.
  private(set) var bundles: [Bundle] = []
  /// What was left out or is odd.
  private(set) var remarks: [FHIRRemark] = []
  /// Nil where two resources answer to one address: neither may then be taken for the other.
  private var places: [Key: Int?] = [:]
  /// All that answer to an address which several do.
  private var crowds: [Key: [Int]] = [:]

  init(_ root: XMLElement, zone: RegistryZone) {
    if root.name == "Bundle" || root.name == "Parameters" {
      add(bundle: root, within: nil, depth: 1, zone)
    } else {
      bundles.append(Bundle(element: root, parent: nil))
      add(.init(resource: root, version: FHIRVersion()), root, to: 0)
    }
  }

  private mutating func add(bundle element: XMLElement, within parent: Int?, depth: Int, _ zone: RegistryZone) {
    let bundle = bundles.count
    bundles.append(Bundle(element: element, parent: parent))
    let gathered = FHIREntries(element, zone: zone)
    remarks += gathered.remarks
    for entry in gathered.entries {
      guard let resource = entry.resource else { continue }
      if resource.name != "Bundle" {
        add(entry, resource, to: bundle)
      } else if depth < FHIRResources.depth {
        add(bundle: resource, within: bundle, depth: depth + 1, zone)
      } else {
        let message = "a Bundle more than \(FHIRResources.depth) deep in Bundles is not read: send it alone"
        remarks.append(FHIRRemark(.leftAside, message, resource))
      }
    }
  }

  private mutating func add(_ entry: FHIREntries.Entry, _ element: XMLElement, to bundle: Int) {
    let index = all.count
    let type = element.name
    all.append(
      Resource(
        element: element, type: type, fullURL: entry.fullURL, bundle: bundle, container: nil,
        isDeleted: entry.isDeleted))
    if type == "MessageHeader", bundles[bundle].messageHeader == nil { bundles[bundle].messageHeader = index }
    if type == "Composition" { bundles[bundle].compositions.append(index) }
    if type == "DiagnosticReport" { bundles[bundle].reports += 1 }
    let id = element.value("id")
    if let fullURL = entry.fullURL { register(FHIRAddress.normalized(fullURL), index, scope: bundle) }
    if let id {
      register(type + "/" + id, index, scope: bundle)
      if entry.fullURL == nil { register("urn:uuid:" + id.lowercased(), index, scope: bundle) }
    }
    for contained in element.all("contained") {
      guard let resource = contained.firstChild else { continue }
      all.append(Resource(element: resource, type: resource.name, fullURL: nil, bundle: bundle, container: index))
      if let id = resource.value("id") { register(id, all.count - 1, scope: ~index) }
    }
  }

  private mutating func register(_ address: String, _ index: Int, scope: Int) {
    let key = Key(scope: scope, address: address)
    guard let known = places[key] else {
      places[key] = .some(index)
      return
    }
    if known == index { return }
    if let known {
      if isOne(known, index) { return }
      crowds[key] = [known]
    }
    crowds[key]?.append(index)
    places[key] = .some(nil)
  }

  /// Whether two entries are one resource sent twice.
  private func isOne(_ known: Int, _ index: Int) -> Bool {
    FHIRAddress.base(of: all[known].fullURL) == FHIRAddress.base(of: all[index].fullURL)
      && all[known].element.says(sameAs: all[index].element)
  }

  // MARK: Following

  /// The resource that a reference in another one means; nil when it is not in the message, or not to be told.
  func resolve(_ reference: String, from index: Int) -> Int? {
    let origin = all[index]
    if reference.hasPrefix("#") {
      let container = origin.container ?? index
      if reference.utf8.count == 1 { return container }
      return place(~container, String(reference.dropFirst()))
    }
    return locate(FHIRAddress.normalized(reference), from: origin)
  }

  /// All resources that answer to an address which more than one does.
  func rivals(_ reference: String, from index: Int) -> [Int] {
    let origin = all[index]
    if reference.hasPrefix("#") {
      return crowds[Key(scope: ~(origin.container ?? index), address: String(reference.dropFirst()))] ?? []
    }
    let address = FHIRAddress.normalized(reference)
    let base = base(of: origin)
    var scope: Int? = origin.bundle
    while let bundle = scope {
      for address in [base.map { $0 + address }, address].compactMap({ $0 }) {
        guard let crowd = crowds[Key(scope: bundle, address: address)] else { continue }
        // Those of two servers are told apart by their servers, or not at all.
        let first = crowd.first.flatMap { FHIRAddress.base(of: all[$0].fullURL) }
        return crowd.allSatisfy { FHIRAddress.base(of: all[$0].fullURL) == first } ? crowd : []
      }
      scope = bundles[bundle].parent
    }
    return []
  }

  /// The server that relative references of a resource mean.
  func base(of origin: Resource) -> String? {
    FHIRAddress.base(of: origin.container.flatMap { all[$0].fullURL } ?? origin.fullURL)
  }

  private func locate(_ address: String, from origin: Resource) -> Int? {
    let isAbsolute = address.contains(":")
    let base = base(of: origin)
    var scope: Int? = origin.bundle
    while let bundle = scope {
      if !isAbsolute, let base, let found = place(bundle, base + address) { return found }
      if let found = place(bundle, address) {
        // `Patient/1` of one server is not `Patient/1` of another.
        let other = FHIRAddress.base(of: all[found].fullURL)
        if isAbsolute || base == nil || other == nil || base == other { return found }
      } else if isAbsolute, let local = FHIRAddress.local(address), let found = place(bundle, local),
        FHIRAddress.base(of: all[found].fullURL) == nil
      {
        return found
      }
      scope = bundles[bundle].parent
    }
    return nil
  }

  private func place(_ scope: Int, _ address: String) -> Int? { places[Key(scope: scope, address: address)] ?? nil }
}
