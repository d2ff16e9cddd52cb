import Clinical
import Messages
import Testing
import XMLReading

/// Tables: rows of one report, rows that belong to it elsewhere in the document, and what becomes of those that belong to none.
struct MappingRowsTests {
  private func read(_ yaml: String, _ xml: String) throws -> (message: Message, findings: [Finding]) {
    try MappingSupport.read(Mapping(yaml: yaml, file: "f"), MappingSupport.root(xml))
  }

  private func refusal(_ yaml: String, _ xml: String) throws -> Finding.Code? {
    var notes = ReadingNotes(ReadingContext())
    let root = try MappingSupport.root(xml)
    let mapping = try Mapping(yaml: yaml, file: "f")
    do throws(Refusal) {
      _ = try mapping.read(root, notes: &notes)
      return nil
    } catch {
      return error.finding.code
    }
  }

  // MARK: A row per result, without groupBy

  private func rows(updateMode: String = "snapshot", report: String = "") -> String {
    """
    {name: rows, root: rows, updateMode: \(updateMode), message: {time: "@t"},
    report: {each: row, source: {const: SYNTH-H1}, number: n, status: s, reported: d, orderCode: o, findings: f \(report)},
    patient: {identifiers: [{type: local, path: p}]}, observations: {code: c, value: v}}
    """
  }

  private func row(_ number: Int, _ code: String, _ value: String, _ more: String = "") -> String {
    "<row><n>\(number)</n><p>A</p><c>\(code)</c><v>\(value)</v>\(more)</row>"
  }

  @Test(arguments: ["snapshot", "update"]) func rowsOfOneNumberAreOneReport(_ mode: String) throws {
    let xml = "<rows t='20260316'>\(row(1, "K", "5.1"))\(row(2, "K", "4"))\(row(1, "NA", "140"))</rows>"
    let (message, findings) = try read(rows(updateMode: mode), xml)
    #expect(message.reports.map(\.reportNumber) == ["1", "2"])
    #expect(message.reports.map { $0.observations.map { $0.value ?? "" } } == [["5.1", "140"], ["4"]])
    #expect(findings == [])
  }

  /// A preliminary row does not become final with its neighbours.
  @Test func everyRowHasItsStatus() throws {
    let xml = """
      <rows t='20260316'>\(row(1, "K", "5", "<s>final</s>"))\(row(1, "NA", "140", "<s>preliminary</s>"))\
      \(row(1, "CL", "101"))\(row(1, "GLU", "5", "<s>cancelled</s>"))</rows>
      """
    for report in ["", ", groupBy: n"] {
      let read = try #require(try read(rows(report: report), xml).message.reports.first)
      #expect(read.observations.map(\.status) == [.final, .preliminary, .preliminary, .cancelled])
      #expect(read.status == .preliminary)
    }
  }

  @Test func whatRowsSayOfTheReportIsKeptOnce() throws {
    let xml = """
      <rows t='20260316'>\(row(1, "K", "5", "<d>20260315</d><f>a</f><o>X</o>"))\
      \(row(1, "NA", "1", "<d>20260315</d><f>b</f><o>Y</o>"))\(row(1, "CL", "1", "<f>a</f><o>X</o>"))</rows>
      """
    let report = try #require(try read(rows(), xml).message.reports.first)
    #expect(report.findingsText == "a\nb")
    #expect(report.orderCode?.identifier == "X")
    #expect(report.orderCodeTranslations.map(\.identifier) == ["Y"])
    #expect(report.reported == RegistryZone.shanghai.instant("20260315"))
    #expect(report.versionTime == report.reported)
    // Where results are added to a report, another order is another part of it.
    let parts = try read(rows(updateMode: "update"), xml).message.reports
    #expect(parts.map { $0.observations.map(\.code.identifier) } == [["K", "CL"], ["NA"]])
  }

  @Test func aLaterWholeTellingIsANewerVersion() throws {
    let first = "<d>20260315080000</d>"
    let second = "<d>20260315090000</d>"
    let whole = [row(1, "K", "5.8", second), row(1, "K", "5", first), row(1, "NA", "140", second)].joined()
    let versions = try read(rows(), "<rows t='20260316'>\(whole)</rows>").message.reports
    #expect(versions.map { $0.observations.map { $0.value ?? "" } } == [["5"], ["5.8", "140"]])
    // What is not told again is no older version: nothing of it goes.
    let added = [row(1, "K", "5", first), row(1, "NA", "140", second)].joined()
    let report = try read(rows(), "<rows t='20260316'>\(added)</rows>").message.reports
    #expect(report.map { $0.observations.count } == [2])
  }

  @Test func rowsOfOneNumberHaveOnePatient() throws {
    let other = row(1, "NA", "140").replacing("<p>A</p>", with: "<p>B</p>")
    let silent = row(1, "NA", "140").replacing("<p>A</p>", with: "")
    #expect(try refusal(rows(), "<rows t='20260316'>\(row(1, "K", "5"))\(other)</rows>") == .conflictingPatient)
    #expect(try refusal(rows(), "<rows t='20260316'>\(silent)\(row(1, "K", "5"))</rows>") == nil)
  }

  // MARK: Rows elsewhere

  private let joined = """
    name: tables
    root: export
    message: {time: time}
    report:
      each: reports/report
      source: {const: SYNTH-H1}
      number: no
    patient:
      from: ../../patients/patient
      where: {id: patientId}
      identifiers: [{type: local, path: id}]
      name: name
    observations:
      each: ../../results/result
      where: {report: id, "@site": "@site"}
      code: {identifier: item, display: {from: ../../items/item, where: {code: item}, path: name}}
      value: value
      unit: {from: ../../items/item, where: {code: item}, path: unit}
    """

  private func export(results: String, reports: String = "") -> String {
    """
    <export><time>20260316</time>
    <patients><patient><id>P1</id><name>样例甲</name></patient><patient><id>P2</id><name>样例乙</name></patient></patients>
    <reports><report site='1'><id>a</id><no>R1</no><patientId>P1</patientId></report>
    <report site='1'><id>b</id><no>R2</no><patientId>P2</patientId></report>\(reports)</reports>
    <items><item><code>K</code><name>钾</name><unit>mmol/L</unit></item></items>
    <results>\(results)</results></export>
    """
  }

  private func result(_ report: String, _ item: String, _ value: String, site: String = "1") -> String {
    "<result site='\(site)'><report>\(report)</report><item>\(item)</item><value>\(value)</value></result>"
  }

  @Test func rowsAreFoundByTheirKeys() throws {
    let results = result("b", "K", "4.1") + result("a", "K", "5.8") + result("a", "NA", "140")
    let (message, findings) = try read(joined, export(results: results))
    #expect(message.reports.map(\.patient.name) == ["样例甲", "样例乙"])
    #expect(message.reports.map { $0.observations.map { $0.value ?? "" } } == [["5.8", "140"], ["4.1"]])
    #expect(message.reports[0].observations.map(\.unit) == ["mmol/L", nil])
    #expect(message.reports[0].observations.map(\.code.display) == ["钾", nil])
    #expect(findings == [])
  }

  @Test func rowsThatBelongToNothingAreTold() throws {
    let results =
      result("a", "K", "5") + result("c", "K", "4") + result("a", "K", "3", site: "2") + result("", "K", "2")
    let (message, findings) = try read(joined, export(results: results))
    #expect(message.reports.map(\.observations.count) == [1, 0])
    #expect(findings.map(\.code) == [.noResults, .leftAside])
    #expect(findings.last?.message.contains("3 results") == true)
    #expect(findings.last?.location.path == "/export/results/result[2]")
    let stranger = "<report site='1'><id>c</id><no>R3</no><patientId>P9</patientId></report>"
    #expect(try refusal(joined, export(results: results, reports: stranger)) == .missingPatient)
  }

  /// Two elements of one report that lead to the same rows have them once.
  @Test func rowsAreTakenOnce() throws {
    let again = "<report site='1'><id>a</id><no>R1</no><patientId>P1</patientId></report>"
    let (message, findings) = try read(joined, export(results: result("a", "K", "5"), reports: again))
    #expect(message.reports.map(\.observations.count) == [1, 0])
    #expect(findings.map(\.code) == [.noResults])
  }

  @Test func twoPatientsOfOneKeyAreNobody() throws {
    let twice = export(results: result("a", "K", "5")).replacing("<id>P2</id>", with: "<id>P1</id>")
    #expect(try refusal(joined, twice.replacing(">P2<", with: ">P1<")) == .conflictingPatient)
  }

  @Test func explanationsNameTheRow() throws {
    let root = try MappingSupport.root(export(results: result("b", "K", "4.1") + result("a", "K", "5.8")))
    let explanation = try Mapping(yaml: joined, file: "f").explain(root)
    let unit = explanation.data.first { $0.name == "report[1].observations[1].unit" }
    #expect(unit?.path == "/export/items/item/unit")
    #expect(
      explanation.data.first { $0.name == "report[1].observations[1].value" }?.path == "/export/results/result[2]/value"
    )
    #expect(explanation.unusedPaths == [])
  }

  // MARK: In bounded time

  /// Every row climbs to what stands once for all, finds its rows in a table, and tells another order.
  @Test func manyRowsTakeLinearTime() throws {
    let count = 20_000
    let rows = (0..<count).map {
      "<row><n>1</n><c>C\($0)</c><v>\($0)</v><o>O\($0)</o><s>\($0 % 2 == 0 ? "final" : "preliminary")</s></row>"
    }
    let yaml = """
      {name: rows, root: rows, message: {time: "@t"},
      report: {each: row, source: {const: SYNTH-H1}, number: n, orderCode: o, status: s, clinician: ../doctor},
      patient: {identifiers: [{type: local, path: ../patient}]},
      observations: {code: c, value: v, note: {from: ../row, where: {c: c}, path: v}}}
      """
    let xml = "<rows t='20260316'>" + rows.joined() + "<doctor>D</doctor><patient>A</patient></rows>"
    let start = ContinuousClock.now
    let report = try #require(try read(yaml, xml).message.reports.first)
    #expect(report.observations.count == count)
    #expect(report.observations.last?.note == "\(count - 1)")
    // A scan of all rows for each row would take minutes.
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}
