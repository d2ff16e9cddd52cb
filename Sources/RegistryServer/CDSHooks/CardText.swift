import Catalogue
import Clinical
import Recognition

/// What a card says, in a line and in full.
struct CardText {
  let zone: RegistryZone

  /// CDS Hooks 2.0, "Card Attributes": fewer than 140 characters. Counted in units of UTF-16, as browsers do: in no other way are they more.
  static let summaryLimit = 139

  // MARK: In a line

  /// Values first; then of what, when, where, and until when it stands in, as far as there is room. A number is there whole or not at all.
  func summary(_ decision: ItemDecision) -> String {
    var tail = " · " + CardText.cut(decision.item.words, to: 40)
    if decision.isAbnormal { tail += " · 异常 abnormal" }
    if decision.outcome == .recogniseInPart { tail += " · 部分 in part" }
    tail += " · " + when(decision.chosen)
    var text = values(decision.chosen, isPanel: decision.item.isPanel, room: CardText.summaryLimit - tail.utf16.count)
    text += tail
    CardText.add(" · " + CardText.place(decision.chosen), to: &text)
    if let until = decision.validUntil { CardText.add(" · 至 until " + zone.clinicalText(until), to: &text) }
    return text
  }

  /// Of all that can be recognised.
  func summary(of decisions: [ItemDecision]) -> String {
    let tail = " · \(decisions.count) 项可互认 can be recognised"
    let chosen = decisions.flatMap(\.chosen)
    return values(chosen, isPanel: true, room: CardText.summaryLimit - tail.utf16.count) + tail
  }

  /// The time of one, or the days between which they lie.
  private func when(_ chosen: [ChosenResult]) -> String {
    let times = chosen.map(\.clinicalTime)
    guard let first = times.min(), let last = times.max() else { return "" }
    if first == last { return zone.clinicalText(first) }
    let days = [first, last].map { zone.clinicalText($0).prefix(10) }
    return days[0] == days[1] ? String(days[0]) : "\(days[0]) … \(days[1])"
  }

  /// Where they are from: one place, or how many.
  private static func place(_ chosen: [ChosenResult]) -> String {
    let places = Set(chosen.map(\.candidate.place))
    return places.count == 1 ? places.first?.onOneLine ?? "" : "\(places.count) 家机构 institutions"
  }

  /// The abnormal ones first.
  private func values(_ chosen: [ChosenResult], isPanel: Bool, room: Int) -> String {
    let sorted = chosen.filter(\.isAbnormal) + chosen.filter { !$0.isAbnormal }
    var text = ""
    for (index, result) in sorted.enumerated() {
      let name = isPanel ? (result.candidate.item.nameZh ?? result.candidate.item.code) + " " : ""
      let value = name + result.value.onOneLine
      if index == 0, value.utf16.count > room { return CardText.cut(value, to: room) }
      let more = index + 1 < sorted.count ? "…".utf16.count + 1 : 0
      let added = (text.isEmpty ? "" : ", ") + value
      if text.utf16.count + added.utf16.count + more > room { return text + " …" }
      text += added
    }
    return text
  }

  private static func add(_ part: String, to text: inout String) {
    if text.utf16.count + part.utf16.count <= summaryLimit { text += part }
  }

  /// Ends a text where it may be ended: never within a number or a word.
  static func cut(_ text: String, to room: Int) -> String {
    if text.utf16.count <= room { return text }
    var kept: [Character] = []
    var length = 1
    for character in text {
      length += character.utf16.count
      if length > room { break }
      kept.append(character)
    }
    let isBroken = { (character: Character) in
      character.isNumber || character.isASCII && !character.isWhitespace && !",;".contains(character)
    }
    let whole = kept
    // What goes on behind the cut belongs to what stands before it.
    if kept.count < text.count, isBroken(text[text.index(text.startIndex, offsetBy: kept.count)]) {
      while let last = kept.last, isBroken(last) { kept.removeLast() }
    }
    // A word of a hundred letters and no digit is cut all the same.
    if kept.isEmpty, !whole.contains(where: \.isNumber) { kept = whole }
    return String(kept) + "…"
  }

  // MARK: In full

  /// In Markdown.
  func detail(_ decision: ItemDecision, in reference: ReferenceData) -> String {
    var lines = decision.chosen.map { "- " + line($0, in: reference) }
    if let open = decision.residual, !open.isEmpty, decision.outcome == .recogniseInPart {
      let names = open.map { Markdown.escaped(reference.items[$0].map(\.wordsWithCode) ?? $0) }
      lines.append("- 仍需检查 still to be ordered: " + names.joined(separator: ", "))
    }
    if let until = decision.validUntil, decision.chosen.count > 1 {
      lines.append("- 全部有效至 all stand in until " + zone.clinicalText(until))
    }
    return lines.joined(separator: "\n") + "\n\n" + CardText.closing
  }

  func detail(of decisions: [ItemDecision], in reference: ReferenceData) -> String {
    decisions.flatMap(\.chosen).map { "- " + line($0, in: reference) }.joined(separator: "\n") + "\n\n"
      + CardText.closing
  }

  /// 国卫医发〔2022〕6号: the clinician decides.
  private static let closing = "是否采纳由接诊医师决定。The clinician decides."

  private func line(_ result: ChosenResult, in reference: ReferenceData) -> String {
    let candidate = result.candidate
    var value = Markdown.escaped(candidate.item.wordsWithCode) + ": " + Markdown.escaped(result.value)
    if let range = candidate.referenceRange { value += " (参考 range " + Markdown.escaped(range) + ")" }
    var parts = [value + ", " + candidate.flag.words, Markdown.escaped(candidate.place)]
    if candidate.performer != candidate.institution {
      parts.append("检查方 performed by " + Markdown.escaped(candidate.performing?.name ?? candidate.performer))
    }
    let basis = candidate.clinicalTimeBasis.map { $0.words + " " } ?? ""
    parts.append(basis + zone.clinicalText(result.clinicalTime))
    parts.append("有效至 until " + zone.clinicalText(result.validUntil))
    if let list = result.list { parts.append("清单 list " + Markdown.escaped(list)) }
    if !result.certificates.isEmpty {
      parts.append("质控 certificate " + Markdown.escaped(result.certificates.map(\.name).joined(separator: ", ")))
    }
    if result.study != nil { parts.append("有影像 with images") }
    if let method = candidate.method { parts.append("方法 method " + Markdown.escaped(method)) }
    if let note = candidate.note { parts.append("备注 note " + Markdown.escaped(note)) }
    return parts.joined(separator: "; ")
  }
}

extension Item {
  var words: String { nameZh ?? nameEn ?? code }
  /// `钾 Potassium (K)`.
  var wordsWithCode: String {
    let names = [nameZh, nameEn].compactMap { $0 }.filter { $0 != code }.joined(separator: " ")
    return names.isEmpty ? code : "\(names) (\(code))"
  }
}

extension Candidate {
  /// Where it is from, as people call it.
  var place: String { source?.name ?? institution }
}

extension Candidate.Basis {
  var words: String {
    switch self {
    case .collected: "采集 collected"
    case .observed: "检测 observed"
    case .performed: "检查 performed"
    case .reported: "报告 reported"
    }
  }
}

extension ChosenResult {
  var isAbnormal: Bool { candidate.flag >= .abnormal }
}

extension ItemDecision {
  var isAbnormal: Bool { chosen.contains(where: \.isAbnormal) }
  /// When the newest of what stands in was.
  var newest: Instant { chosen.map(\.clinicalTime).max() ?? Instant(milliseconds: .min) }
}
