import Yams

/// What is wrong with the configuration, at the place where it stands.
public struct ConfigurationProblem: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; 0: of the whole file.
  public var line: Int
  /// `tls.certificate`; nil where it is about none.
  public var key: String?
  /// What is wrong and what to do; no value of the file, which may hold secrets.
  public var message: String

  public var description: String {
    let place = [line > 0 ? "line \(line)" : nil, key].compactMap { $0 }.joined(separator: ", ")
    return place.isEmpty ? message : place + ": " + message
  }
}

/// The keys of one YAML mapping, taken one by one; what is left in the end is unknown, and an error.
struct ConfigurationSection {
  private let path: String
  private let node: Node.Mapping
  private let line: Int
  private var taken: [String] = []

  init(_ node: Node, path: String = "") throws(ConfigurationProblem) {
    guard let mapping = node.mapping else {
      throw ConfigurationProblem(line: node.mark?.line ?? 0, key: path, message: "not a list of `key: value` lines")
    }
    self.path = path
    self.node = mapping
    line = node.mark?.line ?? 0
  }

  private func key(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

  /// What stands here is not what it should be.
  func problem(_ name: String, _ message: String) -> ConfigurationProblem {
    ConfigurationProblem(line: node[name]?.mark?.line ?? line, key: key(name), message: message)
  }

  private mutating func take(_ name: String) -> Node? {
    taken.append(name)
    guard let value = node[name], value.null == nil else { return nil }
    return value
  }

  mutating func text(_ name: String) throws(ConfigurationProblem) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string, !text.isEmpty else { throw problem(name, "a text is needed here") }
    return text
  }

  mutating func needed(_ name: String) throws(ConfigurationProblem) -> String {
    guard let text = try text(name) else { throw problem(name, "missing") }
    return text
  }

  mutating func number(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationProblem) -> Int? {
    guard let value = take(name) else { return nil }
    guard let number = value.int, range.contains(number) else {
      throw problem(name, "not a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  mutating func flag(_ name: String) throws(ConfigurationProblem) -> Bool? {
    guard let value = take(name) else { return nil }
    guard let flag = value.bool else { throw problem(name, "neither true nor false") }
    return flag
  }

  mutating func texts(_ name: String) throws(ConfigurationProblem) -> [String]? {
    guard let value = take(name) else { return nil }
    guard let texts = value.sequence?.compactMap(\.string), texts.count == value.sequence?.count else {
      throw problem(name, "not a list of texts: write [one, two]")
    }
    return texts
  }

  mutating func address(_ name: String) throws(ConfigurationProblem) -> ServerConfiguration.Address? {
    guard let text = try text(name) else { return nil }
    guard let address = ServerConfiguration.Address(text) else {
      throw problem(name, "not an address with a port: write 127.0.0.1:8080")
    }
    return address
  }

  mutating func section<T>(
    _ name: String, _ read: (inout ConfigurationSection) throws(ConfigurationProblem) -> T
  ) throws(ConfigurationProblem) -> T? {
    guard let value = take(name) else { return nil }
    var section = try ConfigurationSection(value, path: key(name))
    let result = try read(&section)
    try section.finish()
    return result
  }

  mutating func sections<T>(
    _ name: String, _ read: (inout ConfigurationSection) throws(ConfigurationProblem) -> T
  ) throws(ConfigurationProblem) -> [T] {
    guard let value = take(name) else { return [] }
    guard let list = value.sequence else { throw problem(name, "not a list: begin each with `- `") }
    var result: [T] = []
    for (index, element) in list.enumerated() {
      var section = try ConfigurationSection(element, path: "\(key(name))[\(index)]")
      result.append(try read(&section))
      try section.finish()
    }
    return result
  }

  /// - Throws: the first key that nobody took.
  func finish() throws(ConfigurationProblem) {
    for (name, _) in node where !taken.contains(name.string ?? "") {
      throw ConfigurationProblem(
        line: name.mark?.line ?? line, key: key(name.string ?? ""),
        message: "unknown key: known here are " + taken.joined(separator: ", "))
    }
  }
}
