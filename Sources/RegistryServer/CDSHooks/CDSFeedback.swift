import Catalogue
import Clinical
import Crypto
import Messages
import Registry
import Savings

/// What became of a card (CDS Hooks 2.0, "Feedback").
struct CDSFeedback: Sendable {
  enum Outcome: String, Sendable {
    case accepted, overridden
  }

  /// The card's `uuid`, as it came back.
  let card: String
  let outcome: Outcome
  /// When it was done, as written.
  let at: String
  /// A reason chosen.
  var reason: Code?
  /// Why, in the clinician's own words.
  var comment: String?

  /// The entries of a body, each with what is wrong with it.
  ///
  /// - Throws: for what is not JSON, or holds no entries.
  static func entries(_ bytes: [UInt8]) throws(CDSProblem) -> [Result<CDSFeedback, CDSProblem>] {
    let root = try CDSRequest.document(bytes)
    guard let entries = root["feedback"]?.elements, !entries.isEmpty, entries.count <= limit else {
      throw CDSProblem("feedback")
    }
    return entries.enumerated().map { place, entry in
      do throws(CDSProblem) {
        return .success(try CDSFeedback(entry, "feedback[\(place)]"))
      } catch {
        return .failure(error)
      }
    }
  }

  private static let limit = 1000

  private init(_ entry: JSONValue, _ path: String) throws(CDSProblem) {
    guard let card = entry["card"]?.text else { throw CDSProblem(path + ".card") }
    self.card = card
    guard let outcome = entry["outcome"]?.text.flatMap(Outcome.init) else { throw CDSProblem(path + ".outcome") }
    self.outcome = outcome
    guard let at = entry["outcomeTimestamp"]?.text, RegistryZone.shanghai.instant(at) != nil else {
      throw CDSProblem(path + ".outcomeTimestamp")
    }
    self.at = at
    guard outcome == .overridden, let given = entry["overrideReason"] else { return }
    // As the specification had it until 2020, the reason is a code by itself.
    let coding = given["reason"] ?? given
    if let code = coding["code"]?.text ?? coding.text {
      reason = Code(code, display: coding["display"]?.text, system: coding["system"]?.text)
    }
    comment = given["userComment"]?.text
  }

  /// The line of feedback that it is, of a decision's item; nil where nothing was said: who puts a card away without a word has not
  /// answered (未反馈).
  ///
  /// - Parameter by: who sends it.
  func line(
    decision: String, item: String, institution: String, by: String, in reference: ReferenceData
  ) -> [UInt8]? {
    var retest: JSONValue?
    var words = comment
    if outcome == .overridden {
      if let reason {
        if let own = retestReason(reason, institution, reference) {
          retest = .number(String(own.rawValue))
        } else {
          // A ground of the caller's own is a ground all the same: 6, in its own words.
          retest = .number("6")
          words = [reason.display ?? reason.identifier, comment].compactMap { $0 }.joined(separator: ": ")
        }
      } else if comment != nil {
        retest = .number("6")
      } else {
        return nil
      }
    }
    let kind = outcome == .accepted ? "accepted" : "declined"
    let said = [kind, at, retest?.json ?? "", words ?? ""].joined(separator: "\u{1F}")
    let digest = Array(SHA256.hash(data: Array(said.utf8)).prefix(8)).hex
    return Array(
      JSONValue(filled: [
        // The same said again is the same event.
        "event": .string("cds:\(card.lowercased()):\(digest)"), "kind": .string(kind), "decisionId": .string(decision),
        "item": .string(item), "at": .string(at), "by": .string(by), "retestReason": retest,
        "text": outcome == .accepted ? nil : words.map { .string($0) },
      ]).json.utf8)
  }

  private func retestReason(_ code: Code, _ institution: String, _ reference: ReferenceData) -> RetestReason? {
    let national = Int(code.identifier).flatMap(RetestReason.init)
    if code.system == RetestReason.system { return national }
    // A number of somebody else's list is no ground of ours.
    return reference.retestReason(code.identifier, of: institution) ?? (code.system == nil ? national : nil)
  }
}
