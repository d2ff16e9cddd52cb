import Clinical
import Foundation

/// From a name as sent to the name compared.
struct NameReading {
  let name: PersonName?

  private static let placeholders: [[Unicode.Scalar]] = [
    "无名", "三无", "不详", "未知", "测试", "匿名", "佚名", "无姓名", "空号", "TEST", "UNKNOWN", "ANONYMOUS",
  ].map { Array($0.unicodeScalars) }
  private static let beginnings = placeholders.map { $0[0] }
  private static let masks = Array("*某×✕○●■□〇#?xX_".unicodeScalars)

  init(_ raw: String) {
    let wide = raw.compatibilityMapped
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(8)
    var note: [Unicode.Scalar] = []
    var notes = 0
    var hasDot = false
    for scalar in wide.unicodeScalars {
      if HanTable.contains(scalar) {
        if notes == 0 { scalars.append(HanTable.simplified(scalar)) } else { note.append(scalar) }
        continue
      }
      switch scalar {
      case "(", "[", "【", "〔", "{", "<": notes += 1
      case ")", "]", "】", "〕", "}", ">": notes = max(0, notes - 1)
      case _ where notes > 0: note.append(scalar)
      // Every form of the dot between the parts of a name; compatibility mapping leaves them apart.
      case "·", "•", "‧", "・", "⋅", "∙", ".", "。", "˙", "ᆞ": hasDot = true
      case _ where scalar.isBlank || scalar.properties.generalCategory == .control: continue
      case _ where scalar.properties.generalCategory == .format: continue
      case "'", "-", "’", "`", ",", "，": continue
      default: scalars.append(HanTable.simplified(scalar))
      }
    }
    name = Self.classified(scalars, note: note, hasDot: hasDot, wide)
  }

  private static func classified(
    _ scalars: [Unicode.Scalar], note: [Unicode.Scalar], hasDot: Bool, _ wide: String
  ) -> PersonName? {
    let isHan = scalars.contains(where: HanTable.contains)
    let isAllHan = isHan && scalars.allSatisfy(HanTable.contains)
    let capital = isAllHan ? "" : String(scalars: scalars).uppercased()
    if isPlaceholder(isAllHan ? scalars : Array(capital.unicodeScalars)) {
      return PersonName(kind: .placeholder, scalars: scalars, isSplit: false)
    }
    if let child = NewbornLabel(isAllHan ? scalars : Array(capital.unicodeScalars), note: note) {
      return PersonName(child)
    }
    let kept = scalars.filter { !("0"..."9").contains($0) }
    guard !kept.isEmpty else { return nil }
    if !isHan { return PersonName(latin: wide) }
    if !isAllHan, let han = withoutReading(kept) { return PersonName(kind: .han, scalars: han, isSplit: !hasDot) }
    var shown: [Unicode.Scalar] = []
    for scalar in kept {
      let isMask = masks.contains(scalar)
      // A run of masks hides any number of characters.
      if isMask, shown.last == "*" { continue }
      shown.append(isMask ? "*" : scalar)
    }
    return PersonName(kind: shown.contains("*") ? .masked : .han, scalars: shown, isSplit: !hasDot && shown.count <= 4)
  }

  private static func isPlaceholder(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.indices.contains { start in
      beginnings.contains(scalars[start]) && placeholders.contains { scalars[start...].starts(with: $0) }
    }
  }

  /// The characters of a name that stands with its own reading, or another Latin name, beside it: one person's.
  private static func withoutReading(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    let han = scalars.filter(HanTable.contains)
    let letters = scalars.filter { !HanTable.contains($0) }
    guard (2...4).contains(han.count), letters.count >= 3, letters.allSatisfy({ $0.properties.isAlphabetic }) else {
      return nil
    }
    return letters.allSatisfy { masks.contains($0) } ? nil : han
  }
}
