public import Clinical
import Foundation
import Recognition
import RegistryStore
public import Savings

/// What `huren audit event` answers: a decision, what was answered to it, and the messages behind the results it stood on.
public struct EventTrail: Encodable, Sendable {
  public struct Recorded<Body: Encodable & Sendable>: Encodable, Sendable {
    /// Its place in the chain, counted from 1.
    public var place: Int64
    public var recordedAt: String
    public var event: Body
    /// The words of a reason.
    public var text: String?
  }

  /// A message that told a chosen report, or part of it.
  public struct Source: Encodable, Sendable {
    public var institution: String
    public var reportId: String
    public var message: String
    public var dialect: String
    public var file: String
    public var line: Int
    /// Whether it is the version that was decided on.
    public var decidedOn: Bool
  }

  public var decision: Recorded<RecordedDecision>
  public var feedback: [Recorded<FeedbackEvent>] = []
  public var sources: [Source] = []

  /// As lines for people.
  public var text: PrintedText {
    let asked = decision.event
    var lines: [PrintedText] = [
      .row("\(decision.place)", "decision \(asked.decisionId) of order \(asked.orderId), \(asked.orderingInstitution)")
    ]
    for item in asked.items {
      let price = item.priceFen.map { ", " + yuan($0) } ?? ""
      lines.append("\t\(item.item): \(item.outcome.rawValue)\(price)")
    }
    for answer in feedback {
      let by = answer.event.by.map { " by \($0)" } ?? ""
      let words = answer.text.map { ": \($0)" } ?? ""
      lines.append(.row("\(answer.place)", "\(answer.event.kind.rawValue) \(answer.event.item)\(by)\(words)"))
    }
    for source in sources {
      let mark = source.decidedOn ? "" : " (another version)"
      lines.append("\t\(source.institution) \(source.reportId) from \(source.file):\(source.line)\(mark)")
    }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// The way from a figure to its messages.
  ///
  /// - Parameter id: of a decision, or of a line of feedback.
  /// - Throws: `RegistryError.unknownEvent`.
  public func eventTrail(_ id: String) throws -> EventTrail {
    try store.read { transaction in
      let zone = try zone(transaction)
      let decoder = JSONDecoder()
      let named = try transaction.event("feedback:" + id)?.event.decisionID
      var decision: EventTrail.Recorded<RecordedDecision>?
      var feedback: [EventTrail.Recorded<FeedbackEvent>] = []
      for (place, recordedAt, event) in try transaction.events(decision: named ?? id) {
        let body = Data(event.body.utf8)
        func recorded<Body: Decodable & Encodable & Sendable>(_ type: Body.Type) throws -> EventTrail.Recorded<Body> {
          guard let read = try? decoder.decode(type, from: body) else {
            throw RegistryError.unreadableEvent(event.id, place: place)
          }
          return .init(
            place: place, recordedAt: zone.rfc3339(recordedAt), event: read, text: try transaction.eventText(event.id))
        }
        if event.kind == "decision" {
          decision = try recorded(RecordedDecision.self)
        } else {
          let answer = try recorded(FeedbackEvent.self)
          if decision.map({ answer.event.mayAnswer($0.event) }) ?? true { feedback.append(answer) }
        }
      }
      guard let decision else { throw RegistryError.unknownEvent(id) }
      var trail = EventTrail(decision: decision, feedback: feedback)
      var told: Set<[String]> = []
      for chosen in decision.event.items.flatMap(\.chosen)
      where told.insert([chosen.institution, chosen.reportId]).inserted {
        for version in try transaction.reportVersions(institution: chosen.institution, number: chosen.reportId) {
          guard let origin = try transaction.messageOrigin(version.message) else { continue }
          trail.sources.append(
            EventTrail.Source(
              institution: chosen.institution, reportId: chosen.reportId, message: origin.messageID,
              dialect: origin.dialect, file: origin.label, line: origin.line,
              decidedOn: version.content.hex == chosen.version))
        }
      }
      return trail
    }
  }
}
