import ArgumentParser
import Clinical
import Foundation
import Glibc
import Recognition
import Registry

struct DecideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Orders in, one per line; one decision per line out, in order.",
    discussion: """
      A line that cannot be decided gives its error in its place, nothing is recorded of it, and the exit code is 2.

      Orders may also be a table: CSV in UTF-8 whose header names orderId. One row for each ordered item, the rows of an order \
      together; what is said of the whole order may be repeated in each of its rows, or stand in the first alone. Columns: orderId, \
      orderingInstitution, department, clinician, setting, orderedAt, retestReason, retestReasonText; of the patient: person, or one \
      column for each type of identifier (resident-id, health-card, outpatient, …) with idInstitution where the number is another \
      institution's, name, sex, birthDate; of the item: item or localCode, specimen, bodySite, laterality. Errors name line and \
      column. A table is decided as the same orders in NDJSON are.
      """)

  @OptionGroup var store: StoreOptions
  @Argument(help: "NDJSON orders, or a table of them in CSV; - for standard input.")
  var file: String
  @Flag(help: "Keep each decision as an event: a prompt of the books.")
  var record = false
  @Option(help: "Decide as the registry knew everything then.")
  var knownAt: MomentArgument?

  private static let together = 512

  func run() throws {
    let registry = try store.open()
    let knownAt = try knownAt?.instant(of: registry)
    if record, let knownAt { try registry.refuseRecording(asKnownAt: knownAt) }
    var failed = 0
    func answer(_ result: Result<Decision, OrderProblem>) {
      switch result {
      case .success(let decision):
        if store.format == .json {
          Output.answer(jsonText: decision.json)
        } else {
          Output.answer(PrintedText(lines: decision.text))
        }
      case .failure(let problem):
        failed += 1
        Output.answer(jsonText: problem.json)
      }
    }
    var lines = try LineReader(file)
    let first = try lines.next()
    if let first, OrderTable.isTable(first) {
      let table = try first + [10] + lines.rest()
      try registry.decide(table: table, knownAt: knownAt, record: record, answer)
    } else {
      // What has been read already is decided together, and recorded in one commit; who writes one order and waits, waits for no other.
      var line = first
      while let order = line {
        var together = [order]
        while together.count < Self.together, let next = lines.nextRead() { together.append(next) }
        try registry.decide(lines: together, knownAt: knownAt, record: record).forEach(answer)
        line = try lines.next()
      }
    }
    if failed > 0 {
      Output.note("\(failed) orders could not be decided: each error names its field")
      throw ExitCode.incomplete
    }
  }
}

/// The lines of a file or of standard input, empty ones left out.
struct LineReader {
  private let file: FileHandle
  private let path: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  init(_ path: String) throws {
    guard let file = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
      throw RegistryError.unreadable(path: path)
    }
    self.file = file
    self.path = path
  }

  mutating func next() throws -> [UInt8]? {
    while true {
      if let line = nextRead() { return line }
      if try fill() { continue }
      let line = buffer[start...]
      start = buffer.count
      return Self.isEmpty(line) ? nil : Array(line)
    }
  }

  /// The next line, when all of it was read already.
  mutating func nextRead() -> [UInt8]? {
    while let end = buffer[start...].firstIndex(of: 10) {
      let line = buffer[start..<end]
      start = end + 1
      if !Self.isEmpty(line) { return Array(line) }
    }
    return nil
  }

  private static func isEmpty(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == 32 || $0 == 13 || $0 == 9 } }

  /// All that was not given as a line yet.
  mutating func rest() throws -> [UInt8] {
    while try fill() {}
    defer { start = buffer.count }
    return Array(buffer[start...])
  }

  /// - Returns: false at the end.
  private mutating func fill() throws -> Bool {
    if isAtEnd { return false }
    let piece = try piece()
    isAtEnd = piece.isEmpty
    buffer.removeSubrange(..<start)
    start = 0
    buffer += piece
    return !isAtEnd
  }

  /// What there is to be read: not as much as was asked for, as `FileHandle` waits for, since whoever writes one line waits for its answer.
  ///
  /// - Returns: empty at the end.
  private func piece() throws -> [UInt8] {
    let most = 1 << 16
    while true {
      var failure: Int32 = 0
      let piece = [UInt8](unsafeUninitializedCapacity: most) { bytes, count in
        let read = Glibc.read(file.fileDescriptor, bytes.baseAddress, most)
        failure = read < 0 ? errno : 0
        count = max(0, read)
      }
      if failure == 0 { return piece }
      // A folder opens and cannot be read.
      if failure != EINTR { throw RegistryError.unreadable(path: path) }
    }
  }
}
