import Clinical
import Messages
import Testing
import XMLReading

/// The mapping files that are shipped read the messages that are shipped beside them.
struct MappingSampleTests {
  static let pairs = [
    ("lis-req-records", "lis-report"), ("lis-critical", "lis-critical"), ("pacs-req", "pacs-report"),
    ("flat-c0007", "flat-c0007"),
  ]

  private func instant(_ text: String) throws -> Instant { try #require(RegistryZone.shanghai.instant(text)) }

  private func report(_ mapping: String, _ feed: String) throws -> Report {
    let (message, findings) = try MappingSupport.read(MappingSupport.mapping(mapping), MappingSupport.feed(feed))
    #expect(findings == [])
    #expect(message.dialect == .mapped)
    #expect(message.mapping == mapping)
    #expect(message.reports.count == 1)
    return try #require(message.reports.first)
  }

  @Test func aLaboratoryReport() throws {
    var patient = Patient()
    patient.identifiers = [
      Identifier(.residentID, "99999919840302001X"), Identifier(.local, "0007741"),
      Identifier(.outpatient, "MZ270316018"),
    ]
    patient.name = "示例甲"
    patient.sex = .male
    patient.birthDate = CalendarDate(year: 1984, month: 3, day: 2)
    var expected = Report(
      source: OrganizationReference(application: "LIS", identifier: "SYNTH-H3"), reportNumber: "L2703160451",
      patient: patient, versionTime: try instant("20260316094400"), messageTime: try instant("20260316094502"),
      updateMode: .snapshot)
    expected.status = .final
    expected.reported = try instant("20260316094400")
    expected.orderCode = Code("电解质", display: "电解质")
    expected.orderNumber = "A2703160090"
    expected.section = "LAB"
    expected.setting = .outpatient
    expected.clinician = "示例医生乙"
    expected.attachments = ["https://lis.h3.example/reports/L2703160451.pdf"]
    expected.observations = [
      try laboratoryResult("K", "钾", "5.83", "mmol/L", "3.50-5.30", "A"),
      try laboratoryResult("NA", "钠", "140.2", "mmol/L", "137.0-147.0", "N"),
      try laboratoryResult("HBSAG", "乙肝表面抗原", "阴性", nil, "阴性", "N"),
    ]
    expected.observations[2].valueKind = .text
    expected.observations[2].note = "胶体金法"
    #expect(try report("lis-req-records", "lis-report") == expected)
  }

  private func laboratoryResult(
    _ code: String, _ name: String, _ value: String, _ unit: String?, _ range: String, _ flag: String
  ) throws -> Observation {
    var observation = Observation(code: Code(code, display: name))
    observation.valueKind = .quantity
    observation.value = value
    observation.unit = unit
    observation.referenceRange = range
    observation.flags = [flag]
    observation.collected = try instant("20260316081500")
    observation.observed = try instant("20260316091000")
    observation.specimen = Specimen(identifier: "270316000451", type: Code("02", display: "血清"))
    return observation
  }

  @Test func aCriticalValueIsNoReportOfItsOwn() throws {
    let report = try report("lis-critical", "lis-critical")
    #expect(report.reportNumber == "CRITICAL-L2703160451")
    #expect(report.status == .preliminary)
    #expect(report.updateMode == .update)
    let result = try #require(report.observations.first)
    #expect(result.value == "6.90")
    #expect(result.flags == ["AA"])
    #expect(result.referenceRange == nil)
  }

  @Test func anImagingReport() throws {
    let report = try report("pacs-req", "pacs-report")
    #expect(report.reportNumber == "P2703160032")
    #expect(report.patient.sex == .female)
    #expect(report.patient.identifiers.last == Identifier(.inpatient, "ZY27030077"))
    #expect(report.setting == .inpatient)
    #expect(report.findingsText == "双肺纹理清晰，右肺上叶见一直径约5mm结节，边界清。\n纵隔未见肿大淋巴结。")
    #expect(report.impression == "右肺上叶小结节，建议随访。")
    #expect(
      report.attachments == [
        "https://pacs.h3.example/reports/P2703160032.pdf", "https://pacs.h3.example/key/CT270316032.jpg",
      ])
    var exam = Observation(code: Code("CT-0101", display: "胸部CT平扫"))
    exam.flags = ["A"]
    exam.observed = try instant("20260316101500")
    exam.method = "平扫"
    exam.bodySite = Code("chest", display: "胸部")
    #expect(report.observations == [exam])
    var study = ImagingStudy()
    study.studyInstanceUID = "1.2.826.0.1.3680043.10.999.20260316.32"
    study.accessionNumber = "CT270316032"
    study.modality = "CT"
    study.bodySite = Code("chest", display: "胸部")
    study.endpoint = "https://pacs.h3.example/dicomweb"
    study.started = try instant("20260316101500")
    #expect(report.studies == [study])
  }

  @Test func aFlatDocument() throws {
    let report = try report("flat-c0007", "flat-c0007")
    #expect(report.source == OrganizationReference(identifier: "SYNTH-H5", name: "合成第五医院"))
    #expect(report.messageTime == (try instant("20260316152041")))
    #expect(
      report.patient.identifiers == [
        Identifier(.residentID, "999999199207210048"), Identifier(.outpatient, "27-0316-088"),
      ])
    #expect(report.patient.birthDate == nil)
    #expect(report.observations.map(\.value) == ["7.31", "正常"])
    #expect(report.observations.map(\.valueKind) == [.quantity, .text])
    #expect(report.observations.map(\.unit) == ["mmol/L", nil])
    #expect(report.observations.map(\.flags) == [["A"], ["N"]])
    #expect(report.observations[1].collected == nil)
    #expect(report.observations.map(\.specimen?.type?.identifier) == ["血浆", "尿液"])
  }

  /// GB 11643: the weighted sum of all 18 digits is 1 modulo 11.
  @Test(arguments: pairs) func residentNumbersAreWellFormed(mapping: String, feed: String) throws {
    let (message, _) = try MappingSupport.read(MappingSupport.mapping(mapping), MappingSupport.feed(feed))
    let number = try #require(message.reports.first?.patient.identifiers.first { $0.kind == .residentID }?.value)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1]
    let digits = number.map { $0 == "X" ? 10 : $0.wholeNumberValue ?? 99 }
    #expect(digits.count == 18)
    #expect(zip(weights, digits).reduce(0) { $0 + $1.0 * $1.1 } % 11 == 1)
  }

  @Test(arguments: pairs) func onlyItsOwnMessagesAreRecognised(mapping: String, feed: String) throws {
    let root = try MappingSupport.feed(feed)
    for (other, _) in Self.pairs {
      #expect(try MappingSupport.mapping(other).recognises(root) == (other == mapping))
    }
  }

  @Test(arguments: pairs) func readingTwiceGivesTheSame(mapping: String, feed: String) throws {
    let mapping = try MappingSupport.mapping(mapping)
    let root = try MappingSupport.feed(feed)
    let first = try MappingSupport.read(mapping, root)
    let second = try MappingSupport.read(mapping, MappingSupport.feed(feed))
    #expect(first.message == second.message)
    #expect(first.findings == second.findings)
  }

  /// Every datum of a mapped message tells its key, and but for constants and defaults its place; nothing is left over.
  @Test(arguments: pairs) func everyDatumIsExplained(mapping: String, feed: String) throws {
    let root = try MappingSupport.feed(feed)
    let explanation = try MappingSupport.mapping(mapping).explain(root)
    #expect(explanation.isAccepted)
    #expect(explanation.unusedPaths == [])
    let byTheRegistry = explanation.data.filter { $0.key == nil }.map(\.name)
    #expect(byTheRegistry.allSatisfy { $0.hasSuffix(".status") || $0.hasSuffix(".updateMode") })
    for datum in explanation.data {
      #expect((datum.path == nil) == (datum.line == nil))
    }
  }

  /// Of all leaves of a sample only those of the fatal rules can be missing fatally, one at a time.
  @Test(
    arguments: zip(
      pairs,
      [
        ["msgTime", "reportId"], ["msgTime", "reportId"], ["msgTime", "reportId"],
        ["CreateTime", "Organization", "ReportID"],
      ]))
  func onlyTheFatalRulesRefuse(pair: (mapping: String, feed: String), fatal: [String]) throws {
    let mapping = try MappingSupport.mapping(pair.mapping)
    let lines = try MappingSupport.feedText(pair.feed).split(separator: "\n", omittingEmptySubsequences: false)
    var refused: [String] = []
    for (index, line) in lines.enumerated() where line.contains("</") {
      var rest = lines
      rest.remove(at: index)
      guard let root = try? MappingSupport.root(rest.joined(separator: "\n")) else { continue }
      var notes = ReadingNotes(ReadingContext())
      if (try? mapping.read(root, notes: &notes)) == nil {
        refused.append(String(line.drop { $0 == " " }.dropFirst().prefix { $0.isLetter }))
      }
    }
    #expect(refused == fatal)
  }
}
