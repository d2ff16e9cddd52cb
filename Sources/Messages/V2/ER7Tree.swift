public import XMLReading

/// HL7 v2 in its pipe form (ER7) as the tree that v2.xml gives: segments of fields `OBX.5` of components `C.1` of
/// subcomponents `S.1`, so that one reader reads both.
public enum ER7Tree {
  /// - Parameters:
  ///   - bytes: one message in UTF-8, beginning with `MSH`.
  ///   - line: the line of the file on which it begins.
  /// - Throws: `XMLReadingError` when it does not begin with a header segment or is not UTF-8.
  public static func read(_ bytes: some Collection<UInt8>, line: Int = 1) throws(XMLReadingError) -> XMLTree {
    guard let message = String(validating: bytes, as: UTF8.self) else {
      throw XMLReadingError(
        .encoding, "bytes that are neither UTF-8 nor GB18030", at: XMLLocation(line: line, column: 1, path: "/"))
    }
    guard let separators = Separators(message) else {
      throw XMLReadingError(
        .malformed, "an ER7 message begins with MSH and its five separators, e.g. MSH|^~\\&",
        at: XMLLocation(line: line, column: 1, path: "/"))
    }
    var writer = Writer(separators: separators)
    writer.message(message, line: line)
    guard let tree = writer.builder.tree(names: writer.names) else {
      throw XMLReadingError(.malformed, "an empty ER7 message", at: XMLLocation(line: line, column: 1, path: "/"))
    }
    return tree
  }

  struct Separators {
    var field: Character
    var component: Character
    var repetition: Character
    var escape: Character
    var subcomponent: Character

    init?(_ message: String) {
      let head = Array(message.prefix(9))
      guard head.count >= 8, String(head[0..<3]) == "MSH" else { return nil }
      field = head[3]
      component = head[4]
      repetition = head[5]
      escape = head[6]
      subcomponent = head[7]
    }
  }

  /// Writes the events of one message into a tree.
  private struct Writer {
    let separators: Separators
    var builder = XMLTreeBuilder()
    var names: [String] = []
    var index: [String: Int32] = [:]

    init(separators: Separators) { self.separators = separators }

    mutating func message(_ message: String, line: Int) {
      open("ER7", line)
      var line = line
      for segment in message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
        if segment.count >= 3 { self.segment(segment, line) }
        line += 1
      }
      builder.end()
    }

    private mutating func segment(_ text: Substring, _ line: Int) {
      let name = String(text.prefix(3))
      guard name.utf8.allSatisfy({ ($0 >= 65 && $0 <= 90) || ($0 >= 48 && $0 <= 57) }) else { return }
      open(name, line)
      var fields = text.dropFirst(3).split(separator: separators.field, omittingEmptySubsequences: false).dropFirst()
      var number = 1
      if name == "MSH" || name == "BHS" || name == "FHS" {
        leaf(name + ".1", String(separators.field), line)
        leaf(name + ".2", fields.first.map(String.init) ?? "", line)
        fields = fields.dropFirst()
        number = 3
      }
      for field in fields {
        for repetition in field.split(separator: separators.repetition, omittingEmptySubsequences: false)
        where !repetition.isEmpty {
          self.field(name + ".\(number)", repetition, line)
        }
        number += 1
      }
      builder.end()
    }

    private mutating func field(_ name: String, _ text: Substring, _ line: Int) {
      let components = text.split(separator: separators.component, omittingEmptySubsequences: false)
      if components.count == 1, !text.contains(separators.subcomponent) { return leaf(name, String(text), line) }
      open(name, line)
      for (position, component) in components.enumerated() where !component.isEmpty {
        let parts = component.split(separator: separators.subcomponent, omittingEmptySubsequences: false)
        let componentName = "C.\(position + 1)"
        if parts.count == 1 {
          leaf(componentName, String(component), line)
        } else {
          open(componentName, line)
          for (position, part) in parts.enumerated() where !part.isEmpty {
            leaf("S.\(position + 1)", String(part), line)
          }
          builder.end()
        }
      }
      builder.end()
    }

    private mutating func open(_ name: String, _ line: Int) {
      let number = index[name] ?? Int32(names.count)
      if number == names.count {
        names.append(name)
        index[name] = number
      }
      builder.start(name: number, line: line, column: 0)
    }

    private mutating func leaf(_ name: String, _ text: String, _ line: Int) {
      open(name, line)
      let bytes = Array(unescape(text).utf8)
      bytes.withUnsafeBufferPointer { builder.characters($0) }
      builder.end()
    }

    /// Escape sequences of HL7 v2 2.7: delimiters, hexadecimal bytes, formatting commands.
    private func unescape(_ text: String) -> String {
      guard text.contains(separators.escape) else { return text }
      var result = ""
      var rest = text[...]
      while let start = rest.firstIndex(of: separators.escape) {
        result += rest[..<start]
        let after = rest.index(after: start)
        guard let end = rest[after...].firstIndex(of: separators.escape), rest[after..<end].count <= 40 else {
          result += rest[start...]
          return result
        }
        result += replacement(String(rest[after..<end]))
        rest = rest[rest.index(after: end)...]
      }
      return result + rest
    }

    private func replacement(_ command: String) -> String {
      switch command {
      case "F": return String(separators.field)
      case "S": return String(separators.component)
      case "T": return String(separators.subcomponent)
      case "R": return String(separators.repetition)
      case "E": return String(separators.escape)
      default: break
      }
      guard command.hasPrefix("X") else { return V2Escape.text(command) }
      var bytes: [UInt8] = []
      var digits = command.dropFirst()
      while digits.count >= 2, let byte = UInt8(digits.prefix(2), radix: 16) {
        bytes.append(byte)
        digits = digits.dropFirst(2)
      }
      return String(decoding: bytes, as: UTF8.self).replacing("\r", with: "\n")
    }
  }
}
