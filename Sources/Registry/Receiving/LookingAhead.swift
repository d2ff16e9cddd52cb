import Clinical
import PersonIndex
import RegistryStore

extension Registry {
  /// What of prepared messages can be looked up before their transaction, beside the one that runs.
  ///
  /// Where a registry is larger than the memory that its one writer reads with, every look waits for a page. What was said of a record
  /// with a report is never unsaid and a key is its record's for ever, so what is found here holds; what is not found is looked up again, with the
  /// pages at hand.
  func lookAhead(_ outcomes: [MessageParser.Outcome]) throws -> [MessageParser.Outcome] {
    try store.read { transaction in
      try outcomes.map { outcome in
        guard case .ready(var message) = outcome else { return outcome }
        for place in message.reports.indices {
          message.reports[place].record = try record(of: message.reports[place].patient, transaction)
        }
        return .ready(message)
      }
    }
  }

  /// The record that has a patient's key, when it has said just this.
  private func record(of patient: IncomingPatient, _ transaction: any StoreSnapshot) throws -> Int64? {
    // Whoever comes under a crowd's number has a record of each report.
    for number in patient.numbers where try transaction.isCommon(CommonValue(number, of: patient.key.institution).code)
    {
      return nil
    }
    if let holder = try transaction.record(patient.key),
      try transaction.saying(record: holder, digest: patient.digest) == .forGood
    {
      // For its pages alone, as what follows.
      _ = try transaction.hasReports(record: holder)
      return holder
    }
    for number in patient.numbers {
      _ = try transaction.records(number, institution: number.kind.isWithinInstitution ? patient.key.institution : nil)
    }
    return nil
  }
}
