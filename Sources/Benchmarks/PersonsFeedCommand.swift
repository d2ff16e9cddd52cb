import ArgumentParser
import Catalogue
import Clinical
import PersonIndex

struct PersonsFeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feed",
    abstract: "Writes a feed of v2.xml messages about a population; prints what is in it as JSON.",
    discussion: """
      Three in five messages are about people at the institution that knows them, one at another, where they become a new record,
      and one about people whom nobody knows yet.
      """)

  @Argument(help: "The file to write.")
  var file: String
  @OptionGroup var options: PopulationOptions
  @Option(help: "Messages of the feed.")
  var messages = 100_000
  @Option(help: "Another number is another feed about the same people.")
  var number = 1

  struct Content: Encodable {
    var messages = 0
    var results = 0
    /// Messages about people at the institution that knows them: they make no record.
    var sameInstitution = 0
    /// Messages about people of the database at another institution.
    var otherInstitution = 0
    /// Messages about people who are not in the database.
    var newPeople = 0
    /// Records that the feed makes in a database without any feed before.
    var newRecords = 0
    /// People whom it tells of first.
    var newPersons = 0
    /// Records at another institution which, held against the one at home alone, are surely the same person's.
    var linkedRecords = 0
    var bytes = 0
  }

  func validate() throws {
    if !(1...PopulationFeed.most).contains(messages) {
      throw ValidationError("--messages: 1 to \(PopulationFeed.most)")
    }
    if !(0..<100_000_000_000).contains(number) { throw ValidationError("--number: 0 to 99999999999") }
  }

  func run() throws {
    let feed = PopulationFeed(population: options.population, messages: messages, number: number)
    try PersonsCommand.print(try PersonsFeedCommand.write(feed, to: file))
  }

  static func write(_ feed: PopulationFeed, to file: String) throws -> Content {
    let population = feed.population
    // As the registry counts when its reference data say nothing of the population, as those of a city do not.
    let judge = PersonModel.standard(population: Double(Policy(consentDefault: .permit).population)).judge
    let writer = feed.writer
    var content = Content()
    var records: Set<[Int]> = []
    var output = try FeedFile(file)
    for place in 0..<feed.messages {
      let (kind, message) = feed.message(place)
      let patient = population.patient(message.person, at: message.institution)
      try output.add { writer.write(message, patient: patient, to: &$0) }
      content.messages += 1
      content.results += PopulationFeed.results
      let isNew = kind != .returning && records.insert([message.person, message.institution]).inserted
      if isNew { content.newRecords += 1 }
      switch kind {
      case .returning: content.sameInstitution += 1
      case .new:
        content.newPeople += 1
        if isNew { content.newPersons += 1 }
      case .visiting:
        content.otherInstitution += 1
        guard isNew else { continue }
        let atHome = population.patient(message.person, at: population.home(of: message.person))
        let decision = judge.decide(
          PersonRecord(key: "home", patient: atHome), PersonRecord(key: "away", patient: patient))
        if decision.outcome == .link { content.linkedRecords += 1 }
      }
    }
    content.bytes = try output.finish()
    return content
  }
}
