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
  private var texts: [String] = []
  private var flags: [String] = []
  private var range = Range()
  private var remarks: [String] = []
  private var method: String?
  private(set) var category: String?
  /// The data elements that were read, those within others apart.
  private(set) var elements: [XMLElement] = []
  private var bodySite: Code?
  private var laterality: Code?

  /// Whether a quantitative result (DE04.30.015.00) was read.
  var hasQuantity: Bool { quantity?.value != nil }

  /// Whether nothing but a result code (正常, 异常) says how it came out.
  var hasOnlyResultCode: Bool { !hasQuantity && texts.isEmpty }

  /// The item again, for a further result of it.
  var withoutResult: ChineseItem {
    var item = self
    item.quantity = nil
    item.unit = nil
    item.resultCode = nil
    item.flags = []
    item.range = Range()
    item.texts = []
    item.remarks = []
    return item
  }

  /// Takes a data element in, and those nested in it.
  mutating func read(_ code: String?, _ element: XMLElement, notes: inout ReadingNotes) {
    elements.append(element)
    take(code, element, notes: &notes)
  }

  private mutating func take(_ code: String?, _ element: XMLElement, notes: inout ReadingNotes) {
    let value = element.first("value")
    switch code {
    case "DE04.30.019.00" where place != nil, "DE04.50.134.00":
      // Within an item 019 is a specimen that bears its neighbour's code: a slip of widely copied templates.
      collected = notes.start(of: element.first("effectiveTime")) ?? collected
      set(\.specimenType, value?.concept(nil)?.code, element, &notes)
    case "DE04.30.019.00":
      place = element
      self.code = value?.concept(nil)?.code
      observed = notes.start(of: element.first("effectiveTime"))
      performer = element.performer ?? performer
      bodySite = element.first("targetSiteCode")?.concept(nil)?.code
      laterality = element.first("targetSiteCode")?.laterality
    case "DE04.30.020.00": set(\.name, value?.words ?? value?.displayName, element, &notes)
    case "DE04.30.015.00":
      resultPlace = element
      readQuantity(value, element, &notes)
      performer = element.performer ?? performer
      flags += element.items("interpretationCode").compactMap { $0.stated("code") }
    case "DE04.30.016.00":
      // A number in a table of units says nothing to others; its words do.
      let code = value?.stated("code").flatMap { $0.utf8.allSatisfy { (48...57).contains($0) } ? nil : $0 }
      set(\.unit, value?.words ?? code ?? value?.displayName ?? value?.stated("code"), element, &notes)
    case "DE04.30.017.00":
      resultPlace = resultPlace ?? element
      var result = value?.concept(nil)?.code
      if let words = value?.words { result?.display = words }
      set(\.resultCode, result, element, &notes)
    case "DE04.50.130.00": texts += ChineseItem.words(value)
    case "DE06.00.179.00": remarks += ChineseItem.words(value)
    case "DE02.10.027.00": set(\.method, value?.words ?? value?.displayName, element, &notes)
    case "DE04.30.018.00": set(\.category, value?.words ?? value?.displayName, element, &notes)
    // 客观所见 and 主观提示 are said of the whole report.
    case "DE04.50.131.00", "DE04.50.132.00": break
    default: readUncoded(code, element, notes: &notes)
    }
    if let stated = element.first("referenceRange")?.first("observationRange"), !range.read(stated, "") {
      notes.leave(valuesIn: stated, "a reference range beside another one: the first is read")
    }
    for relationship in element.all("entryRelationship") + element.all("component") {
      for nested in relationship.all("observation") {
        take(nested.first("code")?.stated("code"), nested, notes: &notes)
      }
    }
  }

  private mutating func readQuantity(_ value: XMLElement?, _ element: XMLElement, _ notes: inout ReadingNotes) {
    guard let value else { return }
    let read = V3Value(value, nil, notes: &notes)
    // Senders fill empty places with a dash.
    guard let text = read.value, !Filler.isDash(text) else { return }
    if quantity?.value == nil {
      quantity = read
    } else if quantity?.value != text {
      notes.note(.leftAside, "a second result of one item within another data element: the first is read", at: element)
    }
  }

  private static func words(_ value: XMLElement?) -> [String] {
    (value?.words ?? value?.displayName ?? value?.stated("code")).map { [$0] } ?? []
  }

  /// Takes what can be said once.
  private mutating func set<T: Equatable>(
    _ place: WritableKeyPath<ChineseItem, T?>, _ value: T?, _ element: XMLElement, _ notes: inout ReadingNotes
  ) {
    guard let value else { return }
    if self[keyPath: place] == nil {
      self[keyPath: place] = value
    } else if self[keyPath: place] != value {
      notes.note(.leftAside, "a data element that stands twice in one item: the first is read", at: element)
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
    var remarks = remarks
    if let name, name != code.display { remarks.append(name) }
    var observation = Observation(code: code)
    observation.observed = observed
    observation.collected = collected
    observation.specimen = specimenType.map { Specimen(type: $0) }
    observation.performer = performer
    observation.method = method
    observation.bodySite = bodySite
    observation.laterality = laterality
    observation.unit = unit ?? quantity?.unit
    observation.referenceRange = range.text
    observation.flags = flags.unrepeated
    if let quantity, let value = quantity.value {
      observation.value = value
      observation.valueKind = quantity.kind
      observation.valueCode = quantity.code
      remarks = texts + remarks
    } else if let text = texts.joinedLines {
      observation.value = text
      observation.valueKind = ObservationValue.kind(of: text)
    }
    observation.note = remarks.unrepeated.joinedLines
    readResultCode(into: &observation)
    return observation
  }

  /// 检查(检验)结果代码: 正常 and 异常 are flags. Only the words are believed: implementers number the table in both ways.
  private func readResultCode(into observation: inout Observation) {
    guard let resultCode else { return }
    switch resultCode.display ?? resultCode.identifier {
    case "正常": observation.flags = (observation.flags + ["N"]).unrepeated
    case "异常": observation.flags = (observation.flags + ["A"]).unrepeated
    default:
      if observation.valueKind != .none, let words = resultCode.display { observation.add(note: words) }
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

    /// - Returns: false when no text or number is there, or another range stands already.
    mutating func read(_ element: XMLElement, _ name: String) -> Bool {
      let value = element.first("value")
      let interval = value.flatMap(V3Interval.init)?.range(besideUnit: nil, value: nil)
      guard let text = interval ?? value?.words ?? element.first("text")?.words ?? value?.displayName else {
        return false
      }
      if ["下限", "低值", "最低", "最小"].contains(where: name.contains) {
        if whole != nil || low != nil { return low == text }
        low = text
      } else if ["上限", "高值", "最高", "最大"].contains(where: name.contains) {
        if whole != nil || high != nil { return high == text }
        high = text
      } else {
        if whole != nil || low != nil || high != nil { return whole == text }
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
    "DE01.", "DE02.", "DE03.", "DE04.01.", "DE04.10.", "DE04.50.133", "DE04.50.134", "DE04.50.135", "DE04.50.136",
    "DE04.50.137",
    "DE04.50.138", "DE04.50.139", "DE04.50.140", "DE04.50.141", "DE05.", "DE06.", "DE07.", "DE08.", "DE09.",
  ]

  /// Says that a data element is not read, where it may be of a result.
  mutating func leave(dataElement code: String?, _ element: XMLElement) {
    if let code, ReadingNotes.beside.contains(where: code.hasPrefix) { return }
    guard let value = element.first("value"), value.statesSomething else { return }
    note(.leftAside, "a data element that is not read: it is left aside", at: value)
  }
}
