import Clinical
import XMLReading

/// The transmission wrapper that every HL7 V3 interaction has.
enum V3Wrapper {
  /// - Throws: `testMessage` for processingCode T (training) and D (debugging).
  static func refuseTest(_ root: XMLElement) throws(Refusal) {
    guard let element = root.first("processingCode"), let code = element.stated("code") ?? element.words,
      ["T", "D"].contains(code.uppercased())
    else { return }
    throw Refusal(.testMessage, "processingCode \(code) marks a test: send P for what is to count", at: element)
  }

  /// - Throws: `missingMessageTime` when there is none that can be placed.
  static func creationTime(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Instant {
    let element = root.first("creationTime")
    if let time = notes.start(of: element) { return time }
    throw Refusal(.missingMessageTime, "no readable creationTime: send YYYYMMDDhhmmss", at: element ?? root)
  }

  /// The interaction that a message says it is.
  static func interaction(_ root: XMLElement) -> String? {
    root.first("interactionId").flatMap { InstanceIdentifier($0.first("item") ?? $0)?.extension }
  }

  /// The organization that sent it.
  static func organization(_ root: XMLElement) -> OrganizationReference? {
    root.first("sender")?.first("device")?.first("asAgent")?.first("representedOrganization")?.organization()
  }

  /// The organization, else the device, that sent it.
  static func sender(_ root: XMLElement) -> OrganizationReference? {
    if let organization = organization(root) { return organization }
    guard let id = root.first("sender")?.first("device")?.identifiers.first else { return nil }
    let oid = id.root.flatMap { Root.isRegister($0) ? nil : $0 }
    return OrganizationReference(application: id.extension, identifier: id.extension, oid: oid)
  }
}
