import Foundation

/// The results of a message in XML by the names of elements: OBX of v2.xml, `Observation` of FHIR, `observation` of HL7 V3.
struct MarkupReading {
  struct Segment {
    let name: String
    /// The components of each field.
    var fields: [Int: [String]] = [:]
    var lines: ClosedRange<Int>
  }

  private struct Open {
    let name: String
    let start: Int
    let line: Int
    /// Of FHIR and V3: the observation it stands in, and the part of that.
    var observation: Int?
    /// The result it is of: of WST 500 the outermost observation, in which each datum is one of its own.
    var result: Int?
    var part: String?
    /// The code of an observation.
    var label = ""
  }

  private(set) var segments: [Segment] = []
  private(set) var texts: [ResultTexts.Text] = []
  /// Of observations that are not closed yet, with the place of each among those that are open.
  private var pending: [(text: String, place: String, result: Int)] = []
  private let bytes: [UInt8]
  private var open: [Open] = []
  private var hasOrder = false
  private var lines: [Int] = []
  /// The component that was read last, and the field and element it stood in.
  private var last: (number: Int, field: Int, element: Int)?
  /// Whether its codes are those of the Chinese documents.
  private let isOfWST500: Bool

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isOfWST500 = bytes.firstRange(of: Array("2.16.156.10011.2".utf8)) != nil
    lines = bytes.indices.filter { bytes[$0] == 10 }
  }

  mutating func run() {
    for event in MarkupScan(bytes).events {
      switch event {
      case .start(let name, let attributes, let range, let isEmpty):
        begin(String(decoding: name, as: UTF8.self), attributes, range.lowerBound)
        if isEmpty { close(to: open.count - 1, at: range.upperBound) }
      case .end(let name, let range):
        let name = String(decoding: name, as: UTF8.self)
        if let index = open.lastIndex(where: { $0.name == name }) { close(to: index, at: range.lowerBound) }
      case .text(let range): text(range)
      }
    }
    close(to: 0, at: bytes.count)
  }

  private mutating func close(to index: Int, at place: Int) {
    let end = line(place)
    if open[index...].contains(where: { $0.name == "OBX" || $0.name == "NTE" }), let last = segments.indices.last {
      segments[last].lines = segments[last].lines.lowerBound...end
    }
    for text in pending where text.result >= index {
      texts.append(.init(text: text.text, place: text.place, lines: open[text.result].line...end))
    }
    pending.removeAll { $0.result >= index }
    open.removeSubrange(index...)
  }

  private func line(_ place: Int) -> Int { lines.partitioningIndex { $0 >= place } + 1 }

  private mutating func begin(
    _ name: String, _ attributes: [(name: [UInt8], value: Range<Int>)], _ place: Int
  ) {
    let line = line(place)
    let around = open.last
    var here = Open(
      name: name, start: place, line: line, observation: around?.observation, result: around?.result, part: around?.part
    )
    if name == "OBR" { hasOrder = true }
    if hasOrder, name == "OBX" || name == "NTE" { segments.append(Segment(name: name, lines: line...line)) }
    if ["Observation", "observation"].contains(name), here.part == nil || name == "observation" {
      (here.observation, here.part) = (open.count, nil)
      here.result = isOfWST500 ? here.result ?? open.count : open.count
    } else if here.observation == open.count - 1 {
      here.part = name
    }
    open.append(here)
    guard let observation = here.observation, let part = here.part else { return }
    if open[observation].name == "Observation" {
      guard let value = attributes.first(where: { $0.name.elementsEqual("value".utf8) }),
        ResultTexts.isWord(open[(observation + 1)...].map(\.name)), part != "interpretation" || value.value.count < 5
      else { return }
      return pending.append((unescaped(value.value), part, here.result ?? observation))
    }
    guard Self.partsOfV3.contains(part) else { return }
    let values = attributes.map { unescaped($0.value) }
    // The code of an observation of WS/T 500 says what kind of datum follows, as a field's name does, and a flag is one of three words.
    if part == "code", let first = values.first { open[observation].label = first }
    // Of what else such a document says of a result (how the specimen looked, who measured) nothing is kept.
    if isOfWST500, part != "code", !open[observation].label.hasPrefix("DE04.30.") { return }
    if part == "code", isOfWST500 || values.contains(where: { ResultTexts.roles.contains($0) }) { return }
    if isOfWST500, values.contains(where: { ["正常", "异常", "不确定"].contains($0) }) { return }
    // What a range means is no flag of the result.
    if part == "referenceRange", name == "interpretationCode" { return }
    for attribute in attributes {
      let label = String(decoding: attribute.name, as: UTF8.self)
      // That of a range is told where it is not the value's.
      if part == "referenceRange", label == "unit" || name == "unit" || name == "code" { continue }
      guard Self.attributesOfV3.contains(label) else { continue }
      let text = unescaped(attribute.value)
      pending.append((text, "\(part)/\(name)/@\(label)", here.result ?? observation))
    }
  }

  private static let partsOfV3: Set<String> = ["code", "value", "interpretationCode", "referenceRange"]
  private static let attributesOfV3: Set<String> = ["code", "displayName", "value", "unit"]

  private mutating func text(_ range: Range<Int>) {
    guard let here = open.last, bytes[range].contains(where: { $0 > 0x20 }) else { return }
    if let segment = open.lastIndex(where: { $0.name == "OBX" || $0.name == "NTE" }), !segments.isEmpty {
      // `OBX.5`, and within it `CE.1`.
      guard segment + 1 < open.count, let number = Int(open[segment + 1].name.split(separator: ".").last ?? "") else {
        return
      }
      let field = open[segment + 1]
      let element = segment + 2 < open.count ? open[segment + 2] : field
      let component = element.start == field.start ? 1 : Int(element.name.split(separator: ".").last ?? "") ?? 1
      // A schema has no place for a component that stands twice, nor for text beside components.
      if let last, last.field == field.start, last.number >= component, last.element != element.start { return }
      let isFurther = last?.element == element.start
      if !isFurther, let last, last.field == field.start, last.element == field.start {
        segments[segments.count - 1].fields[number]?.removeLast()
      }
      last = (component, field.start, element.start)
      var components = segments[segments.count - 1].fields[number] ?? []
      while components.count < component { components.append("") }
      components[component - 1] += (isFurther ? "" : " ") + unescaped(range)
      segments[segments.count - 1].fields[number] = components
    } else if let observation = here.observation, open[observation].name == "observation", here.part == "value",
      !isOfWST500 || open[observation].label.hasPrefix("DE04.30.")
    {
      pending.append((unescaped(range), "value", here.result ?? observation))
    }
  }

  private func unescaped(_ range: Range<Int>) -> String {
    var text = String(decoding: bytes[range], as: UTF8.self)
    if !bytes[range].contains(UInt8(ascii: "&")) { return text }
    for (escape, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'")] {
      text = text.replacing(escape, with: sign)
    }
    text = text.replacing(#/&#(x?)([0-9A-Fa-f]+);/#) { match in
      let scalar = UInt32(match.2, radix: match.1.isEmpty ? 10 : 16).flatMap(Unicode.Scalar.init)
      return scalar.map { String(Character($0)) } ?? " "
    }
    return text.replacing("&amp;", with: "&")
  }
}

extension Array {
  fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
