import Clinical
import Foundation
import Testing
import XMLReading

@testable import Messages

/// Files from outside the project; where they are not there, these tests are skipped and say so.
@Suite struct CDACorpusTests {
  static let feeds = folder("../city/feeds")
  static let ccda = folder("ccda-examples")

  static func folder(_ name: String) -> URL? {
    let folder = Corpora.directory.appending(path: name).standardizedFileURL
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }

  static func files(_ folder: URL?) -> [URL] {
    guard let folder, let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil) else {
      return []
    }
    return all.compactMap { $0 as? URL }.filter { $0.pathExtension.lowercased() == "xml" }.sorted { $0.path < $1.path }
  }

  @Test(.enabled(if: feeds != nil, "the city is not here")) func everyDocumentOfTheCityIsRead() throws {
    let files = Self.files(Self.feeds).filter { ["cda-", "rcmr"].contains($0.lastPathComponent.prefix(4)) }
    try #require(!files.isEmpty)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      let (message, findings) = try readCDA(text)
      let report = try #require(message.reports.first)
      #expect(findings.isEmpty, "\(file.lastPathComponent)")
      #expect(report.observations.allSatisfy { $0.collected != nil && $0.observed != nil })
      if file.lastPathComponent.hasPrefix("cda-") {
        #expect(report.observations.count == text.ranges(of: "DE04.30.019.00").count)
        #expect(report.observations.filter { $0.value != nil }.count == text.ranges(of: "\"REAL\" value=").count)
      }
      #expect(report.reportNumber.hasPrefix("R") && report.source.identifier != nil && report.ordered != nil)
      #expect(report.patient.identifiers.count >= 2 && report.patient.birthDate != nil)
    }
  }

  @Test(.enabled(if: feeds != nil, "the city is not here")) func wrappingChangesNothing() throws {
    for file in Self.files(Self.feeds) where file.lastPathComponent.hasPrefix("cda-") {
      let text = try String(contentsOf: file, encoding: .utf8)
      let bare = try readCDA(text).message
      let wrapped = try readCDA(
        CDARCMRTests.wrapper(
          "<originalText value=\"\(CDARCMRTests.base64(text))\"/>",
          time: RegistryZone.shanghai.rfc3339(bare.messageTime)))
      #expect(wrapped.message.reports == bare.reports)
    }
  }

  @Test(.enabled(if: ccda != nil, "the C-CDA examples are not here")) func everyExampleEndsInAMessageOrARefusal() throws
  {
    var read: [String: Int] = [:]
    var malformed = 0
    let reader = XMLTreeReader()
    for file in Self.files(Self.ccda) {
      let bytes = Array(try Data(contentsOf: file))
      do throws(XMLReadingError) {
        let root = try bytes.withUnsafeBufferPointer { (buffer) throws(XMLReadingError) in try reader.read(buffer) }
          .root
        guard let dialect = CDAReader.recognises(root) else {
          #expect(root.name != "ClinicalDocument" || root.first("templateId") == nil)
          continue
        }
        var notes = ReadingNotes(ReadingContext())
        if let message = try? CDAReader.read(root, dialect: dialect, notes: &notes) {
          read[file.lastPathComponent] = message.reports.first?.observations.count ?? 0
        }
      } catch { malformed += 1 }
    }
    #expect(malformed > 150)
    // Each with as many observations as it has of template 22.4.2; the imaging report with its one examination.
    #expect(
      read == [
        "CCD.XML": 6, "CCD.xml": 1, "Consultation_Note.xml": 6, "Diagnostic_Imaging_Report.xml": 1,
        "History_and_Physical.xml": 3, "Progress_Note.xml": 6, "Referral_Note.xml": 6, "Transfer_Summary.xml": 6,
      ])
  }

  /// The sections of the C-CDA result examples, put into a document.
  @Test(.enabled(if: ccda != nil, "the C-CDA examples are not here")) func everyResultExampleYieldsItsResults() throws {
    var values: Set<String> = []
    for file in Self.files(Self.ccda?.appending(path: "Results")) {
      let text = try String(contentsOf: file, encoding: .utf8)
      let section = try #require(text.firstMatch(of: /(?s)<section.*<\/section>/)?.output)
      let document = CDAResultsTests.document("").replacing(/(?s)<section>.*<\/section>/, with: section)
      let report = try #require(try readCDA(document).message.reports.first, "\(file.lastPathComponent)")
      #expect(!report.observations.isEmpty, "\(file.lastPathComponent)")
      values.formUnion(report.observations.map { ($0.value ?? "none") + " " + ($0.unit ?? "") })
    }
    #expect(
      values.isSuperset(of: [
        "152 THOUS/MCL", "152 10*3/uL", ">500 mg/dL", "0-5 pg/mL", "Unable to calculate mg/dL", "Positive ", "Amber ",
        "none ", "1.015 1",
      ]))
  }

  /// Documents with one tag name, attribute or value damaged are read or refused, twice in the same way.
  @Test(.enabled(if: ccda != nil, "the C-CDA examples are not here")) func damagedDocumentsNeverCrash() throws {
    let file = try #require(Self.files(Self.ccda).first { $0.lastPathComponent == "Progress_Note.xml" })
    let cda = try String(contentsOf: file, encoding: .utf8)
    let samples = [cda, CDARCMRTests.wrapper("<originalText>\(CDARCMRTests.inner.xml)</originalText>")]
    for sample in samples {
      let words = Set(sample.matches(of: /[A-Za-z][A-Za-z0-9]+/).map { String($0.output) }).sorted()
      for (index, word) in words.enumerated() where words.count < 200 || index % 5 == 0 {
        let damaged = sample.replacing(word, with: ["x", "", "value", "id"][index % 4])
        guard let root = try? XMLTreeReader().read(damaged).root, let dialect = CDAReader.recognises(root) else {
          continue
        }
        var notes = ReadingNotes(ReadingContext())
        let first = try? CDAReader.read(root, dialect: dialect, notes: &notes)
        #expect(first == (try? CDAReader.read(root, dialect: dialect, notes: &notes)), "\(word)")
      }
    }
  }

  @Test func fiftyThousandResults() throws {
    let entry = ChineseSample.organizer(
      ChineseSample.item("A"), ChineseSample.quantity("x", unit: "-"),
      ChineseSample.element("DE04.30.017.00", "<value xsi:type=\"CD\" code=\"1\"/>"))
    let body =
      "<component><section>" + String(repeating: "<entry>\(entry)</entry>", count: 50_000) + "</section></component>"
    let (message, findings) = try readCDA(ChineseSample(body: body).xml)
    #expect(message.reports.first?.observations.count == 50_000)
    #expect(message.reports.first?.observations.last?.subID == "50000")
    #expect(findings.count <= 201)
  }

  @Test func fiftyThousandResultsOfOneBattery() throws {
    let component =
      "<component>" + CDAResultsTests.observation("<value xsi:type=\"ED\"><reference value=\"#n1\"/></value>")
      + "</component>"
    let entry = "<entry><organizer>" + String(repeating: component, count: 50_000) + "</organizer></entry>"
    let report = try #require(try readCDA(CDAResultsTests.document(entry)).message.reports.first)
    #expect(report.observations.count == 50_000 && report.observations.last?.value == "Seen in the narrative")
  }
}
