import Catalogue
import Clinical
import Registry
import Testing

@testable import Recognition
@testable import Savings

/// What of a test is compared before it is called a repeat of another.
@Suite("Repeats compare specimen, site and side")
struct RepeatComparisonTests {
  private static let files = [
    "policy.yaml": "consentDefault: permit",
    "institutions.csv": "code,name,region,level\nA,Hospital A,500101,3\nB,Hospital B,500103,2",
    "items.csv": """
    item,category,unit,specimen,bodySite,needsImages
    K,lab,mmol/L,serum,,false
    NA,lab,mmol/L,serum,,false
    LYTES,lab,,,,false
    GLU,lab,mmol/L,,,false
    KNEE,imaging,,,knee,false
    """,
    "panels.csv": "panel,component,required\nLYTES,K,true\nLYTES,NA,true",
    "codemaps.csv": "institution,localCode,item\n*,K,K\n*,NA,NA\n*,LYTES,LYTES\n*,GLU,GLU\n*,KNEE,KNEE",
    "specimens.csv": "spelling,specimen\n血清,serum\n血浆,plasma",
    "lists.csv": "list,scope,item,validFrom\nL,national,*,2020-01-01",
    "certificates.csv": "institution,item,scope,validFrom\nA,*,national,2020-01-01\nB,*,national,2020-01-01",
    "windows.csv": "key,hours\n*,168",
    "prices.csv": "priceKey,item,fen,validFrom\n*,K,1000,2020-01-01\n*,LYTES,1500,2020-01-01\n*,KNEE,9000,2020-01-01",
  ]

  private func report(_ number: String, of institution: String, code: String, at time: String) -> Report {
    var report = Report(
      source: OrganizationReference(identifier: institution), reportNumber: number, patient: Patient(),
      versionTime: Books.time(time), messageTime: Books.time(time), updateMode: .snapshot)
    report.status = .final
    report.reported = Books.time(time)
    report.orderCode = Code(code)
    return report
  }

  private func laboratory(
    _ number: String, of institution: String, _ code: String = "K", at time: String, _ specimens: [String?] = [nil],
    items: [String] = ["K"]
  ) -> Report {
    var report = report(number, of: institution, code: code, at: time)
    report.observations = zip(items, specimens + Array(repeating: nil, count: items.count)).map { item, specimen in
      var observation = Observation(code: Code(item))
      (observation.value, observation.valueKind, observation.unit) = ("4.1", .quantity, "mmol/L")
      observation.collected = Books.time(time)
      observation.specimen = specimen.map { Specimen(type: Code($0)) }
      return observation
    }
    return report
  }

  private func knee(_ number: String, of institution: String, at time: String, _ sides: String?...) -> Report {
    var report = report(number, of: institution, code: "KNEE", at: time)
    report.findingsText = "seen"
    var study = ImagingStudy()
    study.studyInstanceUID = "1.2." + number
    study.started = Books.time(time)
    study.otherSites = sides.map { ExaminedSite(bodySite: Code("knee"), laterality: $0.map { Code($0) }) }
    report.studies = [study]
    return report
  }

  /// What is said of the second report, the first being known.
  private func kind(_ first: Report..., then second: Report) throws -> RepeatFinding.Kind {
    let reference = try ReferenceData(ReferenceFolder(files: Self.files.mapValues { Array($0.utf8) }))
    let person = PersonFacts(code: "P")
    let reading = CandidateReading(reference: reference, person: person)
    func states(_ report: Report) -> [ReportState] {
      ReportState.parts(of: [
        ReportVersion(report: report, institution: report.source.identifier ?? "", contentDigest: report.reportNumber)
      ])
    }
    let state = try #require(states(second).first)
    let questions = RepeatQuestion.questions(of: state, candidates: reading.candidates(of: state), in: reference)
    let question = try #require(questions.first)
    let known = first.flatMap(states).flatMap { reading.candidates(of: $0) }
    return try RepeatFinding(question, person: person, grounds: [], reference: reference) { items in
      known.filter { items.contains($0.item.code) }
    }.kind
  }

  private let early = "2025-03-10T08:00:00"
  private let late = "2025-03-11T08:00:00"

  @Test("a right knee after a left one is no repeat, and of both knees both must be known")
  func knees() throws {
    func kind(_ first: [Report], _ sides: String?...) throws -> RepeatFinding.Kind {
      var second = knee("R9", of: "B", at: late)
      second.studies[0].otherSites = sides.map { ExaminedSite(bodySite: Code("knee"), laterality: $0.map { Code($0) }) }
      return try first.count == 1 ? self.kind(first[0], then: second) : self.kind(first[0], first[1], then: second)
    }
    let left = knee("R1", of: "A", at: early, "L")
    #expect(try kind([left], "L") == .avoidable && kind([left], "R") == .needed && kind([left], nil) == .avoidable)
    #expect(try kind([left], "L", "R") == .needed)
    #expect(try kind([left, knee("R2", of: "A", at: early, "R")], "L", "R") == .avoidable)
    #expect(try kind([knee("R1", of: "A", at: early, "R", "L")], "L", "R") == .avoidable)
    #expect(try kind([knee("R1", of: "A", at: early, nil)], "L") == .needed, "an unstated side differs from any")
  }

  @Test("plasma after serum is no repeat, nor what nobody can spell")
  func specimens() throws {
    func kind(_ first: String?, _ second: String?, _ item: String = "K") throws -> RepeatFinding.Kind {
      try self.kind(
        laboratory("R1", of: "A", item, at: early, [first], items: [item]),
        then: laboratory("R2", of: "B", item, at: late, [second], items: [item]))
    }
    #expect(try kind(nil, nil) == .avoidable && kind("血清", nil) == .avoidable && kind(nil, "血清") == .avoidable)
    #expect(try kind("血清", "血浆") == .needed && kind("血浆", "血浆") == .avoidable)
    #expect(try kind("血清", "脑脊液?") == .needed && kind("脑脊液?", "脑脊液?") == .needed)
    #expect(try kind("血清", "血浆", "GLU") == .needed && kind("血清", nil, "GLU") == .avoidable)
  }

  @Test("of a panel the specimen that all its results have")
  func panels() throws {
    func kind(_ second: [String?]) throws -> RepeatFinding.Kind {
      try self.kind(
        laboratory("R1", of: "A", "LYTES", at: early, items: ["K", "NA"]),
        then: laboratory("R2", of: "B", "LYTES", at: late, second, items: ["K", "NA"]))
    }
    #expect(try kind([nil, nil]) == .avoidable && kind(["血浆", "血浆"]) == .needed)
  }
}

@Suite("Disputed reports and repeats")
struct DisputedRepeatTests {
  private static let reason = try! PersonActReason(actor: "reviewer-1", words: "looked at both files")

  @Test(
    "a report in dispute, or found not to be theirs, is nobody's repeat and no prior result", arguments: [true, false])
  func disputed(isPrior: Bool) async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-02T08:00:00")
    func avoidable() throws -> [Int] {
      try [true, false].map { try town.repeats(asIfConnected: $0).avoidable }
    }
    #expect(try avoidable() == [1, 1])
    let (institution, number) = isPrior ? ("B", "R1") : ("C", "R2")
    _ = try town.registry.dispute(institution: institution, report: number, Self.reason)
    #expect(try avoidable() == [0, 0])
    #expect(try town.repeats(asIfConnected: true).examined == 2)
    _ = try town.registry.settle(institution: institution, report: number, areTheirs: false, Self.reason)
    #expect(try avoidable() == [0, 0])
  }

  @Test("one that was found to be theirs is again")
  func settled() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    try await town.report("R2", of: "C", at: "2025-03-02T08:00:00")
    _ = try town.registry.dispute(institution: "B", report: "R1", Self.reason)
    _ = try town.registry.settle(institution: "B", report: "R1", areTheirs: true, Self.reason)
    #expect(try town.repeats(asIfConnected: true).avoidable == 1)
  }
}
