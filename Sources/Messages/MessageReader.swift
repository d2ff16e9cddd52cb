public import Clinical
public import XMLReading

/// One message's bytes → what it says, or why it cannot be taken. Not for sharing between threads; keep one per worker.
///
/// The dialect is found by content: root and template, interaction or code, never the namespace alone.
public final class MessageReader {
  /// How the bytes of a message are written.
  public enum Notation: String, Sendable, Codable {
    case xml, json, er7
  }

  /// What came of a message.
  public struct Result: Sendable {
    public var message: Message?
    /// Why it is quarantined, when there is no message.
    public var refusal: Finding?
    public var findings: [Finding]
    /// What was read of it, for explaining; nil when nothing was.
    public var tree: XMLTree?
  }

  private let context: ReadingContext
  private let mappings: [Mapping]
  private let reader: XMLTreeReader
  private let limits: XMLLimits

  public init(context: ReadingContext, mappings: [Mapping] = [], limits: XMLLimits = XMLLimits()) {
    self.context = context
    self.mappings = mappings
    self.limits = limits
    self.reader = XMLTreeReader(limits: limits)
  }

  /// Local names of the elements a message can begin with, beside those of the mappings.
  public static let roots =
    V2Reader.roots + [
      "ClinicalDocument",
      "RCMR_IN000002UV01", "RCMR_IN000002UV02", "RCMR_IN000002UV03", "POLB_IN224000UV01", "POLB_IN224000UV02",
      "POLB_IN224100UV01", "POLB_IN224100UV02", "POLB_IN224200UV01", "POLB_IN224200UV02", "POLB_IN224201UV01",
      "POLB_IN224201UV02", "POLB_IN224202UV01", "POLB_IN224202UV02", "POLB_IN364000CA", "PRPA_IN201301UV01",
      "PRPA_IN201301UV02", "PRPA_IN201302UV01", "PRPA_IN201302UV02", "PRPA_IN201304UV01", "PRPA_IN201304UV02",
      "PRPA_IN201311UV02", "PRPA_IN201314UV02", "organizer", "Bundle",
      "DiagnosticReport",
    ]

  /// Further ones, which vendors use as well: they begin a message only within their namespace.
  public static let rootsInNamespaces = [
    "Observation": FHIRReader.namespace, "Patient": FHIRReader.namespace, "Parameters": FHIRReader.namespace,
  ]

  /// - Parameters:
  ///   - bytes: one message in UTF-8.
  ///   - prologue: see `XMLTreeReader.read`.
  ///   - line, column: where in the file it begins.
  public func read(
    _ bytes: UnsafeBufferPointer<UInt8>, notation: Notation, within prologue: [UInt8] = [], line: Int = 1,
    column: Int = 1
  ) -> Result {
    let tree: XMLTree
    do {
      switch notation {
      case .xml: tree = try reader.read(bytes, within: prologue, line: line, column: column)
      case .json: tree = try FHIRJSONTree.read(bytes, limits: limits, line: line)
      case .er7: tree = try ER7Tree.read(bytes, limits: limits, line: line)
      }
    } catch {
      return Result(
        message: nil, refusal: Finding(error), findings: [], tree: notation == .xml ? reader.partial : nil)
    }
    return read(tree, notation: notation)
  }

  /// What a message becomes, datum by datum; through a mapping with the place of each.
  public func explain(_ result: Result, notation: Notation) -> Explanation {
    if notation == .xml, let root = result.tree?.root, let mapping = mappings.first(where: { $0.recognises(root) }) {
      return mapping.explain(root, context: context)
    }
    var explanation = Explanation(findings: [result.refusal].compactMap { $0 } + result.findings)
    if let message = result.message {
      explanation = Explanation(of: message, zone: context.zone)
      explanation.findings = result.findings
    }
    return explanation
  }

  /// Whether a hospital's own mapping was written for a root.
  func isMapped(_ root: XMLElement) -> Bool { mappings.contains { $0.recognises(root) } }

  private func read(_ tree: XMLTree, notation: Notation) -> Result {
    var notes = ReadingNotes(context)
    do {
      let message = try message(tree.root, notation: notation, notes: &notes)
      notes.close(at: tree.root)
      return Result(message: message, refusal: nil, findings: notes.findings, tree: tree)
    } catch {
      return Result(message: nil, refusal: error.finding, findings: notes.findings, tree: tree)
    }
  }

  private func message(
    _ root: XMLElement, notation: Notation, notes: inout ReadingNotes
  ) throws(Refusal) -> Message {
    // A hospital's own mapping goes first: it was written for exactly this root.
    let own = notation == .xml ? mappings.filter { $0.recognises(root) } : []
    if own.count > 1 {
      let names = own.map(\.name).joined(separator: ", ")
      throw Refusal(
        .unknownDialect, "more than one mapping fits: \(names). Tell them apart with `when` and `unless`", at: root)
    }
    if let mapping = own.first { return try mapping.read(root, notes: &notes) }
    if V2Reader.recognises(root) {
      return try V2Reader.read(root, dialect: notation == .er7 ? .hl7v2ER7 : .hl7v2XML, notes: &notes)
    }
    if FHIRReader.recognises(root) {
      return try FHIRReader.read(root, dialect: notation == .json ? .fhirJSON : .fhirXML, notes: &notes)
    }
    if let dialect = CDAReader.recognises(root) {
      return try CDAReader.read(root, dialect: dialect, notes: &notes)
    }
    let unmet = notation == .xml ? mappings.flatMap { own in own.unmet(root).map { "\(own.name) (\($0))" } } : []
    let reason =
      unmet.isEmpty
      ? "the root element is that of no dialect known here: write a mapping for it (Samples/reference/mappings shows how)"
      : "mappings know this root element, but not this form of it: " + unmet.joined(separator: ", ")
    throw Refusal(.unknownDialect, reason, at: root)
  }
}

extension Finding {
  /// Why a document could not be read, as a finding.
  public init(_ error: XMLReadingError) {
    let code: Finding.Code =
      switch error.kind {
      case .malformed, .encoding: .unreadable
      case .doctype: .doctypeRefused
      case .limit: .limitExceeded
      }
    self.init(code, error.message, at: Location(error.location))
  }
}
