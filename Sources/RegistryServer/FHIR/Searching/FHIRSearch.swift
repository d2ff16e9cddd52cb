import Clinical
import Foundation
import Registry

/// A search over one person's resources of a type (FHIR R4, 3.1.1), read once and put to every entry.
struct FHIRSearch: Sendable {
  struct Sorting: Hashable, Sendable {
    enum Key: String, Sendable {
      case date, code, status
      case lastUpdated = "_lastUpdated"
      case id = "_id"
    }

    let key: Key
    let isDescending: Bool
  }

  struct Include: Hashable, Sendable {
    /// Of what the reference is followed; nil: of anything.
    let source: FHIRType?
    /// nil: every one.
    let parameter: String?
    /// Also of what was included itself.
    let isIterated: Bool
  }

  private enum Condition: Sendable {
    case date([FHIRDateParameter])
    case lastUpdated([FHIRDateParameter])
    case code([FHIRToken])
    case category([FHIRToken])
    case status([String])
    case id([String])
    case target([String])
  }

  let type: FHIRType
  private var conditions: [Condition] = []
  private(set) var sorting: [Sorting] = []
  private(set) var includes: [Include] = []
  /// Entries of a page.
  private(set) var count = FHIRSearch.standardCount
  private(set) var isCountOnly = false
  /// What was read of the parameters, as `self` names it.
  private(set) var used = FHIRParameters()

  static let standardCount = 100
  static let mostCount = 1000
  private static let mostIncludes = 20

  /// What everything is asked with, and is no condition.
  private static let ofAnswer: Set<String> = ["_format", "_pretty", "_page"]
  /// Whose record it is: read before.
  private static let ofPerson: Set<String> = [
    "patient", "subject", "patient.identifier", "subject.identifier", "identifier", "name", "birthdate",
  ]

  /// Names that a search of a type knows, but for `_count` and its like.
  static func parameters(of type: FHIRType) -> [String] {
    switch type {
    case .patient: ["_id", "identifier", "name", "birthdate"]
    case .diagnosticReport, .observation:
      ["_id", "patient", "subject", "code", "category", "date", "status", "_lastUpdated"]
    case .imagingStudy: ["_id", "patient", "subject", "started", "modality", "status", "_lastUpdated"]
    case .specimen: ["_id", "patient", "subject", "type", "collected", "_lastUpdated"]
    case .provenance: ["_id", "patient", "target", "recorded", "_lastUpdated"]
    case .organization: ["_id", "identifier", "name"]
    case .auditEvent: ["patient", "date"]
    case .consent: ["patient"]
    }
  }

  /// - Parameters:
  ///   - isStrict: what is not known is an error (`Prefer: handling=strict`).
  ///   - zone: of dates that tell none.
  init(_ type: FHIRType, _ parameters: FHIRParameters, isStrict: Bool, zone: RegistryZone) throws(FHIRProblem) {
    self.type = type
    let known = Set(Self.parameters(of: type))
    for parameter in parameters.all {
      if Self.ofAnswer.contains(parameter.name) { continue }
      if Self.ofPerson.contains(parameter.name) { continue }
      if try read(parameter, zone) {
        used.append(parameter.name + (parameter.modifier.map { ":" + $0 } ?? ""), parameter.value)
      } else if known.contains(parameter.name) {
        if parameter.modifier != nil { throw FHIRProblem(.searchValue, parameter.name) }
        conditions.append(try condition(parameter, zone))
        used.append(parameter.name, parameter.value)
      } else if isStrict {
        throw FHIRProblem(.searchUnknown, parameter.name)
      }
    }
  }

  /// - Returns: whether it is one of those that say how to answer.
  private mutating func read(_ parameter: FHIRParameters.Parameter, _ zone: RegistryZone) throws(FHIRProblem) -> Bool {
    switch parameter.name {
    case "_count":
      guard let number = Int(parameter.value), number >= 0 else { throw FHIRProblem(.searchValue, "_count") }
      count = min(number, Self.mostCount)
      if number == 0 { isCountOnly = true }
    case "_summary":
      switch parameter.value {
      case "count": isCountOnly = true
      // Everything is more than was asked for, and never less.
      case "false", "true", "text", "data": break
      default: throw FHIRProblem(.searchValue, "_summary")
      }
    case "_total":
      guard ["none", "estimate", "accurate"].contains(parameter.value) else {
        throw FHIRProblem(.searchValue, "_total")
      }
    case "_sort":
      sorting = try parameter.value.split(separator: ",").map { word throws(FHIRProblem) in
        let isDescending = word.hasPrefix("-")
        var name = String(isDescending ? word.dropFirst() : word)
        if ["started", "collected", "recorded", "issued"].contains(name) { name = "date" }
        guard let key = Sorting.Key(rawValue: name) else { throw FHIRProblem(.searchValue, "_sort") }
        return Sorting(key: key, isDescending: isDescending)
      }
    case "_include":
      guard includes.count < Self.mostIncludes else { throw FHIRProblem(.searchValue, "_include") }
      includes.append(try include(parameter))
    default: return false
    }
    return true
  }

  private func include(_ parameter: FHIRParameters.Parameter) throws(FHIRProblem) -> Include {
    let isIterated = parameter.modifier == "iterate" || parameter.modifier == "recurse"
    guard parameter.modifier == nil || isIterated else { throw FHIRProblem(.searchValue, "_include") }
    if parameter.value == "*" { return Include(source: nil, parameter: nil, isIterated: isIterated) }
    let parts = parameter.value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), let source = FHIRType(rawValue: parts[0]), !parts[1].isEmpty else {
      throw FHIRProblem(.searchValue, "_include")
    }
    return Include(source: source, parameter: parts[1] == "*" ? nil : parts[1], isIterated: isIterated)
  }

  private func condition(
    _ parameter: FHIRParameters.Parameter, _ zone: RegistryZone
  ) throws(FHIRProblem) -> Condition {
    func dates() throws(FHIRProblem) -> [FHIRDateParameter] {
      try parameter.alternatives.map { text throws(FHIRProblem) in
        guard let date = FHIRDateParameter(text, zone: zone) else { throw FHIRProblem(.searchValue, parameter.name) }
        return date
      }
    }
    switch parameter.name {
    case "date", "started", "collected", "recorded": return .date(try dates())
    case "_lastUpdated": return .lastUpdated(try dates())
    case "code", "type", "modality":
      return .code(FHIRParameters.split(parameter.value, at: ",").map { FHIRToken($0) })
    case "category": return .category(FHIRParameters.split(parameter.value, at: ",").map { FHIRToken($0) })
    // A status may be told with its system.
    case "status": return .status(parameter.alternatives.map { $0.split(separator: "|").last.map(String.init) ?? "" })
    case "target": return .target(parameter.alternatives.map(FHIRReference.id))
    default: return .id(parameter.alternatives)
    }
  }

  /// Asks for everything.
  static let newestFirst: FHIRSearch = {
    var search = FHIRSearch(.observation)
    search.sorting = [Sorting(key: .date, isDescending: true)]
    return search
  }()

  private init(_ type: FHIRType) { self.type = type }

  // MARK: Put to entries

  func holds(_ entry: FHIREntry) -> Bool {
    conditions.allSatisfy { condition in
      switch condition {
      case .date(let dates): dates.contains { $0.holds(entry.time) }
      case .lastUpdated(let dates): dates.contains { $0.holds(entry.lastUpdated.range) }
      case .code(let tokens): tokens.contains { token in entry.codings.contains(where: token.holds) }
      case .category(let tokens): tokens.contains { token in entry.categories.contains(where: token.holds) }
      case .status(let words): entry.status.map(words.contains) ?? false
      case .id(let ids): ids.contains(entry.id)
      case .target(let ids): entry.references["target"]?.contains { ids.contains($0.id) } ?? false
      }
    }
  }

  /// In the order that is asked for; what that leaves open as the record has it, so that pages are pages of one whole.
  func sorted(_ entries: [FHIREntry]) -> [FHIREntry] {
    if sorting.isEmpty { return entries }
    return entries.enumerated().sorted { a, b in
      for sort in sorting {
        let order = Self.compare(a.element, b.element, sort)
        if order != .orderedSame { return order == .orderedAscending }
      }
      return a.offset < b.offset
    }.map(\.element)
  }

  private static func compare(_ a: FHIREntry, _ b: FHIREntry, _ sort: Sorting) -> ComparisonResult {
    func order<Value: Comparable>(_ a: Value?, _ b: Value?) -> ComparisonResult {
      // What tells none stands behind, however it is sorted.
      guard let a else { return b == nil ? .orderedSame : .orderedDescending }
      guard let b else { return .orderedAscending }
      if a == b { return .orderedSame }
      return (a < b) != sort.isDescending ? .orderedAscending : .orderedDescending
    }
    return switch sort.key {
    case .date: order(a.time?.lowerBound, b.time?.lowerBound)
    case .lastUpdated: order(a.lastUpdated, b.lastUpdated)
    case .code: order(a.codings.first?.code, b.codings.first?.code)
    case .status: order(a.status, b.status)
    case .id: order(a.id, b.id)
    }
  }

  /// What is to go with some entries, each once and none of them.
  func included(with entries: [FHIREntry], of record: FHIRRecord) -> [FHIREntry] {
    if includes.isEmpty || entries.isEmpty { return [] }
    var known = Set(entries.map(\.key))
    let types: [FHIRType] = [.patient, .observation, .specimen, .imagingStudy, .diagnosticReport]
    let all = Dictionary(types.flatMap(record.entries).map { ($0.key, $0) }) { first, _ in first }
    var included: [FHIREntry] = []
    var next = entries
    var isFirst = true
    while !next.isEmpty {
      let rules = includes.filter { isFirst || $0.isIterated }
      let keys = next.flatMap { entry in
        rules.filter { ($0.source ?? entry.type) == entry.type }.flatMap { rule in
          rule.parameter.map { entry.references[$0] ?? [] }
            ?? entry.references.sorted { $0.key < $1.key }.flatMap(\.value)
        }
      }
      next = keys.filter { known.insert($0).inserted }.compactMap { all[$0] }
      included += next
      isFirst = false
    }
    return included
  }
}

/// A reference as somebody writes it in a search: `ID`, `Type/ID`, or an address that ends so; a version behind it does not matter.
enum FHIRReference {
  static func id(_ text: String) -> String {
    var parts = text.split(separator: "/")
    if let place = parts.firstIndex(of: "_history") { parts = Array(parts[..<place]) }
    return parts.last.map(String.init) ?? ""
  }

  /// The id of a reference to a type; nil for one to another type.
  static func id(_ text: String, of type: FHIRType) -> String? {
    let parts = text.split(separator: "/")
    if parts.count > 1, parts[parts.count - 2] != type.rawValue[...] { return nil }
    return parts.last.map(String.init)
  }
}
