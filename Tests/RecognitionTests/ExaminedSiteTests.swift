import Catalogue
import Clinical
import Testing

@testable import Recognition

/// Side, site and images belong to the study they stand in.
struct ExaminedSiteTests {
  private func study(_ uid: String?, _ sites: (String?, String?)..., change: (inout ImagingStudy) -> Void = { _ in })
    -> ImagingStudy
  {
    var study = ImagingStudy()
    study.studyInstanceUID = uid
    study.started = Ward.time("2025-03-10T08:00:00")
    let examined = sites.map { ExaminedSite(bodySite: $0.0.map { Code($0) }, laterality: $0.1.map { Code($0) }) }
    (study.bodySite, study.laterality) = (examined.first?.bodySite, examined.first?.laterality)
    study.otherSites = Array(examined.dropFirst())
    change(&study)
    return study
  }

  /// The outcome, the failed checks, and the images chosen.
  private func answer(
    _ studies: [ImagingStudy], site: String? = nil, side: String? = nil, item: String = "KNEE",
    ward change: (inout Ward) -> Void = { _ in }
  ) throws -> String {
    var ward = Ward([Ward.scan(item.lowercased()) { $0.studies = studies }])
    ward.order = Ward.order(item)
    ward.order.items[0].bodySite = site
    ward.order.items[0].laterality = side
    change(&ward)
    let study = try ward.decide().items[0].chosen.first?.study
    return try ward.answer() + (study?.studyInstanceUID.map { " " + $0 } ?? "")
  }

  private var both: [ImagingStudy] { [study("1", ("knee", "L")), study("2", ("hip", "R"))] }

  @Test("a left knee and a right hip are no right knee")
  func kneeAndHip() throws {
    #expect(try answer(both, site: "knee", side: "R") == "repeat: body-site-mismatch")
    #expect(try answer(both, site: "knee", side: "L") == "recognise 1")
    #expect(try answer(both, site: "hip", side: "R") == "recognise 2")
    #expect(try answer(both, site: "hip") == "recognise 2")
    #expect(try answer(both, site: "hip", side: "L") == "repeat: body-site-mismatch")
    let one = [study("1", ("knee", "L"), ("hip", "R"))]
    #expect(try answer(one, site: "knee", side: "R") == "repeat: body-site-mismatch")
    #expect(try answer(one, site: "hip", side: "R") == "recognise 1")
  }

  @Test("a side alone means the item's own site, else every site")
  func aSideAlone() throws {
    #expect(try answer(both, side: "R") == "repeat: body-site-mismatch", "nobody says which is meant")
    #expect(try answer(both, side: "L") == "repeat: body-site-mismatch")
    func ofKnee(_ ward: inout Ward) {
      ward.files["items.csv"] = ward.files["items.csv"]?.replacing(
        "Knee,imaging,,,,DX,,", with: "Knee,imaging,,,,DX,knee,")
    }
    #expect(try answer(both, side: "L", ward: ofKnee) == "recognise 1")
    #expect(try answer(both, side: "R", ward: ofKnee) == "repeat: body-site-mismatch")
    #expect(
      try answer([study("1", (nil, "R"))], side: "R", ward: ofKnee) == "recognise 1",
      "an unstated site is the item's own")
    #expect(try answer([study("1", ("knee", "L"), ("knee", "R"))], side: "R") == "recognise 1", "both knees")
  }

  @Test("without a site the images of the item's own site, then of its modality, are shown")
  func withoutASite() throws {
    let head = study("1", ("head", nil)) { $0.modality = "CT" }
    #expect(try answer([head, study("2", ("chest", nil))], item: "CT") == "recognise 2")
    #expect(
      try answer([study("1") { $0.modality = "SR" }, study("2") { $0.modality = "CT" }], item: "CT") == "recognise 2")
    #expect(try answer([study("1"), study("2")], item: "CT") == "recognise 1")
  }

  @Test("performer and time are those of the item's study")
  func performerAndTime() throws {
    let head = study("1", ("head", nil)) {
      $0.performer = OrganizationReference(identifier: "L")
      $0.started = Ward.time("2025-03-01T08:00:00")
    }
    let ward = Ward([Ward.scan { $0.studies = [head, study("2", ("chest", nil))] }])
    let candidate = try #require(
      ward.candidates(try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) }))).first)
    #expect(candidate.performer == "A" && candidate.clinicalTime == Ward.time("2025-03-10T08:00:00"))
  }

  @Test("an observation's own site and side go before the studies', which fill what it leaves out")
  func ownSites() throws {
    func answer(_ site: String?, _ side: String?, orderedSite: String?, orderedSide: String?) throws -> String {
      try self.answer(both, site: orderedSite, side: orderedSide) { ward in
        var finding = Ward.observation("knee", "seen", collected: nil)
        finding.unit = nil
        finding.bodySite = site.map { Code($0) }
        finding.laterality = side.map { Code($0) }
        ward.reports[0].observations = [finding]
      }
    }
    #expect(try answer("knee", nil, orderedSite: "knee", orderedSide: "L") == "recognise 1")
    #expect(try answer("knee", nil, orderedSite: "knee", orderedSide: "R") == "repeat: body-site-mismatch")
    #expect(try answer(nil, "R", orderedSite: "hip", orderedSide: "R") == "recognise 2")
    #expect(try answer("knee", "R", orderedSite: "knee", orderedSide: "R") == "recognise", "and no study shows it")
  }

  @Test("images of the ordered site that were asked for and not found are missed, others are not")
  func missing() throws {
    func missing(_ uid: String) -> (inout Ward) -> Void { { $0.missingStudies = [uid] } }
    func needing(_ change: @escaping (inout Ward) -> Void) -> (inout Ward) -> Void {
      { ward in
        ward.files["items.csv"] = ward.files["items.csv"]?.replacing("DX,,false", with: "DX,,true")
        change(&ward)
      }
    }
    #expect(try answer(both, site: "hip", ward: needing(missing("2"))) == "repeat: images-unavailable")
    #expect(try answer(both, site: "hip", ward: needing(missing("1"))) == "recognise 2")
    let twice = [study("1", ("hip", "R")), study("2", ("hip", "R"))]
    #expect(try answer(twice, site: "hip", ward: needing(missing("1"))) == "recognise 2")
  }

  @Test("an accession number alone finds images where there is an archive; else the number is told")
  func accession() throws {
    func decide(from source: String, missing: Bool = false) throws -> Decision {
      var ward = Ward([
        Ward.scan {
          $0.source = OrganizationReference(identifier: source)
          $0.studies = [study(nil, ("chest", nil)) { $0.accessionNumber = "ACC7" }]
        }
      ])
      ward.order = Ward.order("CT")
      if missing { ward.missingStudies = ["ACC7"] }
      ward.files["lists.csv"] = "list,scope,item,validFrom\nn,national,*,2025-01-01"
      return try ward.decide()
    }
    let found = try decide(from: "A")
    #expect(found.items[0].outcome == .recognise)
    #expect(found.json.contains(#""accessionNumber":"ACC7","endpoint":"https://a.example/dicom""#))
    for unfound in [try decide(from: "C"), try decide(from: "A", missing: true)] {
      #expect(unfound.items[0].rejected.map(\.failed) == [[.imagesUnavailable]])
      #expect(unfound.json.contains(#""failed":["images-unavailable"],"accessionNumber":"ACC7""#))
      #expect(unfound.text.contains("(accession number ACC7)"))
    }
  }
}
