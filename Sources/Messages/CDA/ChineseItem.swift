import Clinical
import XMLReading

/// One item of a Chinese report, as its data elements arrive.
struct ChineseItem {
  private(set) var code: Code?
  /// Where the item's DE04.30.019.00 stands.
  private(set) var place: XMLElement?
  /// Where a result stood before any item.
  private(set) var resultPlace: XMLElement?
  var performer: OrganizationReference?
  private var name: String?
  private var observed: Instant?
  private var collected: Instant?
  private var specimenType: Code?
  private var quantity: V3Value?
  private var unit: String?
  private var resultCode: Code?
  private var text: String?
  private var flags: [String] = []
  private var range = Range()
  private var note: String?
  private var method: String?
  private var bodySite: Code?
  private var laterality: Code?

  /// Whether a quantitative result (DE04.30.015.00) was read.
  var hasQuantity: Bool { quantity?.value != nil }

  /// Whether nothing but a result code (正常, 异常) says how it came out.
  var hasOnlyResultCode: Bool { !hasQuantity && text == nil }

  /// The item again, for a further result of it.
  var withoutResult: ChineseItem {
    var item = self
    item.quantity = nil
    item.unit = nil
    item.resultCode = nil
    item.flags = []
    item.range = Range()
    item.text = nil
    item.note = nil
    return item
  }

  /// Takes a data element in, and those nested in it.
  mutating func read(_ code: String?, _ element: XMLElement, notes: inout ReadingNotes) {
    let value = element.first("value")
    switch code {
    case "DE04.30.019.00" where place != nil, "DE04.50.134.00":
      // Within an item 019 is a specimen that bears its neighbour's code: a slip of widely copied templates.
      collected = notes.start(of: element.first("effectiveTime")) ?? collected
      specimenType = value?.concept(nil)?.code ?? specimenType
    case "DE04.30.019.00":
      place = element
      self.code = value?.concept(nil)?.code
      observed = notes.start(of: element.first("effectiveTime"))
      performer = element.performer ?? performer
      bodySite = element.first("targetSiteCode")?.concept(nil)?.code
      laterality = element.first("targetSiteCode")?.laterality
    case "DE04.30.020.00": name = value?.words ?? value?.displayName
    case "DE04.30.015.00":
      resultPlace = element
      quantity = value.map { V3Value($0, nil, notes: &notes) }.flatMap { $0.value.map(Filler.isDash) == true ? nil : $0 }
      performer = element.performer ?? performer
      flags += element.items("interpretationCode").compactMap { $0.stated("code") }
    case "DE04.30.016.00": unit = value?.words ?? value?.stated("code") ?? value?.displayName
    case "DE04.30.017.00":
      resultPlace = resultPlace ?? element
      resultCode = value?.concept(nil)?.code
      if let words = value?.words { resultCode?.display = words }
    case "DE04.50.130.00": text = value?.words
    case "DE06.00.179.00": note = value?.words
    case "DE02.10.027.00": method = value?.words ?? value?.displayName
    default: readUncoded(code, element, notes: &notes)
    }
    if let stated = element.first("referenceRange")?.first("observationRange") { range.read(stated, "") }
    for relationship in element.all("entryRelationship") + element.all("component") {
      for nested in relationship.all("observation") {
        read(nested.first("code")?.stated("code"), nested, notes: &notes)
      }
    }
  }

  /// What the standard has no data element for, by its name: the reference range, and how the result lies to it.
  private mutating func readUncoded(_ code: String?, _ element: XMLElement, notes: inout ReadingNotes) {
    guard element.first("value")?.statesSomething == true else { return }
    let name = element.first("code")?.displayName ?? ""
    if name.contains("参考"), range.read(element, name) { return }
    if ["异常标志", "异常提示", "异常标识", "高低标志", "结果标志", "结果提示"].contains(where: name.contains) {
      let value = element.first("value")
      flags += [value?.stated("code") ?? value?.words ?? value?.displayName].compactMap { $0 }
      return
    }
    notes.leave(dataElement: code, element)
  }

  /// The item with its result.
  var observation: Observation {
    var code = code ?? Code("")
    code.display = code.display ?? name
    var observation = Observation(code: code)
    observation.observed = observed
    observation.collected = collected
    observation.specimen = specimenType.map { Specimen(type: $0) }
    observation.performer = performer
    observation.method = method
    observation.note = note
    observation.bodySite = bodySite
    observation.laterality = laterality
    observation.unit = unit ?? quantity?.unit
    observation.referenceRange = range.text
    observation.flags = flags.unrepeated
    if let quantity, let value = quantity.value {
      observation.value = value
      observation.valueKind = quantity.kind
      observation.valueCode = quantity.code
    } else if let text {
      observation.value = text
      observation.valueKind = ObservationValue.kind(of: text)
    }
    readResultCode(into: &observation)
    return observation
  }

  /// 检查(检验)结果代码: 正常 and 异常 are flags. Only the words are believed: implementers number the table in both ways.
  private func readResultCode(into observation: inout Observation) {
    guard let resultCode else { return }
    switch resultCode.display ?? resultCode.identifier {
    case "正常": observation.flags = (observation.flags + ["N"]).unrepeated
    case "异常": observation.flags = (observation.flags + ["A"]).unrepeated
    default: break
    }
    if observation.valueKind == .none {
      observation.valueCode = resultCode
      observation.value = resultCode.display ?? resultCode.identifier
      observation.valueKind = .coded
    }
  }
}

extension ChineseItem {
  /// A reference range as senders add it: as one text or interval, or its limits each by itself.
  private struct Range {
    private var whole: String?
    private var low: String?
    private var high: String?

    /// - Returns: false when no text or number is there.
    @discardableResult
    mutating func read(_ element: XMLElement, _ name: String) -> Bool {
      let value = element.first("value")
      let interval = value.flatMap(V3Interval.init)?.range(besideUnit: nil, value: nil)
      guard let text = interval ?? value?.words ?? element.first("text")?.words ?? value?.displayName else { return false }
      if ["下限", "低值", "最低", "最小"].contains(where: name.contains) {
        low = text
      } else if ["上限", "高值", "最高", "最大"].contains(where: name.contains) {
        high = text
      } else {
        whole = text
      }
      return true
    }

    var text: String? {
      if let whole { return whole }
      if let low, let high { return low + "-" + high }
      return low.map { "≥" + $0 } ?? high.map { "≤" + $0 }
    }
  }
}

extension ReadingNotes {
  /// Data elements beside the results that say nothing of them: who and where, why, diagnosis and procedures, the specimen's state and ways.
  private static let beside = [
    "DE01.", "DE02.", "DE03.", "DE04.01.", "DE04.10.", "DE04.50.133", "DE04.50.134", "DE04.50.135", "DE04.50.136", "DE04.50.137",
    "DE04.50.138", "DE04.50.139", "DE04.50.140", "DE04.50.141", "DE05.", "DE06.", "DE07.", "DE08.", "DE09.",
  ]

  /// Says that a data element is not read, where it may be of a result.
  mutating func leave(dataElement code: String?, _ element: XMLElement) {
    if let code, ReadingNotes.beside.contains(where: code.hasPrefix) { return }
    guard let value = element.first("value"), value.statesSomething else { return }
    note(.leftAside, "a data element that is not read: it is left aside", at: value)
  }
}
