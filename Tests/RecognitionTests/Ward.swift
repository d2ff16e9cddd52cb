import Catalogue
import Clinical
import Testing

@testable import Recognition

/// A small world in which a potassium of hospital A, collected at 08:00 and reported at 10:00 on 2025-03-10, can stand
/// in for what hospital B orders at 20:00; a test changes one thing of it.
struct Ward {
  static let zone = RegistryZone.shanghai

  var files = [
    "policy.yaml": "consentDefault: permit",
    "institutions.csv": """
    code,name,region,level,alliances,dicomweb
    A,Hospital A,500101,3,M,https://a.example/dicom
    B,Hospital B,500103,2,M,
    C,Hospital C,510104,2,,
    L,Laboratory L,500101,2,,
    """,
    "items.csv": """
    item,nameZh,nameEn,category,group,unit,specimen,modality,bodySite,needsImages
    K,钾,Potassium,lab,electrolytes,mmol/L,serum,,,false
    NA,钠,Sodium,lab,electrolytes,mmol/L,serum,,,false
    LYTES,电解质,Electrolytes,lab,,,,,,false
    BIG,大套餐,Big panel,lab,,,,,,false
    HIV,HIV抗体,HIV antibody,lab,,,serum,,,false
    CT,胸部CT,CT chest,imaging,,,,CT,chest,true
    CTC,胸部CT增强,CT chest contrast,imaging,,,,CT,chest,true
    KNEE,膝关节DR,Knee,imaging,,,,DX,,false
    """,
    "panels.csv": "panel,component,required\nLYTES,K,true\nLYTES,NA,true\nBIG,LYTES,true\nBIG,HIV,false",
    "covers.csv": "item,coveredBy,reason\nCT,CTC,more",
    "codemaps.csv": """
    institution,localCode,item
    *,k,K
    *,na,NA
    *,hiv,HIV
    *,ct,CT
    *,ctc,CTC
    *,knee,KNEE
    B,panel,LYTES
    """,
    "specimens.csv": "spelling,specimen\n血清,serum\n血浆,plasma",
    "units.csv": "spelling,ucum\nMMOL,mmol/L",
    "lists.csv": "list,scope,item,validFrom,validTo\nnational,national,*,2025-01-01,2025-12-31",
    "certificates.csv": """
    institution,item,scope,validFrom,validTo
    A,*,national,2025-01-01,2025-12-31
    C,*,national,2025-01-01,2025-12-31
    """,
    "windows.csv": "key,setting,flag,hours\n*,*,*,168",
    "limits.csv": "item,sex,ageFromYears,ageToYears,low,high,criticalLow,criticalHigh\nK,,,,3.5,5.3,2.8,6.2",
    "prices.csv":
      "priceKey,item,fen,validFrom\n*,K,1000,2025-01-01\n*,NA,900,2025-01-01\n*,LYTES,1500,2025-01-01\n*,CT,20000,2025-01-01",
  ]
  var person = PersonFacts(
    code: "P1", sex: .female, birthDate: CalendarDate("1980-05-20"), identifiers: [Identifier(.residentID, "X1")])
  var reports: [Report]
  var order: Order
  var uncertain: Set<String> = []
  var missingStudies: Set<String> = []

  init(_ reports: [Report] = [Ward.potassium()]) {
    self.reports = reports
    order = Ward.order("K")
  }

  static func time(_ text: String) -> Instant {
    zone.instant(text) ?? Instant(milliseconds: 0)
  }

  static func order(_ items: String...) -> Order {
    Order(
      id: "O1", patient: OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, "X1"))]),
      orderingInstitution: "B",
      setting: .outpatient, orderedAt: time("2025-03-10T20:00:00"), items: items.map { OrderItem(item: $0) })
  }

  static func report(_ number: String = "R1", from source: String = "A", reported: String = "2025-03-10T10:00:00")
    -> Report
  {
    var report = Report(
      source: OrganizationReference(identifier: source), reportNumber: number, patient: Patient(),
      versionTime: time(reported),
      messageTime: time(reported), updateMode: .snapshot)
    report.status = .final
    report.reported = time(reported)
    return report
  }

  static func observation(_ code: String, _ value: String?, collected: String? = "2025-03-10T08:00:00") -> Observation {
    var observation = Observation(code: Code(code))
    observation.value = value
    observation.valueKind = value == nil ? .none : .quantity
    observation.unit = "mmol/L"
    observation.collected = collected.map(time)
    return observation
  }

  static func potassium(
    _ value: String? = "4.10", number: String = "R1", from source: String = "A",
    collected: String? = "2025-03-10T08:00:00",
    reported: String = "2025-03-10T10:00:00", _ change: (inout Observation) -> Void = { _ in }
  ) -> Report {
    var report = report(number, from: source, reported: reported)
    var observation = observation("k", value, collected: collected)
    change(&observation)
    report.observations = [observation]
    return report
  }

  /// An examination told by the report itself: images, findings, and an opinion.
  static func scan(_ code: String = "ct", _ change: (inout Report) -> Void = { _ in }) -> Report {
    var report = report()
    report.orderCode = Code(code)
    report.findingsText = "seen"
    report.impression = "meant"
    var study = ImagingStudy()
    study.studyInstanceUID = "1.2.3"
    study.started = time("2025-03-10T08:00:00")
    study.bodySite = Code("chest")
    report.studies = [study]
    change(&report)
    return report
  }

  func candidates(_ reference: ReferenceData) -> [Candidate] {
    let reading = CandidateReading(reference: reference, person: person)
    return reports.flatMap { report in
      let version = ReportVersion(
        report: report, institution: report.source.identifier ?? "", contentDigest: "d-" + report.reportNumber)
      return ReportState.parts(of: [version]).flatMap {
        reading.candidates(
          of: $0, identityUncertain: uncertain.contains(report.reportNumber), missingStudies: missingStudies)
      }
    }
  }

  func decide(waiving waived: CheckSet = []) throws -> Decision {
    let reference = try ReferenceData(ReferenceFolder(files: files.mapValues { Array($0.utf8) }))
    let resolved = try ResolvedOrder(order, in: reference)
    return Decider(reference: reference).decide(
      resolved, person: person, candidates: candidates(reference), waiving: waived)
  }

  /// The outcome of the first item, and the failed checks of each rejected candidate.
  func answer() throws -> String {
    let item = try #require(try decide().items.first)
    let rejected = item.rejected.map { $0.failed.map(\.rawValue).joined(separator: " ") }
    return ([item.outcome.rawValue] + rejected).joined(separator: ": ")
  }
}
