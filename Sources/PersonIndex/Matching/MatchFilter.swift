import Foundation

/// What of a line decides that it need not be compared in full: the most bits a pair can reach, as far as words tell. It never
/// leaves out a pair that the judge would link or show to a human, nor one that shares a number.
struct MatchFilter {
  private let line: MatchLine
  /// The prior and the threshold of review: bits a pair must reach.
  private let demand: Float
  private let equalName: Float
  private let equalPinyin: Float
  private let reading: Float
  private let masked: Float
  private let nearName: Float
  /// Bits by `LinkLevel`.
  private let birth: [Float]
  private let sex: (equal: Float, differs: Float)
  /// Agreement tells more when the names are the same.
  private let phone: (equal: (same: Float, other: Float), near: Float)
  private let address: (equal: (same: Float, other: Float), road: (same: Float, other: Float), differs: Float)
  private let brokenID: Float

  init(_ line: MatchLine, judge: Judge) {
    let (model, frequencies) = (judge.model, judge.frequencies)
    func bits(_ field: LinkField, _ level: LinkLevel) -> Float { Float(model[field, level]?.bits ?? 0) }
    func name(_ level: LinkLevel, _ kind: PersonName.Kind, _ share: Double) -> Float {
      Float(model.bits(ofName: level, kind: kind, share: share))
    }
    self.line = line
    // A hundredth for what Float rounds.
    demand = Float(log2(judge.rules.population) + judge.rules.reviewBits) - 0.01
    let text = frequencies.share(ofName: line.text)
    let pinyin = frequencies.share(ofPinyin: line.pinyin)
    switch line.kind {
    case .newborn: equalName = name(.equal, .newborn, text)
    case .latin: equalName = name(.equal, .latin, pinyin)
    default: equalName = name(.equal, .han, text)
    }
    equalPinyin = max(name(.variant, .han, text), name(.homophone, .han, pinyin))
    reading = name(.reading, .han, line.kind == .han ? pinyin : frequencies.leastShareOfPinyin)
    masked = name(.masked, .han, frequencies.leastShareOfSurname) + Float(LinkageModel.bitsOfLastCharacter)
    nearName = bits(.name, .near)
    birth = LinkLevel.allCases.map { bits(.birthDate, $0) }
    sex = (bits(.sex, .equal), bits(.sex, .differs))
    func contact(_ field: LinkField, _ level: LinkLevel) -> (same: Float, other: Float) {
      let same = Float(model.bits(ofContact: field, level, isSameName: true))
      let other = Float(model.bits(ofContact: field, level, isSameName: false))
      return (max(0, same, other), max(0, other))
    }
    phone = (contact(.phone, .equal), contact(.phone, .near).same)
    address = (contact(.address, .equal), contact(.address, .similar), bits(.address, .differs))
    brokenID = max(0, bits(.residentID, .near))
  }

  /// Whether a pair may be linked, go to a human, or shares a number.
  func passes(_ other: MatchLine) -> Bool {
    if sharesNumber(other) { return true }
    guard line.residentID == 0 || other.residentID == 0, let name = nameBits(other) else { return false }
    // Characters that are written for one another sound alike.
    let isSameName = line.pinyin == other.pinyin
    if !isSameName, line.kind == .han, other.kind == .han, !hasContact(other) { return false }
    var bits = name
    if line.birth != 0, other.birth != 0 { bits += birth[Int(Self.birthLevel(line.birth, other.birth).rawValue)] }
    if line.sex != 0, other.sex != 0 { bits += line.sex == other.sex ? sex.equal : sex.differs }
    bits += phoneBits(other, isSameName: isSameName)
    if line.road != 0, other.road != 0 {
      if line.road != other.road {
        bits += address.differs
      } else {
        let agreement = line.unit == other.unit ? address.equal : address.road
        bits += isSameName ? agreement.same : agreement.other
      }
    }
    if line.hasBrokenID ? other.dateInID != 0 : other.hasBrokenID && line.residentID != 0 { bits += brokenID }
    return bits >= demand
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
    case (.masked, _), (_, .masked): max(0, masked)
    case (.latin, .latin): line.text == other.text ? equalName : nil
    case (.latin, .han), (.han, .latin): reading
    default:
      if line.text == other.text { equalName } else { line.pinyin == other.pinyin ? equalPinyin : nearName }
    }
  }

  /// Numbers that are not equal may be a slip apart, which hashes do not tell.
  private func phoneBits(_ other: MatchLine, isSameName: Bool) -> Float {
    let equal = isSameName ? phone.equal.same : phone.equal.other
    if line.isPart || other.isPart { return equal }
    let (mine, theirs) = (line.phones, other.phones)
    if mine[0] == 0 || theirs[0] == 0 { return 0 }
    if any(theirs .== mine[0]) || mine[1] != 0 && any(theirs .== mine[1]) { return equal }
    return isSameName && line.birth == other.birth ? phone.near : 0
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
