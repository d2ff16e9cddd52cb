import Clinical
import XMLReading

/// Values with a type of their own.
extension MappingReader {
  mutating func instant(_ field: MappingField?, _ scope: Scope) -> Instant? {
    guard let sent = sent(field, scope) else { return nil }
    let element = value(of: sent, at: scope)
    let text = isoText(sent.text) { notes.context.zone.instant($0) != nil }
    if let text { return notes.instant(text, at: element) }
    note(.unreadableTime, "a time that cannot be placed: it is in none of \(forms)", at: element)
    return nil
  }

  mutating func date(_ field: MappingField?, _ scope: Scope) -> CalendarDate? {
    guard let sent = sent(field, scope) else { return nil }
    let element = value(of: sent, at: scope)
    if let text = isoText(sent.text, isRead: { CalendarDate($0) != nil }) { return notes.date(text, at: element) }
    note(.unreadableDate, "a date that is not in the calendar: it is in none of \(forms)", at: element)
    return nil
  }

  /// A time as the registry's reader knows it: of the mapping's own forms, then of the registry's.
  ///
  /// - Returns: nil where it is in none.
  private func isoText(_ text: String, isRead: (String) -> Bool) -> String? {
    if Filler.time(text) == nil { return text }
    if let own = mapping.dates.lazy.compactMap({ $0.isoText(text) }).first(where: isRead) { return own }
    return isRead(text) ? text : nil
  }

  /// Which forms of times are read, in words.
  private var forms: String {
    let known = "YYYYMMDD[hhmmss], YYYY-MM-DD[ hh:mm:ss] with - / . or 年月日 between, RFC 3339"
    if mapping.dates.isEmpty { return known + "; write this one to `dates` of the mapping" }
    return (mapping.dates.map(\.text) + [known]).joined(separator: ", ")
      + " (`dates` of the mapping, and the registry's own)"
  }

  /// A word of a closed vocabulary.
  mutating func word<Word: RawRepresentable<String>>(_ field: MappingField?, _ scope: Scope, as: Word.Type) -> Word? {
    guard let field, let sent = sent(field, scope) else { return nil }
    if let word = Word(rawValue: sent.text) { return word }
    noteUnknown(field, sent, scope)
    return nil
  }

  /// nil only where none is sent: a status that is not understood is unknown, never final.
  mutating func status(_ field: MappingField?, _ scope: Scope) -> ResultStatus? {
    guard let field, let sent = sent(field, scope) else { return nil }
    if let status = ResultStatus(rawValue: sent.text) { return status }
    noteUnknown(field, sent, scope)
    return .unknown
  }

  mutating func sex(_ field: MappingField?, _ scope: Scope) -> Sex? {
    guard let field, let sent = sent(field, scope) else { return nil }
    if let sex = Sex(rawValue: sent.text) ?? Sex(code: sent.text) { return sex }
    noteUnknown(field, sent, scope)
    return nil
  }

  private mutating func noteUnknown(_ field: MappingField, _ sent: Sent, _ scope: Scope) {
    note(
      .unknownCode, "a code for \(field.key) that is not known: give it a table in the mapping",
      at: value(of: sent, at: scope))
  }

  /// nil when neither identifier nor display is sent; words stand in for a code.
  mutating func code(_ keys: MappingSections.CodeKeys?, _ scope: Scope) -> Code? {
    guard let keys else { return nil }
    let identifier = text(keys.identifier, scope)
    let display = text(keys.display, scope)
    guard let code = identifier ?? display else { return nil }
    return Code(code, display: display, system: text(keys.system, scope))
  }

  mutating func organization(_ keys: MappingSections.OrganizationKeys?, _ scope: Scope) -> OrganizationReference? {
    guard let keys else { return nil }
    let organization = OrganizationReference(
      application: text(keys.application, scope), identifier: text(keys.identifier, scope), oid: text(keys.oid, scope),
      name: text(keys.name, scope))
    return organization.isEmpty ? nil : organization
  }

  mutating func specimen(_ keys: MappingSections.SpecimenKeys?, _ scope: Scope) -> Specimen? {
    guard let keys else { return nil }
    let specimen = Specimen(identifier: text(keys.identifier, scope), type: code(keys.type, scope))
    return specimen.identifier == nil && specimen.type == nil ? nil : specimen
  }

  mutating func range(_ keys: MappingSections.RangeKeys?, _ scope: Scope) -> String? {
    switch keys {
    case nil: nil
    case .text(let field): text(field, scope)
    case .limits(let low, let high): range(low, high, scope)
    }
  }

  private mutating func range(_ low: MappingField?, _ high: MappingField?, _ scope: Scope) -> String? {
    let lowest = sent(low, scope)
    let highest = sent(high, scope)
    if let field = lowest == nil ? high : low, let sent = lowest ?? highest {
      record(sent, field, scope, "referenceRange")
    }
    return switch (lowest?.text, highest?.text) {
    case (let low?, let high?): low + "-" + high
    case (let low?, nil): ">" + low
    case (nil, let high?): "<" + high
    case (nil, nil): nil
    }
  }
}

extension Observation.ValueKind {
  /// What kind of thing a vendor's text is, who sends no type: a number with or without comparator, two numbers with a
  /// separator between them, else words.
  init(of text: String) {
    self = .text
    // Without a type it may be a sentence, and a point behind a number ends one.
    if text.hasSuffix(".") { return }
    self = ObservationValue.kind(of: text)
    guard self == .text, let first = NumericText.leading(text, comma: .none, powers: true),
      first.number.comparator == nil, let separator = first.rest.first, "-~～:：/".contains(separator),
      let second = NumericText(first.rest.dropFirst()), second.comparator == nil
    else { return }
    self = .structured
  }
}
