import Clinical

/// Writes JSON member by member in the order asked for, so that the same answer is the same bytes. An absent value
/// leaves its key out.
struct JSONWriter {
  private(set) var text = ""
  private var needsComma = false

  mutating func object(_ members: (inout JSONWriter) -> Void) { nest("{", "}", members) }

  mutating func array<T>(_ elements: [T], _ write: (inout JSONWriter, T) -> Void) {
    nest("[", "]") { json in
      for element in elements { write(&json, element) }
    }
  }

  mutating func key(_ name: String) {
    string(name)
    text += ":"
    needsComma = false
  }

  mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  mutating func member(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    raw(String(value))
  }

  mutating func member(_ name: String, _ value: Double?) {
    guard let value, value.isFinite else { return }
    key(name)
    raw(JSONWriter.shortest(value))
  }

  mutating func member(_ name: String, _ values: [String]) {
    key(name)
    array(values) { $0.string($1) }
  }

  mutating func null(_ name: String) {
    key(name)
    raw("null")
  }

  mutating func string(_ value: String) {
    comma()
    JSONString.append(value, to: &text)
  }

  /// A number, already written as JSON.
  private mutating func raw(_ literal: String) {
    comma()
    text += literal
  }

  /// The shortest decimal that reads back as the same number; whole ones without a point.
  static func shortest(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
    return value.description
  }

  private mutating func nest(_ open: String, _ close: String, _ content: (inout JSONWriter) -> Void) {
    comma()
    text += open
    needsComma = false
    content(&self)
    text += close
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { text += "," }
    needsComma = true
  }
}
