public import Clinical
public import XMLReading

/// How one vendor's own XML is read, as a small YAML file says it: a new institution needs no code.
///
/// Its keys, each with an example that a test runs, are told in `Samples/reference/mappings/README.md`.
public struct Mapping: Sendable {
  /// What messages read through it carry as `Message.mapping`.
  public let name: String
  /// The name of the root element.
  public let root: String
  let when: [MappingPath]
  let unless: [MappingPath]
  let updateMode: Report.UpdateMode
  let dates: [MappingDateFormat]
  /// Texts that are absences, beside those that are everywhere.
  let fillers: Set<String>
  let ignored: [MappingPath]
  let sections: MappingSections

  init(
    name: String, root: String, when: [MappingPath], unless: [MappingPath], updateMode: Report.UpdateMode,
    dates: [MappingDateFormat], fillers: Set<String>, ignored: [MappingPath], sections: MappingSections
  ) {
    self.name = name
    self.root = root
    self.when = when
    self.unless = unless
    self.updateMode = updateMode
    self.dates = dates
    self.fillers = fillers
    self.ignored = ignored
    self.sections = sections
  }

  /// Reads a mapping file.
  ///
  /// - Parameter file: what to call it in problems.
  /// - Throws: every mistake in it, with its line.
  public init(yaml: String, file: String) throws(MappingProblems) {
    var decoder = MappingDecoder(file: file)
    guard let mapping = decoder.decode(yaml), decoder.problems.isEmpty else {
      throw MappingProblems(problems: decoder.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    self = mapping
  }

  /// Whether a document is of this form: its root element's name, all of `when` and none of `unless`.
  public func recognises(_ root: XMLElement) -> Bool {
    root.name == self.root && when.allSatisfy { !$0.places(from: root).isEmpty }
      && unless.allSatisfy { $0.places(from: root).isEmpty }
  }

  /// Which of its conditions keep it from a document with its root element: in words, each; none for other documents.
  func unmet(_ root: XMLElement) -> [String] {
    guard root.name == self.root else { return [] }
    let missing = when.filter { $0.places(from: root).isEmpty }.map { "when: \($0.text) leads nowhere" }
    let present = unless.filter { !$0.places(from: root).isEmpty }.map { "unless: \($0.text) leads somewhere" }
    return missing + present
  }

  /// What a message says.
  ///
  /// A report that states no status is final (recognition.md).
  ///
  /// - Throws: `Refusal` when it is marked as a test, or time, source, report number or patient is missing.
  public func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    var reader = MappingReader(self, notes: notes, isTracing: false)
    defer { notes = reader.notes }
    return try reader.message(root)
  }

  /// What a message becomes, datum by datum with its place, and what of it the mapping leaves unused.
  public func explain(_ root: XMLElement, context: ReadingContext = ReadingContext()) -> Explanation {
    var reader = MappingReader(self, notes: ReadingNotes(context), isTracing: true)
    do throws(Refusal) {
      let message = try reader.message(root)
      return Explanation(
        of: message, trace: reader.trace, root: root, findings: reader.notes.findings, zone: context.zone)
    } catch {
      return Explanation(trace: reader.trace, root: root, findings: [error.finding] + reader.notes.findings)
    }
  }
}
