/// Why an order cannot be decided: told in its place, and nothing is recorded.
public struct OrderProblem: Error, Hashable, Sendable {
  /// Stable codes; scripts count them.
  public enum Code: String, Sendable, CaseIterable {
    case notJSON = "not-json"
    case notCSV = "not-csv"
    case missingField = "missing-field"
    case invalidValue = "invalid-value"
    case unreadableTime = "unreadable-time"
    case implausibleTime = "implausible-time"
    /// Put as an order of now, and of a time that is not.
    case orderTimeImplausible = "order-time-implausible"
    /// Put for another institution than the one that asks.
    case notYourInstitution = "not-your-institution"
    case unknownPerson = "unknown-person"
    case ambiguousPerson = "ambiguous-person"
    case unknownInstitution = "unknown-institution"
    case unknownItem = "unknown-item"
    case unknownRetestReason = "unknown-retest-reason"
  }

  public var code: Code
  /// The order's own key, e.g. `items[0].item`, or the table's column; nil where the line is no order at all.
  public var field: String?
  /// Of a table, counted from 1.
  public var line: Int?
  /// What is wrong and what to do; never a value of the order.
  public var message: String
  /// Where it could be read.
  public var orderID: String?

  public init(_ code: Code, field: String?, _ message: String, orderID: String? = nil) {
    self.code = code
    self.field = field
    self.message = message
    self.orderID = orderID
  }

  /// The line that `huren decide` prints in the order's place.
  public var json: String {
    var json = JSONWriter()
    json.object { json in
      json.member("orderId", orderID)
      json.key("error")
      json.object { json in
        json.member("code", code.rawValue)
        json.member("line", line)
        json.member("field", field)
        json.member("message", message)
      }
    }
    return json.text
  }
}
