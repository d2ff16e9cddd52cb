public import Clinical
import Foundation
import Recognition

/// A line of feedback as it was read: the event, and the words that may not go into the chain.
public struct FeedbackLine: Sendable {
  public var event: FeedbackEvent
  /// The reason in words.
  public var text: String?

  /// Reads one line of NDJSON (contracts.md, "A feedback line").
  ///
  /// - Parameter zone: where a time without zone is placed.
  public init(json line: [UInt8], zone: RegistryZone) throws(FeedbackProblem) {
    let read: RawLine
    do {
      read = try JSONDecoder().decode(RawLine.self, from: Data(line))
    } catch {
      let problem = OrderProblem(decoding: error)
      throw FeedbackProblem(
        FeedbackProblem.Code(rawValue: problem.code.rawValue) ?? .notJSON, field: problem.field, problem.message)
    }
    try self.init(read, zone: zone)
  }

  /// Reads one record of CSV, its header having the same keys.
  public init(header: [String], fields: [String], zone: RegistryZone) throws(FeedbackProblem) {
    guard fields.count == header.count else {
      throw FeedbackProblem(.notCSV, field: nil, "as many fields as the header has columns are needed")
    }
    var read = RawLine()
    for (key, text) in zip(header, fields) {
      guard let text = filled(text) else { continue }
      switch key {
      case "event": read.event = text
      case "kind": read.kind = text
      case "decisionId": read.decisionId = text
      case "item": read.item = text
      case "at": read.at = text
      case "by": read.by = text
      case "retestReason": read.retestReason = Int(text).map { .number($0) } ?? .code(text)
      case "text": read.text = text
      case "patientTold":
        guard let flag = ["true": true, "false": false][text.lowercased()] else {
          throw FeedbackProblem(.invalidValue, field: key, "neither true nor false")
        }
        read.patientTold = flag
      case "consultationFeeFen":
        guard let fen = Int(text) else { throw FeedbackProblem(.invalidValue, field: key, "not a whole number of fen") }
        read.consultationFeeFen = WholeNumber(value: fen)
      case "scheme": read.scheme = text
      case "enrolment": read.enrolment = text
      case "payment": read.payment = text
      default: continue
      }
    }
    try self.init(read, zone: zone)
  }

  private init(_ line: RawLine, zone: RegistryZone) throws(FeedbackProblem) {
    let id = try needed(line.event, "event")
    guard let kind = FeedbackEvent.Kind(rawValue: try needed(line.kind, "kind")) else {
      let kinds = FeedbackEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw FeedbackProblem(.invalidValue, field: "kind", "not one of \(kinds)")
    }
    let decision = try needed(line.decisionId, "decisionId")
    let item = try needed(line.item, "item")
    guard let at = zone.instant(try needed(line.at, "at")) else {
      throw FeedbackProblem(
        .unreadableTime, field: "at", "not a time that can be placed: write 2025-08-01T08:00:00+08:00")
    }
    event = FeedbackEvent(event: id, kind: kind, decisionId: decision, item: item, at: EventTime(at))
    event.by = filled(line.by)
    event.retestReason = line.retestReason
    event.patientTold = line.patientTold
    event.consultationFeeFen = line.consultationFeeFen?.value
    event.scheme = filled(line.scheme)
    event.enrolment = filled(line.enrolment)
    event.payment = filled(line.payment)
    text = filled(line.text)
    guard EventBounds.hold(event.at) else {
      throw FeedbackProblem(
        .invalidValue, field: "at", "a time that cannot be meant: it lies from 1900-01-02 to 9998-12-31")
    }
    if let fee = event.consultationFeeFen, !EventBounds.consultationFen.contains(fee) {
      throw FeedbackProblem(
        .invalidValue, field: "consultationFeeFen", "a fee is from 0 to 10000000 fen, which is 100 000 yuan")
    }
    if kind == .declined, event.retestReason == nil {
      throw FeedbackProblem(.missingField, field: "retestReason", "declining needs its reason: 1…6, 98 or 99")
    }
  }
}

private struct RawLine: Decodable {
  var event: String?
  var kind: String?
  var decisionId: String?
  var item: String?
  var at: String?
  var by: String?
  var retestReason: DeclaredRetestReason?
  var text: String?
  var patientTold: Bool?
  var consultationFeeFen: WholeNumber?
  var scheme: String?
  var enrolment: String?
  var payment: String?
}

/// A whole number of JSON, whose error names the key it stands under.
private struct WholeNumber: Decodable {
  var value: Int

  init(value: Int) { self.value = value }

  init(from decoder: any Decoder) throws {
    guard let value = try? decoder.singleValueContainer().decode(Int.self) else {
      throw DecodingError.typeMismatch(
        Int.self, .init(codingPath: decoder.codingPath, debugDescription: "not a whole number"))
    }
    self.value = value
  }
}

private func filled(_ text: String?) -> String? {
  guard let text = text?.trimmingCharacters(in: .whitespacesAndNewlines), !text.isEmpty else { return nil }
  return text
}

private func needed(_ text: String?, _ field: String) throws(FeedbackProblem) -> String {
  guard let text = filled(text) else {
    throw FeedbackProblem(.missingField, field: field, "the key is missing or empty")
  }
  return text
}
