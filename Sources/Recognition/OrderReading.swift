public import Clinical
import Foundation

extension Order {
  /// Reads one line of NDJSON.
  ///
  /// - Parameters:
  ///   - zone: where a time without zone is placed.
  ///   - institution: the one that asks, where that is known otherwise: then the line need not name it, and names no other.
  /// - Throws: what cannot be read, with the order's own key.
  public init(line: [UInt8], zone: RegistryZone, askedBy institution: String? = nil) throws(OrderProblem) {
    let data = Data(line)
    let decoder = JSONDecoder()
    let read: OrderLine
    do {
      read = try decoder.decode(OrderLine.self, from: data)
    } catch {
      var problem = OrderProblem(decoding: error)
      problem.orderID = (try? decoder.decode(OrderIDLine.self, from: data))?.orderId
      throw problem
    }
    do throws(OrderProblem) {
      try self.init(read, zone: zone, askedBy: institution)
    } catch {
      var problem = error
      problem.orderID = read.orderId
      throw problem
    }
  }

  init(_ line: OrderLine, zone: RegistryZone, askedBy asking: String? = nil) throws(OrderProblem) {
    let id = try needed(line.orderId, "orderId")
    let institution = if let asking { asking } else { try needed(line.orderingInstitution, "orderingInstitution") }
    if let named = line.orderingInstitution?.nonBlank, named != institution {
      throw OrderProblem(
        .notYourInstitution, field: "orderingInstitution",
        "not the institution that asks: leave it out, or ask as the one that it names")
    }
    let settingText = try needed(line.setting, "setting")
    guard let setting = Setting(rawValue: settingText) else {
      throw OrderProblem(.invalidValue, field: "setting", "not one of outpatient, inpatient, emergency, checkup")
    }
    guard let orderedAt = zone.instant(try needed(line.orderedAt, "orderedAt")) else {
      throw OrderProblem(
        .unreadableTime, field: "orderedAt", "not a time that can be placed: write 2025-08-01T08:00:00+08:00")
    }
    guard zone.isPlausible(orderedAt) else {
      throw OrderProblem(
        .invalidValue, field: "orderedAt", "a time that cannot be meant: it lies from 1900-01-02 to 9998-12-31")
    }
    guard let items = line.items, !items.isEmpty else { throw .missing("items") }
    if items.count > Order.itemLimit {
      throw OrderProblem(
        .invalidValue, field: "items", "more than \(Order.itemLimit) items in one order: make several of it")
    }
    var read: [OrderItem] = []
    for (index, item) in items.enumerated() {
      var ordered = OrderItem(item: item.item?.nonBlank, localCode: item.localCode?.nonBlank)
      if ordered.item == nil, ordered.localCode == nil { throw .missing("items[\(index)].item") }
      ordered.specimen = item.specimen?.nonBlank
      ordered.bodySite = item.bodySite?.nonBlank
      ordered.laterality = item.laterality?.nonBlank
      read.append(ordered)
    }
    guard let patient = line.patient else { throw .missing("patient") }
    self.init(
      id: id, patient: try OrderPatient(patient), orderingInstitution: institution, setting: setting,
      orderedAt: orderedAt,
      items: read)
    department = line.department?.nonBlank
    clinician = line.clinician?.nonBlank
    retestReason = line.retestReason
    retestReasonText = line.retestReasonText?.nonBlank
  }
}

extension OrderPatient {
  init(_ line: PatientLine) throws(OrderProblem) {
    person = line.person?.nonBlank
    name = line.name?.nonBlank
    for (index, entry) in (line.identifiers ?? []).enumerated() {
      let field = "patient.identifiers[\(index)]"
      guard let kind = Identifier.Kind(rawValue: try needed(entry.type, field + ".type")) else {
        let kinds = Identifier.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw OrderProblem(.invalidValue, field: field + ".type", "not one of \(kinds)")
      }
      let identifier = Identifier(kind, try needed(entry.value, field + ".value"))
      identifiers.append(OrderIdentifier(identifier, institution: entry.institution?.nonBlank))
    }
    if person == nil, identifiers.isEmpty { throw .missing("patient.identifiers") }
    if let text = line.sex?.nonBlank {
      sex = Sex(code: text)
      if sex == nil {
        throw OrderProblem(.invalidValue, field: "patient.sex", "not one of male, female, other, unknown")
      }
    }
    if let text = line.birthDate?.nonBlank {
      birthDate = CalendarDate(text)
      if birthDate?.isPlausible != true {
        throw OrderProblem(
          .invalidValue, field: "patient.birthDate",
          "not a date that can be: write YYYY-MM-DD, YYYY-MM or YYYY, and nothing where it is not known")
      }
    }
  }
}

private func needed(_ text: String?, _ field: String) throws(OrderProblem) -> String {
  guard let text = text?.nonBlank else { throw .missing(field) }
  return text
}

extension OrderProblem {
  static func missing(_ field: String) -> OrderProblem {
    OrderProblem(.missingField, field: field, "the key is missing or empty")
  }

  /// What the JSON decoder says, without any value.
  package init(decoding error: any Error) {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      let message = "a JSON value of another type is needed here"
      self.init(.invalidValue, field: Self.field(context.codingPath), message)
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      self.init(.invalidValue, field: Self.field(context.codingPath), "a value that cannot be read")
    default: self.init(.notJSON, field: nil, "not one JSON object: write one a line")
    }
  }

  private static func field(_ path: [any CodingKey]) -> String? {
    var text = ""
    for key in path {
      if let index = key.intValue { text += "[\(index)]" } else { text += (text.isEmpty ? "" : ".") + key.stringValue }
    }
    return text.isEmpty ? nil : text
  }
}

private struct OrderIDLine: Decodable {
  var orderId: String?
}

/// An order as it is written, before anything of it is understood.
struct OrderLine: Decodable {
  var orderId: String?
  var patient: PatientLine?
  var orderingInstitution: String?
  var department: String?
  var clinician: String?
  var setting: String?
  var orderedAt: String?
  var retestReason: DeclaredRetestReason?
  var retestReasonText: String?
  var items: [ItemLine]?
}

struct PatientLine: Decodable {
  var person: String?
  var identifiers: [IdentifierLine]?
  var name: String?
  var sex: String?
  var birthDate: String?
}

struct IdentifierLine: Decodable {
  var type: String?
  var value: String?
  var institution: String?
}

struct ItemLine: Decodable {
  var item: String?
  var localCode: String?
  var specimen: String?
  var bodySite: String?
  var laterality: String?
}

extension DeclaredRetestReason: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int.self) {
      self = .number(number)
    } else {
      self = .code(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let number): try container.encode(number)
    case .code(let code): try container.encode(code)
    }
  }
}
