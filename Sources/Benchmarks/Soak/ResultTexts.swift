import Foundation

/// What a message says of its results, found by signs and names alone: codes, values, units, ranges, flags and notes.
///
/// It is what goes in, told by somebody who knows nothing of how the registry reads. Times, statuses and who performed are not among
/// it: they come out in other words.
struct ResultTexts {
  struct Text {
    let text: String
    /// The field or part it stands in: `OBX-5`, `value`.
    let place: String
    /// The lines of the result it is of.
    let lines: ClosedRange<Int>
  }

  private(set) var texts: [Text] = []

  init(_ bytes: [UInt8]) {
    switch MessageStructure.notation(of: bytes) {
    case .er7: readSegments(bytes)
    case .xml: readMarkup(bytes)
    case .json: readJSON(bytes)
    }
  }

  private mutating func add(_ place: String, _ text: String, _ lines: ClosedRange<Int>) {
    if !text.isEmpty { texts.append(Text(text: text, place: place, lines: lines)) }
  }

  /// What a code of a result is for where it names no result: a part of a narrative report, or the images.
  static let roles: Set<String> = ["IMP", "IMG", "GDT", "ADT", "REC", "DEV", "19005-8", "18782-3", "113014"]

  // MARK: HL7 v2

  private mutating func readSegments(_ bytes: [UInt8]) {
    var hasOrder = false
    // Where a message begins is told in lines that end with LF; within it, each CR ends one too.
    let isRelative = bytes.contains(13)
    var before = 0
    for segment in ER7Scan(bytes).segments {
      let fields = segment.fields.map { String(decoding: bytes[$0], as: UTF8.self) }
      let name = fields[0].trimmingCharacters(in: .whitespacesAndNewlines)
      if name == "OBR" { hasOrder = true }
      if isRelative, name == "MSH" { before = segment.line - 1 - bytes[..<segment.range.lowerBound].count { $0 == 10 } }
      func field(_ number: Int) -> [String] {
        guard number < fields.count else { return [] }
        return fields[number].split(
          separator: "^", omittingEmptySubsequences: false
        ).map(String.init)
      }
      guard hasOrder, name == "OBX" || name == "NTE" else { continue }
      addObservation(name, field, segment.line - before...segment.line - before)
    }
  }

  /// - Parameter field: the components of a field.
  private mutating func addObservation(_ name: String, _ field: (Int) -> [String], _ lines: ClosedRange<Int>) {
    if name == "NTE" { return add("NTE-3", field(3).joined(separator: " "), lines) }
    let type = field(2).first ?? ""
    // A document is noted by its type.
    if ["ED", "RP"].contains(type) { return }
    let code = field(3)
    // What names images, or where they are, is of them whatever its code says.
    let value = field(5).joined(separator: " ")
    if ["113014", "110180", "121022"].contains(code.first?.trimmingCharacters(in: .whitespacesAndNewlines)) { return }
    if value.contains(#/^\s*([0-9]+(\.[0-9]+){4}|https?:)/#) { return }
    let isOpinion = code.contains { $0.contains(#/诊断|意见|印象|结论|提示/#) }
    let flags = field(8)
    if !isOpinion, !Self.roles.contains(code.first?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") {
      add("OBX-3", words(code), lines)
    }
    let isCoded = ["CE", "CWE", "CNE", "CF"].contains(type)
    add("OBX-5", isCoded ? words(field(5)) : field(5).joined(separator: " "), lines)
    // The code of a unit is read, its words are for people.
    add("OBX-6", field(6).first { !$0.isEmpty } ?? "", lines)
    add("OBX-7", field(7).joined(separator: " "), lines)
    add("OBX-8", flags.first { !$0.isEmpty } ?? "", lines)
  }

  /// Codes and words of a coded field, without systems and versions.
  private func words(_ components: [String]) -> String {
    components.enumerated().filter { [0, 1, 3, 4].contains($0.offset) }.map(\.element).joined(separator: " ")
  }

  private mutating func readMarkup(_ bytes: [UInt8]) {
    var reading = MarkupReading(bytes)
    reading.run()
    texts += reading.texts
    for segment in reading.segments {
      addObservation(
        segment.name, { number in segment.fields[number] ?? [] }, segment.lines)
    }
  }

  // MARK: FHIR

  /// Whether what stands there below an observation of FHIR is a word of its result. Of a unit's code and its words the better one is
  /// read, and the unit of a range is told where it is not the value's: neither is counted.
  static func isWord(_ path: [String]) -> Bool {
    guard let last = path.last, ["code", "display", "text"].contains(last) || last.hasPrefix("value") else {
      return false
    }
    let part = path.first == "component" ? path.dropFirst() : path[...]
    return part.joined(separator: ".").wholeMatch(
      of:
        #/
        (code|interpretation|value\w*)(\.text|\.coding\.(code|display))
        |value[A-Z]\w*(\.(value|(numerator|denominator|low|high)\.value))?
        |referenceRange\.(text|(low|high)\.value) |note\.text
        /#) != nil
  }

  private mutating func readJSON(_ bytes: [UInt8]) {
    var scan = JSONScan(bytes)
    scan.run()
    let objects = scan.values.filter { $0.path.last == "resourceType" && $0.isLeaf }
    // What is an observation is told by the object that its type stands in.
    let observations = objects.filter { bytes[$0.range].elementsEqual("\"Observation\"".utf8) }
    for type in observations {
      let depth = type.path.count - 1
      let whole = scan.values.filter {
        !$0.isLeaf && $0.path.count == depth && $0.range.contains(type.range.lowerBound)
      }
      .min { $0.range.count < $1.range.count }
      guard let whole else { continue }
      let first = bytes[..<whole.range.lowerBound].count { $0 == 10 } + 1
      let lines = first...first + bytes[whole.range].count { $0 == 10 }
      let bounds = scan.values.contains {
        whole.range.contains($0.range.lowerBound) && $0.path.dropFirst(depth).starts(with: ["referenceRange", "low"])
      }
      for value in scan.values where value.isLeaf && whole.range.contains(value.range.lowerBound) {
        let path = Array(value.path.dropFirst(depth))
        guard Self.isWord(path) else { continue }
        // Beside its bounds the words of a range only say them again.
        if path.last == "text", path.first == "referenceRange", bounds { continue }
        let raw = String(decoding: bytes[value.range], as: UTF8.self)
        if ["null", "true", "false"].contains(raw) { continue }
        // A code of another system is told by its words.
        if path.first == "interpretation", path.last != "text", raw.count > 6 { continue }
        let text = raw.hasPrefix("\"") ? (try? JSONDecoder().decode(String.self, from: Data(raw.utf8))) ?? "" : raw
        add(path.joined(separator: "."), text, lines)
      }
    }
  }
}
