import Catalogue
import Clinical
import Recognition
import Savings

/// Small books to test with: two hospitals, a panel, and no patient.
enum Books {
  static func reference(splits: String = "") throws -> ReferenceData {
    let files = [
      "policy.yaml": "consentDefault: permit\n",
      "institutions.csv": """
      code,name,region,level,grade,ownership,alliances,uscc,oid,dicomweb
      A,Hospital A,500101,3,,public,,,,
      B,Hospital B,510104,2,,public,,,,
      """,
      "items.csv": """
      item,nameZh,nameEn,category,group,loinc,unit,specimen,modality,bodySite,needsImages,provenance
      K,钾,Potassium,lab,,,mmol/L,serum,,,false,test
      NA,钠,Sodium,lab,,,mmol/L,serum,,,false,test
      LYTES,电解质,Electrolytes,lab,,,,,,,false,test
      """,
      "panels.csv": "panel,component,required\nLYTES,K,true\nLYTES,NA,true",
      "retest-reasons.csv": "institution,localCode,retestReason\nA,urgent,4\nA,else,6",
      "splits.csv":
        "scheme,enrolment,level,setting,payment,fundBasisPoints,hospitalBasisPoints,provenance\n" + splits,
    ]
    return try ReferenceData(ReferenceFolder(files: files.mapValues { Array($0.utf8) }))
  }

  static func time(_ text: String) -> Instant {
    RegistryZone.shanghai.instant(text) ?? Instant(milliseconds: 0)
  }

  static func item(
    _ code: String = "K", _ outcome: ItemDecision.Outcome = .recognise, from source: String = "B", fen: Int? = 1000,
    until: String = "2025-03-08"
  ) -> RecordedDecision.Item {
    var item = RecordedDecision.Item(item: code, outcome: outcome)
    guard outcome.isRecognisable else { return item }
    item.priceFen = fen
    item.validUntil = EventTime(time(until))
    item.chosen = [
      RecordedDecision.Chosen(institution: source, reportId: "R1", item: code, version: "v", windowHours: 168)
    ]
    return item
  }

  static func decision(
    _ id: String = "D1", order: String = "O1", at: String = "2025-03-02T08:00:00+08:00",
    items: [RecordedDecision.Item] = [item()]
  ) -> RecordedDecision {
    RecordedDecision(
      orderId: order, decisionId: id, person: "P", orderingInstitution: "A", setting: .outpatient,
      orderedAt: time(at), items: items)
  }

  static func feedback(
    _ event: String = "E1", _ kind: FeedbackEvent.Kind = .accepted, decision: String = "D1", item: String = "K",
    at: String = "2025-03-02T09:00:00+08:00", reason: Int? = nil
  ) -> FeedbackEvent {
    var feedback = FeedbackEvent(
      event: event, kind: kind, decisionId: decision, item: item, at: EventTime(time(at)))
    feedback.retestReason = reason.map { .number($0) }
    return feedback
  }

  /// What became of the events' prompts.
  static func prompts(
    _ decisions: [RecordedDecision], _ feedback: [FeedbackEvent], at: String = "2026-01-01"
  ) throws -> [Prompt] {
    var ledger = Ledger(reference: try reference(), at: time(at))
    for decision in decisions { ledger.add(decision) }
    for event in feedback { ledger.add(event) }
    return ledger.prompts()
  }

  static func figures(
    _ prompts: [Prompt], later: [LaterResult] = [], splits: String = "", _ change: (inout AuditScope) -> Void = { _ in }
  ) throws -> AuditRows<SavingsFigures> {
    var scope = AuditScope(at: time("2026-01-01"))
    change(&scope)
    var books = SavingsBooks(scope, reference: try reference(splits: splits))
    for prompt in prompts {
      books.add(prompt)
      if let claim = Claim(prompt, later: later, at: scope.at) { books.add(claim) }
    }
    return books.figures
  }
}
