import Clinical
import Foundation

/// Decides of two records whether they are one person's. A false link shows a stranger's result, a missed one loses a
/// recognition: whatever can be explained by two people is never linked without a human.
public struct Judge: Sendable {
  public let model: LinkageModel
  public let frequencies: TermFrequencies
  public let rules: LinkRules

  public init(model: LinkageModel, frequencies: TermFrequencies, rules: LinkRules) {
    self.model = model
    self.frequencies = frequencies
    self.rules = rules
  }

  /// The same whichever of the two comes first.
  public func decide(_ first: PersonRecord, _ second: PersonRecord) -> LinkDecision {
    var (a, b) = first.key <= second.key ? (first, second) : (second, first)
    if !a.otherNames.isEmpty || !b.otherNames.isEmpty { (a, b) = PersonRecord.namedAlike(a, b) }
    return decide(ordered: a, b)
  }

  private func decide(ordered a: PersonRecord, _ b: PersonRecord) -> LinkDecision {
    let evidence = Evidence(a, b, model: model, frequencies: frequencies)
    let odds = evidence.total - log2(rules.population)
    func decision(_ outcome: LinkDecision.Outcome, _ guards: [LinkDecision.Guard]) -> LinkDecision {
      let isCertain = a.sharesNumber(with: b)
      let grade: LinkDecision.Grade = outcome == .link ? (isCertain ? .certain : .probable) : .possible
      var decision = LinkDecision(outcome: outcome, grade: grade, guards: guards, odds: odds, evidence: evidence)
      decision.isSlipOfName =
        outcome == .link && [.homophone, .near].contains(evidence.comparison[.name])
        && a.numbers.filter(b.numbers.contains).count == 1 && !Self.isNoTwinsName(a, b, evidence.comparison)
      decision.hidesName = outcome != .never && evidence.comparison.hidesName && hasContact(evidence)
      return decision
    }
    let comparison = evidence.comparison
    let sharesLocalNumber = a.sharesLocalNumber(with: b)
    // Another patient under one number is for a human to see, however sure it is that there are two.
    let localGuard: [LinkDecision.Guard] = sharesLocalNumber ? [.sameLocalNumber] : []
    if comparison[.residentID] == .differs { return decision(.never, [.numberConflict] + localGuard) }
    if Self.areChildrenOfOneBirth(a, b) { return decision(.never, [.newborn] + localGuard) }
    if sharesLocalNumber, let tie = LocalNumberTie(a, b, comparison) {
      var link = decision(.link, [])
      link.isTentative = tie.isTentative && !a.sharesNumber(with: b)
      return link
    }
    if a.name?.kind == .placeholder || b.name?.kind == .placeholder {
      return decision(sharesLocalNumber ? .review : .apart, localGuard)
    }
    if Self.shareDoubtfulNumber(a, b) { return decision(.review, [.twoResidentIDs] + localGuard) }
    let isLatin = a.name == nil && b.name == nil && !a.latin.isEmpty && !b.latin.isEmpty
    let guards = isLatin ? latinGuards(comparison) : hanGuards(a, b, evidence)
    if guards.isEmpty {
      // An equal number of a compatible person needs no further bits, however many people there are.
      let isLinked = odds >= linkBits(evidence, isLatin: isLatin) || !isLatin && a.sharesNumber(with: b)
      if isLinked { return decision(.link, []) }
      return decision(sharesLocalNumber || odds >= rules.reviewBits ? .review : .apart, localGuard)
    }
    if sharesLocalNumber || guards.contains(.sameNumberOtherPerson) { return decision(.review, guards + localGuard) }
    // Of one birth date and a name other in one character there are as many pairs as people.
    let isStranger = comparison[.name] == .near && !hasContact(evidence) && !a.sharesNumber(with: b)
    // A label without the mother's name tells nobody.
    let isUnnamed = guards.contains(.newborn) && comparison[.name] == .missing && !hasContact(evidence)
    // Whoever is clearly another of one house need not be looked at, nor two children of one mother, born at two times.
    if isLatin, guards.contains(.sibling) { return decision(.apart, guards) }
    if a.name?.kind == .newborn, b.name?.kind == .newborn, comparison[.birthDate] == .differs {
      return decision(.apart, guards)
    }
    let isNamed = comparison[.name] <= .near && !isStranger && !isUnnamed || comparison[.name] == .newborn
    // A newborn and whoever it may have been named: a telephone is a family's, but who was born into it that day is not many.
    let isNaming = comparison[.name] == .newborn && comparison[.birthDate] == .equal && hasContact(evidence)
    // Of namesakes born on one day, who live elsewhere, a human knows no more than this.
    let areElsewhere = guards.contains(.coincidence) && comparison.hasOtherContact && !comparison.hasContact
    let reviewBits = isNaming ? rules.namingBits : areElsewhere ? rules.elsewhereBits : rules.reviewBits
    return decision(odds >= reviewBits && isNamed ? .review : .apart, guards)
  }

  /// Where name, sex, birth date and a place agree the guards have said all that could be said against it; who tells no date may be
  /// a father, or a son.
  private func linkBits(_ evidence: Evidence, isLatin: Bool) -> Double {
    let levels = evidence.comparison
    guard hasContact(evidence) || levels[.phone] == .near else { return rules.linkBits }
    let isDated = levels[.birthDate] == .equal || levels[.birthDate] == .near
    return !isLatin && isDated && levels[.sex] != .differs ? rules.datedLinkBits : rules.linkBits
  }

  private static func shareDoubtfulNumber(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    if a.doubtfulNumbers.isEmpty, b.doubtfulNumbers.isEmpty { return false }
    return a.doubtfulNumbers.contains { b.numbers.contains($0) || b.doubtfulNumbers.contains($0) }
      || b.doubtfulNumbers.contains { a.numbers.contains($0) }
  }

  /// Two labels that tell children of one mother apart, or two places in one birth.
  private static func areChildrenOfOneBirth(_ a: PersonRecord, _ b: PersonRecord) -> Bool {
    if let x = a.birthOrder, let y = b.birthOrder, x != y, a.birthDate == b.birthDate { return true }
    guard let x = a.name, let y = b.name, x.kind == .newborn, y.kind == .newborn else { return false }
    return !x.text.isEmpty && x.folded == y.folded && NewbornLabel.areTwo(x.order, y.order)
  }

  private func hanGuards(_ a: PersonRecord, _ b: PersonRecord, _ evidence: Evidence) -> [LinkDecision.Guard] {
    let levels = evidence.comparison
    let numbers = a.numbers.filter(b.numbers.contains)
    let isSameName = [.equal, .variant, .reading].contains(levels[.name])
    let isNewborn = a.name?.kind == .newborn || b.name?.kind == .newborn
    if numbers.isEmpty, a.sharesNumber(with: b) {
      // One child of one mother: the newborn and whoever it was named, or the same name again.
      if levels[.sex] == .differs { return [.sexConflict] }
      return isNewborn || isSameName ? [] : [.sameNumberOtherPerson]
    }
    return numbers.isEmpty
      ? describedGuards(a, b, evidence, isSameName: isSameName, isNewborn: isNewborn)
      : numberedGuards(a, b, evidence, numbers, isSameName: isSameName, isNewborn: isNewborn)
  }

  /// An equal number is no proof: numbers are given twice, cards are lent, newborns come on their mother's.
  private func numberedGuards(
    _ a: PersonRecord, _ b: PersonRecord, _ evidence: Evidence, _ numbers: [Identifier], isSameName: Bool,
    isNewborn: Bool
  ) -> [LinkDecision.Guard] {
    let levels = evidence.comparison
    let isSameBirth = levels[.birthDate] == .equal
    let hasResidentID = levels[.residentID] == .equal
    if isNewborn {
      let isOwn = numbers.contains { PersonNumbers.isOfDocument($0.kind) }
      return isOwn && isSameBirth && levels[.sex] != .differs ? [] : [.newborn]
    }
    if a.name == nil || b.name == nil { return namelessGuards(a, b, levels, numbers) }
    if isSameBirth, Self.isOtherSpelling(a, b, numbers) { return levels[.sex] == .differs ? [.sexConflict] : [] }
    var guards: [LinkDecision.Guard] = []
    if !isSameName {
      // Siblings' names differ in one character of the given name, twins' perhaps not in its sound; a slip keeps the given name,
      // or loses a character.
      let isShortened = levels.isShortenedName(a, b)
      let isSurnameSlip = levels.isSurnameSlip(a, b)
      let isSlip = isShortened || isSurnameSlip || [.masked, .homophone].contains(levels[.name])
      // Strangers who were given one number live elsewhere; a twin's card may be lent, but not two of them.
      let isElsewhere = !levels.hasContact && (levels.hasOtherContact || levels[.healthCard] == .differs)
      let isCompatible =
        numbers.count > 1
        ? isSlip : levels[.name] == .homophone ? isSurnameSlip && !isElsewhere : isSlip && hasContact(evidence)
      if !isCompatible, !Self.mayBeSlip(a, b, levels) || isElsewhere {
        guards.append(levels[.name] == .homophone ? .nameDiffers : .sameNumberOtherPerson)
      }
      if !isSameBirth || a.isBirthDateFromNumber || b.isBirthDateFromNumber { guards.append(.birthDateConflict) }
    } else if levels[.name] == .variant, levels.hasOtherContact || levels[.healthCard] == .differs,
      !levels.hasContact
    {
      // Whom only a character written for another tells from the holder of the number, and who lives elsewhere.
      guards.append(.nameDiffers)
    } else if !isSameBirth, !hasResidentID, levels[.birthDate] != .missing, levels[.birthDate] != .near {
      guards.append(.birthDateConflict)
    }
    if levels[.sex] == .differs, !(isSameName && isSameBirth) { guards.append(.sexConflict) }
    return guards
  }

  /// Whether a given name may be another only as it was typed: of one sound, or other in one character where both can be reached at one
  /// place, with one birth date that both state. Twins may be called so too: it holds as long as nothing tells of one.
  private static func mayBeSlip(_ a: PersonRecord, _ b: PersonRecord, _ levels: RecordComparison) -> Bool {
    (levels[.name] == .homophone || levels[.name] == .near && levels.hasContact) && levels[.birthDate] == .equal
      && levels[.sex] != .differs && !a.isBirthDateFromNumber && !b.isBirthDateFromNumber
  }

  /// Whether a name is other in what twins' names are not: twins have one surname, and given names of as many characters.
  private static func isNoTwinsName(_ a: PersonRecord, _ b: PersonRecord, _ levels: RecordComparison) -> Bool {
    levels.hasContact && levels[.birthDate] == .equal && (levels.isShortenedName(a, b) || levels.isSurnameSlip(a, b))
  }

  /// Whether one of two with one permit of Hong Kong, Macau or Taiwan is written as it is read there (CHAN Tai Man for 陈大文), which no table of
  /// ours tells.
  private static func isOtherSpelling(_ a: PersonRecord, _ b: PersonRecord, _ numbers: [Identifier]) -> Bool {
    guard numbers.contains(where: { $0.kind == .hkMacauPermit || $0.kind == .taiwanPermit }) else { return false }
    return Set([a.name?.kind, b.name?.kind]) == [.latin, .han]
  }

  /// Without a name to compare, a document's number stands if nothing contradicts it, a card's only with a birth date that both state.
  private func namelessGuards(
    _ a: PersonRecord, _ b: PersonRecord, _ levels: RecordComparison, _ numbers: [Identifier]
  ) -> [LinkDecision.Guard] {
    let isSameBirth = levels[.birthDate] == .equal
    var guards: [LinkDecision.Guard] = []
    if !isSameBirth, levels[.birthDate] != .missing { guards.append(.birthDateConflict) }
    if levels[.sex] == .differs { guards.append(.sexConflict) }
    let isOfDocument = numbers.contains { PersonNumbers.isOfDocument($0.kind) }
    let isStated = isSameBirth && !a.isBirthDateFromNumber && !b.isBirthDateFromNumber
    return guards.isEmpty && (isOfDocument || isStated) ? [] : guards + [.sameNumberOtherPerson]
  }

  /// Without a number only the same name, born the same day, is linked: twins differ in one character, siblings share telephone and
  /// address. One slip, in the sex or the date, passes when telephone or address agree: no two of a family have the same name.
  private func describedGuards(
    _ a: PersonRecord, _ b: PersonRecord, _ evidence: Evidence, isSameName: Bool, isNewborn: Bool
  ) -> [LinkDecision.Guard] {
    let levels = evidence.comparison
    let isSameBirth = levels[.birthDate] == .equal
    let hasSexConflict = levels[.sex] == .differs
    let mayHaveSlip = levels[.name] == .equal && (evidence[.phone] > 0 || levels[.address] == .equal)
    var guards: [LinkDecision.Guard] = []
    if isNewborn { guards.append(.newborn) }
    if hasSexConflict, !(isSameBirth && mayHaveSlip) { guards.append(.sexConflict) }
    let isSlipOfDate =
      levels[.birthDate] == .near
      || levels[.birthDate] == .similar && evidence[.phone] > 0 && levels[.address] == .equal
    if !isSameBirth, levels[.birthDate] != .missing, !(isSlipOfDate && mayHaveSlip && !hasSexConflict) {
      guards.append(.birthDateConflict)
    }
    if !isSameName, !(isSameBirth && hasContact(evidence) && levels.isSurnameSlip(a, b)) {
      guards.append(isSameBirth && hasContact(evidence) ? .sibling : .nameDiffers)
    }
    if evidence.isOfCrowd || !hasPlace(a, evidence) && doubles(a, b) >= rules.doubles { guards.append(.coincidence) }
    return guards
  }

  /// Whether something other than name, sex and birth date agrees.
  private func hasContact(_ evidence: Evidence) -> Bool {
    evidence[.phone] > 0 || evidence.comparison[.address] == .equal || evidence.comparison[.residentID] == .near
  }

  /// Whether they can be reached at one place, or live in one house among many; the first of January with that is a coincidence.
  private func hasPlace(_ a: PersonRecord, _ evidence: Evidence) -> Bool {
    if hasContact(evidence) { return true }
    let levels = evidence.comparison
    return levels[.address] == .similar && levels[.birthDate] == .equal && a.birthDate?.isNewYear == false
  }

  /// How many people of the population are expected to share a name, a sex and a birth date with a given one by chance.
  private func doubles(_ a: PersonRecord, _ b: PersonRecord) -> Double {
    guard let x = a.name, let y = b.name else { return .infinity }
    let share = [x, y].map { frequencies.share(ofName: StableHash.short($0.text)) }.max() ?? 1
    let years = 80.0
    // Whoever knows only the year writes the first of January.
    let isYearAlone = [a, b].contains { $0.birthDate.map { !$0.isComplete || $0.isNewYear } ?? true }
    return rules.population * share / (isYearAlone ? years : years * 365.25)
  }

  /// Tables of Latin names: a household shares the surname and all of the address, so given name, birth date and number must tell
  /// the person.
  private func latinGuards(_ levels: RecordComparison) -> [LinkDecision.Guard] {
    let bits = HouseholdOdds(levels, model).bits
    var guards: [LinkDecision.Guard] = []
    if bits < (rules.hasHouseholds ? rules.householdBits : rules.strangerBits) {
      guards.append(bits < rules.siblingBits ? .sibling : .nameDiffers)
    } else if levels[.givenName] == .differs, levels[.nationalNumber] == .missing {
      guards.append(.sibling)
    }
    if levels[.sex] == .differs, levels[.nationalNumber] != .equal { guards.append(.sexConflict) }
    return guards
  }
}
