import ArgumentParser
import Clinical
import Foundation
import Registry

struct PersonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person", abstract: "The person index 一人一码: find, show, export, link a table.",
    subcommands: [Find.self, Show.self, Export.self, PersonLinkCommand.self])

  struct Find: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The code of whoever carries a number.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var number: NumberOptions

    func run() throws {
      // First what was asked: a wrong number is wrong usage, whatever registry there is.
      let (identifier, institution) = try number.required()
      let registry = try store.open()
      let codes = try registry.persons(with: identifier, institution: institution)
      if store.format == .json {
        try Output.answer(codes.map { ["person": $0, "grade": "certain"] })
      } else {
        for code in codes { Output.answer(code) }
      }
      if codes.isEmpty { throw RegistryError.unknownPerson }
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

    func run() throws {
      let record = try store.open().record(ofPerson: code, knownAt: knownAt?.instant)
      if store.format == .json { return try Output.answer(record) }
      Output.answer(record.text)
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
        try Output.answer(Line(person: person.code, status: "active", identifiers: numbers))
      }
    }
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
    if text == "-" { text = (readLine() ?? "").trimmingCharacters(in: .whitespaces) }
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let kind = Identifier.Kind(rawValue: String(parts[0])) else {
      let kinds = Identifier.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("write the number as TYPE:VALUE, where TYPE is one of \(kinds)")
    }
    return (Identifier(kind, String(parts[1])), within)
  }
}
