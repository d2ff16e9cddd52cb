public import Clinical

extension CommonValue {
  init(_ number: Identifier) { self.init(Kind(number.kind), MatchLine.number(number.kind, number.value)) }

  /// A number, as normalised, of a patient of an institution.
  public init(_ number: Identifier, of institution: String) {
    self =
      number.kind.isWithinInstitution
      ? .local(PersonRecord.localNumber(number, of: institution)) : CommonValue(number)
  }

  /// - Parameter number: as `PersonRecord.localNumbers` has it.
  public static func local(_ number: String) -> CommonValue { CommonValue(.localNumber, StableHash.short(number)) }
}

extension CommonValue.Kind {
  init(_ kind: Identifier.Kind) {
    self = kind == .motherResidentID ? .mother : PersonNumbers.isOfDocument(kind) ? .document : .card
  }
}

extension PersonRecord {
  /// The record without what is of crowds: it is as though nobody had said it.
  public func without(_ common: CommonValues) -> PersonRecord {
    if common.isEmpty { return self }
    var record = self
    record.numbers.removeAll { common.contains(CommonValue($0)) }
    record.doubtfulNumbers.removeAll { common.contains(CommonValue($0)) }
    record.localNumbers.removeAll { common.contains(.local($0)) }
    if let mother = motherResidentID, common.contains(CommonValue(Identifier(.motherResidentID, mother))) {
      record.motherResidentID = nil
    }
    record.phones.removeAll { common.contains(CommonValue(.phone, StableHash.short($0))) }
    if let dwelling = address.flatMap({ MatchLine.dwelling(of: $0) }), common.contains(CommonValue(.dwelling, dwelling))
    {
      record.address = nil
    }
    guard let name else { return record }
    let pinyin = StableHash.short(name.pinyin)
    if let birthDate, birthDate.isComplete, !birthDate.isNewYear {
      let value = MatchLine.mixed(pinyin, MatchLine.packed(birthDate))
      record.isOfCrowd = common.contains(CommonValue(.nameAndBirth, value))
    } else if numbers.isEmpty, motherResidentID == nil, common.contains(CommonValue(.undatedName, pinyin)) {
      record.name = nil
    }
    return record
  }
}
