import ArgumentParser
import Clinical
import Foundation
import PersonIndex
import Registry
import RegistryStore
import SQLiteStore

/// Records that share one or two things, or all: they must cost no more than people's.
struct PersonsCrowdsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crowds",
    abstract:
      "Imports crowds, each into a registry of its own, and prints how fast that was and what is asked, as JSON.")

  /// What a crowd has in common.
  enum Thing: String, CaseIterable {
    case name, birthDate, sex, phone, address, card, residentID, localNumber
  }

  @Argument(help: "A folder for the registries; created when it is not there.")
  var folder: String
  @Option(help: "The reference folder of a city.")
  var reference: String
  @Option(help: "Records of each crowd.")
  var records = 50_000
  @Option(help: "Things in common, such as name+phone; default: each alone, each two, and all.")
  var things: [String] = []
  @Flag(help: "Say nothing of the patients but what they have in common.")
  var sparse = false
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 3

  private struct Answer: Encodable {
    var things: String
    var isSparse: Bool
    var records: Int
    var seconds: Double
    var perSecond: Double
    /// Of the second half alone: what grows with the crowd shows here.
    var perSecondAtLast: Double
    var persons: Int
    var tasks: Int
  }

  func run() async throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var crowds = things.map { $0.split(separator: "+").compactMap { Thing(rawValue: String($0)) } }
    if crowds.isEmpty {
      let all = Thing.allCases
      crowds = all.map { [$0] } + [all]
      for (place, one) in all.enumerated() { crowds += all[(place + 1)...].map { [one, $0] } }
    }
    for crowd in crowds { try PersonsCommand.print(try await measure(Set(crowd))) }
  }

  private func measure(_ things: Set<Thing>) async throws -> Answer {
    let path = "\(folder)/crowd-\(UUID().uuidString).sqlite"
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
    let registry = try Registry(path: path, mayCreate: true)
    _ = try registry.loadReference(directory: reference)
    var seconds: [Double] = []
    for half in 0..<2 {
      let file = "\(folder)/crowd-\(UUID().uuidString).hl7"
      defer { try? FileManager.default.removeItem(atPath: file) }
      var output = try OutputFile(file)
      for number in (records / 2 * half)..<(records / 2 * (half + 1)) {
        try output.write(Array(message(number, things).text.utf8))
      }
      try output.finish()
      let start = ContinuousClock.now
      let outcome = try await registry.receive([file])
      seconds.append((ContinuousClock.now - start).seconds)
      if let problem = outcome.problems.first { throw Failure(problem.reason) }
    }
    var persons = 0
    try SQLiteStore(path: path, mayCreate: false).read { try $0.eachPerson { _ in persons += 1 } }
    return Answer(
      things: Thing.allCases.filter(things.contains).map(\.rawValue).joined(separator: "+"), isSparse: sparse,
      records: records, seconds: seconds.reduce(0, +), perSecond: Double(records) / seconds.reduce(0, +),
      perSecondAtLast: Double(records / 2) / seconds[1], persons: persons, tasks: try registry.reviews(limit: 1).open)
  }

  /// Somebody of a crowd: what the crowd has in common is the first one's.
  private func message(_ number: Int, _ things: Set<Thing>) -> PatientMessage {
    func person(_ thing: Thing) -> InventedPerson? {
      things.contains(thing)
        ? InventedPerson(1_000_000, seed: seed) : sparse ? nil : InventedPerson(number * 3, seed: seed)
    }
    var patient = Patient()
    patient.name = person(.name)?.name
    patient.birthDate = person(.birthDate)?.birthDate
    patient.sex = person(.sex)?.sex
    patient.phones = [person(.phone)?.phone].compactMap { $0 }
    patient.address = person(.address)?.address
    let local = things.contains(.localNumber) ? "L1" : "L\(1_000_000 + number)"
    patient.identifiers = [Identifier(.local, local)]
    if let id = person(.residentID)?.residentID { patient.identifiers.append(Identifier(.residentID, id)) }
    if let card = person(.card)?.card { patient.identifiers.append(Identifier(.healthCard, card)) }
    return PatientMessage(institution: number % 3, patient: patient, number: number)
  }
}
