import Messages
import Clinical
import Crypto
import Registry

/// Whose record it is, as a Patient. Codes that were merged into it stay, and lead here.
extension FHIRWriting {
  /// - Parameter code: the one that was asked for: of one that was merged away the resource says so, and nothing else.
  func patient(as code: String? = nil) -> FHIRDocument {
    if let code, code != record.person { return merged(code) }
    let patient = record.patient
    var members = FHIRMembers()
    members.add(
      "identifier", each: [identifier("urn:huren:person", record.person)] + patient.identifiers.map(identifier))
    members.add("active", true)
    members.add("name", each: [FHIRDocument.element { $0.add("text", patient.name) }])
    members.add("gender", patient.sex?.rawValue)
    members.add("birthDate", patient.birthDate?.iso)
    members.add("link", each: record.formerCodes.map { link($0, "replaces") })
    return versioned(record.person, members)
  }

  private func merged(_ code: String) -> FHIRDocument {
    var members = FHIRMembers()
    members.add("active", false)
    members.add("link", each: [link(record.person, "replaced-by")])
    return versioned(code, members)
  }

  /// Told by what it says: it has no versions of its own.
  private func versioned(_ id: String, _ members: FHIRMembers) -> FHIRDocument {
    let said = FHIRDocument.resource("Patient", members.all.map { ($0.name, $0.value) }).written(as: .json)
    let version = Array(SHA256.hash(data: Array(said.utf8)).prefix(16)).hex
    let head: [FHIRDocument.Member] = [
      .init("id", .text(id)), .init("meta", .element([("versionId", .text(version))])),
    ]
    return .resource("Patient", head + members.all)
  }

  private func link(_ code: String, _ type: String) -> FHIRDocument {
    .element([("other", .reference(.patient, code)), ("type", .text(type))])
  }

  private func identifier(_ system: String, _ value: String) -> FHIRDocument {
    .element([("system", .text(system)), ("value", .text(value))])
  }

  private func identifier(_ number: Identifier) -> FHIRDocument {
    .element([
      (
        "type",
        .element([
          (
            "coding",
            .list([
              .element([("system", .text("urn:huren:identifier-type")), ("code", .text(number.kind.rawValue))])
            ])
          )
        ])
      ), ("system", .text(FHIRIdentifierSystem.uri(of: number))), ("value", .text(number.value)),
    ])
  }
}

/// Systems of the numbers by which people are known.
enum FHIRIdentifierSystem {
  static let person = "urn:huren:person"
  private static let own = "urn:huren:identifier:"

  /// The national registries' OIDs (WS/T 500), else a name of the registry's own.
  static func uri(of number: Identifier) -> String {
    switch number.kind {
    case .residentID: "urn:oid:2.16.156.10011.1.3"
    case .healthCard: "urn:oid:2.16.156.10011.1.19"
    default: own + number.kind.rawValue
    }
  }

  /// What a number is that a search gives with a system; one that names none of ours is the asking institution's own.
  static func kind(_ system: String?) -> Identifier.Kind {
    guard var system = system?.nonBlank else { return .local }
    if system.hasPrefix("urn:oid:") { system.removeFirst("urn:oid:".count) }
    switch system {
    case "2.16.156.10011.1.3": return .residentID
    case "2.16.156.10011.1.19": return .healthCard
    case "2.16.156.10011.1.11": return .outpatient
    case "2.16.156.10011.1.12": return .inpatient
    default:
      let name = system.hasPrefix(own) ? system.dropFirst(own.count) : system[...]
      return Identifier.Kind(rawValue: String(name)) ?? .local
    }
  }
}
