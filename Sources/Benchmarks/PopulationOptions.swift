import ArgumentParser

/// Database and feed belong together when they were made with the same ones.
struct PopulationOptions: ParsableArguments {
  @Option(help: "People, with those whom nobody knows yet.")
  var persons = 28_200_000
  @Option(help: "Institutions.")
  var institutions = 40
  @Option(help: "Another seed is another population.")
  var seed: UInt64 = 1

  var population: Population { Population(persons: persons, institutions: institutions, seed: seed) }

  func validate() throws {
    if !(Population.block...Population.most).contains(persons) {
      throw ValidationError("--persons: \(Population.block) to \(Population.most), the resident numbers there are")
    }
    if !(2...Population.mostInstitutions).contains(institutions) || institutions > persons {
      throw ValidationError("--institutions: 2 to \(Population.mostInstitutions)")
    }
  }
}
