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
      quantity = value.map { V3Value($0, nil, notes: &notes) }
      performer = element.performer ?? performer
    case "DE04.30.016.00": unit = value?.words ?? value?.stated("code") ?? value?.displayName
    case "DE04.30.017.00":
      resultPlace = resultPlace ?? element
      resultCode = value?.concept(nil)?.code
      if let words = value?.words { resultCode?.display = words }
    case "DE04.50.130.00": text = value?.words
    case "DE06.00.179.00": note = value?.words
    case "DE02.10.027.00": method = value?.words ?? value?.displayName
    default: break
    }
    for relationship in element.all("entryRelationship") + element.all("component") {
      for nested in relationship.all("observation") {
        read(nested.first("code")?.stated("code"), nested, notes: &notes)
      }
    }
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
    case "正常": observation.flags = ["N"]
    case "异常": observation.flags = ["A"]
    default: break
    }
    observation.valueCode = observation.valueCode ?? resultCode
    if observation.valueKind == .none {
      observation.value = resultCode.display ?? resultCode.identifier
      observation.valueKind = .coded
    }
  }
}
