import Clinical
import XMLReading

/// An HL7 V3 instance identifier (II): `<id root= extension=/>`, in datatypes R2 `<id><item root= extension=/></id>`.
struct InstanceIdentifier {
  var root: String?
  var `extension`: String?

  /// What names the thing: the extension, else the root, which is then unique by itself.
  var value: String { self.extension ?? root.map { Root.isUUID($0) ? $0.lowercased() : $0 } ?? "" }

  /// Within what the value means something: nothing for a root that is unique by itself, and for the Chinese roots, which only say of what
  /// kind a number is.
  var assigner: String? {
    guard self.extension != nil, let root, !Root.isChinese(root) else { return nil }
    return "&" + (Root.isUUID(root) ? root.lowercased() : root)
  }

  /// Value and root as one text, by which ids are compared.
  var key: String {
    guard self.extension != nil, let root else { return value }
    return value + "^&" + (Root.isUUID(root) ? root.lowercased() : root)
  }

  /// - Returns: nil for a null flavour, for a filler, and for a root that waits for its extension.
  init?(_ element: XMLElement) {
    root = element.stated("root")
    `extension` = element.stated("extension")
    if let text = self.extension {
      if !InstanceIdentifier.fillers.contains(text.lowercased()) { return }
      self.extension = nil
    }
    guard let root, element.attribute("nullFlavor") == nil, !Root.isRegister(root) else { return nil }
  }

  private static let fillers: Set<String> = [
    "unknown", "unk", "none", "n/a", "na", "nil", "nav", "ni", "不详", "未知", "pocd_hd000040",
  ]

  /// Whether it can be the id of one thing alone. An OID without extension names a kind, and ids of specifications and examples are copied
  /// into documents without end; a counter of one or two digits counts what stands in the document.
  var isOfOneThing: Bool {
    if isExample { return false }
    guard let text = self.extension else { return root.map { !Root.isOID($0) && $0.utf8.count >= 16 } ?? false }
    // A sign does not make more of a counter: `-1` is none of one thing either.
    let isCounter = text.utf8.count <= 3 && Int(text).map { abs($0) < 100 } ?? false
    return !isCounter && text.utf8.contains { $0 != 48 }
  }

  /// Whether it is copied from a specification.
  var isExample: Bool {
    if let root, Root.isExample(root) { return true }
    return self.extension.map(Root.isExample) ?? false
  }
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

  /// Whether one of these templates stands at this element or anywhere below it.
  func holdsTemplate(_ roots: Set<String>) -> Bool {
    hasTemplate(roots) || children.contains { $0.holdsTemplate(roots) }
  }

  /// An organization: its number and the root under which that means something (none for a register of institutions), or the OID that is
  /// its number, and its name.
  ///
  /// - Returns: nil when nothing names it.
  func organization(preferring root: String? = ChineseRoot.institution) -> OrganizationReference? {
    organization(identifiers, preferring: root)
  }

  private func organization(_ identifiers: [InstanceIdentifier], preferring root: String?) -> OrganizationReference? {
    let identifier = identifiers.first { $0.root == root && $0.extension != nil } ?? identifiers.first
    let oid = identifier?.root.flatMap { Root.isRegister($0) ? nil : $0 }
    let reference = OrganizationReference(
      identifier: identifier?.extension, oid: oid, name: first("name").flatMap { $0.words ?? PersonName($0)?.text })
    return reference.isEmpty ? nil : reference
  }

  /// The organization that an `assignedEntity` or `assignedAuthor` stands for. Where no person is assigned, its ids are the organization's.
  var representedOrganization: OrganizationReference? {
    let names = [
      "representedOrganization", "scopingOrganization", "assignedOrganization", "representedCustodianOrganization",
    ]
    guard let organization = names.lazy.compactMap({ self.first($0) }).first else { return nil }
    let own = organization.identifiers
    let isPerson = first("assignedPerson") != nil || first("assignedAuthoringDevice") != nil
    return organization.organization(own.isEmpty && !isPerson ? identifiers : own, preferring: ChineseRoot.institution)
  }

  /// The organization that performed an act: `performer/assignedEntity/representedOrganization`.
  var performer: OrganizationReference? {
    for performer in all("performer") {
      if let organization = (performer.first("assignedEntity") ?? performer.first("assignedPerson"))?
        .representedOrganization
      {
        return organization
      }
    }
    return nil
  }

  /// The organization of the first author that names one.
  var author: OrganizationReference? {
    for author in all("author") {
      for role in ["assignedAuthor", "assignedEntity", "assignedPerson"] {
        if let organization = author.first(role)?.representedOrganization { return organization }
      }
    }
    return nil
  }
}
