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
  }

  struct Bundle {
    let element: XMLElement
    /// The Bundle it is an entry of.
    let parent: Int?
    var messageHeader: Int?
    /// Entries that name a resource by its address and say DELETE.
    var deletions = 0

    var isHistory: Bool { element.value("type") == "history" }
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
  /// Bundles that stand too deep.
  private(set) var tooDeep: [XMLElement] = []
  /// Nil where two resources answer to one address: neither may then be taken for the other.
  private var places: [Key: Int?] = [:]

  init(_ root: XMLElement) {
    if root.name == "Bundle" {
      add(bundle: root, within: nil, depth: 1)
    } else {
      bundles.append(Bundle(element: root, parent: nil))
      add(root, fullURL: nil, to: 0)
    }
  }

  private mutating func add(bundle element: XMLElement, within parent: Int?, depth: Int) {
    let bundle = bundles.count
    bundles.append(Bundle(element: element, parent: parent))
    let isHistory = bundles[bundle].isHistory
    for entry in element.all("entry") {
      if entry.first("request")?.value("method") == "DELETE" {
        bundles[bundle].deletions += 1
        continue
      }
      guard let resource = entry.first("resource")?.children.first(where: { _ in true }) else { continue }
      if resource.name == "Bundle" {
        if depth < FHIRResources.depth {
          add(bundle: resource, within: bundle, depth: depth + 1)
        } else {
          tooDeep.append(resource)
        }
      } else {
        add(resource, fullURL: entry.value("fullUrl"), to: bundle, firstWins: isHistory)
      }
    }
  }

  private mutating func add(_ element: XMLElement, fullURL: String?, to bundle: Int, firstWins: Bool = false) {
    let index = all.count
    let type = element.name
    all.append(Resource(element: element, type: type, fullURL: fullURL, bundle: bundle, container: nil))
    if type == "MessageHeader", bundles[bundle].messageHeader == nil { bundles[bundle].messageHeader = index }
    if let fullURL { register(fullURL, index, scope: bundle, firstWins) }
    if let id = element.value("id") {
      register(type + "/" + id, index, scope: bundle, firstWins)
      if fullURL == nil { register("urn:uuid:" + id, index, scope: bundle, firstWins) }
      if let version = element.first("meta")?.value("versionId") {
        register("\(type)/\(id)/_history/\(version)", index, scope: bundle, true)
      }
    }
    for contained in element.all("contained") {
      guard let resource = contained.children.first(where: { _ in true }) else { continue }
      all.append(Resource(element: resource, type: resource.name, fullURL: nil, bundle: bundle, container: index))
      if let id = resource.value("id") { register(id, all.count - 1, scope: ~index, false) }
    }
  }

  private mutating func register(_ address: String, _ index: Int, scope: Int, _ firstWins: Bool) {
    let key = Key(scope: scope, address: FHIRResources.normalized(address))
    guard let known = places[key] else {
      places[key] = .some(index)
      return
    }
    if firstWins { return }
    guard let known, isSameVersion(known, index) else {
      places[key] = .some(nil)
      return
    }
  }

  /// A search may find one version of a resource twice.
  private func isSameVersion(_ a: Int, _ b: Int) -> Bool {
    guard let version = all[a].element.first("meta")?.value("versionId") else { return false }
    return all[a].type == all[b].type && all[a].fullURL == all[b].fullURL
      && all[b].element.first("meta")?.value("versionId") == version
  }

  /// UUIDs are the same in either case (RFC 4122, 3).
  private static func normalized(_ address: String) -> String {
    address.hasPrefix("urn:uuid:") ? address.lowercased() : address
  }

  /// The resource that a reference in another one means; nil when it is not in the message, or not to be told.
  func resolve(_ reference: String, from index: Int) -> Int? {
    let origin = all[index]
    if reference.hasPrefix("#") {
      let container = origin.container ?? index
      return reference.utf8.count == 1 ? container : place(~container, String(reference.dropFirst()))
    }
    if let found = locate(reference, from: origin) { return found }
    guard let version = reference.firstRange(of: "/_history/") else { return nil }
    return locate(String(reference[..<version.lowerBound]), from: origin)
  }

  private func locate(_ reference: String, from origin: Resource) -> Int? {
    let address = FHIRResources.normalized(reference)
    let isAbsolute = address.contains(":")
    let base = FHIRResources.base(of: origin.container.flatMap { all[$0].fullURL } ?? origin.fullURL)
    var scope: Int? = origin.bundle
    while let bundle = scope {
      if !isAbsolute, let base, let found = place(bundle, base + address) { return found }
      if let found = place(bundle, address) {
        // `Patient/1` of one server is not `Patient/1` of another.
        let other = FHIRResources.base(of: all[found].fullURL)
        if isAbsolute || base == nil || other == nil || base == other { return found }
      } else if isAbsolute, let local = FHIRResources.local(address), let found = place(bundle, local),
        all[found].fullURL == nil
      {
        return found
      }
      scope = bundles[bundle].parent
    }
    return nil
  }

  private func place(_ scope: Int, _ address: String) -> Int? { places[Key(scope: scope, address: address)] ?? nil }

  /// `https://server/fhir/` of `https://server/fhir/Patient/1`.
  private static func base(of fullURL: String?) -> String? {
    guard let fullURL, fullURL.hasPrefix("http"), let id = fullURL.lastIndex(of: "/"),
      let type = fullURL[..<id].lastIndex(of: "/")
    else { return nil }
    return String(fullURL[...type])
  }

  /// `Patient/1` of `https://server/fhir/Patient/1`.
  private static func local(_ address: String) -> String? {
    base(of: address).map { String(address.dropFirst($0.count)) }
  }
}
