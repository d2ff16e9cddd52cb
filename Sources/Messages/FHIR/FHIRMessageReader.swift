import Clinical
import XMLReading

/// One FHIR message while it is read: its resources, and what was noted. The topics are extensions of their own
/// (`FHIRPatient.swift`, `FHIRResults.swift`, …).
struct FHIRMessageReader {
  let resources: FHIRResources
  var notes: ReadingNotes
  /// When the message was written, as far as it says.
  let written: Instant
  var resultCount = 0

  // What is asked of a resource again and again is read once, however many others name it.

  /// Per patient and source.
  var patients: [PatientKey: Patient] = [:]
  /// Whether two Patients are one person.
  var samePersons: [ResourcePair: Bool] = [:]
  /// The numbers by which a Patient is told from others.
  var numbersOfPatients: [Int: Set<FHIRNumber>] = [:]
  var organizations: [Int: OrganizationReference?] = [:]
  /// Where the practitioners of the message work; gathered when first asked for, as are the following.
  var workplaces: [Int: [XMLElement]]?
  /// Who answers for a resource by a Provenance.
  var provenances: [Int: OrganizationReference]?
  /// The identifiers of the organizations of the message.
  var organizationNames: Set<String>?
  var identified: FHIRIdentifierIndex?
  var specimens: [Int: FHIRSpecimen] = [:]
  /// Per Bundle; nil where it has none.
  var messageTimes: [Int: Instant?] = [:]
  /// When the newest of all resources was written; nil where none says.
  var newestWritten: Instant??
  /// Images by the order they were made for.
  var studiesByOrder: [FHIROrderKey: [Int]]?
  /// Resources of which something was read.
  var reached: Set<Int> = []

  struct PatientKey: Hashable {
    var patient: Int
    var source: OrganizationReference
  }

  struct ResourcePair: Hashable {
    var a: Int
    var b: Int
  }

  /// More results than this in one message are refused: one Observation that thousands of reports share would fill any memory.
  static let resultLimit = 200_000

  init(_ root: XMLElement, _ notes: ReadingNotes) {
    resources = FHIRResources(root, zone: notes.context.zone)
    self.notes = notes
    let text = root.value("timestamp") ?? root.first("meta")?.value("lastUpdated") ?? root.value("issued")
    written = text.flatMap { notes.context.zone.instant($0) } ?? Instant(milliseconds: .min)
    for remark in resources.remarks { note(remark.code, remark.message, at: remark.element) }
  }

  mutating func note(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    notes.note(code, message, at: element)
  }

  /// The resource that a Reference means: by its address, by a condition (`Patient?identifier=…`), or by the identifier alone.
  /// What is named and not there is noted, unless it is named by an identifier.
  ///
  /// - Parameter types: what an identifier alone may mean, where the reference does not say.
  mutating func follow(_ reference: XMLElement?, to types: [String] = [], from index: Int) -> Int? {
    guard let reference else { return nil }
    if let found = find(reference, types, from: index) { return found }
    guard let address = reference.value("reference"), FHIRQuery(address) == nil,
      reference.first("identifier")?.value("value") == nil
    else { return nil }
    note(
      .danglingReference, "a reference to a resource that is not in this message, or that two resources answer to",
      at: reference)
    return nil
  }

  /// The same, without a word where it leads nowhere: for what a report can do without.
  mutating func find(_ reference: XMLElement?, _ types: [String] = [], from index: Int) -> Int? {
    guard let reference else { return nil }
    let address = reference.value("reference")
    if let address {
      if let found = resources.resolve(address, from: index) { return found }
      if let query = FHIRQuery(address) { return resource([query.type], query.system, query.value) }
    }
    guard let identifier = reference.first("identifier"), let value = identifier.value("value") else { return nil }
    let type = reference.value("type") ?? address.flatMap(FHIRAddress.type)
    return resource(type.map { [$0] } ?? types, identifier.value("system"), value)
  }

  /// The resource of one of some types that has an identifier.
  private mutating func resource(_ types: [String], _ system: String?, _ value: String) -> Int? {
    if types.isEmpty { return nil }
    let index = identified ?? FHIRIdentifierIndex(resources)
    identified = index
    return types.lazy.compactMap { index.resource($0, system, value) }.first
  }

  /// HTEST (HL7 v3 ActReason) marks test data.
  func refuseTest(_ element: XMLElement) throws(FHIRUnfit) {
    guard let meta = element.first("meta") else { return }
    if meta.has("HTEST", in: "tag") || meta.has("HTEST", in: "security") {
      throw FHIRUnfit(.testMessage, "meta says HTEST: test data are not taken; send without the tag", at: meta)
    }
  }
}

/// Why a resource cannot be a report. Where it stands is looked for only when somebody is told: finding the path of each of 100 000
/// entries would cost the square of that.
struct FHIRUnfit: Error {
  var code: Finding.Code
  var message: String
  var element: XMLElement

  init(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    self.code = code
    self.message = message
    self.element = element
  }

  var refusal: Refusal { Refusal(code, message, at: element) }
}

/// The resources of a message by their identifiers.
struct FHIRIdentifierIndex {
  private struct Key: Hashable {
    var type: String
    var system: String?
    var value: String
  }

  private var bySystem: [Key: Int] = [:]
  /// For references that name no system: nil where numbers of several systems are spelt the same.
  private var byValue: [Key: Int?] = [:]
  private var systems: [Key: String?] = [:]

  init(_ resources: FHIRResources) {
    for (index, resource) in resources.all.enumerated() where resource.container == nil {
      for identifier in resource.element.all("identifier") {
        guard let value = identifier.value("value") else { continue }
        let system = identifier.value("system")
        let key = Key(type: resource.type, system: system, value: value)
        if bySystem[key] == nil { bySystem[key] = index }
        let alone = Key(type: resource.type, value: value)
        if byValue[alone] == nil {
          byValue[alone] = .some(index)
          systems[alone] = .some(system)
        } else if let known = systems[alone], known != system {
          byValue[alone] = .some(nil)
        }
      }
    }
  }

  func resource(_ type: String, _ system: String?, _ value: String) -> Int? {
    if system != nil { return bySystem[Key(type: type, system: system, value: value)] }
    return byValue[Key(type: type, value: value)] ?? nil
  }
}
