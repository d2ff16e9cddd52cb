import Catalogue
import Clinical
import Testing

@testable import Recognition

struct DecisionTests {
  private func both(_ number: String = "R1", na: String? = "140") -> Report {
    var report = Ward.potassium(number: number)
    if let na { report.observations.append(Ward.observation("na", na)) }
    return report
  }

  private func item(_ ward: Ward, _ index: Int = 0) throws -> ItemDecision { try ward.decide().items[index] }

  // MARK: Choice

  @Test func theNewestClinicalTimeIsChosen() throws {
    let ward = Ward([Ward.potassium(number: "R1"), Ward.potassium(number: "R2", collected: "2025-03-10T09:00:00")])
    #expect(try item(ward).chosen.map(\.candidate.reportID) == ["R2"])
    #expect(try item(ward).rejected.isEmpty, "a passing one that was not chosen is not listed")
  }

  @Test func thenTheNewestReportedThenTheSmallestName() throws {
    let early = Ward.potassium(number: "R1", reported: "2025-03-10T09:00:00")
    #expect(try item(Ward([early, Ward.potassium(number: "R2")])).chosen.map(\.candidate.reportID) == ["R2"])
    let ward = Ward([
      Ward.potassium(number: "R3", from: "C"), Ward.potassium(number: "R10"), Ward.potassium(number: "R2"),
    ])
    #expect(try item(ward).chosen.map(\.candidate.reportID) == ["R10"], "byte order, not numbers")
    var twice = Ward.potassium { $0.subID = "2" }
    twice.observations.append(Ward.observation("k", "4.2"))
    twice.observations[1].subID = "1"
    #expect(try item(Ward([twice])).chosen.map(\.candidate.subID) == ["1"])
  }

  // MARK: Outcomes

  @Test func withoutCandidatesThereIsNoPrior() throws {
    var ward = Ward([])
    #expect(try item(ward).outcome == .noPrior)
    ward = Ward([Ward.potassium { $0.code = Code("unmapped") }])
    #expect(try item(ward).outcome == .noPrior)
  }

  @Test func aRetestReasonJustifies() throws {
    var ward = Ward()
    ward.order.retestReason = .number(4)
    let decision = try item(ward)
    #expect(decision.outcome == .retestJustified && decision.chosen.count == 1 && decision.priceFen == 1000)
    ward.reports = []
    #expect(try item(ward).outcome == .noPrior)
    ward.reports = [Ward.potassium { $0.status = .preliminary }]
    #expect(try item(ward).outcome == .repeat)
  }

  // MARK: Panels

  @Test func aPanelIsDecidedComponentByComponent() throws {
    var ward = Ward([both()])
    ward.order = Ward.order("LYTES")
    var decision = try item(ward)
    #expect(
      decision.outcome == .recognise && decision.covered == ["K", "NA"] && decision.residual == []
        && decision.priceFen == 1500)
    ward.reports = [both(na: nil)]
    decision = try item(ward)
    #expect(decision.outcome == .recogniseInPart && decision.covered == ["K"] && decision.residual == ["NA"])
    #expect(decision.priceFen == 600)
    ward.files["policy.yaml"] = "consentDefault: permit\npartialPanels: false"
    decision = try item(ward)
    #expect(decision.outcome == .repeat && decision.covered == [] && decision.residual == ["K", "NA"])
    #expect(decision.chosen.isEmpty && decision.rejected.isEmpty && decision.priceFen == nil)
    ward.reports = []
    decision = try item(ward)
    #expect(decision.outcome == .noPrior && decision.residual == ["K", "NA"])
  }

  @Test func panelsWithinPanelsAndOptionalComponents() throws {
    var ward = Ward([both()])
    ward.order = Ward.order("BIG")
    let decision = try item(ward)
    #expect(decision.outcome == .recognise && decision.covered == ["K", "NA"])
    #expect(decision.priceFen == nil)
    #expect(try ward.decide().json.contains(#""priceFen":null"#), "a missing price is told")
  }

  @Test func whatIsInAPanelOfTheOrderCostsNothing() throws {
    var ward = Ward([both()])
    ward.order = Ward.order("K", "LYTES", "BIG")
    let decision = try ward.decide()
    #expect(decision.items.map(\.inPanel) == ["BIG", "BIG", nil])
    #expect(decision.items.map(\.priceFen) == [0, 0, nil])
  }

  @Test("a panel contains only what it cannot do without")
  func optionalComponentsArePaidFor() throws {
    var hiv = Ward.report("R7")
    hiv.observations = [Ward.observation("hiv", "阴性")]
    hiv.observations[0].unit = nil
    var ward = Ward([both(), hiv])
    ward.files["prices.csv"]! += "\n*,HIV,3000,2025-01-01"
    ward.order = Ward.order("HIV", "BIG", "NA")
    let decision = try ward.decide()
    #expect(decision.items.map(\.inPanel) == [nil, nil, "BIG"])
    #expect(decision.items[0].priceFen == 3000)
  }

  @Test func partOfAPanelNeverCostsLessThanNothing() throws {
    var ward = Ward([both(na: nil)])
    ward.order = Ward.order("LYTES")
    ward.files["prices.csv"] = "priceKey,item,fen,validFrom\n*,NA,900,2025-01-01\n*,LYTES,500,2025-01-01"
    #expect(try item(ward).priceFen == 0)
    ward.files["prices.csv"] = "priceKey,item,fen,validFrom\n*,LYTES,500,2025-01-01"
    #expect(try item(ward).priceFen == nil)
  }

  // MARK: Covers

  @Test func aCoveringItemStandsInButNotTheOtherWay() throws {
    var ward = Ward([Ward.scan("ctc")])
    ward.order = Ward.order("CT", "CTC")
    let decision = try ward.decide()
    #expect(decision.items.map(\.outcome) == [.recognise, .recognise])
    #expect(decision.items[0].chosen.first?.candidate.item.code == "CTC" && decision.items[0].priceFen == 20000)
    ward.reports = [Ward.scan("ct")]
    #expect(try ward.decide().items.map(\.outcome) == [.recognise, .noPrior])
  }

  // MARK: What is withheld

  @Test func withholdingLeavesNoTraceInTheAnswer() throws {
    var ward = Ward([both(), Ward.potassium("4.3", number: "R9", collected: "2025-03-10T09:00:00")])
    ward.uncertain = ["R9"]
    let withheld = try ward.decide()
    ward.reports.removeLast()
    let without = try ward.decide()
    #expect(withheld.json == without.json)
    #expect(withheld.withheld.count == 1 && without.withheld.isEmpty)
  }

  @Test("an institution hears of the items that nothing withholds from it, and of its own")
  func itemsHeard() throws {
    var own = both("R2")
    own.source = OrganizationReference(identifier: "B")
    var ward = Ward([both(), Ward.scan(), own])
    ward.files["consents.csv"] = "idType,idValue,institution,category,decision\nresident-id,X1,B,imaging,deny"
    func heard() throws -> [String] {
      let reference = try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) }))
      return Decider(reference: reference).itemsHeard(
        by: try #require(reference.institutions["B"]), at: ward.order.orderedAt, of: ward.person,
        candidates: ward.candidates(reference))
    }
    #expect(try heard() == ["K", "NA"])
    ward.files["consents.csv"] = "idType,idValue,institution,category,decision\nresident-id,X1,B,*,deny"
    #expect(try heard() == ["K", "NA"], "its own")
    ward.reports.removeLast()
    #expect(try heard() == [])
    ward.files["consents.csv"] = ""
    ward.uncertain = ["R1"]
    #expect(try heard() == [])
  }

  // MARK: Determinism

  @Test func anyOrderOfCandidatesGivesTheSameBytes() throws {
    var ward = Ward([
      both(), both("R2", na: nil), Ward.potassium("5.9", number: "R3", collected: "2025-03-10T08:30:00"),
      Ward.potassium(number: "R4", from: "C"),
      Ward.potassium(number: "R5", reported: "2025-03-11"), Ward.scan("ct"),
    ])
    ward.order = Ward.order("K", "LYTES", "CT")
    let expected = try ward.decide().json
    for _ in 0..<20 {
      ward.reports.shuffle()
      #expect(try ward.decide().json == expected)
    }
  }

  @Test func theDecisionIdFollowsOrderAnswerAndReferenceAlone() throws {
    var ward = Ward()
    let id = try ward.decide().id
    #expect(id.utf8.count == 32)
    ward.person.code = "P2"
    #expect(try ward.decide().id == id)
    ward.order.clinician = "D7"
    #expect(try ward.decide().id != id)
    ward = Ward([Ward.potassium("4.11")])
    #expect(try ward.decide().id != id)
    ward = Ward()
    ward.files["windows.csv"] = "key,setting,flag,hours\n*,*,*,168\nNA,*,*,1"
    #expect(try ward.decide().id != id)
  }

  @Test func waivingAChecksAsksWhatIf() throws {
    var ward = Ward()
    ward.files["lists.csv"] = ""
    ward.uncertain = []
    #expect(try ward.decide(waiving: [.notListed]).items[0].outcome == .recognise)
    #expect(try ward.decide(waiving: [.noQualityCertificate]).items[0].outcome == .repeat)
    ward.uncertain = ["R1"]
    #expect(try ward.decide(waiving: [.notListed, .identityUncertain]).items[0].outcome == .noPrior)
  }

  // MARK: Evidence

  @Test func theJSONIsTheContracts() throws {
    var ward = Ward([
      Ward.potassium("<4.10") {
        $0.unit = "MMOL"
        $0.referenceRange = "3.5-5.3"
        $0.flags = ["N"]
        $0.method = "ISE"
        $0.performer = OrganizationReference(identifier: "C")
      },
      Ward.potassium(number: "R0") { $0.status = .preliminary },
    ])
    ward.order = Ward.order("K", "HIV")
    let json = try ward.decide().json
    let start = #"{"orderId":"O1","decisionId":""#
    #expect(json.hasPrefix(start))
    let rest = json.dropFirst(start.utf8.count + 32)
    let expected =
      #"","person":"P1","orderingInstitution":"B","orderedAt":"2025-03-10T20:00:00+08:00","items":[{"item":"K","outcome":"recognise","chosen":["#
      + #"{"institution":"A","performer":"C","reportId":"R1","version":"d-R1","item":"K","value":"4.10","comparator":"<","unit":"MMOL","#
      + #""normalizedValue":4.1,"normalizedUnit":"mmol/L","referenceRange":"3.5-5.3","flag":"normal","clinicalTime":"2025-03-10T08:00:00+08:00","#
      + #""clinicalTimeBasis":"collected","reportedTime":"2025-03-10T10:00:00+08:00","ageHours":12,"windowHours":168,"#
      + #""validUntil":"2025-03-17T08:00:00+08:00","list":"national","certificate":"C/*/national","method":"ISE"}],"#
      + #""rejected":[{"institution":"A","reportId":"R0","item":"K","failed":["not-final"]}],"priceFen":1000},"#
      + #"{"item":"HIV","outcome":"no-prior","chosen":[],"rejected":[]}],"reference":{"policy":""#
    #expect(rest.hasPrefix(expected), "\(rest)")
  }

  @Test func textBeginsWithYesOrNo() throws {
    var ward = Ward()
    ward.order = Ward.order("K", "LYTES", "HIV")
    let lines = try ward.decide().text.split(separator: "\n").map(String.init)
    #expect(
      lines[0] == "YES 可互认 K 钾 (within LYTES of this order): a prior result can stand in, valid until 2025-03-17 08:00")
    #expect(lines[1].contains("K 4.10 mmol/L, normal") && lines[1].contains("list national; mark national HR"))
    #expect(lines[2].hasPrefix("IN PART 部分可互认 LYTES 电解质: still to be tested: NA"))
    #expect(lines[4] == "NO 无既往结果 HIV HIV抗体: no prior result")
    ward = Ward([Ward.potassium { $0.status = .cancelled }])
    #expect(try ward.decide().text.hasSuffix("× K, A report R1: not a final result 非最终报告; cancelled 已作废"))
  }

  @Test(arguments: [
    (0.1, "0.1"), (5, "5"), (-2.5, "-2.5"), (1e-7, "1e-07"), (167.46, "167.46"), (1e15, "1000000000000000"),
    (1e16, "1e+16"),
  ])
  func numbersAreShortest(_ number: Double, _ text: String) {
    #expect(JSONWriter.shortest(number) == text)
    #expect(Double(text) == number)
  }

  @Test func stringsAreEscaped() {
    var json = JSONWriter()
    json.object { $0.member("a\"", "\\\n\u{1}血") }
    #expect(json.text == #"{"a\"":"\\\n\u0001血"}"#)
  }
}
