public import Clinical
import Yams

/// How soon something is to be done, by setting and category: what `huren audit coverage` holds times against. No decision asks for it.
public struct TimeTargets: Hashable, Sendable {
  public enum Target: Hashable, Sendable {
    case within(minutes: Int)
    /// On the same date in the registry's zone.
    case sameDay

    /// Reads `30 min`, `24 h`, `7 d` or `same day`.
    init?(_ text: String) {
      let words = text.split(separator: " ")
      if words == ["same", "day"] {
        self = .sameDay
        return
      }
      guard words.count == 2, let number = Int(words[0]), (1...100_000).contains(number),
        let unit = ["min": 1, "h": 60, "d": 1440][words[1]]
      else { return nil }
      self = .within(minutes: number * unit)
    }
  }

  private struct Key: Hashable {
    var setting: Setting?
    var category: Category?

    /// Reads `*`, a category, a setting, or `setting/category`.
    init?(_ text: String) {
      if text == "*" { return }
      for word in text.split(separator: "/", omittingEmptySubsequences: false) {
        if setting == nil, category == nil, let setting = Setting(rawValue: String(word)) {
          self.setting = setting
        } else if category == nil, let category = Category(rawValue: String(word)) {
          self.category = category
        } else {
          return nil
        }
      }
    }

    init(_ setting: Setting? = nil, _ category: Category? = nil) {
      self.setting = setting
      self.category = category
    }
  }

  /// House defaults: emergency ECG and imaging within half an hour, pathology within a day, everything else the same day.
  private var rows: [Key: Target] = [
    Key(.emergency, .ecg): .within(minutes: 30), Key(.emergency, .imaging): .within(minutes: 30),
    Key(nil, .pathology): .within(minutes: 1440), Key(): .sameDay,
  ]

  public init() {}

  /// The target of the row that names most; a category goes before a setting.
  ///
  /// - Parameter category: nil where it is not known.
  public func target(_ setting: Setting, _ category: Category?) -> Target? {
    let keys = [category.map { Key(setting, $0) }, category.map { Key(nil, $0) }, Key(setting), Key()]
    return keys.lazy.compactMap { $0.flatMap { rows[$0] } }.first
  }

  /// Takes the rows of a mapping in place of the defaults that have the same key.
  ///
  /// - Returns: what is wrong, with its line.
  mutating func read(_ node: Node) -> [(line: Int, message: String)] {
    guard let mapping = node.mapping else {
      return [(node.mark?.line ?? 0, "not a list of `setting/category: target` lines, as `emergency/ecg: 30 min`")]
    }
    var problems: [(line: Int, message: String)] = []
    for (key, value) in mapping {
      if let key = key.string.flatMap({ Key($0) }), let target = value.string.flatMap({ Target($0) }) {
        rows[key] = target
      } else {
        problems.append(
          (
            key.mark?.line ?? 0,
            "write `setting/category: target`; either may be left out, \"*\" is all, a target is `30 min`, `24 h` or `same day`"
          ))
      }
    }
    return problems
  }
}
