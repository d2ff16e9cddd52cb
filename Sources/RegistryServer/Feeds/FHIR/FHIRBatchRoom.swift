import Clinical
import Feeds
import Hummingbird
import Messages
import Registry

/// What became of an entry of a batch.
struct EntryOutcome: Sendable {
  var status: Int
  var acknowledgement: Acknowledgement

  var isGood: Bool { status < 300 }
}

extension RegistryService {
  /// Takes each unit of a batch by itself, some at once: what comes together shares commits, and what is refused hinders nobody.
  ///
  /// - Returns: of each entry what became of it. What several units name is there when one of them is.
  /// - Throws: `ServiceError.tooLarge` for one whose entries name too many others; as `Registry.submit`: what was taken before stays, and sent
  ///   again changes nothing.
  func take(_ batch: FHIRBatch, isXML: Bool, of owner: FeedOwner, label: String) async throws -> [EntryOutcome] {
    if batch.isTangled { throw ServiceError.tooLarge }
    let time = try registry.zone().rfc3339(registry.now)
    var told: [EntryOutcome?] = (0..<batch.count).map { number in
      batch.unfit[number].map { EntryOutcome($0, at: time) }
    }
    try await withThrowingTaskGroup(of: (FHIRBatch.Unit, Submission).self) { group in
      var rest = batch.units[...]
      func next() {
        guard let unit = rest.popFirst() else { return }
        group.addTask { (unit, try await self.submit(unit, of: batch, isXML: isXML, owner, label)) }
      }
      for _ in 0..<Self.unitsAtOnce { next() }
      while let (unit, submission) = try await group.next() {
        next()
        count(submission, of: owner)
        let outcome = EntryOutcome(submission, entries: unit.entries)
        for number in unit.entries { told[number] = told[number].map { $0.better(of: outcome) } ?? outcome }
      }
    }
    // Every entry is in a unit, or unfit.
    return told.compactMap { $0 }
  }

  private static let unitsAtOnce = 32

  private func submit(
    _ unit: FHIRBatch.Unit, of batch: FHIRBatch, isXML: Bool, _ owner: FeedOwner, _ label: String
  ) async throws -> Submission {
    let bytes = batch.bytes(of: unit)
    guard unit.isDependent else { return try await registry.submit(bytes, of: owner, label: label) }
    let problem = FrameProblem(
      code: .dependentEntries,
      reason: "entries that name each other by urn:uuid, which a batch may not: send them as a transaction", line: 1,
      column: 1)
    let frame = MessageFrame(
      kind: isXML ? .xml : .json, bytes: bytes, label: label, offset: 0, line: 1, column: 1, problem: problem)
    return try await registry.submit(frame, of: owner)
  }
}

extension EntryOutcome {
  /// - Parameter entries: of the unit, by their numbers in the batch: places are told as they are there.
  fileprivate init(_ submission: Submission, entries: [Int]) {
    acknowledgement = submission.acknowledgement
    acknowledgement.findings = acknowledgement.findings.map { finding in
      var finding = finding
      let path = Self.path(finding.location.path, entries)
      finding.location = Location(line: 0, column: 0, path: path)
      return finding
    }
    guard submission.acknowledgement.outcome != .accepted else {
      status = submission.isKnown ? 200 : 201
      return
    }
    var submission = submission
    submission.dialect = submission.dialect ?? .fhirJSON
    status = AcknowledgementAnswer.status(of: submission)
  }

  fileprivate init(_ unfit: FHIRBatch.Unfit, at time: String) {
    let trouble: Acknowledgement.Trouble
    switch unfit {
    case .noResource:
      status = 400
      trouble = .init(
        code: "malformed", condition: .requiredFieldMissing, issue: .required,
        message: "an entry without a resource: send each with its own")
    case .otherMethod:
      status = 405
      trouble = .init(
        code: "wrong-method", condition: .unsupportedMessageType, issue: .notSupported,
        message: "results are sent here by POST or PUT; to take one back send it with status entered-in-error")
    }
    acknowledgement = Acknowledgement(
      outcome: .error, messageID: nil, findings: [], acknowledgedAt: time, trouble: trouble)
  }

  /// What is new goes before what was known, what is taken before what is not.
  fileprivate func better(of other: EntryOutcome) -> EntryOutcome {
    if isGood != other.isGood { return isGood ? self : other }
    return isGood && other.status > status ? other : self
  }

  /// `/Bundle/entry[2]/…` of a unit as it stands in the batch.
  private static func path(_ path: String, _ entries: [Int]) -> String {
    let start = "/Bundle/entry"
    guard path.hasPrefix(start) else { return path }
    var rest = path.dropFirst(start.count)
    var place = 1
    if rest.first == "[", let end = rest.firstIndex(of: "]") {
      place = Int(rest[rest.index(after: rest.startIndex)..<end]) ?? 1
      rest = rest[rest.index(after: end)...]
    }
    guard rest.isEmpty || rest.first == "/", entries.indices.contains(place - 1) else { return path }
    return start + "[\(entries[place - 1] + 1)]" + rest
  }
}

/// The answer to a batch (FHIR R4, 3.1.0.11.3): 200 however its entries fared, each with its own status and outcome.
struct FHIRBatchAnswer {
  let entries: [EntryOutcome]
  /// RFC 3339.
  let time: String
  let notation: OperationOutcomeWriter.Notation

  init(entries: [EntryOutcome], at time: String, _ notation: OperationOutcomeWriter.Notation) {
    (self.entries, self.time, self.notation) = (entries, time, notation)
  }

  var response: Response {
    // A service that cannot work at all says so at once.
    if let first = entries.first, entries.allSatisfy({ $0.status == 503 }) {
      return FHIRAnswer.response(.outcome(first.acknowledgement), status: 503, notation: notation)
    }
    let told = entries.enumerated().map { number, entry -> FHIRDocument in
      var response: [(String, FHIRDocument)] = [
        ("status", .text("\(entry.status) \(Self.phrases[entry.status] ?? "Error")"))
      ]
      if entry.isGood { response.append(("lastModified", .text(entry.acknowledgement.acknowledgedAt))) }
      if number < Self.mostOutcomes { response.append(("outcome", .outcome(entry.acknowledgement))) }
      return .element([("response", .element(response))])
    }
    return FHIRAnswer.response(
      FHIRAnswer.bundle("batch-response", told, at: time), status: 200, notation: notation)
  }

  /// An outcome is a hundred times what it takes to send an empty entry. Those behind have their status.
  private static let mostOutcomes = 10_000

  private static let phrases = [
    200: "OK", 201: "Created", 400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed", 409: "Conflict",
    413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content", 503: "Service Unavailable",
  ]
}
