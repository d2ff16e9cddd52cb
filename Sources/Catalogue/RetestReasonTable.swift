/// Local codes of retest reasons.
struct RetestReasonTable: Sendable {
  private let own: [String: [String: RetestReason]]
  private let anybody: [String: RetestReason]

  init(_ rows: [(institution: String?, localCode: String, reason: RetestReason)]) {
    var own: [String: [String: RetestReason]] = [:]
    var anybody: [String: RetestReason] = [:]
    for row in rows {
      if let institution = row.institution {
        own[institution, default: [:]][row.localCode] = row.reason
      } else {
        anybody[row.localCode] = row.reason
      }
    }
    self.own = own
    self.anybody = anybody
  }

  func reason(_ code: String, of institution: String) -> RetestReason? { own[institution]?[code] ?? anybody[code] }
}
