import Clinical
import Foundation
import RegistryStore
import Testing

@testable import Registry

/// Which documents are one report, told by what they say and never by the order in which they come (recognition.md, "One state per report").
@Suite("versions of documents")
struct DocumentVersionTests {
  /// A laboratory's document, made of what a case cares about. The people are invented.
  struct Document {
    var id = #"<id root="2.999.1.9.5" extension="D1"/>"#
    var time = "20260320103000+0800"
    /// setId, versionNumber, relatedDocument.
    var related = ""
    var acts: [String] = []
    var patient = #"<id root="2.999.1.9.7" extension="P1"/><patient><name>样例甲</name></patient>"#
    var custodian = #"<id root="2.999.1.9"/>"#

    var xml: String {
      """
      <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
      <templateId root="1.3.6.1.4.1.19376.1.3.3"/>\(id)<code code="11502-2"/><effectiveTime value="\(time)"/>\(related)\
      <recordTarget><patientRole>\(patient)</patientRole></recordTarget><custodian><assignedCustodian>\
      <representedCustodianOrganization>\(custodian)</representedCustodianOrganization></assignedCustodian></custodian>\
      <component><structuredBody><component><section><code code="18719-5"/>\
      \(acts.map { "<entry>\($0)</entry>" }.joined())</section></component></structuredBody></component></ClinicalDocument>
      """
    }
  }

  /// A result of potassium.
  static func result(
    _ value: String, act: String? = nil, root: String = "2.999.1.9.8", code: String = "2823-3",
    at: String = "20260320080000+0800", status: String? = nil
  ) -> String {
    let id = act.map { $0.contains("<") ? $0 : "<id root=\"\(root)\" extension=\"\($0)\"/>" } ?? ""
    let supplement =
      status.map {
        "<entryRelationship><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"92236-9\"/><value xsi:type=\"CD\" "
          + "code=\"\($0)\"/></observation></entryRelationship>"
      } ?? ""
    return """
      <observation classCode="OBS" moodCode="EVN">\(id)<code code="\(code)"/><statusCode code="completed"/>\
      <effectiveTime value="\(at)"/><value xsi:type="PQ" value="\(value)" unit="mmol/L"/>\(supplement)</observation>
      """
  }

  static func replaces(_ document: String, set: String? = nil, type: String = "RPLC") -> String {
    let own = set.map { "<setId root=\"2.999.1.9.5\" extension=\"\($0)\"/>" } ?? ""
    return
      "<relatedDocument typeCode=\"\(type)\"><parentDocument><id root=\"2.999.1.9.5\" extension=\"\(document)\"/>\(own)"
      + "</parentDocument></relatedDocument>"
  }

  static func set(_ set: String, _ version: Int?) -> String {
    "<setId root=\"2.999.1.9.5\" extension=\"\(set)\"/>" + (version.map { "<versionNumber value=\"\($0)\"/>" } ?? "")
  }

  static func id(_ text: String) -> String { "<id root=\"2.999.1.9.5\" extension=\"\(text)\"/>" }

  /// What stands in a registry after some documents: each report as its results, sorted.
  static func states(_ bench: Bench) throws -> [String] {
    try bench.registry.store.read { transaction in
      var versions: [Int64: [StoredReportVersion]] = [:]
      try transaction.eachReport { for version in $0 { versions[version.record, default: []].append(version) } }
      return try versions.values.flatMap { own in
        try own.byReport.map { report in
          // Whoever knows a report by its number finds all its versions.
          let known = try transaction.reportVersions(
            institution: report[0].institution, number: report[0].report.reportNumber)
          #expect(Set(known.map(\.content)).isSuperset(of: report.map(\.content)))
          return ReportState.parts(of: report.map(\.version)).flatMap { part in
            part.report.observations.map { "\($0.code.identifier)=\($0.value ?? "") \($0.status?.rawValue ?? "")" }
          }.sorted().joined(separator: ", ")
        }
      }.sorted()
    }
  }

  /// Imports documents in every order; each must come to the same.
  static func converge(_ documents: [Document]) async throws -> [String] {
    var outcomes: Set<[String]> = []
    for order in permutations(Array(documents.indices)) {
      let bench = try Bench()
      for place in order + order.prefix(1) {
        let path = try bench.file("\(place).xml", documents[place].xml)
        let receiving = try await bench.registry.receive([path])
        #expect(receiving.summary.quarantined == 0, "\(receiving.problems.map(\.reason))")
      }
      #expect(try bench.registry.check().problems.isEmpty)
      outcomes.insert(try states(bench))
    }
    #expect(outcomes.count == 1, "\(outcomes)")
    return outcomes.first ?? []
  }

  static func permutations(_ items: [Int]) -> [[Int]] {
    if items.count < 2 { return [items] }
    return items.flatMap { item in permutations(items.filter { $0 != item }).map { [item] + $0 } }
  }

  @Test("a document takes the place of the one it names, in a chain of three, whatever comes first")
  func chain() async throws {
    let two = [Self.result("4.1", act: "A"), Self.result("140", act: "B", code: "2951-2")]
    let documents = [
      Document(id: Self.id("D1"), acts: two),
      Document(
        id: Self.id("D2"), time: "20260320113000+0800", related: Self.replaces("D1"),
        acts: [Self.result("6.9", act: "A2"), two[1]]),
      Document(
        id: Self.id("D3"), time: "20260320123000+0800", related: Self.replaces("D2"),
        acts: [Self.result("6.8", act: "A3"), two[1]]),
    ]
    #expect(try await Self.converge(documents) == ["2823-3=6.8 final, 2951-2=140 final"])
  }

  @Test("what replaces wins, also with the same time or an earlier one")
  func replacementBeforeItsTime() async throws {
    for time in ["20260320103000+0800", "20260320", "20260319103000+0800"] {
      let documents = [
        Document(id: Self.id("D1"), acts: [Self.result("4.1", act: "A"), Self.result("1", act: "X", code: "2951-2")]),
        Document(
          id: Self.id("D2"), time: time, related: Self.replaces("D1"),
          acts: [Self.result("6.9", act: "B"), Self.result("2", act: "Y", code: "2951-2")]),
      ]
      #expect(try await Self.converge(documents) == ["2823-3=6.9 final, 2951-2=2 final"])
    }
  }

  @Test("versions of one set are one report; of one day the number tells which is newer")
  func sets() async throws {
    let documents = (1...3).map { (version: Int) in
      Document(
        id: Self.id("D\(version)"), time: "20260320", related: Self.set("S", version),
        acts: [Self.result("4.\(version)", act: "A\(version)"), Self.result("140", act: "B\(version)", code: "2951-2")])
    }
    #expect(try await Self.converge(documents) == ["2823-3=4.3 final, 2951-2=140 final"])
  }

  @Test("a document may replace a set")
  func replacesASet() async throws {
    let documents = [
      Document(
        id: Self.id("D1"), related: Self.set("S1", 1), acts: [Self.result("4.1"), Self.result("1", code: "2951-2")]),
      Document(
        id: Self.id("D9"), time: "20260320113000+0800",
        related: Self.set("S2", 1) + Self.replaces("unknown", set: "S1"),
        acts: [Self.result("5.1"), Self.result("2", code: "2951-2")]),
    ]
    #expect(try await Self.converge(documents) == ["2823-3=5.1 final, 2951-2=2 final"])
  }

  @Test("a transformed document is the same report, an addendum another one beside it")
  func otherRelations() async throws {
    let first = Document(id: Self.id("D1"), acts: [Self.result("4.1", act: "A")])
    let later = "20260320113000+0800"
    let transformed = Document(
      id: Self.id("D2"), time: later, related: Self.replaces("D1", type: "XFRM"), acts: [Self.result("4.10")])
    #expect(try await Self.converge([first, transformed]) == ["2823-3=4.10 final"])
    let addendum = Document(
      id: Self.id("D3"), time: later, related: Self.replaces("D1", type: "APND"),
      acts: [Self.result("140", act: "A", code: "2951-2")])
    #expect(try await Self.converge([first, addendum]) == ["2823-3=4.1 final", "2951-2=140 final"])
  }

  @Test("a later document of the same act is a correction, without a relation and with a set of its own")
  func sameAct() async throws {
    let documents = [
      Document(
        id: Self.id("D1"), related: Self.set("S1", nil), acts: [Self.result("2.9", act: "55555", status: "final")]),
      Document(
        id: Self.id("D2"), related: Self.set("S2", nil), acts: [Self.result("2.4", act: "55555", status: "corrected")]),
    ]
    #expect(try await Self.converge(documents) == ["2823-3=2.4 corrected"])
  }

  @Test("a result corrected with another time of test says that it is corrected")
  func correctedTime() async throws {
    let documents = [
      Document(id: Self.id("D1"), acts: [Self.result("2.9", act: "F7")]),
      Document(
        id: Self.id("D2"), time: "20260321103000+0800",
        acts: [Self.result("2.4", act: "F7", at: "20260321080000+0800", status: "corrected")]),
    ]
    #expect(try await Self.converge(documents) == ["2823-3=2.4 corrected"])
  }

  @Test(
    "an act's id that stands in every document replaces nothing: of one patient by its times, of two by whose it is",
    arguments: [
      "7d5a02b0-67a4-11db-bd13-0800200c9a66", "107c2dc0-67a5-11db-bd13-0800200c9a66", "2.999.1.9.8.1",
      "f1aa44dd-6f39-4f5c-b267-897c3844b574",
    ])
  func constantAct(root: String) async throws {
    let act = "<id root=\"\(root)\"/>"
    let days = (1...3).map { day in
      Document(
        id: Self.id("D\(day)"), time: "2026032\(day)103000+0800",
        acts: [Self.result("4.\(day)", act: act, at: "2026032\(day)080000+0800")])
    }
    #expect(
      try await Self.converge(days) == ["2823-3=4.1 final", "2823-3=4.2 final", "2823-3=4.3 final"].joinedIfOne(root))
    var people = days
    people[1].patient = #"<id root="2.999.1.9.7" extension="P2"/><patient><name>样例乙</name></patient>"#
    #expect(
      try await Self.converge(people).joined(separator: ", ").split(separator: ", ").sorted() == [
        "2823-3=4.1 final", "2823-3=4.2 final", "2823-3=4.3 final",
      ])
  }

  @Test("ids of documents and sets that stand in every document tie nothing, nor do they keep anybody out")
  func constantDocument() async throws {
    let related = Self.set("S", 1)
    let documents = (1...3).map { day in
      Document(
        id: Self.id("SAME"), time: "2026032\(day)103000+0800", related: related,
        acts: [
          Self.result("4.\(day)", act: "A\(day)", at: "2026032\(day)080000+0800"),
          Self.result("14\(day)", act: "B\(day)", code: "2951-2", at: "2026032\(day)080000+0800"),
        ],
        patient:
          "<id root=\"2.999.1.9.7\" extension=\"P\(day % 2)\"/><patient><name>样例\(day % 2 == 0 ? "甲" : "乙")</name></patient>"
      )
    }
    let results = try await Self.converge(documents).joined(separator: ", ").split(separator: ", ").sorted()
    #expect(results.count == 6)
  }

  @Test("one number under two roots is two reports")
  func roots() async throws {
    let documents = ["2.999.1.9.21", "2.999.1.9.22", "2.999.4.4"].enumerated().map { place, root in
      Document(
        id: Self.id("D\(place)"), acts: [Self.result("4.\(place)", act: "77", root: root)],
        patient:
          "<id root=\"2.999.1.9.7\" extension=\"P\(place)\"/><patient><name>样例\(["甲", "乙", "丙"][place])</name></patient>"
      )
    }
    #expect(try await Self.converge(documents) == ["2823-3=4.0 final", "2823-3=4.1 final", "2823-3=4.2 final"])
  }

  @Test("under a root of the source's own the number is what its v2 messages say")
  func conventionalRoot() async throws {
    let bench = try Bench()
    let document = Document(acts: [Self.result("4.1", act: "R77")])
    _ = try await bench.registry.receive([bench.file("d.xml", document.xml)])
    let numbers = try bench.registry.store.read { transaction in
      var numbers: [String] = []
      try transaction.eachReport { numbers += $0.map(\.number) }
      return numbers
    }
    #expect(numbers == ["R77"])
  }

  @Test("one document with two contents is refused, two patients' documents of one id are not")
  func oneIDTwoContents() async throws {
    let bench = try Bench()
    let first = Document(acts: [Self.result("4.1", act: "A")])
    _ = try await bench.registry.receive([bench.file("a.xml", first.xml)])
    let other = try await bench.registry.receive([
      bench.file("b.xml", Document(acts: [Self.result("5.1", act: "A")]).xml)
    ])
    #expect(other.problems.map(\.code) == [Finding.Code.conflictingMessage.rawValue])
    var stranger = Document(acts: [Self.result("6.1", act: "A")])
    stranger.patient = #"<id root="2.999.1.9.7" extension="P2"/><patient><name>样例乙</name></patient>"#
    let accepted = try await bench.registry.receive([bench.file("c.xml", stranger.xml)])
    #expect(accepted.summary.accepted == 1 && accepted.summary.findings == 1)
    #expect(try Self.states(bench) == ["2823-3=4.1 final", "2823-3=6.1 final"])
  }

  @Test("the same number with another patient stays a conflict in a Chinese document")
  func chineseConflict() async throws {
    let bench = try Bench()
    func xml(_ person: String, _ name: String) -> String {
      """
      <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
      <templateId root="2.16.156.10011.2.1.1.27"/><id root="2.16.156.10011.1.1" extension="\(person)"/><code code="C0007"/>\
      <effectiveTime value="20260320103000"/><setId/><versionNumber/><recordTarget><patientRole>\
      <id root="2.16.156.10011.1.33" extension="R1"/><id root="2.16.156.10011.1.11" extension="\(person)"/>\
      <patient><name>\(name)</name></patient></patientRole></recordTarget><custodian><assignedCustodian>\
      <representedCustodianOrganization><id root="2.16.156.10011.1.5" extension="SYNTH-H4"/></representedCustodianOrganization>\
      </assignedCustodian></custodian><component><structuredBody/></component></ClinicalDocument>
      """
    }
    _ = try await bench.registry.receive([bench.file("a.xml", xml("P1", "样例甲"))])
    let second = try await bench.registry.receive([bench.file("b.xml", xml("P2", "样例乙"))])
    #expect(second.problems.map(\.code) == [Finding.Code.conflictingPatient.rawValue])
  }
}

extension [String] {
  /// As one report's parts where the root is taken for an act's id; a copied one names no act, and each document is a report.
  fileprivate func joinedIfOne(_ root: String) -> [String] {
    root.hasPrefix("f1aa") ? [joined(separator: ", ")] : self
  }
}
