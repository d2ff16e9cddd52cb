public import Clinical
import PersonIndex
import RegistryStore

/// A person who may be the one asked for, graded as FHIR's `Patient/$match` does.
public struct PersonMatch: Encodable, Sendable {
  public var person: String
  public var grade: PersonView.LinkView
  /// log2 of the odds that it is the one; nil where a number alone was asked for.
  public var bits: Double?
  public var name: String?
  public var sex: String?
  public var birthDate: String?
}

extension Registry {
  /// Who may be a described patient, the surest first.
  ///
  /// - Parameter institution: whose local, outpatient and inpatient numbers are meant.
  public func find(_ patient: Patient, institution: String?) throws -> [PersonMatch] {
    let isDescribed = patient.name != nil || patient.birthDate != nil || !patient.phones.isEmpty
    return try readMatching { transaction, matching in
      var best: [String: PersonMatch] = [:]
      func note(_ record: Int64, _ grade: PersonView.LinkView, _ bits: Double?) throws {
        guard let person = try transaction.link(record: record)?.person else { return }
        if let known = best[person], (known.grade, known.bits ?? 0) <= (grade, bits ?? 0) { return }
        best[person] = PersonMatch(person: person, grade: grade, bits: bits.map { ($0 * 10).rounded() / 10 })
      }
      let asked = PersonIndex.PersonRecord(key: "", patient: patient)
      for number in PersonNumbers.usable(of: patient) where number.kind.isWithinInstitution || !isDescribed {
        let scope = number.kind.isWithinInstitution ? institution : nil
        for record in try records(number, institution: scope, transaction) {
          let fits = try matching.record(record, transaction).mayBeOnePatient(with: asked)
          try note(record, fits ? .certain : .possible, nil)
        }
      }
      if isDescribed {
        for record in matching.candidates(of: asked) {
          let decision = matching.judge.decide(asked, try matching.record(record, transaction))
          switch decision.outcome {
          case .link: try note(record, decision.grade == .certain ? .certain : .probable, decision.odds)
          case .review: try note(record, .possible, decision.odds)
          case .apart, .never: continue
          }
        }
      }
      // A number that several carry says of none for sure who it is.
      let isShared = !isDescribed && best.count > 1
      return try best.values.map { match in
        let latest = try view(of: match.person, transaction, knownAt: nil).latest
        var match = match
        if isShared { match.grade = .possible }
        (match.name, match.sex, match.birthDate) = (latest.name, latest.sex?.rawValue, latest.birthDate?.iso)
        return match
      }.sorted { ($0.grade, $1.bits ?? 0, $0.person) < ($1.grade, $0.bits ?? 0, $1.person) }
    }
  }
}
