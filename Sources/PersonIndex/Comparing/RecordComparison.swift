import Clinical

/// How far two records agree, field by field: the vector every decision is explained with.
public struct RecordComparison: Hashable, Sendable {
  private var levels = SIMD16<UInt8>()

  public subscript(field: LinkField) -> LinkLevel {
    get { LinkLevel(rawValue: levels[Int(field.rawValue)]) ?? .missing }
    set { levels[Int(field.rawValue)] = newValue.rawValue }
  }

  public init(_ a: PersonRecord, _ b: PersonRecord) {
    if let x = a.name, let y = b.name { self[.name] = NameComparison.level(x, y) }
    if let x = a.birthDate, let y = b.birthDate {
      let isTable = !a.latin.isEmpty && !b.latin.isEmpty
      self[.birthDate] = isTable ? DateComparison.levelInTable(x, y) : DateComparison.level(x, y)
      if self[.birthDate] > .near, !isTable, a.sharesNumber(with: b), LunarDate.areOneDay(x, y) {
        self[.birthDate] = .near
      }
    }
    if let x = a.sex, let y = b.sex { self[.sex] = x == y ? .equal : .differs }
    if !a.phones.isEmpty, !b.phones.isEmpty {
      self[.phone] = Self.phones(a.phones, b.phones)
    }
    if let x = a.address, let y = b.address { self[.address] = Self.addresses(x, y) }
    self[.healthCard] = Self.cards(a, b)
    self[.residentID] = Self.residentIDs(a, b)
    if !a.latin.isEmpty, !b.latin.isEmpty { compareLatin(a.latin, b.latin) }
  }

  private static func phones(_ a: [String], _ b: [String]) -> LinkLevel {
    if a.contains(where: b.contains) { return .equal }
    let isNear = a.contains { x in b.contains { x.utf8.count == $0.utf8.count && differences(x, $0) <= 1 } }
    return isNear ? .near : .differs
  }

  /// How many digits are other in two numbers of one length; two neighbours changing places count as one.
  private static func differences(_ a: String, _ b: String) -> Int {
    let places = zip(a.utf8, b.utf8).enumerated().filter { $1.0 != $1.1 }
    if places.count == 2, places[0].offset + 1 == places[1].offset, places[0].element.0 == places[1].element.1,
      places[0].element.1 == places[1].element.0
    {
      return 1
    }
    return places.count
  }

  private static func addresses(_ a: PostalAddress, _ b: PostalAddress) -> LinkLevel {
    guard a.road == b.road, a.isInOneDivision(with: b) else { return .differs }
    if a.unit.isEmpty || b.unit.isEmpty { return .similar }
    // Another flat of one house tells nothing: neighbours are no more one person than others.
    return a.unit == b.unit ? .equal : .missing
  }

  /// Every number but the resident ID: equal when any is, other when a kind is on both sides and no number is equal.
  private static func cards(_ a: PersonRecord, _ b: PersonRecord) -> LinkLevel {
    var level = LinkLevel.missing
    for number in a.numbers where number.kind != .residentID {
      for other in b.numbers where other.kind == number.kind {
        if other.value == number.value { return .equal }
        level = .differs
      }
    }
    return level
  }

  /// Two valid numbers are equal or two people's. A slip of the key breaks the check character, so only a number that fails it
  /// can be another's mistyped form.
  private static func residentIDs(_ a: PersonRecord, _ b: PersonRecord) -> LinkLevel {
    if let x = a.residentID, let y = b.residentID { return x == y ? .equal : .differs }
    guard let broken = a.brokenResidentID ?? b.brokenResidentID,
      let other = a.residentID ?? b.residentID ?? (a.brokenResidentID != nil ? b.brokenResidentID : nil)
    else { return .missing }
    return LatinText.editDistance(Array(broken.utf8), Array(other.utf8), limit: 1) <= 1 ? .near : .missing
  }

  private static func digits(_ a: String, _ b: String) -> LinkLevel {
    let length = min(a.utf8.count, b.utf8.count)
    return switch LatinText.editDistance(Array(a.utf8), Array(b.utf8), limit: 2) {
    case 0: .equal
    case 1 where length >= 5: .near
    case 2 where length >= 6: .similar
    default: .differs
    }
  }

  private mutating func compareLatin(_ a: [LinkField: String], _ b: [LinkField: String]) {
    for field in LinkField.latin {
      if let x = a[field], let y = b[field] {
        self[field] = field == .state ? (x == y ? .equal : .differs) : LatinText.level(x, y)
      }
    }
    for (first, second) in [(LinkField.givenName, LinkField.surname), (.street, .locality)] {
      guard let x = a[first], let y = b[second], self[first] != .equal, self[second] != .equal,
        LatinText.level(x, y) <= .near
      else { continue }
      if let z = a[second], let w = b[first] {
        if LatinText.level(z, w) > .similar { continue }
        (self[first], self[second]) = (.swapped, .missing)
      } else {
        // Of the other word nothing is known: what agrees is the surname, or the locality.
        (self[first], self[second]) = (.missing, .swapped)
      }
    }
    if let x = a[.nationalNumber], let y = b[.nationalNumber] {
      self[.nationalNumber] = Self.digits(x, y)
    }
    if let x = a[.birthDate], let y = b[.birthDate] {
      // A date with a digit too many is none, but tells whose it is.
      let level = Self.digits(x, y)
      if self[.birthDate] == .missing || level < self[.birthDate] { self[.birthDate] = level }
    }
  }
}

extension RecordComparison {
  /// Whether the names are the same, but for characters that are written for one another.
  var isSameName: Bool { self[.name] == .equal || self[.name] == .variant }

  /// Whether the given names are the same, which no two of a household have: the surname may be another character of its sound.
  func isOfOneGivenName(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    isSameName || self[.name] == .homophone && isSurnameSlip(a, b)
  }

  /// Whether both can be reached by one telephone or at one dwelling.
  var hasContact: Bool { self[.phone] == .equal || self[.address] == .equal }

  /// Whether both tell where they can be reached, and it is elsewhere.
  var hasOtherContact: Bool { self[.phone] == .differs || self[.address] == .differs }

  /// Whether one of the two has no name, a masked one or its sound alone.
  var hidesName: Bool { [.missing, .masked, .reading].contains(self[.name]) }

  /// Whether only the surname is written otherwise: people of one family have it in common.
  func isSurnameSlip(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    guard self[.name] == .homophone || self[.name] == .near, let x = a.name, let y = b.name else { return false }
    return !x.surname.isEmpty && x.surname.count == y.surname.count && x.given == y.given
  }

  /// Whether one name is the other without a character.
  func isShortenedName(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    self[.name] == .near && a.name?.scalars.count != b.name?.scalars.count
  }

  /// Whether two records of a Latin table look like two people of one household: all that tells a person differs, and they share
  /// surname, street and number.
  var isHousehold: Bool {
    self[.surname] == .equal && self[.street] == .equal && self[.streetNumber] == .equal && self[.givenName] == .differs
      && self[.birthDate] > .near && self[.nationalNumber] != .equal && self[.nationalNumber] != .near
  }
}

extension LinkLevel: Comparable {
  public static func < (a: LinkLevel, b: LinkLevel) -> Bool { a.rawValue < b.rawValue }
}
