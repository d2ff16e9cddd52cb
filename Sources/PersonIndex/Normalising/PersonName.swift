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
  /// The mark that tells children of one birth apart (大, 小, A, 1…); empty when there is none.
  public let order: String

  let scalars: [Unicode.Scalar]

  init(kind: Kind, scalars: [Unicode.Scalar], isSplit: Bool, order: String = "") {
    let split = isSplit ? Surnames.length(in: scalars) : 0
    self.kind = kind
    self.scalars = scalars
    self.order = order
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

  /// Reads a name as sent; nil when nothing of a name is left.
  public init?(_ raw: String) {
    guard let name = NameReading(raw).name else { return nil }
    self = name
  }
}
