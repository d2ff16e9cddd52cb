import Clinical
import Foundation
import Registry

/// Two invented people who are of no population: one with many reports at three institutions, one with a single one at a fourth.
struct ActPeople {
  struct Subject {
    let patient: Patient
    let localNumber: String
    let institutions: Range<Int>
    let reports: Range<Int>

    func localID(at institution: Int) -> Identifier {
      Identifier(.local, "\(City.code(ofInstitution: institution))-\(localNumber)")
    }
  }

  let much: Subject
  let little: Subject

  init(number: Int, reports: Int) {
    // Of different households. No local number of a population begins with nine.
    let first = Population.most + number % 500_000 * 6
    let person = InventedPerson(first, seed: 1)
    let other = InventedPerson(first + 3, seed: 1)
    let report = number * PopulationFeed.numbers + PopulationFeed.most
    much = Subject(
      patient: Self.patient(person, number: person.residentID), localNumber: "9\(10_000_000 + number)A",
      institutions: 0..<3, reports: report..<(report + reports))
    // Without a resident ID, so that the two may be one.
    little = Subject(
      patient: Self.patient(other, number: nil), localNumber: "9\(10_000_000 + number)B",
      institutions: 3..<4, reports: (report + reports)..<(report + reports + 1))
  }

  private static func patient(_ person: InventedPerson, number: String?) -> Patient {
    var patient = Patient()
    if let number { patient.identifiers.append(Identifier(.residentID, number)) }
    (patient.name, patient.sex, patient.birthDate) = (person.name, person.sex, person.birthDate)
    return patient
  }

  /// The one of few results first: theirs is then the older code, which stays, and a merge moves the many.
  func receive(in registry: Registry) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "acts-\(UUID().uuidString).xml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    for subject in [little, much] {
      try write(subject, to: file)
      let outcome = try await registry.receive([file])
      if let problem = outcome.problems.first { throw Failure(problem.reason) }
    }
  }

  private func write(_ subject: Subject, to file: String) throws {
    let city = City(messages: subject.reports.count, results: 10, persons: 1, institutions: 4, seed: 1)
    let writer = MessageWriter(city)
    var feed = try FeedFile(file)
    for (place, report) in subject.reports.enumerated() {
      let institution = subject.institutions.lowerBound + place % subject.institutions.count
      var patient = subject.patient
      patient.identifiers.insert(subject.localID(at: institution), at: 0)
      let collected = City.start + place * 60
      let message = CityMessage(
        index: report, report: report, person: 0, institution: institution, performer: institution,
        firstItem: place % CityItem.all.count, ordered: collected - 30, collected: collected, sent: collected + 60)
      try feed.add { writer.write(message, patient: patient, to: &$0) }
    }
    _ = try feed.finish()
  }

  func code(of subject: Subject, in registry: Registry) throws -> String {
    let institution = subject.institutions.lowerBound
    let codes = try registry.persons(
      with: subject.localID(at: institution), institution: City.code(ofInstitution: institution))
    guard codes.count == 1 else { throw RegistryError.unknownPerson }
    return codes[0]
  }
}
