import Catalogue
import Clinical
import Recognition
import Savings
import Testing

@Suite("Claims and their verification")
struct ClaimTests {
  private func result(_ time: String, item: String = "K") -> LaterResult {
    LaterResult(item: item, clinicalTime: Books.time(time), institution: "B", reportId: "R9")
  }

  private func claim(
    _ item: RecordedDecision.Item = Books.item(), later: [LaterResult], at: String = "2026-01-01"
  ) throws -> Claim {
    let prompt = try Books.prompts([Books.decision(items: [item])], [Books.feedback(item: item.item)], at: at)[0]
    return try #require(Claim(prompt, later: later, at: Books.time(at)))
  }

  @Test("pending until the prior's validity ends, that moment included; then verified")
  func pending() throws {
    #expect(try claim(later: [], at: "2025-03-08T00:00:00+08:00").standing == .pending)
    #expect(try claim(later: [], at: "2025-03-08T00:00:01+08:00").standing == .verified)
  }

  @Test(
    "a result after acceptance and within validity reverses",
    arguments: [
      ("2025-03-02T09:00:00+08:00", false), ("2025-03-02T09:00:01+08:00", true), ("2025-03-08T00:00:00+08:00", true),
      ("2025-03-08T00:00:01+08:00", false),
    ])
  func reversal(time: String, reverses: Bool) throws {
    #expect(try claim(later: [result(time)]).isReversed == reverses)
  }

  @Test("of several results the first is named")
  func first() throws {
    let early = result("2025-03-03")
    #expect(try claim(later: [result("2025-03-04"), early]).standing == .reversed(by: early))
  }

  @Test("only the ordered item reverses; of a panel only what the decision covered")
  func items() throws {
    #expect(try !claim(later: [result("2025-03-03", item: "NA")]).isReversed)
    var panel = Books.item("LYTES", .recogniseInPart)
    panel.covered = ["K"]
    #expect(try !claim(panel, later: [result("2025-03-03", item: "NA")]).isReversed)
    #expect(try claim(panel, later: [result("2025-03-03", item: "K")]).isReversed)
  }

  @Test("a test done within another window after validity is deferred, and still verified")
  func deferred() throws {
    let inside = try claim(later: [result("2025-03-15")])
    #expect(inside.isDeferred)
    #expect(inside.standing == .verified)
    #expect(try !claim(later: [result("2025-03-15T00:00:01+08:00")]).isDeferred)
  }

  @Test("a result that lies after the books' time has not happened yet")
  func notYet() throws {
    #expect(try claim(later: [result("2025-03-05")], at: "2025-03-04").standing == .pending)
  }
}

@Suite("The sums of the books")
struct FiguresTests {
  @Test("gross, net and verified; fees of every claim, the reversed ones too")
  func lines() throws {
    var accepted = Books.feedback()
    accepted.consultationFeeFen = 150
    let prompts = try Books.prompts([Books.decision()], [accepted])
    let kept = try Books.figures(prompts).total
    #expect([kept.grossFen, kept.netFen, kept.verifiedFen, kept.reversedFen] == [1000, 850, 1000, 0])
    let test = LaterResult(item: "K", clinicalTime: Books.time("2025-03-03"), institution: "B", reportId: "R9")
    let lost = try Books.figures(prompts, later: [test]).total
    #expect([lost.grossFen, lost.netFen, lost.verifiedFen, lost.reversedFen] == [1000, -150, 0, 1000])
    #expect(lost.reversed == 1)
  }

  @Test("98 and 99 are no refusals; no response is neither")
  func responses() throws {
    let decisions = (1...4).map { Books.decision("D\($0)", order: "O\($0)") }
    let events = [
      Books.feedback("E1", .declined, decision: "D1", reason: 98),
      Books.feedback("E2", .declined, decision: "D2", reason: 99),
      Books.feedback("E3", .declined, decision: "D3", reason: 2),
    ]
    let figures = try Books.figures(Books.prompts(decisions, events)).total
    #expect(
      [
        figures.responses.prompts, figures.responses.declined, figures.responses.notRefusals,
        figures.responses.noResponse,
      ] == [4, 1, 2, 1])
    #expect(figures.responses.reasons == ["98": 1, "99": 1, "2": 1])
    #expect(figures.responses.recognitionRate == 0)
  }

  @Test("without prompts no rate is computed")
  func noRate() throws { #expect(try Books.figures([]).total.responses.recognitionRate == nil) }

  @Test("what an institution recognises of its own stands on a line of its own")
  func sameInstitution() throws {
    let own = try Books.figures(Books.prompts([Books.decision(items: [Books.item(from: "A")])], [Books.feedback()]))
      .total
    let line = own.sameInstitution
    #expect([line.prompts, line.accepted, line.grossFen] == [1, 1, 1000])
    #expect([own.responses.prompts, own.responses.accepted, own.grossFen, own.verifiedFen] == [0, 0, 0, 0])
  }

  @Test("accepting in spite of a retest reason is a claim, but no prompt")
  func justified() throws {
    let prompts = try Books.prompts([Books.decision(items: [Books.item("K", .retestJustified)])], [Books.feedback()])
    let figures = try Books.figures(prompts).total
    #expect([figures.responses.prompts, figures.responses.accepted, figures.grossFen] == [0, 0, 1000])
  }

  @Test("an unknown price is counted, never guessed")
  func unknownPrice() throws {
    let prompts = try Books.prompts([Books.decision(items: [Books.item(fen: nil)])], [Books.feedback()])
    let figures = try Books.figures(prompts, splits: "*,*,*,*,*,5000,0,test").total
    #expect([figures.unknownPrice, figures.grossFen, figures.split.notComputed] == [1, 0, 1])
  }

  @Test("half a fen goes up, and the patient has what is left")
  func split() throws {
    var accepted = Books.feedback()
    accepted.scheme = "employee"
    let prompts = try Books.prompts([Books.decision(items: [Books.item(fen: 5)])], [accepted])
    let rows = "*,*,*,*,*,10000,0,test\nemployee,*,3,*,*,3000,5000,test"
    let split = try Books.figures(prompts, splits: rows).total.split
    #expect([split.fundFen, split.hospitalFen, split.patientFen, split.notComputed] == [2, 3, 0, 0])
    #expect(try Books.figures(prompts).total.split.notComputed == 1)
  }

  @Test("a period takes prompts by the order's time and claims by that of acceptance, its end excluded")
  func period() throws {
    let prompts = try Books.prompts([Books.decision()], [Books.feedback()])
    let before = try Books.figures(prompts) { $0.to = Books.time("2025-03-02T09:00:00+08:00") }.total
    #expect([before.responses.prompts, before.responses.accepted, before.grossFen] == [1, 1, 0])
    let after = try Books.figures(prompts) { $0.from = Books.time("2025-03-02T09:00:00+08:00") }.total
    #expect([after.responses.prompts, after.responses.accepted, after.grossFen] == [0, 0, 1000])
  }

  @Test("rows add up to the total, whatever tells them apart", arguments: Dimension.allCases)
  func rows(dimension: Dimension) throws {
    let decisions = (1...6).map { number in
      Books.decision(
        "D\(number)", order: "O\(number)", at: "2025-0\(number)-02T08:00:00+08:00",
        items: [
          Books.item(number % 2 == 0 ? "K" : "NA", from: number % 3 == 0 ? "A" : "B", until: "2025-0\(number)-08")
        ])
    }
    let events = [1, 2, 3, 6].map {
      Books.feedback(
        "E\($0)", decision: "D\($0)", item: $0 % 2 == 0 ? "K" : "NA", at: "2025-0\($0)-02T10:00:00+08:00")
    }
    let figures = try Books.figures(Books.prompts(decisions, events)) { $0.dimensions = [dimension] }
    #expect(figures.rows.map(\.figures.responses.prompts).reduce(0, +) == figures.total.responses.prompts)
    #expect(figures.rows.map(\.figures.grossFen).reduce(0, +) == figures.total.grossFen)
    #expect(
      figures.rows.map(\.figures.sameInstitution.grossFen).reduce(0, +) == figures.total.sameInstitution.grossFen)
    #expect(figures.total.responses.prompts == 4)
  }
}
