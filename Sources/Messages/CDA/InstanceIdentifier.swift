import Clinical
import XMLReading

/// An HL7 V3 instance identifier (II): `<id root= extension=/>`, in datatypes R2 `<id><item root= extension=/></id>`.
struct InstanceIdentifier {
  var root: String?
  var `extension`: String?

  /// What names the thing: the extension, else the root, which is then unique by itself.
  var value: String { self.extension ?? root ?? "" }

  /// - Returns: nil for a null flavour, for a filler, and for a Chinese root that waits for its extension.
  init?(_ element: XMLElement) {
    root = element.stated("root")
    `extension` = element.stated("extension")
    if self.extension != nil { return }
    guard let root, element.attribute("nullFlavor") == nil, !ChineseRoot.isNamespace(root) else { return nil }
  }
}

/// Roots of the Chinese health data OIDs (2.16.156.10011, WS/T 500 and the hospital interaction standard).
enum ChineseRoot {
  static let residentID = "2.16.156.10011.1.3"
  static let institution = "2.16.156.10011.1.5"
  static let outpatient = "2.16.156.10011.1.11"
  static let inpatient = "2.16.156.10011.1.12"
  static let specimen = "2.16.156.10011.1.14"
  static let healthCard = "2.16.156.10011.1.19"
  static let order = "2.16.156.10011.1.24"
  static let department = "2.16.156.10011.1.26"
  static let examReport = "2.16.156.10011.1.32"
  static let labReport = "2.16.156.10011.1.33"
  static let messageID = "2.16.156.10011.2.5.1.1"
  static let interaction = "2.16.156.10011.2.5.1.2"
  static let device = "2.16.156.10011.2.5.1.3"
  static let platformPatient = "2.16.156.10011.2.5.1.4"

  /// Whether a root only says of what kind a number is: alone it names nothing.
  static func isNamespace(_ root: String) -> Bool { root.hasPrefix("2.16.156.10011.") }
}

extension XMLElement {
  /// The children of a name, and in datatypes R2 the `item`s within them.
  func items(_ name: String) -> [XMLElement] {
    all(name).flatMap { child in
      let items = child.all("item")
      return items.isEmpty ? [child] : items
    }
  }

  /// The `id`s that name something, in order.
  var identifiers: [InstanceIdentifier] { items("id").compactMap(InstanceIdentifier.init) }

  /// The extension of the first `id` under a root.
  func identifier(under root: String) -> String? {
    identifiers.first { $0.root == root && $0.extension != nil }?.extension
  }

  /// Whether a `templateId` bears one of these roots.
  func hasTemplate(_ roots: Set<String>) -> Bool {
    items("templateId").contains { $0.attribute("root").map(roots.contains) ?? false }
  }

  /// An organization: its number (under a root that is preferred where it has one), or the OID that is its number, and
  /// its name.
  ///
  /// - Returns: nil when nothing names it.
  func organization(preferring root: String? = ChineseRoot.institution) -> OrganizationReference? {
    let identifiers = identifiers
    let identifier = identifiers.first { $0.root == root && $0.extension != nil } ?? identifiers.first
    let reference = OrganizationReference(
      identifier: identifier?.extension, oid: identifier?.extension == nil ? identifier?.root : nil,
      name: first("name").flatMap { $0.words ?? PersonName($0)?.text })
    return reference.isEmpty ? nil : reference
  }

  /// The organization that performed an act: `performer/assignedEntity/representedOrganization`.
  var performer: OrganizationReference? {
    for performer in all("performer") {
      guard let entity = performer.first("assignedEntity") ?? performer.first("assignedPerson") else { continue }
      for name in ["representedOrganization", "scopingOrganization", "assignedOrganization"] {
        if let organization = entity.first(name)?.organization() { return organization }
      }
    }
    return nil
  }
}
