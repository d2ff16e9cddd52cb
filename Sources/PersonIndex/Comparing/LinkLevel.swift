/// How far two values of a field agree. One scale for all fields; a field uses those that make sense for it.
public enum LinkLevel: UInt8, Sendable, CaseIterable, Codable {
  /// One of the two is not known: no evidence.
  case missing
  case equal
  /// Characters that are written for one another: 萧/肖. In a table of Latin names: one slip of the key in a word.
  case variant
  /// Another writing of the same sound.
  case homophone
  /// Letters that are the reading of the characters.
  case reading
  /// What a mask leaves visible agrees.
  case masked
  /// One character of three or more is other, missing or added; a slip of one key in a number or a date, of two in a Latin word.
  case near
  /// One character of two, two keys; the same road without the unit; the same year.
  case similar
  /// The value stands in the neighbouring field.
  case swapped
  /// Only the surname agrees.
  case surnameOnly
  /// A child under its mother's name against another name: no evidence either way.
  case newborn
  case differs
}
