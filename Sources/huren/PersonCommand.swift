import ArgumentParser
import Clinical
import Foundation
import Registry

struct PersonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person",
    abstract: "The person index 一人一码: find, show and export people; review, merge and split them.",
    subcommands: [
      Find.self, Show.self, Export.self, Review.self, Merge.self, Split.self, SplitRecord.self, Link.self, Unlink.self,
      Undo.self,
      NotMine.self, Settle.self, Rebuild.self,
    ])

  struct Find: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who carries a number or fits a description: certain, probable or possible.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var number: NumberOptions
    @Option(help: "The name, in characters or letters.")
    var name: String?
    @Option(help: "male or female.")
    var sex: SexArgument?
    @Option(help: "YYYY-MM-DD.")
    var birthDate: DateArgument?
    @Option(help: "A telephone number.")
    var phone: [String] = []
    @Option(help: "The address.")
    var address: String?

    func validate() throws {
      if number.id == nil, name == nil, birthDate == nil, phone.isEmpty {
        throw ValidationError("give --id TYPE:VALUE, or --name with --birth-date or --phone")
      }
    }

    func run() throws {
      // First what was asked: a wrong number is wrong usage, whatever registry there is.
      let given = number.id == nil ? nil : try number.required()
      var patient = Patient()
      patient.identifiers = given.map { [$0.0] } ?? []
      patient.name = name
      patient.sex = sex?.sex
      patient.birthDate = birthDate?.date
      patient.phones = phone
      patient.address = address
      let matches = try store.open().find(patient, institution: given?.institution)
      if store.format == .json {
        try Output.answer(json: matches)
      } else {
        for match in matches {
          let told = [match.name, match.sex, match.birthDate].compactMap { $0 }.joined(separator: ", ")
          Output.answer(.row("\(match.person)", "\(match.grade.rawValue)", "\(told)"))
        }
      }
      if matches.isEmpty { throw RegistryError.unknownPerson }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One person's whole record 一档: numbers, institutions, and every result with where it came from.")
    @OptionGroup var store: StoreOptions
    @Argument(help: "The person's code, from `huren person find`.")
    var code: String
    @Option(help: "As the registry knew it then.")
    var knownAt: MomentArgument?
    @Flag(help: "Why the records are taken for one person's: the weights, in bits.")
    var explain = false

    func run() throws {
      let registry = try store.open()
      if explain {
        let matches = try registry.explain(person: code)
        if store.format == .json { return try Output.answer(json: matches) }
        for match in matches { Output.answer(match.text) }
        if matches.isEmpty { Output.note("one record alone: nothing to weigh") }
        return
      }
      let timeline = try registry.timeline(ofPerson: code, knownAt: try knownAt?.instant(of: registry))
      if store.format == .json { return try Output.answer(json: timeline) }
      Output.answer(timeline.text)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Every person with their numbers, one JSON object per line, whatever --format says.")
    @OptionGroup var store: StoreOptions

    private struct Line: Encodable {
      struct Number: Encodable {
        var type: String
        var value: String
        var institution: String?
        var link: PersonView.LinkView
      }
      var person: String
      var status: String
      var identifiers: [Number]
    }

    func run() throws {
      try store.open().eachPerson { person in
        let numbers = person.numbers.map {
          Line.Number(type: $0.number.type, value: $0.number.value, institution: $0.number.institution, link: $0.link)
        }
        try Output.answer(json: Line(person: person.code, status: "active", identifiers: numbers))
      }
    }
  }
}

struct SexArgument: ExpressibleByArgument {
  let sex: Sex

  init?(argument: String) {
    guard let sex = Sex(code: argument) else { return nil }
    self.sex = sex
  }
}

struct DateArgument: ExpressibleByArgument {
  let date: CalendarDate

  init?(argument: String) {
    guard let date = CalendarDate(argument) else { return nil }
    self.date = date
  }
}

/// `--id TYPE:VALUE`, or `--id -` to keep a number out of the shell's history.
struct NumberOptions: ParsableArguments {
  @Option(help: "TYPE:VALUE, e.g. resident-id:…; - reads that from standard input.")
  var id: String?
  @Option(
    help:
      "For local, outpatient and inpatient numbers: the institution that gave it (in `query` by default the one that asks)."
  )
  var within: String?

  func validate() throws {
    if id != "-" { _ = try optional() }
  }

  func required() throws -> (Identifier, institution: String?) {
    guard let found = try optional() else { throw ValidationError("give --id TYPE:VALUE, or --id -") }
    if found.0.kind.isWithinInstitution, within == nil {
      throw ValidationError(
        "a \(found.0.kind.rawValue) number means something only within an institution: add --within CODE")
    }
    return found
  }

  func optional() throws -> (Identifier, institution: String?)? {
    guard var text = id else { return nil }
    if text == "-" { text = (readLine() ?? "").trimmed }
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let kind = Identifier.Kind(rawValue: String(parts[0])) else {
      let kinds = Identifier.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("write the number as TYPE:VALUE, where TYPE is one of \(kinds)")
    }
    return (Identifier(kind, String(parts[1])), within)
  }
}
