import ArgumentParser

/// The options that shape a city. Feed, reference folder and orders belong together when they were made with the same ones.
struct CityOptions: ParsableArguments {
  @Option(help: "Messages of the feed.")
  var messages = 100_000
  @Option(help: "Results (OBX) of each message.")
  var results = 10
  @Option(help: "Persons; by default a quarter of the messages.")
  var persons: Int?
  @Option(help: "Institutions.")
  var institutions = 40
  @Option(help: "Another seed is another city.")
  var seed: UInt64 = 1

  var city: City {
    City(
      messages: messages, results: results, persons: persons ?? max(1, messages / 4), institutions: institutions,
      seed: seed)
  }

  func validate() throws {
    if messages < 1 { throw ValidationError("--messages: at least 1") }
    if !(1...CityItem.all.count).contains(results) {
      throw ValidationError("--results: 1 to \(CityItem.all.count), the items there are")
    }
    if let persons, !(1...Resident.most).contains(persons) {
      throw ValidationError("--persons: 1 to \(Resident.most), the resident numbers there are")
    }
    if !(1...999).contains(institutions) { throw ValidationError("--institutions: 1 to 999") }
  }
}
