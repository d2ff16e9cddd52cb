import Catalogue
package import Clinical
import RegistryStore
package import Savings

/// What a benchmark of the books needs: a chain in one transaction, and the rows that a report joins.
extension Registry {
  /// Adds decisions and feedback to the chain as they are, each decision before what follows it here.
  package func record(_ events: [(decision: RecordedDecision, feedback: [FeedbackEvent])]) throws {
    try store.write { transaction in
      for (decision, feedback) in events {
        _ = try record(decision, transaction)
        for event in feedback {
          try transaction.append(
            Event(
              id: "feedback:" + event.event, kind: event.kind.rawValue, decisionID: event.decisionId,
              at: event.at.instant, body: Registry.eventBody(event)))
        }
      }
    }
  }

  /// Every result by which a claim could be reversed, person by person.
  package func eachLaterResult(_ body: (_ person: String, LaterResult) throws -> Void) throws {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: nil).data
      let items = Set(reference.items.keys)
      try transaction.eachPerson { person in
        let subject = Ledger.Subject(person: person, record: nil)
        for result in try results(of: subject, items: items, reference, transaction, knownAt: nil) {
          try body(person, result)
        }
      }
    }
  }

  /// Every claim with the person of today.
  package func eachClaim(at moment: Instant, _ body: (_ person: String, Claim) throws -> Void) throws {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: nil).data
      let ledger = try ledger(transaction, reference: reference, at: moment, knownAt: nil)
      for prompt in ledger.prompts() {
        guard let claim = Claim(prompt, later: [], at: moment) else { continue }
        let subject = Ledger.Subject(prompt.decision)
        try body(try transaction.currentPerson(subject, knownAt: nil) ?? subject.person, claim)
      }
    }
  }
}
