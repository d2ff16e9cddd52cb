public import Clinical
import Savings

extension SavingsAudit {
  /// As a page for people: amounts in yuan.
  public var text: PrintedText {
    var lines: [PrintedText] = ["Books at \(period.at)\(period.words)", figures.total.text]
    for row in figures.rows { lines += ["", PrintedText(row.title), row.figures.text] }
    lines += (claims ?? []).map(\.text)
    return lines.joined(separator: "\n")
  }
}

extension SavingsAudit.ClaimView {
  var text: PrintedText {
    let amount = amountFen.map(yuan) ?? "unknown"
    let by = reversedBy.map { " by \($0.institution) \($0.reportId)" } ?? ""
    return "\(acceptedAt)\t\(orderingInstitution)\t\(orderId)\t\(item)\t\(amount)\t\(standing)\(by)"
  }
}

extension AuditPeriod {
  var words: PrintedText {
    let period: [PrintedText?] = [
      from.map { ", from \($0)" }, to.map { ", up to \($0)" }, knownAt.map { ", as known at \($0)" },
      unreadable.isEmpty
        ? nil
        : "\nleft out, as a time or an amount they hold cannot be meant: events \(unreadable.map(PrintedText.init).joined(separator: ", "))",
    ]
    return period.compactMap { $0 }.joined()
  }
}

extension SavingsFigures {
  fileprivate var text: PrintedText {
    """
    \(responses.text)
      gross        \(yuan(grossFen)) of \(claims) claims, \(unknownPrice) of them without a price
      net          \(yuan(netFen)) = gross − reversed \(yuan(reversedFen)) (\(reversed)) − consultations \(yuan(consultationFen))
      verified     \(yuan(verifiedFen)), \(deferred) deferred; pending \(yuan(pendingFen))
      split        fund \(yuan(split.fundFen)), hospital \(yuan(split.hospitalFen)), patient \(yuan(split.patientFen)); \
    not computed \(split.notComputed)
      within one institution: \(sameInstitution.prompts) prompts, \(sameInstitution.accepted) accepted, \
    gross \(yuan(sameInstitution.grossFen))
    """
  }
}

extension AuditRows.Row {
  var title: String { key.map { "\($0.dimension.rawValue) \($0.value ?? "-")" }.joined(separator: ", ") }
}

extension PromptFigures {
  var text: PrintedText {
    """
      prompts      \(prompts): \(accepted) accepted, \(declined) declined, \(notRefusals) not refusals, \
    \(noResponse) without response
      rates        recognition \(percent(recognitionRate)), feedback \(percent(feedbackRate))
    """
  }
}

/// Counts by their names, in the order of the names.
func counts(_ counts: [String: Int]) -> String {
  counts.isEmpty ? "none" : counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
}

/// Fen as yuan.
func yuan(_ fen: Int) -> String {
  let (whole, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
  return "\(fen < 0 ? "-" : "")¥\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

/// A share, or that there is none.
func percent(_ rate: Double?) -> String {
  guard let rate else { return "not computed" }
  let tenths = Int((rate * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10) %"
}

extension EventVerification {
  /// As lines for people.
  public var text: PrintedText {
    var lines: [PrintedText] = ["\(events) events, \(algorithm) head \(head)"]
    if let place = expectedHeadAt { lines.append("the head that was kept is event \(place)") }
    if let firstDifference {
      lines.append("event \(firstDifference) is not what was recorded: \(difference ?? "")")
    } else {
      lines.append("the chain is whole")
    }
    for event in unreadable {
      lines.append(
        "event \(event.place), \(event.id), counts in no figure: a time or an amount it holds cannot be meant; an earlier version took it"
      )
    }
    if let totals { lines += ["totals recomputed from the events, as of now:", totals.text] }
    if let booksDifference {
      lines.append("the books do not agree: \(booksDifference); `huren audit savings --recompute` has them made again")
    }
    if let signature {
      lines += [
        "statement  \(signature.statement)", "signature  \(signature.signature)", "public key \(signature.publicKey)",
      ]
    }
    return lines.joined(separator: "\n")
  }
}
