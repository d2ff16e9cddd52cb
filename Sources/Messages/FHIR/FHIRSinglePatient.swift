package import Clinical
import XMLReading

/// A Patient that stands alone, as a question brings it, read as those of messages are.
package enum FHIRSinglePatient {
  /// - Parameters:
  ///   - resource: as JSON.
  ///   - source: whose patient it is.
  /// - Returns: nil for what is no Patient that can be read.
  package static func read(
    _ resource: JSONValue, of source: OrganizationReference, zone: RegistryZone
  ) -> Patient? {
    guard resource["resourceType"]?.text == "Patient", case .object(let members) = resource else { return nil }
    // Of whatever else a resource may hold nothing is to be in the way.
    let wanted = JSONValue.object(members.filter { FHIRSinglePatient.wanted.contains($0.name) })
    guard let filled = wanted.filled else { return nil }
    let tree = Array(filled.json.utf8).withUnsafeBufferPointer {
      try? FHIRJSONTree.read($0, limits: XMLLimits(), line: 1)
    }
    guard let tree else { return nil }
    var reader = FHIRMessageReader(tree.root, ReadingNotes(ReadingContext(zone: zone)))
    return try? reader.patient(0, source)
  }

  private static let wanted: Set = ["resourceType", "identifier", "name", "gender", "birthDate", "contained"]
}

/// What codes of FHIR stand for, for who reads orders.
package enum FHIRWords {
  /// Of HL7 v3 ActEncounterCode, and the words DSTU2 and Chinese senders use.
  package static func setting(_ code: String) -> Setting? { FHIRCodes.setting(code) }

  /// `Patient/1` of `https://server/fhir/Patient/1/_history/2`; nil for what names no type and id.
  package static func localReference(_ address: String) -> String? { FHIRAddress.local(address) }

  /// As addresses are compared: UUIDs in either case, without a version.
  package static func normalized(_ address: String) -> String { FHIRAddress.normalized(address) }
}
