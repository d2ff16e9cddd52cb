import Catalogue
import Clinical
import Recognition
import Savings
import Testing

@Suite("The fold of the events")
struct LedgerTests {
  @Test("the latest response by its own time holds, in any order of arrival")
  func latestHolds() throws {
    let events = [
      Books.feedback("E1", .accepted, at: "2025-03-02T09:00:00+08:00"),
      Books.feedback("E2", .declined, at: "2025-03-02T11:00:00+08:00", reason: 3),
      Books.feedback("E3", .cited, at: "2025-03-02T12:00:00+08:00"),
      Books.feedback("E4", .undone, at: "2025-03-02T10:00:00+08:00"),
    ]
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
      let prompts = try Books.prompts([Books.decision()], order.map { events[$0] })
      #expect(prompts.map(\.response?.event) == ["E2"])
      #expect(prompts.map(\.reason) == [.majorMeasure])
    }
  }

  @Test("of two responses of one time the last recorded holds")
  func lastRecordedHolds() throws {
    let accepted = Books.feedback("E1", .accepted)
    let declined = Books.feedback("E2", .declined, reason: 1)
    #expect(try Books.prompts([Books.decision()], [accepted, declined])[0].response == declined)
    #expect(try Books.prompts([Books.decision()], [declined, accepted])[0].response == accepted)
  }

  @Test("an undone prompt is without response again")
  func undone() throws {
    let undone = Books.feedback("E2", .undone, at: "2025-03-02T10:00:00+08:00")
    let figures = try Books.figures(Books.prompts([Books.decision()], [Books.feedback(), undone])).total
    #expect(figures.responses.noResponse == 1)
    #expect(figures.responses.accepted == 0)
    #expect(figures.grossFen == 0)
  }

  @Test("asked again, the newest decision counts, whichever the feedback named")
  func askedAgain() throws {
    let first = Books.decision("D1", at: "2025-03-02T08:00:00+08:00")
    let second = Books.decision("D2", at: "2025-03-02T08:30:00+08:00", items: [Books.item(fen: 700)])
    for decisions in [[first, second], [second, first]] {
      let prompts = try Books.prompts(decisions, [Books.feedback(decision: "D1")])
      #expect(prompts.map(\.decision.decisionId) == ["D2"])
      #expect(try Books.figures(prompts).total.grossFen == 700)
    }
  }

  @Test("asked again with nothing to recognise any more, there is no claim")
  func nothingAnyMore() throws {
    let second = Books.decision("D2", at: "2025-03-12T08:00:00+08:00", items: [Books.item("K", .repeat)])
    let figures = try Books.figures(Books.prompts([Books.decision(), second], [Books.feedback()])).total
    #expect(figures.responses.prompts == 0)
    #expect(figures.claims == 0)
  }

  @Test("feedback about an unknown decision, or one of an item that it is not about, changes nothing")
  func unknown() throws {
    let events = [Books.feedback(decision: "D9"), Books.feedback("E2", item: "NA")]
    #expect(try Books.prompts([Books.decision()], events).map(\.response) == [nil])
  }

  @Test("what happens after the books' time is left aside")
  func later() throws {
    let prompts = try Books.prompts([Books.decision()], [Books.feedback()], at: "2025-03-02T08:30:00+08:00")
    #expect(prompts.map(\.response) == [nil])
    #expect(try Books.prompts([Books.decision()], [], at: "2025-03-01").isEmpty)
  }

  @Test("a local retest reason is read as the institution means it")
  func localReason() throws {
    var declined = Books.feedback("E1", .declined)
    declined.retestReason = .code("urgent")
    #expect(try Books.prompts([Books.decision()], [declined])[0].reason == .emergency)
  }
}
