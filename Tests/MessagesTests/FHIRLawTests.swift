import Clinical
import Testing
import XMLReading

@testable import Messages

/// The law of FHIR: no value of a result vanishes in silence. What was sent is found again in the reports, or a finding names its place, or
/// the message is refused whole.
@Suite("nothing of a FHIR result vanishes in silence")
struct FHIRLawTests {
  @Test("in generated Bundles", arguments: 0..<400)
  func generated(seed: Int) throws {
    var draw = Draw(seed: UInt64(seed))
    let json = draw.bundle()
    let tree = try tree(json: json)
    var notes = ReadingNotes(ReadingContext(from: draw.flip() ? OrganizationReference(identifier: "H1") : nil))
    guard let message = try? FHIRReader.read(tree.root, dialect: .fhirJSON, notes: &notes) else { return }
    let said = Self.words(of: message)
    let places = notes.findings.map(\.location.path)
    for (marker, path) in Self.markers(below: tree.root) where !said.contains(where: { $0.contains(marker) }) {
      #expect(places.contains { path == $0 || path.hasPrefix($0 + "/") }, "\(marker) at \(path) of seed \(seed)")
    }
  }

  @Test("and each value stands in the report of its own patient")
  func strangers() throws {
    for seed in 0..<200 {
      var draw = Draw(seed: UInt64(seed) + 10_000)
      let tree = try tree(json: draw.bundle())
      var notes = ReadingNotes(ReadingContext(from: OrganizationReference(identifier: "H1")))
      guard let message = try? FHIRReader.read(tree.root, dialect: .fhirJSON, notes: &notes) else { continue }
      for report in message.reports {
        let own = report.patient.identifiers.compactMap { $0.value.last }.first
        for value in report.observations.compactMap(\.value) {
          // `v17p2` is of the second patient.
          guard let person = value.wholeMatch(of: /v[0-9]+p([12])/)?.1.first else { continue }
          #expect(own == person, "\(value) in a report of \(own.map(String.init) ?? "nobody"), seed \(seed)")
        }
      }
    }
  }

  @Test("a Bundle of 20 000 Observations that can be no reports is told in linear time", .timeLimit(.minutes(10)))
  func manyUnfit() throws {
    let entry = #"{"resource":{"resourceType":"Observation","status":"final","code":{"text":"K"},"valueInteger":1}}"#
    let entries = [FHIRSample().json].map { #"{"resource":\#($0)}"# } + Array(repeating: entry, count: 20_000)
    let reading = try readFHIR(
      json: #"{"resourceType":"Bundle","type":"batch","entry":[\#(entries.joined(separator: ","))]}"#)
    #expect(reading.message.reports.count == 1)
    #expect(reading.findings.count >= 200)
  }

  private static func words(of message: Message) -> [String] {
    message.reports.flatMap { report in
      [report.findingsText, report.impression].compactMap { $0 } + report.attachments
        + report.observations.flatMap { [$0.value, $0.note, $0.referenceRange].compactMap { $0 } + $0.flags }
    }
  }

  /// What begins with `v` and a digit in any attribute, with its place.
  private static func markers(below element: XMLElement) -> [(String, String)] {
    var found: [(String, String)] = []
    if let value = element.attribute("value"), value.wholeMatch(of: /v[0-9]+(p[0-9])?/) != nil {
      found.append((value, element.path))
    }
    for child in element.children { found += markers(below: child) }
    return found
  }
}

/// Draws Bundles that are wrong in the ways of the field.
private struct Draw {
  private var state: UInt64
  private var count = 0

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  mutating func flip(_ odds: Int = 2) -> Bool { next(odds) == 0 }

  private mutating func marker(_ person: Int? = nil) -> String {
    count += 1
    return "v\(count)" + (person.map { "p\($0)" } ?? "")
  }

  private mutating func pick(_ choices: [String]) -> String { choices[next(choices.count)] }

  mutating func bundle() -> String {
    let type = pick(["collection", "transaction", "searchset", "history", "document", "message"])
    var entries: [String] = []
    for person in 1...2 {
      entries.append(
        entry(
          #"{"resourceType":"Patient","id":"p\#(person)","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"L\#(person)"}]}"#,
          nil))
    }
    entries.append(entry(#"{"resourceType":"Organization","id":"o","identifier":[{"value":"H1"}]}"#, nil))
    for _ in 0..<(1 + next(6)) {
      let resource = observation(next(6))
      let url = flip(3) ? "http://s/Observation/x\(next(6))" : flip(3) ? "urn:uuid:x\(next(6))" : nil
      entries.append(entry(resource, url))
    }
    for number in 0..<(1 + next(3)) { entries.append(entry(report(number), nil)) }
    if flip(4) {
      entries.append(entry(#"{"resourceType":"Basic","contained":[\#(observation(9))]}"#, nil))
    }
    if flip(6) { entries.append(#"{"request":{"method":"DELETE","url":"Observation/x\#(next(6))"}}"#) }
    let stamp = flip(4) ? "" : #""timestamp":"2025-03-01T10:00:00+08:00","#
    return #"{"resourceType":"Bundle","type":"\#(type)",\#(stamp)"entry":[\#(entries.joined(separator: ","))]}"#
  }

  private func entry(_ resource: String, _ url: String?) -> String {
    #"{\#(url.map { #""fullUrl":"\#($0)","# } ?? "")"resource":\#(resource)}"#
  }

  private mutating func report(_ number: Int) -> String {
    let person = 1 + next(2)
    var parts = [
      #""resourceType":"DiagnosticReport""#,
      #""status":"\#(pick(["final", "preliminary", "corrected", "cancelled"]))""#,
      #""subject":{"reference":"Patient/p\#(person)"}"#, #""code":{"text":"\#(pick(["P", "Q"]))"}"#,
    ]
    if !flip(5) { parts.append(#""identifier":[{"value":"R\#(flip() ? person : 10 + number)"}]"#) }
    if !flip(4) { parts.append(#""id":"d\#(next(3))""#) }
    if !flip(4) { parts.append(#""performer":[{"reference":"Organization/o"}]"#) }
    if !flip(4) { parts.append(#""issued":"2025-03-0\#(1 + next(3))T10:00:00+08:00""#) }
    let results = (0..<next(5)).map { _ in #"{"reference":"\#(pick(["Observation/", "urn:uuid:", "#"]))x\#(next(6))"}"#
    }
    parts.append(#""result":[\#(results.joined(separator: ","))]"#)
    if flip(3) { parts.append(#""contained":[\#(observation(next(6), of: person))]"#) }
    if flip(3) { parts.append(#""conclusion":"\#(marker())""#) }
    if flip(3) { parts.append(#""conclusionCode":[{"text":"\#(marker())"}]"#) }
    return "{" + parts.joined(separator: ",") + "}"
  }

  private mutating func observation(_ id: Int, of owner: Int? = nil) -> String {
    let person = owner ?? 1 + next(2)
    var parts = [#""resourceType":"Observation""#]
    if !flip(6) { parts.append(#""id":"x\#(id)""#) }
    if !flip(5) { parts.append(#""status":"final""#) }
    if !flip(5) { parts.append(#""code":{"coding":[{"code":"C\#(next(3))"}]}"#) }
    parts.append(#""subject":{"reference":"Patient/p\#(person)"}"#)
    if !flip(3) { parts.append(#""effectiveDateTime":"2025-03-01T08:0\#(next(3)):00+08:00""#) }
    if flip(3) { parts.append(#""performer":[{"reference":"Organization/o"}]"#) }
    if flip(3) { parts.append(#""meta":{"versionId":"\#(1 + next(3))"}"#) }
    parts.append(value(person))
    if flip(4) { parts.append(#""note":[{"text":"\#(marker(person))"}]"#) }
    if flip(4) { parts.append(#""interpretation":[{"text":"\#(marker())"}]"#) }
    if flip(4) { parts.append(#""hasMember":[{"reference":"Observation/x\#(next(6))"}]"#) }
    if flip(4) { parts.append(#""referenceRange":[{"text":"\#(marker())"}]"#) }
    if flip(3) {
      let code = flip(4) ? "" : #""code":{"text":"S\#(next(2))"},"#
      parts.append(#""component":[{\#(code)\#(value(person))},{"code":{"text":"S0"},\#(value(person))}]"#)
    }
    return "{" + parts.joined(separator: ",") + "}"
  }

  private mutating func value(_ person: Int) -> String {
    switch next(7) {
    case 0: #""valueString":"\#(marker(person))""#
    case 1: #""valueCodeableConcept":{"text":"\#(marker(person))"}"#
    case 2:
      #""valueCodeableConcept":{"coding":[{"code":"1","display":"\#(marker(person))"},{"code":"2","display":"\#(marker())"}],"text":"\#(marker())"}"#
    case 3: #""valueQuantity":{"value":"\#(marker(person))","unit":"g"}"#
    case 4: #""valueRatio":{"numerator":{"value":"\#(marker())"}}"#
    case 5: #""dataAbsentReason":{"text":"\#(marker())"}"#
    default: #""valueReference":{"display":"\#(marker(person))"}"#
    }
  }
}
