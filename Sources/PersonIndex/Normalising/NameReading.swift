import Foundation

/// From a name as sent to the name compared.
struct NameReading {
  let name: PersonName?

  private static let placeholders: [[Unicode.Scalar]] = [
    "无名", "三无", "不详", "未知", "测试", "匿名", "佚名", "无姓名", "空号", "TEST", "UNKNOWN", "ANONYMOUS",
  ].map { Array($0.unicodeScalars) }
  private static let newbornWords = ["男婴", "女婴", "婴儿", "新生儿", "宝宝", "毛毛", "子", "女", "儿", "婴", "男", "BB"]
  private static let masks = Array("*某×✕○●#?xX_".unicodeScalars)
  private static let orders = Set("大小长次双胞胎一二三四甲乙丙丁ABCDabcd1234".unicodeScalars)

  init(_ raw: String) {
    let wide = raw.compatibilityMapped
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(8)
    var notes = 0
    var hasDot = false
    for scalar in wide.unicodeScalars {
      if HanTable.contains(scalar) {
        if notes == 0 { scalars.append(HanTable.simplified(scalar)) }
        continue
      }
      switch scalar {
      case "(", "[", "【", "〔", "{", "<": notes += 1
      case ")", "]", "】", "〕", "}", ">": notes = max(0, notes - 1)
      case _ where notes > 0: continue
      // Every form of the dot between the parts of a name; compatibility mapping leaves them apart.
      case "·", "•", "‧", "・", "⋅", "∙", ".", "。", "˙", "ᆞ": hasDot = true
      case _ where scalar.properties.isWhitespace || scalar.properties.generalCategory == .control: continue
      case _ where scalar.properties.generalCategory == .format: continue
      case "'", "-", "’", "`", ",", "，": continue
      default: scalars.append(HanTable.simplified(scalar))
      }
    }
    name = Self.classified(scalars, hasDot: hasDot)
  }

  private static func classified(_ scalars: [Unicode.Scalar], hasDot: Bool) -> PersonName? {
    let isHan = scalars.contains(where: HanTable.contains)
    let isAllHan = isHan && scalars.allSatisfy(HanTable.contains)
    let capital = isAllHan ? "" : String(scalars: scalars).uppercased()
    if isPlaceholder(isAllHan ? scalars : Array(capital.unicodeScalars)) {
      return PersonName(kind: .placeholder, scalars: scalars, isSplit: false)
    }
    if isHan, let child = newborn(scalars) { return child }
    let kept = scalars.filter { !("0"..."9").contains($0) }
    guard !kept.isEmpty else { return nil }
    if !isHan {
      let letters = capital.folding(options: .diacriticInsensitive, locale: nil)
        .unicodeScalars.filter { ("A"..."Z").contains($0) }
      return letters.isEmpty ? nil : PersonName(kind: .latin, scalars: Array(letters), isSplit: false)
    }
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
    scalars.indices.contains { start in placeholders.contains { scalars[start...].starts(with: $0) } }
  }

  /// X之子, X之大女, X之女A, X之双胎小子: the mother's name and what tells the children apart.
  private static func newborn(_ scalars: [Unicode.Scalar]) -> PersonName? {
    guard let place = scalars.lastIndex(of: "之"), place >= 1 else { return nil }
    var tail = scalars[(place + 1)...]
    var order = ""
    while let scalar = tail.first, orders.contains(scalar) {
      order.unicodeScalars.append(scalar)
      tail.removeFirst()
    }
    let rest = String(scalars: tail)
    guard let word = newbornWords.first(where: { rest.hasPrefix($0) }) else { return nil }
    let after = rest.dropFirst(word.count)
    guard after.unicodeScalars.allSatisfy(orders.contains) else { return nil }
    return PersonName(kind: .newborn, scalars: Array(scalars[..<place]), isSplit: true, order: order + after)
  }
}
