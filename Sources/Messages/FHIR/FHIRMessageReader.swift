import Clinical
import XMLReading

/// One FHIR message while it is read: its resources, and what was noted. The topics are extensions of their own
/// (`FHIRPatient.swift`, `FHIRObservations.swift`, …).
struct FHIRMessageReader {
  let resources: FHIRResources
  private(set) var notes: ReadingNotes
  /// A patient is read once per source, however many reports name them.
  var patients: [PatientKey: Patient] = [:]
  /// The identifiers and OIDs of the organizations of the message, gathered when first asked for.
  var organizationNames: Set<String>?
  /// Per Bundle; nil where it has none.
  var messageTimes: [Int: Instant?] = [:]
  var resultCount = 0

  struct PatientKey: Hashable {
    var patient: Int
    var source: OrganizationReference
  }

  /// More results than this in one message are refused: one Observation that thousands of reports share would fill any memory.
  static let resultLimit = 200_000

  init(_ root: XMLElement, _ notes: ReadingNotes) {
    resources = FHIRResources(root)
    self.notes = notes
  }

  mutating func note(_ code: Finding.Code, _ message: String, at element: XMLElement) {
    notes.note(code, message, at: element)
  }

  /// The moment of a primitive.
  mutating func instant(_ element: XMLElement?) -> Instant? {
    guard let element else { return nil }
    return notes.instant(element.filled("value"), at: element)
  }

  /// The moment of `effective[x]`, `collected[x]` and the like: of a period its start, since a result is as old as its oldest
  /// part, and a window counted from the end would let an older one in; the end only where there is no start.
  mutating func start(of choice: XMLElement?) -> Instant? {
    guard let choice else { return nil }
    if choice.attribute("value") != nil { return instant(choice) }
    return instant(choice.first("start")) ?? instant(choice.first("event")) ?? instant(choice.first("end"))
  }

  mutating func date(_ element: XMLElement?) -> CalendarDate? {
    guard let element else { return nil }
    return notes.date(element.filled("value"), at: element)
  }

  /// The resource that a Reference means. What is named and not there is noted, unless it is named by an identifier alone.
  mutating func follow(_ reference: XMLElement?, from index: Int) -> Int? {
    guard let reference, let address = reference.value("reference") else { return nil }
    if let found = resources.resolve(address, from: index) { return found }
    if reference.first("identifier")?.value("value") == nil {
      note(
        .danglingReference, "a reference to a resource that is not in this message, or that two resources answer to",
        at: reference)
    }
    return nil
  }

  /// The same, for a resource of one type only.
  mutating func follow(_ reference: XMLElement?, to type: String, from index: Int) -> Int? {
    guard let found = follow(reference, from: index) else { return nil }
    return resources.all[found].type == type ? found : nil
  }

  /// HTEST (HL7 v3 ActReason) marks test data.
  func refuseTest(_ element: XMLElement) throws(Refusal) {
    guard let meta = element.first("meta") else { return }
    if meta.has("HTEST", in: "tag") || meta.has("HTEST", in: "security") {
      throw Refusal(.testMessage, "meta says HTEST: test data are not taken; send without the tag", at: meta)
    }
  }
}
