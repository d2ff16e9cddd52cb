/// What of a line decides that it need not be compared in full: the most bits a pair can reach, as far as words tell. It never
/// leaves out a pair that the judge would link or show to a human, nor one that shares a number.
struct MatchFilter {
  private let line: MatchLine
  private let bounds: MatchBounds
  private let isOfCrowd: Bool
  private let equalName: Float
  private let equalPinyin: Float
  private let reading: Float

  /// - Parameter common: what is of crowds: of a name that a crowd has, none is a twin's.
  init(_ line: MatchLine, _ bounds: MatchBounds, common: CommonValues) {
    isOfCrowd = !common.isEmpty && common.contains(CommonValue(.nameAndBirth, line.nameAndBirth))
    let (model, frequencies) = (bounds.model, bounds.frequencies)
    func bits(_ level: LinkLevel, _ kind: PersonName.Kind, _ share: Double) -> Float {
      Float(model.bits(ofName: level, kind: kind, share: share))
    }
    self.line = line
    self.bounds = bounds
    let text = frequencies.share(ofName: line.text)
    let pinyin = frequencies.share(ofPinyin: line.pinyin)
    switch line.kind {
    case .newborn: equalName = bits(.equal, .newborn, text)
    case .latin: equalName = bits(.equal, .latin, pinyin)
    default: equalName = bits(.equal, .han, text)
    }
    equalPinyin = max(bits(.variant, .han, text), bits(.homophone, .han, pinyin))
    reading = bits(.reading, .han, line.kind == .han ? pinyin : frequencies.leastShareOfPinyin)
  }

  /// Whether the same name, with the birth date partly the same, can be enough.
  var mayPassByName: Bool { max(equalName, equalPinyin) + bounds.slipOfBirth + bounds.sex.equal >= bounds.demand }

  /// Whether a pair may be linked, go to a human, or shares a number.
  func passes(_ other: MatchLine) -> Bool {
    if sharesNumber(other) || hides(other) { return true }
    if line.residentID != 0, other.residentID != 0, !isTwin(other) { return false }
    guard line.residentID == 0 || other.residentID == 0 else { return true }
    guard let name = nameBits(other) else { return false }
    // Characters that are written for one another sound alike.
    let isSameName = line.pinyin == other.pinyin
    if !isSameName, line.kind == .han, other.kind == .han, !hasContact(other) { return false }
    var bits = name
    if line.birth != 0, other.birth != 0 {
      bits += bounds.birth[Int(Self.birthLevel(line.birth, other.birth).rawValue)]
    }
    if line.sex != 0, other.sex != 0 { bits += line.sex == other.sex ? bounds.sex.equal : bounds.sex.differs }
    bits += phoneBits(other, isSameName: isSameName)
    if line.road != 0, other.road != 0 {
      if line.road != other.road {
        bits += bounds.differentRoad
      } else {
        let agreement = line.unit == other.unit ? bounds.unit : bounds.road
        bits += isSameName ? agreement.same : agreement.other
      }
    }
    if line.hasBrokenID ? other.dateInID != 0 : other.hasBrokenID && line.residentID != 0 { bits += bounds.brokenID }
    return bits >= bounds.demand
  }

  /// Whether two of one name and birth date, who may be reached at one place, have two numbers: one of them may be a twin's.
  private func isTwin(_ other: MatchLine) -> Bool {
    !isOfCrowd && line.text == other.text && line.birth == other.birth && line.birth & 31 != 0 && isAtOnePlace(other)
  }

  /// Whether one of two who may be reached at one place hides the name: of twins it may be either.
  private func hides(_ other: MatchLine) -> Bool {
    guard line.hidesName || other.hidesName, line.kind != .placeholder, other.kind != .placeholder else { return false }
    return isAtOnePlace(other)
  }

  private func isAtOnePlace(_ other: MatchLine) -> Bool {
    let (mine, theirs) = (line.phones, other.phones)
    return mine[0] != 0 && any(theirs .== mine[0]) || mine[1] != 0 && any(theirs .== mine[1])
      || line.unit != 0 && line.road == other.road && line.unit == other.unit
  }

  private func sharesNumber(_ other: MatchLine) -> Bool {
    let (mine, theirs) = (line.numbers, other.numbers)
    for place in 0..<4 where mine[place] != 0 && any(theirs .== mine[place]) { return true }
    return false
  }

  /// Whether telephone, address or a mistyped resident ID may agree: without any of them a name that sounds otherwise is another's.
  private func hasContact(_ other: MatchLine) -> Bool {
    let (mine, theirs) = (line.phones, other.phones)
    return mine[0] != 0 && any(theirs .== mine[0]) || mine[1] != 0 && any(theirs .== mine[1])
      || line.road != 0 && line.road == other.road || line.hasBrokenID || other.hasBrokenID || line.isPart
      || other.isPart
  }

  /// nil when the names alone keep the pair from a human's eyes.
  private func nameBits(_ other: MatchLine) -> Float? {
    switch (line.kind, other.kind) {
    case (.placeholder, _), (_, .placeholder): nil
    case (.none, _), (_, .none): 0
    case (.newborn, .newborn): max(0, equalName)
    case (.newborn, _), (_, .newborn): 0
    case (.masked, _), (_, .masked): bounds.masked
    case (.latin, .latin): line.text == other.text ? equalName : nil
    case (.latin, .han), (.han, .latin): reading
    default:
      if line.text == other.text { equalName } else { line.pinyin == other.pinyin ? equalPinyin : bounds.nearName }
    }
  }

  /// Numbers that are not equal may be a slip apart, which hashes do not tell.
  private func phoneBits(_ other: MatchLine, isSameName: Bool) -> Float {
    let equal = isSameName ? bounds.phone.same : bounds.phone.other
    if line.isPart || other.isPart { return equal }
    let (mine, theirs) = (line.phones, other.phones)
    if mine[0] == 0 || theirs[0] == 0 { return 0 }
    if any(theirs .== mine[0]) || mine[1] != 0 && any(theirs .== mine[1]) { return equal }
    return isSameName && line.birth == other.birth ? bounds.nearPhone : 0
  }

  /// As `DateComparison`, of packed dates.
  private static func birthLevel(_ a: UInt32, _ b: UInt32) -> LinkLevel {
    if a == b { return a & 31 == 0 ? .similar : .equal }
    let (year, otherYear) = (a >> 9, b >> 9)
    let (month, otherMonth) = (a >> 5 & 15, b >> 5 & 15)
    let (day, otherDay) = (a & 31, b & 31)
    if day == 0 || otherDay == 0 {
      if year != otherYear { return .differs }
      return month == 0 || otherMonth == 0 || month == otherMonth ? .similar : .differs
    }
    let agreeing = (year == otherYear ? 1 : 0) + (month == otherMonth ? 1 : 0) + (day == otherDay ? 1 : 0)
    if agreeing == 2 || (year == otherYear && month == otherDay && day == otherMonth) { return .near }
    if year != otherYear { return .differs }
    return a & 511 == 33 || b & 511 == 33 ? .near : .similar
  }
}
