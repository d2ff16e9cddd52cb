import Catalogue
import Clinical
import Foundation
import Messages
import Testing

/// The law of one meaning: one case, written in every dialect, says the same, datum by datum. What a dialect has no place for
/// stands in the table of Samples/README.md, and nothing else may differ from the v2.xml form.
@Suite("one meaning")
struct OneMeaningTests {
  static let folder = Bench.samples.appending(path: "one-meaning")
  static let model = "v2.xml"
  static let others = ["er7.hl7", "c0007.xml", "fhir.xml", "fhir.json", "vendor-req.xml"]

  /// A row of the table: in this file the datum is missing (nil), or has another value.
  struct Loss: Hashable {
    var file: String
    /// A datum's name; `*` stands for every result.
    var datum: String
    var instead: String?
  }

  @Test("the other forms say what v2.xml says, but for the losses written down", arguments: others)
  func oneMeaning(file: String) throws {
    let model = try Self.meaning(of: Self.model)
    let other = try Self.meaning(of: file)
    var losses = Set(try Self.losses().filter { $0.file == file })
    var used: Set<Loss> = []
    for datum in Set(model.keys).union(other.keys).sorted() where model[datum] != other[datum] {
      let known = losses.first { $0.covers(datum) && $0.instead == other[datum] }
      #expect(
        known != nil, "\(file): \(datum) is \(other[datum] ?? "missing"), in v2.xml \(model[datum] ?? "missing")")
      if let known { used.insert(known) }
    }
    losses.subtract(used)
    #expect(losses.isEmpty, "\(file) does not lose these: take them out of Samples/README.md")
  }

  @Test("the model has all that the law is about")
  func model() throws {
    let meaning = try Self.meaning(of: Self.model)
    #expect(meaning["identifiers"]?.contains("resident-id") == true)
    for datum in ["name", "sex", "birthDate", "source", "number", "status", "reported", "orderCode", "orderNumber"] {
      #expect(meaning[datum] != nil, "\(datum)")
    }
    let results = meaning.keys.filter { $0.hasSuffix(".code") }
    #expect(results.count == 9)
    for datum in [
      "code", "display", "value", "normalized", "unit", "range", "flag", "status", "specimen", "performer", "collected",
    ] {
      #expect(meaning["result[WBC].\(datum)"] != nil, "\(datum)")
    }
  }

  /// The table under `one-meaning/` of Samples/README.md: | file | datum | instead | because |.
  static func losses() throws -> [Loss] {
    let text = try String(contentsOf: Bench.samples.appending(path: "README.md"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: [" ", "`"])
      }
      guard cells.count == 6, others.contains(cells[1]) else { return nil }
      return Loss(file: cells[1], datum: cells[2], instead: cells[3] == "–" ? nil : cells[3])
    }
  }

  /// What a file says, by name, interpreted as a decision would.
  static func meaning(of file: String) throws -> [String: String] {
    let message = try read(file)
    let report = try #require(message.reports.first)
    #expect(message.reports.count == 1)
    let reference = try reference()
    let source = try #require(reference.institution(report.source)).code
    let patient = report.patient
    let zone = reference.zone
    var meaning: [String: String] = [:]
    meaning["identifiers"] = patient.identifiers.map { $0.kind.rawValue + " " + $0.value }.sorted().joined(
      separator: ", ")
    meaning["name"] = patient.name
    meaning["sex"] = patient.sex?.rawValue
    meaning["birthDate"] = patient.birthDate?.iso
    meaning["message.id"] = message.messageID
    meaning["message.time"] = zone.rfc3339(message.messageTime)
    meaning["source"] = source
    meaning["number"] = report.reportNumber
    meaning["status"] = report.status?.rawValue
    meaning["versionTime"] = zone.rfc3339(report.versionTime)
    meaning["reported"] = report.reported.map(zone.rfc3339)
    meaning["orderCode"] = report.orderCode?.identifier
    meaning["orderCode.display"] = report.orderCode?.display
    meaning["orderNumber"] = report.orderNumber
    meaning["section"] = report.section
    meaning["setting"] = report.setting?.rawValue
    meaning["orderingInstitution"] = report.orderingInstitution.flatMap(reference.institution)?.code
    meaning["department"] = report.department
    meaning["clinician"] = report.clinician
    meaning["ordered"] = report.ordered.map(zone.rfc3339)
    for observation in report.observations {
      let specimen = observation.specimen?.type.flatMap(reference.specimen)
      let local = try #require(
        reference.localItem(observation.code.identifier, of: source, specimen: specimen, unit: observation.unit))
      let name = "result[\(local.item.code)]"
      meaning[name + ".code"] = observation.code.identifier
      meaning[name + ".display"] = observation.code.display
      meaning[name + ".kind"] = "\(observation.valueKind)"
      meaning[name + ".value"] = observation.value
      meaning[name + ".normalized"] = observation.value.flatMap(Double.init).flatMap {
        reference.normalize($0, unit: observation.unit ?? local.unit, for: local.item)
      }.map { "\($0)" }
      meaning[name + ".unit"] = observation.unit
      meaning[name + ".range"] = observation.referenceRange
      meaning[name + ".flag"] = observation.flags.joined(separator: ", ")
      meaning[name + ".status"] = (observation.status ?? report.status)?.rawValue
      meaning[name + ".collected"] = observation.collected.map(zone.rfc3339)
      meaning[name + ".observed"] = observation.observed.map(zone.rfc3339)
      meaning[name + ".specimen"] = specimen
      meaning[name + ".specimen.identifier"] = observation.specimen?.identifier
      meaning[name + ".performer"] = (observation.performer.flatMap(reference.institution)?.code) ?? source
      meaning[name + ".method"] = observation.method
      meaning[name + ".subID"] = observation.subID
      meaning[name + ".note"] = observation.note
    }
    return meaning
  }

  private static func reference() throws -> ReferenceData {
    try ReferenceData(ReferenceFolder(directory: Bench.samples.appending(path: "reference")))
  }

  private static func read(_ file: String) throws -> Message {
    let folder = try ReferenceFolder(directory: Bench.samples.appending(path: "reference"))
    let mappings = try folder.mappings.map {
      try Mapping(yaml: String(decoding: $0.value, as: UTF8.self), file: $0.key)
    }
    let notation: MessageReader.Notation =
      file.hasSuffix("json") ? .json : file.hasSuffix("hl7") ? .er7 : .xml
    let bytes = try Array(Data(contentsOf: Self.folder.appending(path: file)))
    let reader = MessageReader(context: ReadingContext(), mappings: mappings)
    let result = bytes.withUnsafeBufferPointer { reader.read($0, notation: notation) }
    #expect(result.findings.isEmpty, "\(file) is read without a finding")
    return try #require(result.message, "\(file): \(result.refusal?.message ?? "")")
  }
}

extension OneMeaningTests.Loss {
  /// Whether it is about this datum.
  func covers(_ name: String) -> Bool {
    if datum == name { return true }
    guard datum.hasPrefix("result[*]"), name.hasPrefix("result["), let end = name.firstIndex(of: "]") else {
      return false
    }
    return name[end...].dropFirst() == datum.dropFirst("result[*]".count)
  }
}
