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
  private var isTracing: Bool
  /// What a path that climbs led to last: rows beside one another climb to the same element, and there it leads to the same.
  private var climbed: [MappingPath: (base: XMLElement, places: [MappingPath.Place])] = [:]
  /// Tables that rows were looked for in, by where they begin.
  var tables: [MappingRows: (base: XMLElement, table: MappingTable)] = [:]

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

  /// This reader for a look ahead, of which nothing is told.
  var quiet: MappingReader {
    var reader = self
    reader.isTracing = false
    return reader
  }

  mutating func places(_ path: MappingPath, from element: XMLElement) -> [MappingPath.Place] {
    guard let base = path.base(from: element) else { return [] }
    if path.climbs > 0, let known = climbed[path], known.base == base { return known.places }
    var consulted: [MappingPath.Place] = []
    let places = isTracing ? path.places(below: base) { consulted.append($0) } : path.places(below: base)
    consulted.forEach { trace.touch($0) }
    if path.climbs > 0 { climbed[path] = (base, places) }
    return places
  }

  // MARK: Rows

  /// The elements that a path leads to, or those of them that belong to where it begins.
  mutating func elements(_ rows: MappingRows, _ scope: Scope) -> [XMLElement] {
    if rows.conditions.isEmpty { return places(rows.path, from: scope.element).map(\.element) }
    guard let base = rows.path.base(from: scope.element) else { return [] }
    if tables[rows]?.base != base {
      noteLeft(rows)
      tables[rows] = (base, table(rows, from: scope.element))
    }
    var key: [String] = []
    for condition in rows.conditions {
      guard let text = found(condition.value.value, condition.value, scope, several: false).first?.text else {
        return []
      }
      key.append(text)
    }
    return tables[rows]?.table.take(key) ?? []
  }

  private mutating func table(_ rows: MappingRows, from element: XMLElement) -> MappingTable {
    var table = MappingTable()
    for place in places(rows.path, from: element) {
      var key: [String] = []
      for condition in rows.conditions {
        for place in places(condition.way, from: place.element) {
          if isTracing { trace.touch(place) }
          guard let text = Filler.value(place.text) else { continue }
          key.append(text)
          break
        }
      }
      table.add(place.element, key: key.count == rows.conditions.count ? key : nil)
    }
    return table
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

  /// - Parameter known: a table by which even a filler means something.
  mutating func found(
    _ value: MappingValue, _ field: MappingField, _ scope: Scope, several: Bool, known: MappingValue.Table? = nil
  ) -> [Sent] {
    let known = value.table ?? known
    var result: [Sent] = []
    // The first of several places of which anything is left.
    for sent in source(value.source, field, scope, several: several || value.isWorkedOn, known: known) {
      guard let text = value.cut(sent.text).flatMap({ filled($0, field, known) }) else { continue }
      guard let table = value.table else {
        result.append(Sent(text: text, place: sent.place))
        if several { continue } else { break }
      }
      guard let meaning = meaning(of: text, in: table, field, at: self.value(of: sent, at: scope)) else { continue }
      result.append(Sent(text: meaning, place: sent.place))
      if !several { break }
    }
    return result
  }

  /// A text that is no absence.
  private func filled(_ text: String, _ field: MappingField, _ known: MappingValue.Table?) -> String? {
    if let value = Filler.value(text) { return mapping.fillers.contains(value) ? nil : value }
    let isAnswer = field.isAnswer && Filler.isDash(text) && !mapping.fillers.contains(where: { Filler.isDash($0) })
    guard isAnswer || known != nil else { return nil }
    let sent = text.trimmed
    return isAnswer || known?.entries[sent] != nil ? sent : nil
  }

  private mutating func source(
    _ source: MappingValue.Source, _ field: MappingField, _ scope: Scope, several: Bool, known: MappingValue.Table?
  ) -> [Sent] {
    switch source {
    case .constant(let text): return [Sent(text: text)]
    case .path(let path): return sent(path, field, scope.element, several: several, known)
    case .row(let rows, let path):
      var result: [Sent] = []
      for element in elements(rows, scope) where several || result.isEmpty {
        result += sent(path, field, element, several: several, known)
      }
      return result
    case .first(let values):
      var result: [Sent] = []
      // What stands behind the first is looked at only to know that the mapping has a use for it.
      for value in values where result.isEmpty || isTracing {
        let found = found(value, field, scope, several: several, known: known)
        if result.isEmpty { result = found }
      }
      return result
    case .each(let values): return values.flatMap { found($0, field, scope, several: true, known: known) }
    case .join(let values, let separator):
      let parts = values.compactMap { found($0, field, scope, several: false).first }
      // Constants alone say nothing: a prefix without its number would be one number for every report.
      guard let place = parts.lazy.compactMap(\.place).first else { return [] }
      return [Sent(text: parts.map(\.text).joined(separator: separator), place: place)]
    }
  }

  private mutating func sent(
    _ path: MappingPath, _ field: MappingField, _ element: XMLElement, several: Bool, _ known: MappingValue.Table?
  ) -> [Sent] {
    var result: [Sent] = []
    for place in places(path, from: element) {
      if isTracing { trace.touch(place) }
      guard let text = filled(place.text, field, known) else { continue }
      result.append(Sent(text: text, place: place))
      if !several { break }
    }
    return result
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
