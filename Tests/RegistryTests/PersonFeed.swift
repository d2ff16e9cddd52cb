import Clinical
import Foundation
import Registry

/// Synthetic patients and the messages in which hospitals send them.
struct PersonFeed {
  /// One visit: who an institution says the patient is, and a report of theirs.
  struct Visit {
    var institution = "SYNTH-H1"
    var localID: String
    var name: String
    var birthDate = "19800115"
    var sex = "M"
    var residentID: String?
    var motherResidentID: String?
    var birthOrder: Int?
    var phone: String?
    var address: String?
    var report: String
    /// In minutes after the beginning of 2026: of the specimen, the report and the message.
    var minute = 0

    /// As HL7 v2 in pipes.
    var message: String {
      let time = "202601\(two(1 + minute / 1440))\(two(minute / 60 % 24))\(two(minute % 60))00"
      var numbers = ["\(localID)^^^\(institution)^MR"]
      if let residentID { numbers.append("\(residentID)^^^CN^NI") }
      let mother = motherResidentID.map { "\($0)^^^CN^NI" } ?? ""
      let order = birthOrder.map { "|||Y|\($0)" } ?? ""
      return [
        "MSH|^~\\&|LIS|\(institution)|||\(time)||ORU^R01^ORU_R01|\(institution)-\(report)-\(minute)|P|2.5.1|||||CHN|UNICODE UTF-8",
        "PID|1||\(numbers.joined(separator: "~"))||\(name)||\(birthDate)|\(sex)|||\(address ?? "")||\(phone ?? "")||||||||\(mother)\(order)",
        "OBR|1||\(report)|K^钾^L|||\(time)|||||||||||||||\(time)||LAB|F", "OBX|1|NM|K^钾^L||4.1|mmol/L|3.5-5.3|N|||F", "",
      ].joined(separator: "\r")
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
  }

  /// A valid resident ID of a birth date and a place in the day's sequence, odd for men.
  static func residentID(_ birthDate: String, _ sequence: Int) -> String {
    let body = "999901" + birthDate + String(1000 + sequence).dropFirst()
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(body.compactMap(\.wholeNumberValue), weights).reduce(0) { $0 + $1.0 * $1.1 }
    return body + String(Array("10X98765432")[sum % 11])
  }
}

extension Bench {
  /// Imports visits in one feed.
  func receive(_ visits: [PersonFeed.Visit]) async throws {
    let path = try file("visits-\(UUID().uuidString).hl7", visits.map(\.message).joined())
    let outcome = try await registry.receive([path])
    if let problem = outcome.problems.first { throw Unexpected(description: problem.reason) }
  }

  struct Unexpected: Error, CustomStringConvertible {
    var description: String
  }

  /// Who is who: the local ids of each person, as `institution/number`.
  func partition() throws -> Set<Set<String>> {
    var people: Set<Set<String>> = []
    try registry.eachPerson { person in
      people.insert(
        Set(
          person.records.flatMap { record in
            record.numbers.filter { $0.type == "local" }.map { "\(record.institution)/\($0.value)" }
          }))
    }
    return people
  }

  /// The code of whoever carries a local id; the test fails when nobody or several do.
  func code(_ institution: String, _ localID: String) throws -> String {
    let codes = try registry.persons(with: Identifier(.local, localID), institution: institution)
    guard codes.count == 1 else { throw Unexpected(description: "\(codes.count) persons carry this local id") }
    return codes[0]
  }
}
