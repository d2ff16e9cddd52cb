public import Clinical
import Foundation

/// A name as it is compared: without spaces, dots, digits and bracketed notes, simplified, with its toneless reading.
public struct PersonName: Hashable, Sendable {
  /// What a name can tell.
  public enum Kind: String, Sendable {
    /// Written in Han characters.
    case han
    /// Written in Latin letters: of a Chinese person, the reading.
    case latin
    /// Partly hidden: 张*、张某某.
    case masked
    /// A child called after its mother: X之子.
    case newborn
    /// No name at all (无名氏, 测试): matches nothing.
    case placeholder
  }

  public let kind: Kind
  /// The name in its compared form; of a newborn the mother's name.
  public let text: String
  /// As `text`, with characters that stand for one another made one.
  public let folded: String
  /// Empty when the name cannot be split.
  public let surname: String
  public let given: String
  /// The toneless reading, without spaces: `WANGXIAOMING`. Of a Latin name its letters.
  public let pinyin: String
  public let surnamePinyin: String
  public let givenPinyin: String
  /// The mark that tells children of one birth apart, as their place in it (大, A, 1: `1`); empty when there is none.
  public let order: String
  /// What a newborn's label tells of the child.
  public let sex: Sex?
  /// Of a Latin name its words, as sent.
  let words: [String]

  let scalars: [Unicode.Scalar]

  init(
    kind: Kind, scalars: [Unicode.Scalar], isSplit: Bool, order: String = "", sex: Sex? = nil, words: [String] = []
  ) {
    let split = isSplit ? Surnames.length(in: scalars) : 0
    self.kind = kind
    self.scalars = scalars
    self.order = order
    self.sex = sex
    self.words = words
    text = String(scalars: scalars)
    folded = String(scalars: scalars.map(Surnames.folded))
    surname = String(scalars: scalars[..<split])
    given = String(scalars: scalars[split...])
    var (family, rest) = ("", "")
    for scalar in scalars[..<split] { family += HanTable.reading(scalar, asSurname: split == 1) }
    for scalar in scalars[split...] { rest += HanTable.reading(scalar) }
    surnamePinyin = family
    givenPinyin = rest
    pinyin = family + rest
  }

  init(_ label: NewbornLabel) {
    self.init(kind: .newborn, scalars: label.mother, isSplit: true, order: label.order, sex: label.sex)
  }

  /// A name in Latin letters, without accents; nil when there are none.
  init?(latin raw: String) {
    let words = raw.uppercased().folding(options: .diacriticInsensitive, locale: nil)
      .replacing("'", with: "").replacing("’", with: "").replacing("-", with: "")
      .split { !$0.isASCII || !$0.isLetter }.map(String.init)
    guard !words.isEmpty else { return nil }
    self.init(kind: .latin, scalars: Array(words.joined().unicodeScalars), isSplit: false, words: words)
  }

  /// The same words, each in turn the first: forms put the surname first or last.
  var rotations: [PersonName] {
    words.indices.dropFirst().map { first in
      let turned = Array(words[first...] + words[..<first])
      return PersonName(kind: .latin, scalars: Array(turned.joined().unicodeScalars), isSplit: false, words: turned)
    }
  }

  /// Reads a name as sent; nil when nothing of a name is left.
  public init?(_ raw: String) {
    guard let name = NameReading(raw).name else { return nil }
    self = name
  }
}
