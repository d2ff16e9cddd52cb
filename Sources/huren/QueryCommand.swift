import ArgumentParser
import Clinical
import Recognition
import Registry

struct QueryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Which of a patient's results an institution can recognise: yes or no, why, until when.")

  @OptionGroup var store: StoreOptions
  @Option(help: "The person's code.")
  var person: String?
  @OptionGroup var number: NumberOptions
  @Option(help: "The institution that asks.")
  var institution: String
  @Option(help: "An item of the catalogue; may be repeated. Default: every item the person has a result of.")
  var item: [String] = []
  @Option(help: "When the test would be ordered, e.g. 2026-05-20T09:00:00+08:00. Default: now.")
  var orderedAt: MomentArgument?
  @Option(help: "outpatient, inpatient, emergency or checkup. Default: the policy's.")
  var setting: String?
  @Option(help: "As the registry knew everything then.")
  var knownAt: MomentArgument?

  func validate() throws {
    if (person == nil) == (number.id == nil) { throw ValidationError("give either --person CODE or --id TYPE:VALUE") }
    if let setting, Setting(rawValue: setting) == nil {
      throw ValidationError("--setting is one of " + Setting.allCases.map(\.rawValue).joined(separator: ", "))
    }
  }

  func run() throws {
    var patient = OrderPatient(person: person)
    if let (identifier, within) = try number.optional() {
      patient.identifiers = [OrderIdentifier(identifier, institution: within)]
    }
    let registry = try store.open()
    do {
      let decision = try registry.query(
        patient, institution: institution, items: item, setting: setting.flatMap(Setting.init),
        orderedAt: try orderedAt?.instant(of: registry), knownAt: try knownAt?.instant(of: registry))
      if store.format == .json {
        Output.answer(jsonText: decision.json)
      } else {
        Output.answer(PrintedText(lines: decision.text))
      }
    } catch let problem as OrderProblem {
      if store.format == .json {
        Output.answer(jsonText: problem.json)
      } else {
        Output.note("Error: \(problem.message)")
      }
      throw ExitCode.incomplete
    }
  }
}
