import Clinical
public import XMLReading

/// A Bundle of type batch as what can be taken by itself: each entry that no other one names, with those that it names (FHIR R4, 3.1.0.11:
/// what becomes of one says nothing of the others). A resource that several name, as a Patient, goes with each.
///
/// Entries that name each other by `urn:uuid` are refused: that is a transaction, of which a batch says that it is none.
public struct FHIRBatch: Sendable {
  public struct Unit: Sendable {
    /// Numbers of its entries, in their order.
    public let entries: [Int]
    /// Whether one of them names another by `urn:uuid`.
    public let isDependent: Bool
  }

  /// Why an entry is no part of any unit.
  public enum Unfit: Sendable {
    case noResource
    /// Its request reads or takes away, or changes what is not here.
    case otherMethod
  }

  public let count: Int
  public let unfit: [Int: Unfit]
  public let units: [Unit]
  /// Whether its units together have more bytes than was said: entries are named by very many others.
  public let isTangled: Bool
  private let slices: BundleSlices
  private let timestamp: String?

  /// - Parameters:
  ///   - text: UTF-8, of which `tree` was read.
  ///   - limit: of all units together, in bytes.
  /// - Returns: nil for anything else than a Bundle of type batch.
  public init?(_ text: [UInt8], _ tree: XMLTree, isXML: Bool, limit: Int) {
    let root = tree.root
    guard root.name == "Bundle", root.value("type") == "batch" else { return nil }
    let entries = root.all("entry")
    let slices = BundleSlices(text, isXML: isXML)
    guard slices.entries.count == entries.count else { return nil }
    var unfit: [Int: Unfit] = [:]
    for (number, entry) in entries.enumerated() {
      let method = entry.first("request")?.value("method")
      if let method, method != "POST", method != "PUT" {
        unfit[number] = .otherMethod
      } else if entry.first("resource")?.firstChild == nil {
        unfit[number] = .noResource
      }
    }
    let links = EntryLinks(entries, without: Set(unfit.keys))
    var (units, bytes): ([Unit], Int) = ([], 0)
    for start in links.roots {
      let reached = links.reached(from: start) { number in
        bytes += slices.entries[number].count
        return bytes <= limit
      }
      guard bytes <= limit else { break }
      units.append(Unit(entries: reached.sorted(), isDependent: reached.contains { links.isByUUID[$0] }))
    }
    (count, timestamp) = (entries.count, root.value("timestamp"))
    (self.unfit, self.units, self.slices, isTangled) = (unfit, units, slices, bytes > limit)
  }

  /// A unit as a Bundle of its own, its entries as they were sent.
  public func bytes(of unit: Unit) -> [UInt8] { slices.bundle(of: unit.entries, timestamp: timestamp) }
}

/// Which entries name which.
private struct EntryLinks {
  let isByUUID: [Bool]
  private let links: [[Int]]
  private let isNamed: [Bool]
  private let order: [Int]

  init(_ entries: [XMLElement], without unfit: Set<Int>) {
    let resources = entries.enumerated().map { unfit.contains($0) ? nil : $1.first("resource")?.firstChild }
    let addresses = EntryAddresses(entries, resources)
    var (isByUUID, isNamed) = (entries.map { _ in false }, entries.map { _ in false })
    links = resources.enumerated().map { number, resource in
      guard let resource else { return [] }
      var found: Set<Int> = []
      resource.eachReference { reference in
        let named = addresses.named(by: reference).subtracting([number])
        found.formUnion(named)
        if !named.isEmpty, reference.value("reference")?.hasPrefix("urn:") == true { isByUUID[number] = true }
      }
      for other in found { isNamed[other] = true }
      return found.sorted()
    }
    (self.isByUUID, self.isNamed) = (isByUUID, isNamed)
    // Of those that name each other in a ring the report goes first.
    order =
      resources.indices.filter { resources[$0]?.name == "DiagnosticReport" }
      + resources.indices.filter { resources[$0] != nil && resources[$0]?.name != "DiagnosticReport" }
  }

  /// Entries from which all are reached.
  var roots: [Int] {
    var roots = order.filter { !isNamed[$0] }
    var seen: Set<Int> = []
    for root in roots { add(root, to: &seen) { _ in true } }
    for number in order where !seen.contains(number) {
      roots.append(number)
      add(number, to: &seen) { _ in true }
    }
    return roots.sorted()
  }

  /// - Parameter goesOn: told each that is reached.
  func reached(from root: Int, while goesOn: (Int) -> Bool) -> Set<Int> {
    var reached: Set<Int> = []
    add(root, to: &reached, while: goesOn)
    return reached
  }

  private func add(_ root: Int, to seen: inout Set<Int>, while goesOn: (Int) -> Bool) {
    var waiting = [root]
    while let number = waiting.popLast() {
      guard seen.insert(number).inserted else { continue }
      guard goesOn(number) else { return }
      waiting += links[number].filter { !seen.contains($0) }
    }
  }
}

/// The entries by all that they answer to. More than is meant may answer: whoever reads a unit looks again.
private struct EntryAddresses {
  private var places: [String: Set<Int>] = [:]

  init(_ entries: [XMLElement], _ resources: [XMLElement?]) {
    for (number, resource) in resources.enumerated() {
      guard let resource else { continue }
      if let fullURL = entries[number].value("fullUrl") {
        add(FHIRAddress.normalized(fullURL), number)
        if let local = FHIRAddress.local(fullURL) { add(local, number) }
      }
      if let id = resource.value("id") {
        add(resource.name + "/" + id, number)
        if entries[number].value("fullUrl") == nil { add("urn:uuid:" + id.lowercased(), number) }
      }
      for identifier in resource.all("identifier") {
        guard let value = identifier.value("value") else { continue }
        add(resource.name + "?" + value, number)
        if let system = identifier.value("system") { add(system + "|" + value, number) }
      }
    }
  }

  private mutating func add(_ address: String, _ number: Int) { places[address, default: []].insert(number) }

  /// Those that a Reference names: by address, by a condition, or by the identifier alone.
  func named(by reference: XMLElement) -> Set<Int> {
    if let address = reference.value("reference"), !address.hasPrefix("#") {
      let normal = FHIRAddress.normalized(address)
      if let found = places[normal] ?? FHIRAddress.local(normal).flatMap({ places[$0] }) { return found }
      if let query = FHIRQuery(address), let found = places[query.type + "?" + query.value] { return found }
    }
    guard let identifier = reference.first("identifier"), let value = identifier.value("value"),
      let system = identifier.value("system")
    else { return [] }
    return places[system + "|" + value] ?? []
  }
}

extension XMLElement {
  /// Every Reference within, contained resources included.
  fileprivate func eachReference(_ body: (XMLElement) -> Void) {
    for child in children {
      if child.first("reference")?.attribute("value") != nil || child.first("identifier") != nil { body(child) }
      child.eachReference(body)
    }
  }
}
