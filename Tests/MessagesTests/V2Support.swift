import Clinical
import Foundation
import XMLReading

@testable import Messages

/// Messages for tests, segment by segment.
enum V2 {
  static let header = #"MSH|^~\&|LIS|H001|||20260518120000||ORU^R01^ORU_R01|M1|P|2.5.1"#
  static let patient = "PID|1||P1^^^H001^MR||样例一||19800101|M"

  static func header(_ type: String) -> String { header.replacing("ORU^R01^ORU_R01", with: type) }

  /// OBR with number, code, OBR-7, OBR-22, OBR-24 and OBR-25, and what follows.
  static func order(
    _ number: String, _ code: String, collected: String = "20260518080000", reported: String = "20260518113000",
    section: String = "LAB", status: String = "F", placer: String = "", then more: String = ""
  ) -> String {
    "OBR|1|\(placer)|\(number)|\(code)|||\(collected)|||||||||||||||\(reported)||\(section)|\(status)\(more)"
  }

  static func result(
    _ code: String, _ value: String, type: String = "NM", subID: String = "", unit: String = "", range: String = "",
    flags: String = "", status: String = "F", setID: Int = 1
  ) -> String {
    "OBX|\(setID)|\(type)|\(code)|\(subID)|\(value)|\(unit)|\(range)|\(flags)|||\(status)"
  }

  static func specimen(_ type: String, _ collected: String = "") -> String {
    "SPM|1|||\(type)|||||||||||||\(collected)"
  }

  /// A message of one patient; with `terminator` after each segment.
  static func message(
    _ segments: [String], type: String? = nil, patient: String = V2.patient, terminator: String = "\r"
  ) -> String {
    ([type.map(header) ?? header, patient] + segments).map { $0 + terminator }.joined()
  }

  /// What the pipes say, in v2.xml.
  static func xml(_ er7: String) throws -> String {
    let root = try ER7Tree.read(Array(er7.utf8)).root
    let type = root.first("MSH")?.first("MSH.9")?.children.map(\.text).last ?? "ORU_R01"
    func write(_ element: XMLElement, as name: String) -> String {
      let content = element.children.map { write($0, as: $0.name) }.joined()
      return "<\(name)>" + XMLText.escaped(element.text) + content + "</\(name)>"
    }
    return write(root, as: type)
  }

  static func read(_ er7: String, from: String? = nil) throws -> (message: Message, findings: [Finding]) {
    try read(ER7Tree.read(Array(er7.utf8)), .hl7v2ER7, from: from)
  }

  private static func read(
    _ tree: XMLTree, _ dialect: Dialect, from: String?
  ) throws -> (message: Message, findings: [Finding]) {
    var notes = ReadingNotes(ReadingContext(from: from.map { OrganizationReference(identifier: $0) }))
    let message = try V2Reader.read(tree.root, dialect: dialect, notes: &notes)
    return (message, notes.findings)
  }

  /// The reports of a message, the same in both notations.
  static func reports(_ segments: [String], type: String? = nil, patient: String = V2.patient) throws -> [Report] {
    let text = message(segments, type: type, patient: patient)
    let reports = try read(text).message.reports
    let others = try read(XMLTreeReader().read(xml(text)), .hl7v2XML, from: nil).message.reports
    guard reports == others else { throw Difference(pipes: reports, xml: others) }
    return reports
  }

  struct Difference: Error {
    let pipes: [Report]
    let xml: [Report]
  }

  /// The one observation of a message with one order.
  static func observation(_ segment: String) throws -> Observation {
    let observations = try reports([order("R1", "X"), segment])[0].observations
    guard observations.count == 1 else { throw CocoaError(.featureUnsupported) }
    return observations[0]
  }

  static func findings(_ segments: [String], type: String? = nil, patient: String = V2.patient) throws -> [Finding.Code]
  {
    try read(message(segments, type: type, patient: patient)).findings.map(\.code)
  }

  static func instant(_ text: String) -> Instant? { RegistryZone.shanghai.instant(text) }
}
