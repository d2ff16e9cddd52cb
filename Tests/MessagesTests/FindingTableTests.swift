import Clinical
import Testing

@testable import Messages

@Suite("the table of findings")
struct FindingTableTests {
  @Test("every finding has its code of table 0357 and its issue type, and none changes")
  func everyCode() {
    let rows = Finding.Code.allCases.map { code in
      let row = FindingTable.row(of: code)
      return "\(code.rawValue) \(row.condition.rawValue) \(row.issue.rawValue)\(row.isFatal ? " fatal" : "")"
    }
    #expect(
      rows == [
        "unreadable 100 structure fatal", "doctype-refused 100 security fatal", "limit-exceeded 100 too-long fatal",
        "unknown-dialect 200 not-supported fatal", "unknown-sender 204 unknown fatal",
        "missing-source 101 required fatal", "missing-report-number 101 required fatal",
        "missing-patient 101 required fatal", "missing-message-time 101 required fatal",
        "test-message 202 business-rule fatal", "implausible-time 102 value fatal",
        "not-your-institution 204 forbidden fatal", "conflicting-patient 205 conflict fatal",
        "conflicting-message 205 conflict fatal", "dependent-entries 100 business-rule fatal",
        "unreadable-time 102 value", "unreadable-date 102 value",
        "unreadable-number 102 value", "invalid-identifier 204 value", "unknown-code 103 code-invalid",
        "conflicting-codes 205 conflict", "missing-code 101 required", "missing-status 101 required",
        "missing-unit 101 required", "duplicate-observation 205 duplicate", "dangling-reference 204 not-found",
        "repaired-markup 0 structure", "encoding-mislabelled 102 value", "no-results 0 incomplete",
        "left-aside 0 informational", "older 0 informational",
      ])
  }

  @Test("every condition is in the words of the standard")
  func words() {
    #expect(Set(ErrorCondition.allCases.map(\.words)).count == ErrorCondition.allCases.count)
  }
}
