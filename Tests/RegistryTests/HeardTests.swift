import Catalogue
import Clinical
import Foundation
import Recognition
import Registry
import Testing

/// Whom an order is for, and what the shape of an answer tells.
@Suite("what an institution hears")
struct HeardTests {
  private func message(_ results: String) -> String {
    """
    MSH|^~\\&|LIS-7|SYNTH-H7|||20260518120000||ORU^R01|\(UUID().uuidString)|P|2.5.1\r\
    PID|1||P7^^^SYNTH-H7^MR~99990119481212107X^^^CN^NI||样^例七^^^^^L||19481212|M\r\
    OBR|1||N\(UUID().uuidString)|E|||20260518080000|||||||||||||||20260518113000||LAB|F\r\(results)\r
    """
  }

  private func query(_ bench: Bench, _ institution: String, items: [String] = []) throws -> [String] {
    let patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, "99990119481212107X"))])
    let decision = try bench.registry.query(
      patient, institution: institution, items: items, setting: nil,
      orderedAt: RegistryZone.shanghai.instant("2026-05-20T09:00:00"), knownAt: nil)
    return decision.items.map { "\($0.item.code) \($0.outcome.rawValue)" }
  }

  @Test("a query over all items lists none whose results are withheld")
  func shape() async throws {
    let bench = try Bench()
    // The sample's person denies everybody but SYNTH-H4.
    let file = try bench.file("in.hl7", message("OBX|1|NM|2823-3^K^LN||4.1|mmol/L|3.5-5.3|N|||F"))
    let outcome = try await bench.registry.receive([file])
    #expect(outcome.summary.accepted == 1)
    #expect(try query(bench, "SYNTH-H4").map { $0.prefix(2) } == ["K "])
    #expect(try query(bench, "SYNTH-H1") == [])
    #expect(try query(bench, "SYNTH-H7").map { $0.prefix(2) } == ["K "], "one's own")
    #expect(try query(bench, "SYNTH-H1", items: ["K"]) == ["K no-prior"])
  }

  @Test("two valid resident IDs in one order are two people's")
  func twoPeople() async throws {
    let bench = try Bench()
    let file = try bench.file("in.hl7", message("OBX|1|NM|2823-3^K^LN||4.1|mmol/L|3.5-5.3|N|||F"))
    _ = try await bench.registry.receive([file])
    func problem(_ identifiers: String, more: String = "") throws -> String {
      let line = """
        {"orderId":"O1","patient":{"identifiers":[\(identifiers)]\(more)},"orderingInstitution":"SYNTH-H4","setting":"outpatient",\
        "orderedAt":"2026-05-20T09:00:00","items":[{"item":"K"}]}
        """
      do {
        return try bench.registry.decide(line: Array(line.utf8)).items[0].outcome.rawValue
      } catch let error as OrderProblem {
        return "\(error.code.rawValue) \(error.field ?? "")"
      }
    }
    func number(_ value: String) -> String { #"{"type":"resident-id","value":"\#(value)"}"# }
    let (own, other) = (number("99990119481212107X"), number("999901198001010016"))
    let isTwo = "ambiguous-person patient.identifiers[1].value"
    #expect(try problem(own + "," + other) == isTwo && problem(other + "," + own) == isTwo)
    #expect(try !problem(own + "," + number(" 99990119481212107x ")).hasPrefix("ambiguous"))
    #expect(try !problem(own + "," + number("999901194812121071")).hasPrefix("ambiguous"), "a wrong one is none")
  }

  @Test("codes that mean different items are told once of a message, and counted as not mapped")
  func conflictingCodes() async throws {
    let bench = try Bench()
    let results = (1...3).map { "OBX|\($0)|NM|NA^x^L^2823-3^K^LN|\($0)|4.1|mmol/L|3.5-5.3|N|||F" }.joined(
      separator: "\r")
    let folder = try bench.copyOfReference()
    let maps = folder.appending(path: "codemaps.csv")
    try Data((String(contentsOf: maps, encoding: .utf8) + "\n*,NA,,,,NA\n").utf8).write(to: maps)
    _ = try bench.registry.loadReference(directory: folder.path)
    let file = try bench.file("in.hl7", message(results))
    let summary = try await bench.registry.receive([file]).summary
    #expect(summary.accepted == 1 && summary.unmappedItems == 3 && summary.findings == 1)
    let audit = try bench.registry.auditCatalogue()
    #expect(audit.mapped == 0 && audit.unmapped.map(\.conflicting) == [["K", "NA"]])
    #expect(try query(bench, "SYNTH-H4") == [])
  }

  @Test("a birth date known in part is what the resident ID says more exactly; one that differs stands")
  func partOfABirthDate() async throws {
    func answer(_ birthDate: String, number: String = "~99990119481212107X^^^CN^NI") async throws -> String {
      let bench = try Bench()
      let text = message("OBX|1|NM|2823-3^K^LN||4.1|mmol/L|3.5-5.3|N|||F")
        .replacing("19481212|M", with: "\(birthDate)|M").replacing("~99990119481212107X^^^CN^NI", with: number)
      _ = try await bench.registry.receive([try bench.file("in.hl7", text)])
      let patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.local, "P7"), institution: "SYNTH-H7")])
      let decision = try bench.registry.query(
        patient, institution: "SYNTH-H7", items: ["K"], setting: nil,
        orderedAt: RegistryZone.shanghai.instant("2026-05-20T09:00:00"), knownAt: nil)
      return decision.items[0].rejected.contains { $0.failed.contains(.patientTooYoung) } ? "too young" : "old enough"
    }
    #expect(try await answer("1948") == "old enough")
    #expect(try await answer("2026", number: "") == "too young")
    #expect(try await answer("2025", number: "") == "old enough")
    #expect(try await answer("2026") == "too young")
  }
}
