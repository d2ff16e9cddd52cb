import Clinical
import Foundation
import Testing

@testable import Messages

@Suite("HL7 v2: images and narrative reports")
struct V2ImagingTests {
  private func order(_ accession: String = "", _ step: String = "", section: String = "RAD") -> String {
    "OBR|1||R1|36643-5^CXR^LN|||20260518080000|||||||||||\(accession)||\(step)||20260518113000||\(section)|F"
  }

  private func report(_ segments: [String]) throws -> Report { try V2.reports(segments)[0] }

  private let findings = V2.result("36643-5&GDT^CXR^LN", "Lungs clear", type: "TX")

  @Test("the accession number stands in OBR-18, OBR-20 or IPC-1; a laboratory's OBR-18 is none")
  func accession() throws {
    func numbers(_ segments: [String]) throws -> [String?] { try report(segments).studies.map(\.accessionNumber) }
    #expect(try numbers([order("A1", "S1"), findings]) == ["A1"])
    #expect(try numbers([order("", "S1"), findings]) == ["S1"])
    #expect(try numbers([order("A1", section: ""), findings]) == ["A1"])
    #expect(try numbers([order(), "IPC|A2|P|||CT", findings]) == ["A2"])
    #expect(try numbers([order(), V2.result("121022^Accession^DCM", "A3", type: "ST"), findings]) == ["A3"])
    #expect(try numbers([order("A1", section: "LAB"), V2.result("K", "4")]).isEmpty)
    #expect(try numbers([order("A1", section: ""), V2.result("K", "4")]).isEmpty)
    let study = try report([order("A1"), "ZDS|1.2.840.5^P^Application^DICOM", findings]).studies
    #expect(study.map(\.studyInstanceUID) == ["1.2.840.5"])
    #expect(study.map(\.accessionNumber) == ["A1"])
  }

  static let addresses: [(type: String, sent: String, uid: String?, endpoint: String?)] = [
    (
      "RP", "https://h/wado?requestType=WADO&studyUID=1.2.840.9&seriesUID=1.3", "1.2.840.9",
      "https://h/wado?requestType=WADO&studyUID=1.2.840.9&seriesUID=1.3"
    ),
    (
      "RP", #"https://h/wado?a=1\T\StudyInstanceUID=1.2.840.9\T\b^PACS^IM"#, "1.2.840.9",
      "https://h/wado?a=1&StudyInstanceUID=1.2.840.9&b"
    ),
    ("RP", "https://h/dicom-web/studies/1.2.840.9/series/1.3", "1.2.840.9", "https://h/dicom-web"),
    ("ST", "http://h/w?0020000D=1.2.840.9", "1.2.840.9", "http://h/w?0020000D=1.2.840.9"),
    ("RP", "http://h/report.pdf", nil, nil), ("RP", "http://h/studies/x", nil, nil),
  ]

  @Test("addresses give the study and where it is", arguments: addresses)
  func address(type: String, sent: String, uid: String?, endpoint: String?) throws {
    let report = try report([order(), V2.result("IMG", sent, type: type), findings])
    #expect(report.studies.map(\.studyInstanceUID) == uid.map { [$0] } ?? [])
    #expect(report.studies.map(\.endpoint) == endpoint.map { [$0] } ?? [])
    // What names no study is kept as it is.
    #expect(report.observations.count == (uid == nil ? 2 : 1))
  }

  @Test("an address within a text leaves the text")
  func addressInText() throws {
    let text = "Images: http://h/w?studyUID=1.2.3&x=1 (two)"
    let report = try report([order(), V2.result("GDT", text, type: "TX")])
    #expect(report.observations.map(\.value) == [text])
    #expect(report.studies.map(\.studyInstanceUID) == ["1.2.3"])
  }

  @Test(
    "the study by the codes and the names of IHE's reports",
    arguments: [
      ("113014^DICOM Study^DCM", "1.2.840.7"), ("110180^Study Instance UID^DCM", "1.2.840.7^P^DICOM"),
      ("^Study Instance UID", "1.2.840.7^P^DICOM"),
    ])
  func named(code: String, value: String) throws {
    #expect(
      try report([order(), V2.result(code, value, type: "HD"), findings]).studies.map(\.studyInstanceUID) == [
        "1.2.840.7"
      ])
  }

  @Test("suffixes tell the parts of a report apart")
  func suffixes() throws {
    let report = try report([
      order(), findings, V2.result("36643-5&IMP^CXR^LN", "Normal", type: "TX"),
      V2.result("36643-5&REC", "None", type: "TX"),
      V2.result("36643-5&ADT^CXR^LN^X1&ADT^^L", "Seen again", type: "TX", subID: "1"),
      V2.result("&ADT", "Once more", type: "TX"),
      V2.result("&IMP", "As before", type: "TX"), V2.result("36643-5&DEV", "Device 7", type: "TX"),
      V2.result("36643-5&IMP", "^coded", type: "CE"), V2.result("A&B", "other", type: "TX"),
    ])
    #expect(report.impression == "Normal\nNone\nAs before\ncoded")
    #expect(report.observations.map(\.value) == ["Lungs clear", "Seen again", "Once more", "Device 7", "other"])
    #expect(report.observations.map(\.code.identifier) == ["36643-5", "36643-5", "ADT", "36643-5", "A&B"])
    #expect(report.observations.map(\.subID) == ["&GDT", "1&ADT", "", "&DEV", ""])
    #expect(report.observations.map(\.isImpression) == [false, false, false, true, false])
    #expect(report.observations[1].translations.map(\.identifier) == ["X1"])
  }

  @Test("what is flagged of an impression is of no result, and that is told", arguments: ["A", "AA", "NI"])
  func flaggedImpression(flag: String) throws {
    func findings(_ flag: String) throws -> [Finding.Code] {
      try V2.findings([order(), self.findings, V2.result("IMP", "Normal", type: "TX", flags: flag)])
    }
    #expect(try findings("").isEmpty && findings("N").isEmpty)
    #expect(try findings(flag) == [.leftAside])
  }

  @Test("an addendum adds to a report and replaces nothing but itself")
  func addendum() throws {
    func version(_ hour: Int, _ results: [String]) throws -> ReportVersion {
      let text = V2.message([order().replacing("20260518113000", with: "202605181\(hour)0000")] + results)
      return ReportVersion(
        report: try V2.read(text.replacing("20260518120000", with: "20260518180000")).message.reports[0],
        institution: "H",
        contentDigest: "\(hour)")
    }
    let addendum = { V2.result("36643-5&ADT^CXR^LN", $0, type: "TX") }
    let versions = try [
      version(3, [findings, V2.result("36643-5&IMP^CXR^LN", "Normal", type: "TX")]), version(4, [addendum("First")]),
      version(5, [addendum("Second")]),
    ]
    let state = try #require(ReportState.parts(of: versions).first)
    #expect(state.report.observations.map(\.value) == ["Lungs clear", "Second"])
    #expect(state.report.impression == "Normal")
  }

  @Test("lines of one text, empty ones and those without a code too, are one; of another status or time another")
  func lines() throws {
    let line = { V2.result($0, $1, type: "TX", status: $2) }
    let report = try report([
      order(), line("GDT", "one", "F"), line("GDT", "", "F"), line("GDT", "three", ""), line("", "four", "F"),
      line("GDT", "five", "P"), line("GDT", "six", "P") + "|||20260518070000", line("GDT", "seven", "D"),
      line("GDT", "eight", "F"),
    ])
    #expect(report.observations.map(\.value) == ["one\n\nthree\nfour", "five", "six", "seven", "eight"])
    #expect(report.observations.map(\.status) == [.final, .preliminary, .preliminary, nil, .final])
    #expect(report.observations.map(\.isRemoved) == [false, false, false, true, false])
  }

  @Test("more studies than an examination has are not read on, and that is told")
  func bound() throws {
    let segments = [order()] + (0..<3000).map { "ZDS|1.2.\($0)" } + [findings]
    #expect(try report(segments).studies.count == 1000)
    #expect(try V2.findings(segments) == [.leftAside])
  }
}
