import ArgumentParser
import Clinical
import Foundation
import PersonIndex
import Registry
import RegistryStore
import SQLiteStore

/// Whether the people are the same, whatever comes first.
struct PersonsOrderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Imports careless hospitals' patients in several orders, and prints what came out otherwise, as JSON.")

  @Argument(help: "A folder for the registries; created when it is not there.")
  var folder: String
  @Option(help: "The reference folder of a city.")
  var reference: String
  @Option(help: "Cases of each kind.")
  var cases = 300
  @Option(help: "People with ordinary slips, beside the cases.")
  var persons = 3000
  @Option(help: "In how many orders.")
  var orders = 4
  @Option(help: "Another seed is other people.")
  var seed: UInt64 = 9
  @Option(
    parsing: .upToNextOption,
    help: "Of the messages only these, by their numbers: to look into what came out otherwise.")
  var only: [Int] = []
  @Flag(help: "Print what is said in each case that came out otherwise.")
  var show = false

  private struct Answer: Encodable {
    var messages: Int
    var orders: Int
    /// Groups of the first order that are none of another.
    var otherwise: Int
    /// Groups of the first order with records of two people.
    var mixed: Int
    var tasks: [Int]
    var seconds: Double
  }

  func run() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let start = ContinuousClock.now
    let (all, truth) = messages()
    let messages = only.isEmpty ? all : only.compactMap { all.indices.contains($0) ? all[$0] : nil }
    var generator = SplitMix64(seed: seed)
    var tasks: [Int] = []
    var partitions: [Set<Set<String>>] = []
    for order in 0..<orders {
      let shuffled = order == 0 ? messages : messages.shuffled(using: &generator)
      let (partition, open) = try await people(shuffled, inOneFeed: order < 2)
      partitions.append(partition)
      tasks.append(open)
    }
    if !only.isEmpty {
      for partition in Set(partitions) { print(partition.map { $0.sorted() }.sorted { $0[0] < $1[0] }) }
    }
    let otherwise = partitions.dropFirst().reduce(into: Set<Set<String>>()) {
      $0.formUnion(partitions[0].subtracting($1))
    }
    if show {
      tell(otherwise, all)
      tell(partitions[0].filter { Set($0.compactMap { truth[$0] }).count > 1 }, all)
    }
    try PersonsCommand.print(
      Answer(
        messages: messages.count, orders: orders, otherwise: otherwise.count,
        mixed: partitions[0].count { Set($0.compactMap { truth[$0] }).count > 1 }, tasks: tasks,
        seconds: (ContinuousClock.now - start).seconds))
  }

  /// Those who are easily taken for one, and people with ordinary slips; each message has a local id of its own, or shares one.
  ///
  /// - Returns: the messages, and of each report who it is of.
  private func messages() -> ([PatientMessage], [String: String]) {
    var result: [PatientMessage] = []
    var truth: [String: String] = [:]
    func add(_ patient: Patient, at institution: Int, of person: String) {
      truth["R\(result.count)"] = person
      var patient = patient
      if !patient.identifiers.contains(where: { $0.kind.isWithinInstitution }) {
        patient.identifiers.insert(Identifier(.local, "Z\(1_000_000 + result.count)"), at: 0)
      }
      result.append(PatientMessage(institution: institution, patient: patient, number: result.count))
    }
    for (place, kind) in HostileCases.Kind.allCases.enumerated() {
      var generator = HostileCases(seed: seed &+ UInt64(1000 * place))
      for number in 0..<cases {
        let hostile = generator.make(kind)
        for (place, patient) in hostile.patients.enumerated() {
          add(patient, at: place % 3, of: "\(kind)-\(number)-\(hostile.person[place])")
        }
      }
    }
    for (place, pair) in CarelessHospital.Pair.allCases.enumerated() {
      var generator = CarelessHospital(seed: seed &+ UInt64(1000 * place + 500))
      for number in 0..<cases {
        for sent in generator.make(pair, case: number) {
          var patient = sent.patient
          // Cases of other kinds have the same numbers.
          patient.identifiers = patient.identifiers.map {
            $0.kind.isWithinInstitution ? Identifier($0.kind, "\(pair)-\($0.value)") : $0
          }
          add(patient, at: sent.institution, of: "\(pair)-\(sent.person)")
        }
      }
    }
    for (patient, person, visit) in HeldOutPersons(slips: 2, seed: seed).patients(persons: persons) {
      add(patient, at: visit % 4, of: "\(person)")
    }
    return (result, truth)
  }

  private func people(
    _ messages: [PatientMessage], inOneFeed: Bool
  ) async throws -> (partition: Set<Set<String>>, tasks: Int) {
    let path = "\(folder)/order-\(UUID().uuidString).sqlite"
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let registry = try Registry(path: path, mayCreate: true)
    _ = try registry.loadReference(directory: reference)
    let size = inOneFeed ? messages.count : max(1, messages.count / 7)
    for start in stride(from: 0, to: messages.count, by: size) {
      let file = "\(folder)/order-\(UUID().uuidString).hl7"
      defer { try? FileManager.default.removeItem(atPath: file) }
      let text = messages[start..<min(messages.count, start + size)].map(\.text).joined()
      try Data(text.utf8).write(to: URL(filePath: file))
      let outcome = try await registry.receive([file])
      if let problem = outcome.problems.first { throw Failure(problem.reason) }
    }
    var partition: Set<Set<String>> = []
    try SQLiteStore(path: path, mayCreate: false).read { transaction in
      var reports: [Int64: [String]] = [:]
      try transaction.eachReport { versions in
        for version in versions { reports[version.record, default: []].append(version.number) }
      }
      try transaction.eachPerson { code in
        let own = try transaction.links(person: code).flatMap { reports[$0.record] ?? [] }
        if !own.isEmpty { partition.insert(Set(own)) }
      }
    }
    return (partition, try registry.reviews(limit: 1).open)
  }

  private func tell(_ groups: Set<Set<String>>, _ messages: [PatientMessage]) {
    for group in groups.prefix(20) {
      print(group.sorted().joined(separator: " "))
      for report in group.sorted() {
        guard let number = Int(report.dropFirst()) else { continue }
        for near in max(0, number - 7)...min(messages.count - 1, number + 7) {
          let text = messages[near].text.split(separator: "\r")[1]
          print(group.contains("R\(near)") ? "  *" : "   ", near, messages[near].institution, text)
        }
        break
      }
    }
  }
}
