import Clinical
import XMLReading

/// Follows a mapping through one message.
struct MappingReader {
  /// An element that paths begin at, and what the datum made of it is called in an explanation.
  struct Scope {
    var element: XMLElement
    var name: String
  }

  /// A value as the mapping found it.
  struct Sent {
    var text: String
    /// nil: a constant.
    var place: MappingPath.Place?
  }

  let mapping: Mapping
  var notes: ReadingNotes
  private(set) var trace = MappingTrace()
  private let isTracing: Bool

  init(_ mapping: Mapping, notes: ReadingNotes, isTracing: Bool) {
    self.mapping = mapping
    self.notes = notes
    self.isTracing = isTracing
  }

  /// `parent.child[index]`; names are made only where somebody asks for an explanation.
  func scope(_ element: XMLElement, _ parent: String, _ child: String, _ index: Int? = nil) -> Scope {
    guard isTracing else { return Scope(element: element, name: "") }
    return Scope(
      element: element, name: (parent.isEmpty ? "" : parent + ".") + child + (index.map { "[\($0 + 1)]" } ?? ""))
  }

  mutating func places(_ path: MappingPath, from element: XMLElement) -> [MappingPath.Place] {
    guard isTracing else { return path.places(from: element) }
    var consulted: [MappingPath.Place] = []
    let places = path.places(from: element) { consulted.append($0) }
    consulted.forEach { trace.touch($0) }
    return places
  }

  /// Remembers what recognising the document looked at, and what the mapping leaves aside.
  mutating func traceConditions(_ root: XMLElement) {
    guard isTracing else { return }
    for path in mapping.when { places(path, from: root).forEach { trace.touch($0) } }
    for path in mapping.ignored { places(path, from: root).forEach { trace.ignore($0) } }
  }

  // MARK: Values

  /// The first value a field has.
  mutating func sent(_ field: MappingField?, _ scope: Scope) -> Sent? {
    guard let field, let sent = found(field.value, field, scope, several: false).first else { return nil }
    if isTracing { record(sent, field, scope, field.name) }
    return sent
  }

  mutating func text(_ field: MappingField?, _ scope: Scope) -> String? { sent(field, scope)?.text }

  /// All values a field has, without repetition.
  mutating func texts(_ field: MappingField?, _ scope: Scope) -> [String] {
    guard let field else { return [] }
    var texts: [String] = []
    for sent in found(field.value, field, scope, several: true) where !texts.contains(sent.text) {
      texts.append(sent.text)
      if isTracing { record(sent, field, scope, field.name + "[\(texts.count)]") }
    }
    return texts
  }

  func value(of sent: Sent, at scope: Scope) -> XMLElement { sent.place?.element ?? scope.element }

  mutating func record(_ sent: Sent, _ field: MappingField, _ scope: Scope, _ name: String) {
    guard isTracing else { return }
    trace.record(scope.name + "." + name, .init(key: field.key, value: sent.text, place: sent.place))
  }

  /// By what versions are ordered where the mapping has no key for it.
  mutating func recordVersionTime(of scope: Scope, isReported: Bool) {
    guard isTracing else { return }
    trace.record(scope.name + ".versionTime", asOf: isReported ? scope.name + ".reported" : "message.time")
  }

  mutating func found(_ value: MappingValue, _ field: MappingField, _ scope: Scope, several: Bool) -> [Sent] {
    source(value.source, field, scope, several: several).compactMap { sent in
      guard let text = value.cut(sent.text) else { return nil }
      guard let table = value.table else { return Sent(text: text, place: sent.place) }
      return meaning(of: text, in: table, field, at: self.value(of: sent, at: scope)).map {
        Sent(text: $0, place: sent.place)
      }
    }
  }

  private mutating func source(
    _ source: MappingValue.Source, _ field: MappingField, _ scope: Scope, several: Bool
  ) -> [Sent] {
    switch source {
    case .constant(let text): return [Sent(text: text)]
    case .path(let path):
      var result: [Sent] = []
      for place in places(path, from: scope.element) {
        if isTracing { trace.touch(place) }
        guard let text = Filler.value(place.text) else { continue }
        result.append(Sent(text: text, place: place))
        if !several { break }
      }
      return result
    case .first(let values):
      var result: [Sent] = []
      // What stands behind the first is looked at only to know that the mapping has a use for it.
      for value in values where result.isEmpty || isTracing {
        let found = found(value, field, scope, several: several)
        if result.isEmpty { result = found }
      }
      return result
    case .each(let values): return values.flatMap { found($0, field, scope, several: true) }
    case .join(let values, let separator):
      let parts = values.compactMap { found($0, field, scope, several: false).first }
      // Constants alone say nothing: a prefix without its number would be one number for every report.
      guard let place = parts.lazy.compactMap(\.place).first else { return [] }
      return [Sent(text: parts.map(\.text).joined(separator: separator), place: place)]
    }
  }

  private mutating func meaning(
    of text: String, in table: MappingValue.Table, _ field: MappingField, at element: XMLElement
  ) -> String? {
    if let meaning = table.entries[text] { return meaning }
    switch table.otherwise {
    case .asSent: return text
    case .text(let text):
      note(
        .unknownCode, "a code that is not in the table of \(field.key): taken as its default; add it there", at: element
      )
      return text
    case .absent:
      note(.unknownCode, "a code that is not in the table of \(field.key): left aside; add it there", at: element)
      return nil
    }
  }

  mutating func note(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    notes.note(code, message + " (mapping \(mapping.name))", at: element)
  }
}
