import Foundation

/// From a name as sent to the name compared.
struct NameReading {
  let name: PersonName?

  private static let placeholders = [
    "无名", "三无", "不详", "未知", "测试", "匿名", "佚名", "无姓名", "空号", "TEST", "UNKNOWN", "ANONYMOUS",
  ]
  private static let newbornWords = ["男婴", "女婴", "婴儿", "新生儿", "宝宝", "毛毛", "子", "女", "儿", "婴", "男", "BB"]
  private static let orders = Set("大小长次双胞胎一二三四甲乙丙丁ABCDabcd1234".unicodeScalars)

  init(_ raw: String) {
    let wide = raw.precomposedStringWithCompatibilityMapping
    var scalars: [Unicode.Scalar] = []
    var notes = 0
    var hasDot = false
    for scalar in wide.unicodeScalars {
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
    let isHan = scalars.contains { HanTable.contains($0) }
    let capital = String(String.UnicodeScalarView(scalars)).uppercased()
    if placeholders.contains(where: { capital.contains($0) }) {
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
      let isMask = "*某×✕○●#?xX_".unicodeScalars.contains(scalar)
      // A run of masks hides any number of characters.
      if isMask, shown.last == "*" { continue }
      shown.append(isMask ? "*" : scalar)
    }
    return PersonName(kind: shown.contains("*") ? .masked : .han, scalars: shown, isSplit: !hasDot && shown.count <= 4)
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
    let rest = String(String.UnicodeScalarView(tail))
    guard let word = newbornWords.first(where: { rest.hasPrefix($0) }) else { return nil }
    let after = rest.dropFirst(word.count)
    guard after.unicodeScalars.allSatisfy(orders.contains) else { return nil }
    return PersonName(kind: .newborn, scalars: Array(scalars[..<place]), isSplit: true, order: order + after)
  }
}
