/// Messages about a population: what its institutions send on an ordinary day.
struct PopulationFeed {
  /// Whom a message is about.
  enum Kind {
    /// Somebody whom the institution knows, told as always.
    case returning
    /// Somebody whom another institution knows.
    case visiting
    /// Somebody whom nobody knows.
    case new
  }

  let population: Population
  let messages: Int
  /// Another number is another feed about the same people: none of its messages and reports is one of a feed before.
  let number: Int

  /// Results of each message.
  static let results = 10

  /// Told by its place in the feed alone.
  func message(_ place: Int) -> (kind: Kind, message: CityMessage) {
    var draw = Draw(seed: population.seed &+ UInt64(number), .arrival, place)
    let share = draw.below(10)
    let kind: Kind = share < 6 ? .returning : share < 8 ? .visiting : .new
    var person: Int
    repeat {
      person = draw.below(population.persons)
      if kind == .new { person = population.heldBack(in: person / Population.block) }
    } while person >= population.persons || population.isHeldBack(person) != (kind == .new)
    let home = population.home(of: person)
    let away = kind == .visiting ? 1 + draw.below(population.institutions - 1) : 0
    let institution = (home + away) % population.institutions
    let collected = City.start + place * City.length / messages + draw.below(1440)
    let index = number * PopulationFeed.numbers + place
    let message = CityMessage(
      index: index, report: index, person: person, institution: institution, performer: institution,
      firstItem: draw.below(CityItem.all.count), ordered: collected - 5 - draw.below(600), collected: collected,
      sent: collected + 30 + draw.below(1200))
    return (kind, message)
  }

  /// Numbers of messages that belong to one number of a feed; the last million is left to others who write with it.
  static let numbers = 10_000_000
  static let most = 9_000_000

  var writer: MessageWriter {
    MessageWriter(
      City(
        messages: messages, results: PopulationFeed.results, persons: population.persons,
        institutions: population.institutions, seed: population.seed))
  }
}
