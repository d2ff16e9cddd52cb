import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

/// Reads a CDA-family document given as text or bytes.
func readCDA(_ xml: String) throws -> (message: Message, findings: [Finding]) {
  let root = try XMLTreeReader().read(xml).root
  let dialect = try #require(CDAReader.recognises(root))
  var notes = ReadingNotes(ReadingContext())
  let message = try CDAReader.read(root, dialect: dialect, notes: &notes)
  return (message, notes.findings)
}

/// The code of the refusal a document meets, or nil when it is accepted.
func refusalOfCDA(_ xml: String) throws -> Finding.Code? {
  do {
    _ = try readCDA(xml)
    return nil
  } catch let refusal as Refusal {
    return refusal.finding.code
  }
}

func moment(_ text: String) -> Instant? { RegistryZone.shanghai.instant(text) }

/// A Chinese document made of the parts that a test cares about. The person is invented.
struct ChineseSample {
  var template = "2.16.156.10011.2.1.1.27"
  var code = "C0007"
  var effectiveTime = "20250301120000"
  var documentID = "DOC-1"
  var ids = #"<id root="2.16.156.10011.1.33" extension="R1"/>"#
  var person = """
    <patient><id root="2.16.156.10011.1.3" extension="500101199001011232"/><name>测试甲</name>
    <administrativeGenderCode code="2"/><birthTime value="19900101"/></patient>
    """
  var custodian = #"<id root="2.16.156.10011.1.5" extension="H001"/><name>第一医院</name>"#
  var header = ""
  var body = ""

  var xml: String {
    """
    <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
    <templateId root="\(template)"/><id root="2.16.156.10011.1.1" extension="\(documentID)"/>\
    <code code="\(code)"/><effectiveTime value="\(effectiveTime)"/>\
    <recordTarget><patientRole>\(ids)\(person)</patientRole></recordTarget>\
    <author><time value="20250301110000"/></author>\
    <custodian><assignedCustodian><representedCustodianOrganization>\(custodian)</representedCustodianOrganization>\
    </assignedCustodian></custodian>\(header)\
    <component><structuredBody>\(body)</structuredBody></component></ClinicalDocument>
    """
  }

  static func section(_ entries: String...) -> String {
    "<component><section>" + entries.map { "<entry>\($0)</entry>" }.joined() + "</section></component>"
  }

  static func organizer(_ observations: String...) -> String {
    "<organizer classCode=\"CLUSTER\"><statusCode/>" + observations.map { "<component>\($0)</component>" }.joined()
      + "</organizer>"
  }

  static func element(
    _ code: String, _ value: String = "", name: String = "", time: String = "", nested: String = ""
  ) -> String {
    "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"\(code)\" displayName=\"\(name)\"/>\(time)\(value)"
      + (nested.isEmpty ? "" : "<entryRelationship>\(nested)</entryRelationship>") + "</observation>"
  }

  static func text(_ value: String) -> String { "<value xsi:type=\"ST\">\(value)</value>" }

  static func item(_ code: String, specimen: String = "血清") -> String {
    element(
      "DE04.30.019.00", text(code), time: #"<effectiveTime value="20250301090000"/>"#,
      nested: element(
        "DE04.50.134.00", text(specimen),
        time: #"<effectiveTime><low value="20250301080000"/><high value="20250301083000"/></effectiveTime>"#))
  }

  static func quantity(_ number: String, unit: String = "mmol/L") -> String {
    element(
      "DE04.30.015.00", "<value xsi:type=\"REAL\" value=\"\(number)\"/>", nested: element("DE04.30.016.00", text(unit)))
  }
}
