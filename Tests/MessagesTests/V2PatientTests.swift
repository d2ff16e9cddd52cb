import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

@Suite("HL7 v2: numbers and names of people")
struct V2PatientTests {
  private func patient(_ fields: [Int: String]) throws -> (patient: Patient, findings: [Finding.Code]) {
    let last = fields.keys.max() ?? 0
    let pid = "PID|" + (1...max(last, 5)).map { fields[$0] ?? "" }.joined(separator: "|")
    let segments = [V2.order("R1", "X"), V2.result("A", "1")]
    return (try V2.reports(segments, patient: pid)[0].patient, try V2.findings(segments, patient: pid))
  }

  @Test("a number is whose CX.4, else CX.6, says")
  func assigners() throws {
    let numbers = try patient([
      3: "1^^^H001&2.999.1&ISO^MR~2^^^LAB^PI~3^^^&2.999.3&ISO^MR~4^^^^MR^FAC&2.999.4~5~6^^^MPS^NI"
    ]).patient.identifiers
    #expect(
      numbers == [
        Identifier(.local, "1", assigner: "H001&2.999.1"), Identifier(.local, "2", assigner: "LAB"),
        Identifier(.local, "3", assigner: "&2.999.3"), Identifier(.local, "4", assigner: "FAC&2.999.4"),
        Identifier(.local, "5"), Identifier(.residentID, "6"),
      ])
  }

  static let kinds: [(String, Identifier.Kind?)] = [
    ("MR", .local), ("PI", .local), ("", .local), ("NI", .residentID), ("NNCHN", .residentID), ("身份证", .residentID),
    ("居民身份证号码", .residentID), ("IDCARD", .residentID), ("id-card", .residentID), ("SFZ", .residentID),
    ("PPN", .passport), ("护照号", .passport), ("回乡证", .hkMacauPermit), ("hk-macau-permit", .hkMacauPermit),
    ("台胞证", .taiwanPermit), ("TAIWAN-PERMIT", .taiwanPermit), ("PRC", .permanentResidence), ("MI", .military),
    ("BCT", .birthCertificate), ("医保卡号", .insurance), ("电子健康卡", .healthCard), ("门诊号", .outpatient),
    ("住院号", .inpatient), ("病历号", .local),
    // A bank card, a visit, what residents of the mainland travel with: nobody is known by them.
    ("BC", nil), ("VN", nil), ("AN", nil), ("港澳通行证", nil),
  ]

  @Test("types of numbers, of table 0203 and as Chinese senders write them", arguments: kinds)
  func kind(type: String, kind: Identifier.Kind?) throws {
    let (patient, findings) = try patient([3: "L1^^^^MR~X1^^^^\(type)"])
    #expect(patient.identifiers.dropFirst().map(\.kind) == [kind].compactMap { $0 })
    #expect(findings == (kind == nil ? [.leftAside] : []))
  }

  @Test("older places count where they say what they are, PID-2 where PID-3 is empty")
  func olderPlaces() throws {
    let id = "999999199001010017"
    #expect(
      try patient([2: "X1", 3: "L1", 4: "X2~P1^^^^PPN", 18: "Z1^^^^住院号~Z2", 19: id, 21: "M1^^^^MR~\(id)^^^^NI"]).patient
        .identifiers == [
          Identifier(.local, "L1"), Identifier(.passport, "P1"), Identifier(.inpatient, "Z1"),
          Identifier(.residentID, id),
          Identifier(.motherResidentID, id),
        ])
    #expect(try patient([2: "X1", 5: "样例一"]).patient.identifiers == [Identifier(.local, "X1")])
    #expect(try patient([3: "A1^^^^AN", 19: "123-45-6789"]).patient.identifiers == [Identifier(.local, "A1")])
    #expect(try patient([3: "L1", 21: "999999199001010017^^^^MR"]).patient.identifiers == [Identifier(.local, "L1")])
  }

  @Test("a number that has expired is none, and is told")
  func expired() throws {
    let (patient, findings) = try patient([3: "1^^^^MR^^20200101^20260517~2^^^^MR^^^20260518~3^^^^MR"])
    #expect(patient.identifiers.map(\.value) == ["2", "3"])
    #expect(findings == [.leftAside])
  }

  static let names: [(sent: String, name: String?, others: [String])] = [
    ("王^小明^^^先生^博士^L", "王小明", []), ("王小明^WANG XIAOMING", "王小明", ["WANG XIAOMING"]),
    ("王^小明^WANG XIAOMING", "王小明", ["WANG XIAOMING"]), ("王小明^Xiaoming^Wang", "王小明", ["Xiaoming Wang"]),
    ("WANG^XIAOMING^^^^^L^A~王^小明^^^^^L^I", "王小明", ["XIAOMING WANG"]),
    ("WANG^XIAOMING^^^^^L~王小明", "王小明", ["XIAOMING WANG"]),
    ("欧阳^Grace", "欧阳Grace", []), ("李^Anna", "李Anna", []), ("Smith^John^Q^Jr^Dr^MD^L", "John Q Smith", []),
    ("X^^^^^^S~Smith^John^^^^^D", "John Smith", ["X"]), ("\"\"", nil, []), ("Van&der^Anna", "Anna Van", []),
  ]

  @Test("one name in characters and in letters is one name", arguments: names)
  func name(sent: String, name: String?, others: [String]) throws {
    let patient = try patient([3: "L1", 5: sent]).patient
    #expect(patient.name == name)
    #expect(patient.otherNames == others)
  }

  @Test("an alias is the name only where there is no other")
  func alias() throws {
    #expect(try patient([3: "L1", 5: "SMITH^ANNA", 9: "王丽"]).patient.otherNames == ["王丽"])
    #expect(try patient([3: "L1", 9: "王丽"]).patient.name == "王丽")
  }

  static let births: [(String, String?, [Finding.Code])] = [
    ("19800101", "1980-01-01", []), ("198001", "1980-01", []), ("20260518", "2026-05-18", []),
    ("20260519", nil, [.implausibleTime]), ("2027", nil, [.implausibleTime]), ("19000101", nil, [.implausibleTime]),
    ("00010101", nil, [.implausibleTime]), ("00000000", nil, []), ("19801301", nil, [.unreadableDate]),
  ]

  @Test("a birth date that cannot be is none", arguments: births)
  func birth(sent: String, read: String?, findings: [Finding.Code]) throws {
    let read_ = try patient([3: "L1", 7: sent])
    #expect(read_.patient.birthDate?.iso == read)
    #expect(read_.findings == findings)
  }

  @Test("whose feed it is counts where the message names nobody")
  func source() throws {
    let segments = [V2.order("R1", "X"), V2.result("A", "1")]
    let nobody = V2.message(segments).replacing("|LIS|H001|", with: "|||")
    #expect(#expect(throws: Refusal.self) { try V2.read(nobody) }?.finding.code == .missingSource)
    #expect(try V2.read(nobody, from: "H9").message.reports[0].source.identifier == "H9")
    #expect(try V2.read(V2.message(segments), from: "H9").message.reports[0].source.identifier == "H001")
    let application = V2.message(segments).replacing("|LIS|H001|", with: "|LIS||")
    #expect(try V2.read(application).message.reports[0].source == OrganizationReference(application: "LIS"))
    #expect(
      try V2.read(application, from: "H9").message.reports[0].source
        == OrganizationReference(application: "LIS", identifier: "H9"))
    let oid = V2.message(segments).replacing("|LIS|H001|", with: "|LIS|^2.999.1^ISO|")
    #expect(try V2.read(oid).message.reports[0].source == OrganizationReference(application: "LIS", oid: "2.999.1"))
  }

  @Test(
    "more numbers, names or telephones than a person has are refused; one that is repeated is one",
    arguments: [3, 5, 13])
  func bound(field: Int) throws {
    let many = (0...1000).map { "9\($0)" }.joined(separator: "~")
    let refusal = #expect(throws: Refusal.self) { _ = try patient([2: "L1", field: many]) }
    #expect(refusal?.finding.code == .limitExceeded)
    let one = Array(repeating: "91", count: 50_000).joined(separator: "~")
    #expect(try patient([2: "L1", field: one]).patient.phones.count <= 1)
  }
}
