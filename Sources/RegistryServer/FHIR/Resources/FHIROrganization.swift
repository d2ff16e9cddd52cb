import Catalogue
import Clinical

/// An institution of the catalogue as an Organization.
struct FHIROrganization: Sendable {
  let institution: Institution

  /// Its code, which others may write with signs that no id has.
  static func id(of institution: Institution) -> String {
    let isID = institution.code.wholeMatch(of: /[A-Za-z0-9.-]{1,64}/) != nil
    return isID ? institution.code : "x" + Array(institution.code.utf8.prefix(31)).hex
  }

  var id: String { Self.id(of: institution) }

  var identifiers: [FHIRCoding] {
    [FHIRCoding("urn:huren:institution", institution.code)]
      + (institution.uscc?.nonBlank.map { [FHIRCoding("urn:oid:2.16.156.10011.1.5", $0)] } ?? [])
      + (institution.oid?.nonBlank.map { [FHIRCoding("urn:ietf:rfc:3986", "urn:oid:" + $0)] } ?? [])
  }

  var document: FHIRDocument {
    .resource("Organization") { resource in
      resource.add("id", id)
      resource.add(
        "identifier",
        each: identifiers.map { .element([("system", .text($0.system ?? "")), ("value", .text($0.code))]) })
      resource.add("active", true)
      resource.add("name", institution.name)
    }
  }
}
