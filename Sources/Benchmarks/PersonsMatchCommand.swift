import ArgumentParser
import Clinical
import Foundation
import PersonIndex

/// How long the index of a whole population takes to be ready and to find candidates, and how much memory it takes.
struct PersonsMatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match", abstract: "Loads one record of each of so many people into the index and asks for candidates."
  )

  @Argument(help: "The file of signatures; it is made if it is not there.")
  var file: String
  @Option(help: "How many people.")
  var persons = 28_200_000
  @Option(help: "How many records to find candidates of.")
  var queries = 100_000
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 1

  private struct Answer: Encodable {
    var persons = 0
    /// Of one new patient: the record and its signature, in microseconds of the processor.
    var normalising = 0.0
    var secondsUntilReady = 0.0
    var peakMegabytes = 0.0
    /// By the wall; the processor's own time beside it, for a machine that others use too.
    var meanMicroseconds = 0.0
    var meanProcessor = 0.0
    var p50 = 0.0
    var p99 = 0.0
    var p999 = 0.0
    var candidates = 0.0
    /// Of queries that share a key with their person's record, which the judge would link or show: all must be found.
    var missed = 0
    var demanded = 0
    var insertMicroseconds = 0.0
  }

  /// An id of 8 bytes and a signature of 56.
  private static let rowSize = 64

  func run() throws {
    if !FileManager.default.fileExists(atPath: file) { try write() }
    var answer = Answer(persons: persons)
    let judge = PersonModel.standard(population: Double(persons)).judge
    let index = MatchIndex()
    let start = ContinuousClock.now
    try read(into: index)
    answer.secondsUntilReady = (ContinuousClock.now - start).seconds
    answer.peakMegabytes = try Self.peakMegabytes()
    let search = MatchSearch(index.snapshot, MatchBounds(judge))

    let asked = (0..<queries).map { query -> (person: Int, patient: Patient) in
      var draw = Draw(seed: seed, .order, query)
      let person = draw.below(persons)
      return (person, InventedPerson.patient(person, seed: seed, visit: 1))
    }
    let normalisingStart = Self.processorSeconds()
    let records = asked.map { PersonRecord(key: "query", patient: $0.patient) }
    let signatures = records.map { MatchSignature($0) }
    answer.normalising = (Self.processorSeconds() - normalisingStart) * 1e6 / Double(queries)
    // Warm: what every query reads has been read before.
    for signature in signatures.prefix(queries / 10) { _ = search.candidates(of: signature) }
    var times: [Double] = []
    times.reserveCapacity(queries)
    var found: [[Int64]] = []
    found.reserveCapacity(queries)
    let processor = Self.processorSeconds()
    for signature in signatures {
      let start = ContinuousClock.now
      let candidates = search.candidates(of: signature)
      times.append((ContinuousClock.now - start).seconds * 1e6)
      found.append(candidates)
    }
    answer.meanProcessor = (Self.processorSeconds() - processor) * 1e6 / Double(queries)
    answer.meanMicroseconds = times.reduce(0, +) / Double(queries)
    times.sort()
    func quantile(_ part: Double) -> Double { times[Int(Double(queries - 1) * part)] }
    (answer.p50, answer.p99, answer.p999) = (quantile(0.5), quantile(0.99), quantile(0.999))
    answer.candidates = found.reduce(0.0) { $0 + Double($1.count) } / Double(queries)
    for (query, candidates) in found.enumerated() {
      let own = PersonRecord(key: "own", patient: InventedPerson.patient(asked[query].person, seed: seed, visit: 0))
      let outcome = judge.decide(records[query], own).outcome
      guard outcome == .link || outcome == .review,
        !Set(BlockingKeys(own).keys).isDisjoint(with: BlockingKeys(records[query]).keys)
      else { continue }
      answer.demanded += 1
      if !candidates.contains(Int64(asked[query].person)) { answer.missed += 1 }
    }
    let insertStart = ContinuousClock.now
    for (place, signature) in signatures.enumerated() {
      search.insert(id: Int64(persons + place), signature)
      // As many as a transaction of an import brings.
      if place % 3072 == 3071 { _ = search.publish(into: index) }
    }
    answer.insertMicroseconds = (ContinuousClock.now - insertStart).seconds * 1e6 / Double(queries)
    try PersonsCommand.print(answer)
  }

  private func write() throws {
    var output = try OutputFile(file)
    var bytes: [UInt8] = []
    for person in 0..<persons {
      withUnsafeBytes(of: Int64(person).littleEndian) { bytes.append(contentsOf: $0) }
      bytes.append(
        contentsOf: MatchSignature(
          PersonRecord(key: "", patient: InventedPerson.patient(person, seed: seed, visit: 0))
        ).bytes)
      if bytes.count > 1 << 20 || person == persons - 1 {
        try output.write(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try output.finish()
  }

  private func read(into index: MatchIndex) throws {
    let handle = try FileHandle(forReadingFrom: URL(filePath: file))
    try index.load { add in
      while let data = try handle.read(upToCount: Self.rowSize << 14), !data.isEmpty {
        data.withUnsafeBytes { bytes in
          for row in stride(from: 0, to: bytes.count, by: Self.rowSize) {
            let id = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: row, as: Int64.self))
            let signature = MatchSignature(bytes: UnsafeRawBufferPointer(rebasing: bytes[(row + 8)..<(row + 64)]))
            if let signature { add(id, signature) }
          }
        }
      }
    }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func peakMegabytes() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Double(line.filter(\.isNumber)) ?? 0) / 1024
  }
}
