import Catalogue
package import Clinical

extension Decision {
  /// The answer for a clinician: yes or no first, then why and until when.
  public var text: String {
    items.isEmpty ? "NO 无既往结果: no prior result" : items.map { $0.text(zone: zone) }.joined(separator: "\n")
  }
}

extension ItemDecision {
  fileprivate func text(zone: RegistryZone) -> String {
    var name = item.code
    if let words = item.nameZh ?? item.nameEn, words != name { name += " " + words }
    var lines = [headline(name, zone)]
    for result in chosen { lines.append("  - " + result.text(zone)) }
    if !outcome.isRecognisable || residual?.isEmpty == false {
      for candidate in rejected {
        let reasons = candidate.failed.map(\.words).joined(separator: "; ")
        let asked = candidate.missingStudyUID ?? candidate.missingAccessionNumber.map { "accession number " + $0 }
        lines.append(
          "  × \(candidate.item), \(candidate.institution) report \(candidate.reportID): \(reasons)"
            + (asked.map { " (\($0))" } ?? ""))
      }
    }
    return lines.map(\.onOneLine).joined(separator: "\n")
  }

  private func headline(_ name: String, _ zone: RegistryZone) -> String {
    let until = validUntil.map { ", valid until " + zone.clinicalText($0) } ?? ""
    let panel = inPanel.map { " (within \($0) of this order)" } ?? ""
    switch outcome {
    case .recognise:
      return "YES 可互认 \(name)\(panel): a prior result can stand in\(until)"
    case .recogniseInPart:
      let open = (residual ?? []).joined(separator: ", ")
      return "IN PART 部分可互认 \(name)\(panel): still to be tested: \(open)\(until)"
    case .retestJustified:
      return "NO 复查有据 \(name)\(panel): a prior result could stand in\(until), but the order gives a reason to repeat"
    case .repeat:
      return "NO 不可互认 \(name)\(panel): there are prior results, but none can stand in"
    case .noPrior:
      return "NO 无既往结果 \(name)\(panel): no prior result"
    }
  }
}

extension ChosenResult {
  fileprivate func text(_ zone: RegistryZone) -> String {
    var parts = [candidate.item.code + " " + value]
    if let range = candidate.referenceRange { parts[0] += " [\(range)]" }
    parts[0] += ", " + candidate.flag.words
    var origin = "\(candidate.institution) report \(candidate.reportID)"
    if candidate.performer != candidate.institution { origin += " performed by \(candidate.performer)" }
    parts.append(origin)
    parts.append("\(candidate.clinicalTimeBasis?.rawValue ?? "") \(zone.clinicalText(clinicalTime))")
    parts.append("stands in for \(windowHours) h, until \(zone.clinicalText(validUntil))")
    if let list { parts.append("list \(list)") }
    if !certificates.isEmpty {
      parts.append("mark " + certificates.map { $0.scope.text + " HR" }.joined(separator: ", "))
    }
    if let study {
      let name = study.studyInstanceUID ?? study.accessionNumber.map { "accession number " + $0 } ?? study.endpoint
      if let name { parts.append("images \(name)") }
    }
    if let note = candidate.note { parts.append("note 备注: \(note)") }
    return parts.joined(separator: "; ")
  }

  /// The value as sent, and what the report says in words.
  package var value: String {
    guard let number else {
      guard let text else { return "images" }
      return Filler.isDash(text) ? text + " (negative 阴性)" : text
    }
    return text.map { "\(number) (\($0))" } ?? number
  }

  /// All lines, beside each other.
  package var text: String? {
    candidate.text?.split(whereSeparator: \.isNewline).map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    .filter { !$0.isEmpty }.joined(separator: " / ")
  }

  /// A number as sent, and in the item's unit where that is another.
  package var number: String? {
    guard let numeric = candidate.numeric else { return nil }
    let comparator = numeric.comparator?.rawValue ?? ""
    let sent = comparator + numeric.digits + (candidate.unit.map { " " + $0 } ?? "")
    guard let unit = candidate.item.unit, unit != candidate.unit, let normalized = candidate.normalizedValue,
      normalized != numeric.number
    else { return sent }
    let rounded = normalized.roundedForReading
    return sent + (rounded == normalized ? " = " : " ≈ ") + comparator + JSONWriter.shortest(rounded) + " " + unit
  }
}

extension String {
  /// Lines of a text beside each other, and nothing that a terminal would obey.
  package var onOneLine: String {
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: if text.last != " " { text.append(" ") }
      case .format: continue
      default: text.append(scalar)
      }
    }
    return String(text)
  }
}

extension Double {
  /// To four significant digits, whole numbers kept whole: what was converted reads like what was measured.
  fileprivate var roundedForReading: Double {
    var scale = 1.0
    while scale < 1e9, magnitude > 0, magnitude * scale < 1000 { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}

extension RegistryZone {
  /// `2025-08-01 02:57`, as a clinician reads it.
  package func clinicalText(_ instant: Instant) -> String {
    let text = rfc3339(instant)
    return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
  }
}

extension Check {
  /// Why, in a few words for a clinician.
  public var words: String {
    switch self {
    case .identityUncertain: "may be another person's 身份待核实"
    case .consentWithheld: "the person does not consent 患者未同意"
    case .notFinal: "not a final result 非最终报告"
    case .cancelled: "cancelled 已作废"
    case .notPrior: "not known to be from before the order 非既往结果"
    case .patientTooYoung: "the patient is too young 新生儿"
    case .specimenMismatch: "another specimen 标本不符"
    case .bodySiteMismatch: "another body site 部位不符"
    case .noValue: "no value, findings or images 无结果"
    case .unitNotComparable: "its unit cannot be compared 单位不可比"
    case .notListed: "in no recognition list in force here 不在互认清单"
    case .noQualityCertificate: "no quality certificate in force 无质控合格"
    case .outOfWindow: "too old 超出时限"
    case .noWindow: "no time window is set for it 未定时限"
    case .criticalValue: "a critical value 危急值"
    case .imagesUnavailable: "its images are not available 影像不可调阅"
    case .newerAbnormal: "a newer result is abnormal 有更新的异常结果"
    }
  }
}
