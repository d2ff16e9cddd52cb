import Clinical
package import XMLReading

/// JSON as a value that keeps what was sent: members in their order, numbers as they were written.
package indirect enum JSONValue: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  case object([Member])
  case array([JSONValue])
  case string(String)
  /// As written.
  case number(String)
  case boolean(Bool)
  case null

  /// Reads one document.
  ///
  /// - Throws: for what is no JSON (RFC 8259), a member that stands twice, or what is beyond the limits.
  package init(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(XMLReadingError) {
    let read = bytes.withUnsafeBufferPointer { bytes -> Result<JSONValue, XMLReadingError> in
      do throws(XMLReadingError) {
        var reader = JSONReader(bytes, limits: limits, line: 1, anyCharacter: true)
        return .success(JSONValue(0, of: try reader.read(), bytes))
      } catch {
        return .failure(error)
      }
    }
    self = try read.get()
  }

  private init(_ index: Int, of document: JSONDocument, _ bytes: UnsafeBufferPointer<UInt8>) {
    let value = document.values[index]
    var text: String {
      JSONText.decode(bytes, value.start..<(value.start + value.length), isEscaped: value.isEscaped)
    }
    switch value.kind {
    case .object:
      self = .object(
        document.children(of: index).map { child in
          let name = document.names[Int(document.values[child].name)]
          return Member(name, JSONValue(child, of: document, bytes))
        })
    case .array: self = .array(document.children(of: index).map { JSONValue($0, of: document, bytes) })
    case .string: self = .string(text)
    case .number: self = .number(text)
    case .boolean: self = .boolean(bytes[value.start] == UInt8(ascii: "t"))
    case .null: self = .null
    }
  }

  /// An object of those members that have a value: nothing null, nothing empty.
  package init(filled members: KeyValuePairs<String, JSONValue?>) {
    self = .object(members.compactMap { name, value in value?.filled.map { Member(name, $0) } })
  }

  // MARK: What is in it

  /// A member of an object; nil where there is none, or null.
  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self, let member = members.first(where: { $0.name == name }),
      member.value != .null
    else { return nil }
    return member.value
  }

  package var isObject: Bool { if case .object = self { true } else { false } }

  /// A text that is not blank.
  package var text: String? { if case .string(let text) = self { text.nonBlank } else { nil } }

  /// The elements of an array; nil for anything else.
  package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

  /// The elements of an array, or the one value that stands where an array might.
  package var each: [JSONValue] { elements ?? (self == .null ? [] : [self]) }

  /// Without what is null or empty, however deep; nil where nothing is left.
  package var filled: JSONValue? {
    switch self {
    case .null: return nil
    case .string(let text): return text.isEmpty ? nil : self
    case .number, .boolean: return self
    case .array(let elements):
      let left = elements.compactMap(\.filled)
      return left.isEmpty ? nil : .array(left)
    case .object(let members):
      let left = members.compactMap { member in member.value.filled.map { Member(member.name, $0) } }
      return left.isEmpty ? nil : .object(left)
    }
  }

  // MARK: Writing

  /// As JSON, without space.
  package var json: String {
    var text = ""
    append(to: &text)
    return text
  }

  private func append(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .boolean(let flag): text += flag ? "true" : "false"
    case .number(let literal): text += literal
    case .string(let string): JSONString.append(string, to: &text)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        element.append(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        JSONString.append(member.name, to: &text)
        text += ":"
        member.value.append(to: &text)
      }
      text += "}"
    }
  }
}
