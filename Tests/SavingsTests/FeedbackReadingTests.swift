import Catalogue
import Clinical
import Recognition
import Savings
import Testing

@Suite("A line of feedback")
struct FeedbackReadingTests {
  private let line =
    #""event":"E1","kind":"declined","decisionId":"D1","item":"K","at":"2025-03-02T09:00:00+08:00","retestReason":3"#

  private func problem(_ text: String) -> String {
    do {
      _ = try FeedbackLine(json: Array(text.utf8), zone: .shanghai)
      return "none"
    } catch {
      return "\(error.code.rawValue) \(error.field ?? "-")"
    }
  }

  @Test("JSON and CSV say the same")
  func bothForms() throws {
    let json = try FeedbackLine(json: Array("{\(line),\"patientTold\":true}".utf8), zone: .shanghai)
    let csv = try FeedbackLine(
      header: ["kind", "event", "decisionId", "item", "at", "retestReason", "patientTold", "payment"],
      fields: ["declined", "E1", "D1", "K", "2025-03-02T01:00:00Z", "3", "TRUE", ""], zone: .shanghai)
    #expect(json.event == csv.event)
  }

  @Test("what is wrong is named by its key")
  func problems() {
    #expect(problem("{\(line)}") == "none")
    #expect(problem("no json") == "not-json -")
    #expect(problem("{\"event\":\"E1\"}") == "missing-field kind")
    #expect(problem("{\(line.replacing("declined", with: "refused"))}") == "invalid-value kind")
    #expect(problem("{\(line.replacing("2025-03-02", with: "2025-02-30"))}") == "unreadable-time at")
    #expect(problem("{\(line.replacing(#","retestReason":3"#, with: ""))}") == "missing-field retestReason")
    #expect(problem("{\(line),\"consultationFeeFen\":-1}") == "invalid-value consultationFeeFen")
    #expect(problem("{\(line),\"consultationFeeFen\":\"1\"}") == "invalid-value consultationFeeFen")
  }

  private func refusal(_ event: FeedbackEvent, newest item: RecordedDecision.Item) throws -> String? {
    let reference = try Books.reference()
    do throws(FeedbackProblem) {
      try event.checkAlone()
      try event.check(against: Books.decision(), newest: Books.decision(items: [item]), in: reference)
      return nil
    } catch {
      return error.code.rawValue
    }
  }

  @Test("accepting needs something to recognise", arguments: ItemDecision.Outcome.allCases)
  func nothingToAccept(outcome: ItemDecision.Outcome) throws {
    let isRecognisable = outcome != .repeat && outcome != .noPrior
    let found = try refusal(Books.feedback(), newest: Books.item("K", outcome))
    #expect(found == (isRecognisable ? nil : "nothing-to-accept"))
  }

  @Test("declining with 6 needs its text, by whatever code")
  func reasonSix() throws {
    var event = Books.feedback("E1", .declined, reason: 6)
    #expect(try refusal(event, newest: Books.item()) == "missing-field")
    event.textDigest = "digest"
    #expect(try refusal(event, newest: Books.item()) == nil)
    event.textDigest = nil
    event.retestReason = .code("else")
    #expect(try refusal(event, newest: Books.item()) == "missing-field")
    event.retestReason = .code("nonsense")
    #expect(try refusal(event, newest: Books.item()) == "unknown-retest-reason")
  }

  @Test("feedback is about an item of its decision")
  func otherItem() throws {
    #expect(try refusal(Books.feedback(item: "NA"), newest: Books.item()) == "unknown-item")
  }
}
