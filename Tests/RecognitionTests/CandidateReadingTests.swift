import Catalogue
import Clinical
import Testing

@testable import Recognition

struct CandidateReadingTests {
  private func read(_ report: Report) throws -> [Candidate] {
    let ward = Ward([report])
    return ward.candidates(try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) })))
  }

  @Test func clinicalTimesInTheirOrder() throws {
    func basis(_ change: (inout Observation) -> Void) throws -> Candidate.Basis? {
      try read(
        Ward.potassium {
          $0.observed = Ward.time("2025-03-10T09:00:00"); change(&$0)
        }
      ).first?.clinicalTimeBasis
    }
    #expect(try basis { _ in } == .collected)
    #expect(try basis { $0.collected = nil } == .observed)
    #expect(
      try basis {
        $0.collected = nil; $0.observed = nil
      } == .reported)
    let scan = try #require(try read(Ward.scan { $0.performed = Ward.time("2025-03-09") }).first)
    #expect(scan.clinicalTimeBasis == .performed && scan.clinicalTime == Ward.time("2025-03-10T08:00:00"))
    #expect(try read(Ward.scan { $0.studies = [] }).first?.clinicalTimeBasis == .reported)
  }

  @Test func theReportItselfIsTheExaminationUnlessAnObservationIs() throws {
    let own = try #require(try read(Ward.scan()).first)
    #expect(
      own.item.code == "CT" && own.text == "seen" && own.subID.isEmpty
        && own.studies.first?.endpoint == "https://a.example/dicom")
    let report = Ward.scan {
      var finding = Ward.observation("ct", "nodule", collected: nil)
      finding.subID = "1"
      finding.unit = nil
      var opinion = finding
      opinion.isImpression = true
      opinion.subID = "2"
      $0.observations = [finding, opinion]
    }
    let candidates = try read(report)
    #expect(candidates.map(\.subID) == ["1"])
    #expect(candidates.first?.text == "seen\nnodule" && candidates.first?.studies.first?.studyInstanceUID == "1.2.3")
  }

  @Test func findingsBesideCountForTheReport() throws {
    let report = Ward.scan {
      $0.findingsText = nil
      $0.studies = []
      var finding = Ward.observation("lung", "clear")
      finding.flags = ["A"]
      $0.observations = [finding]
    }
    let candidate = try #require(try read(report).first)
    #expect(candidate.text == "clear" && candidate.flag == .abnormal && candidate.hasResult)
  }

  @Test func anOrderCodeOfALaboratoryItemIsNoResult() throws {
    var report = Ward.report()
    report.orderCode = Code("k")
    #expect(try read(report).isEmpty)
  }

  @Test func translationsAreLocalCodesToo() throws {
    let candidates = try read(
      Ward.potassium {
        $0.code = Code("other"); $0.translations = [Code("k")]
      })
    #expect(candidates.map(\.item.code) == ["K"])
  }

  @Test func thePerformerIsTheSourceUnlessNamed() throws {
    func performer(_ reference: OrganizationReference?) throws -> String? {
      try read(Ward.potassium { $0.performer = reference }).first?.performer
    }
    #expect(try performer(nil) == "A")
    #expect(try performer(OrganizationReference(identifier: "L")) == "L")
    #expect(try performer(OrganizationReference(identifier: "elsewhere")) == "elsewhere")
    #expect(try performer(OrganizationReference(name: "Somewhere")) == "Somewhere")
  }
}
