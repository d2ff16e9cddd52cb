public import Clinical
import Foundation

/// Which of a patient's results can be recognised, asked as JSON: `{"patient","items"?,"setting"?,"orderedAt"?,"knownAt"?}`.
public struct Query: Hashable, Sendable {
  public var patient: OrderPatient
  /// Codes of the catalogue; empty: every item that the patient has a result of.
  public var items: [String]
  /// Nil: the policy's.
  public var setting: Setting?
  /// Nil: now.
  public var orderedAt: Instant?
  public var knownAt: Instant?

  public init(patient: OrderPatient, items: [String] = []) { (self.patient, self.items) = (patient, items) }

  /// Reads it.
  ///
  /// - Parameter zone: where a time without zone is placed.
  /// - Throws: what cannot be read, with its own key.
  public init(json: [UInt8], zone: RegistryZone) throws(OrderProblem) {
    let read: QueryLine
    do {
      read = try JSONDecoder().decode(QueryLine.self, from: Data(json))
    } catch {
      throw OrderProblem(decoding: error)
    }
    guard let patient = read.patient else { throw .missing("patient") }
    self.patient = try OrderPatient(patient)
    items = []
    for (index, item) in (read.items ?? []).enumerated() {
      guard let code = item.code?.nonBlank else { throw .missing("items[\(index)]") }
      items.append(code)
    }
    if items.count > Order.itemLimit {
      throw OrderProblem(.invalidValue, field: "items", "more than \(Order.itemLimit) items: make several of it")
    }
    if let text = read.setting?.nonBlank {
      setting = Setting(rawValue: text)
      if setting == nil {
        throw OrderProblem(.invalidValue, field: "setting", "not one of outpatient, inpatient, emergency, checkup")
      }
    }
    orderedAt = try Query.time(read.orderedAt, "orderedAt", zone)
    knownAt = try Query.time(read.knownAt, "knownAt", zone)
  }

  private static func time(_ text: String?, _ field: String, _ zone: RegistryZone) throws(OrderProblem) -> Instant? {
    guard let text = text?.nonBlank else { return nil }
    guard let moment = zone.instant(text) else {
      throw OrderProblem(
        .unreadableTime, field: field, "not a time that can be placed: write 2025-08-01T08:00:00+08:00")
    }
    guard zone.isPlausible(moment) else {
      throw OrderProblem(
        .invalidValue, field: field, "a time that cannot be meant: it lies from 1900-01-02 to 9998-12-31")
    }
    return moment
  }
}

private struct QueryLine: Decodable {
  var patient: PatientLine?
  var items: [QueryItem]?
  var setting: String?
  var orderedAt: String?
  var knownAt: String?
}

/// An item as a code alone, or as an order writes it.
private struct QueryItem: Decodable {
  var code: String?

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let code = try? container.decode(String.self) {
      self.code = code
    } else {
      code = try container.decode(ItemLine.self).item
    }
  }
}
