/// Something that records have in common and that may be one person's, or of a crowd: the telephone of a hospital, the card of a clinic,
/// the name of whoever is not known. Known by a hash alone.
public struct CommonValue: Hashable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A number of an authority to one person, a card's or an insurance's, a mother's on her child.
    case document = 1
    case card, mother
    case phone
    /// A building and a room.
    case dwelling
    /// The name of patients who have neither number nor birth date.
    case undatedName
    /// One name with one birth date.
    case nameAndBirth
    /// A number of an institution's own.
    case localNumber
  }

  public let kind: Kind
  let hash: UInt32

  init(_ kind: Kind, _ hash: UInt32) { (self.kind, self.hash) = (kind, hash) }

  /// As it is stored.
  public var code: Int64 { Int64(kind.rawValue) << 32 | Int64(hash) }

  public init?(code: Int64) {
    guard let kind = UInt8(exactly: code >> 32).flatMap(Kind.init(rawValue:)) else { return nil }
    self.init(kind, UInt32(truncatingIfNeeded: code))
  }
}

extension CommonValue {
  /// Whether of records that an institution has under one of its numbers three are clearly of different patients.
  public static func areOfCrowd(_ records: [PersonRecord]) -> Bool {
    if records.count < Kind.localNumber.most.people { return false }
    for (first, a) in records.enumerated() {
      for (second, b) in records.enumerated().dropFirst(first + 1) where a.isClearlyAnother(than: b) {
        for c in records.dropFirst(second + 1) where a.isClearlyAnother(than: c) && b.isClearlyAnother(than: c) {
          return true
        }
      }
    }
    return false
  }
}

extension CommonValue.Kind {
  /// Whether people of it are told apart by other values that may be common.
  var isOfName: Bool { self == .undatedName || self == .nameAndBirth }

  /// What is of so many people is of a crowd. Both names and birth dates must be of so many, for either may be one person's slip; or one of
  /// them of many more.
  var most: (people: Int, variants: Int) {
    switch self {
    case .document: (4, 6)
    case .card: (3, 5)
    case .mother: (8, 12)
    case .phone: (6, 9)
    case .dwelling: (8, 12)
    case .undatedName: (24, 24)
    case .nameAndBirth: (32, 32)
    case .localNumber: (3, 3)
    }
  }
}

/// The values of a registry or a table that are of crowds: they prove nothing of anybody.
public struct CommonValues: Hashable, Sendable {
  private var codes: Set<Int64> = []

  public init() {}

  public var isEmpty: Bool { codes.isEmpty }

  public func contains(_ value: CommonValue) -> Bool { !codes.isEmpty && codes.contains(value.code) }

  /// - Returns: whether it was not known yet.
  @discardableResult
  public mutating func insert(_ value: CommonValue) -> Bool { codes.insert(value.code).inserted }

  /// Those of a table.
  init(of records: [PersonRecord]) {
    // Of what is common by itself no name can be told apart.
    for isOfName in [false, true] {
      var counts: [CommonValue: PeopleCount] = [:]
      for (place, record) in records.enumerated() {
        for var line in MatchSignature(record).lines {
          line.id = Int64(place)
          line.eachValue { value in
            if value.kind.isOfName == isOfName {
              counts[value, default: PeopleCount(value.kind)].insert(line, value.kind, besides: self)
            }
          }
        }
      }
      for (value, count) in counts where count.isCrowd { insert(value) }
    }
    var patients: [String: [PersonRecord]] = [:]
    for record in records {
      for number in record.localNumbers where patients[number, default: []].count < 24 {
        patients[number, default: []].append(record)
      }
    }
    for (number, records) in patients where CommonValue.areOfCrowd(records) { insert(.local(number)) }
  }
}
