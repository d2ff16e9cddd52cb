import Catalogue
import Clinical
import Foundation
import HTTPTypes
import Messages
import Recognition
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("who reads what by FHIR")
struct FHIRWhoTests {
  @Test("what a decision may hear of is what is read, for every person and institution; consent and doubt hold alike")
  func onePath() async throws {
    let population = Population(seed: 14)
    let world = try await World(population) { _ in true }
    let bench = world.sample
    var (seen, withheld) = (0, 0)
    for patient in population.patients {
      guard
        let code = try bench.registry.persons(with: Identifier(.residentID, patient.residentID), institution: nil).first
      else { continue }
      for asker in Population.askers {
        let order = OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, patient.residentID))])
        let heard = try? bench.registry.query(
          order, institution: asker, items: [], setting: nil, orderedAt: nil, knownAt: nil)
        let record = try? await bench.registry.look { state in
          try state.healthRecord(of: code, for: .institution(asker), at: bench.time.now)
        }
        let items = Set(record?.reports.flatMap(\.results).compactMap { $0.reading.item?.code } ?? [])
        let isStranger = heard?.isOfStranger ?? true
        #expect(isStranger == (record == nil), "\(patient.number) \(asker)")
        #expect(items == Set(isStranger ? [] : heard?.items.map(\.item.code) ?? []), "\(patient.number) \(asker)")
        let own = population.results.filter { $0.patient.number == patient.number }
        let permitted = Set(own.filter { !$0.isWithheld(from: asker) }.map(\.reportID))
        #expect(Set(record?.reports.map(\.report.reportNumber) ?? []) == permitted, "\(patient.number) \(asker)")
        seen += permitted.count
        withheld += own.count - permitted.count
      }
    }
    #expect(seen > 50 && withheld > 20)
  }

  @Test("results of a kind that is withheld are in no resource, and a person all of whom is withheld is nobody")
  func withheld() async throws {
    let bench = try await FHIRBench()
    let before = try await bench.call("/fhir/Patient/\(bench.person)/$everything", as: "orders-SYNTH-H1")
    #expect(before.body.contains("\"imaging\"") && before.body.contains("\"lab\""))
    let row = "resident-id,\(FHIRBench.residentID),SYNTH-H1"
    try await FHIRBench.load("\(row),imaging,deny,2026-01-01T00:00:00+08:00,\n", bench.sample)
    let now = try await bench.call("/fhir/Patient/\(bench.person)/$everything", as: "orders-SYNTH-H1")
    #expect(now.status == 200 && !now.body.contains("\"imaging\"") && now.body.contains("\"lab\""))
    #expect(!now.matches.contains { $0.type == "ImagingStudy" })
    // An id that is known from before leads to nothing more, as one that there never was.
    let hidden = before.matches.filter { resource in !now.matches.contains { $0.id == resource.id } }
    #expect(!hidden.isEmpty)
    for resource in hidden {
      let path = "/fhir/\(resource.type ?? "")/"
      let answer = try await bench.call(path + (resource.id ?? ""), as: "orders-SYNTH-H1")
      let never = try await bench.call(path + "3f00-0123456789abcdef", as: "orders-SYNTH-H1")
      #expect(answer.status == 404 && answer.body == never.body, "\(path)")
    }
    // The other institution is asked for its own consent.
    let other = try await bench.call("/fhir/Patient/\(bench.person)/$everything", as: "orders-SYNTH-H4")
    #expect(other.body.contains("\"imaging\""))
  }

  @Test("a resident reads the own record, who looked at it and what they consent to, and nobody else's")
  func resident() async throws {
    let bench = try await FHIRBench()
    _ = try await bench.call("/fhir/Observation?patient=\(bench.person)&code=K", as: "orders-SYNTH-H1")
    _ = try await bench.call("/fhir/Patient/\(bench.person)", as: "orders-SYNTH-H4")
    let own = try await bench.call("/fhir/Observation", as: "resident")
    let all = try await bench.call("/fhir/Observation?patient=\(bench.person)", as: "resident")
    #expect(own.status == 200 && (own.total ?? 0) > 3 && own.total == all.total)
    for code in try await bench.people(12) where code != bench.person {
      for path in ["Observation?patient=\(code)", "AuditEvent?patient=\(code)", "Consent?patient=\(code)"] {
        let answer = try await bench.call("/fhir/\(path)", as: "resident")
        #expect(answer.entries.isEmpty && [200, 404].contains(answer.status), "\(path): \(answer.body)")
        let nobody = try await bench.call(
          "/fhir/\(path.replacing(code, with: "nobody"))", as: "resident")
        #expect(nobody.status == answer.status, "\(path)")
      }
      #expect(try await bench.call("/fhir/Patient/\(code)", as: "resident").status == 404)
    }
    let looked = try await bench.call("/fhir/AuditEvent", as: "resident")
    #expect(looked.status == 200)
    let agents = looked.matches.compactMap {
      $0["agent"]?.elements?.first?["who"]?["identifier"]?["value"]?.text
    }
    #expect(agents.contains("orders-SYNTH-H1") && agents.contains("orders-SYNTH-H4") && agents.contains("resident"))
    #expect(!looked.body.contains("样例"))
  }

  @Test("an auditor finds who looked at whose record, and reads no record; others read no events")
  func auditor() async throws {
    let bench = try await FHIRBench()
    _ = try await bench.call("/fhir/Observation?patient=\(bench.person)", as: "orders-SYNTH-H1")
    let events = try await bench.call("/fhir/AuditEvent?patient=\(bench.person)&date=2026-05-20", as: "auditor")
    #expect(events.total == 1 && events.matches.first?["outcome"]?.text == "0")
    #expect(try await bench.call("/fhir/AuditEvent?patient=\(bench.person)&date=2025", as: "auditor").total == 0)
    #expect(try await bench.call("/fhir/AuditEvent", as: "auditor").error == "patient-needed")
    for (path, caller) in [
      ("Observation?patient=\(bench.person)", "auditor"), ("Patient/\(bench.person)", "auditor"),
      ("AuditEvent?patient=\(bench.person)", "orders-SYNTH-H1"), ("Consent", "orders-SYNTH-H1"),
      ("Observation?patient=\(bench.person)", "source"), ("Observation?patient=\(bench.person)", "reviewer"),
    ] {
      let answer = try await bench.call("/fhir/\(path)", as: caller)
      #expect(answer.status == 403 && answer.error == "not-allowed", "\(path) \(caller)")
    }
  }

  @Test("every reading is an event of the chain before it is told, refused ones too, and so is one that found nobody")
  func events() async throws {
    let bench = try await FHIRBench()
    let report = try #require(try await bench.call("/fhir/DiagnosticReport?patient=\(bench.person)").matches.first?.id)
    let paths = [
      "Patient/\(bench.person)", "Patient/\(bench.person)/$everything", "DiagnosticReport/\(report)",
      "DiagnosticReport/\(report)/_history", "Observation?patient=\(bench.person)", "Observation?patient=nobody",
      "Observation/$lastn?patient=\(bench.person)", "Provenance?target=DiagnosticReport/\(report)", "Patient/nobody",
    ]
    func rows() throws -> [AccessRow] {
      var rows: [AccessRow] = []
      try bench.sample.registry.auditAccess(AccessFilter()) { rows.append($0) }
      return rows
    }
    var count = try rows().count
    for path in paths {
      _ = try await bench.call("/fhir/\(path)")
      let all = try rows()
      #expect(all.count == count + 1, "\(path)")
      let last = try #require(all.last)
      let isNobody = path.contains("nobody")
      #expect(last.person == (isNobody ? nil : bench.person), "\(path)")
      #expect(last.outcome == (isNobody ? "refused" : "answered") && last.account == "orders-SYNTH-H4", "\(path)")
      #expect(last.purpose == "order" && last.institution == "SYNTH-H4")
      count = all.count
    }
    _ = try await bench.call("/fhir/Observation?patient=\(bench.person)", as: "auditor")
    #expect(try rows().last?.error == "not-allowed")
    #expect(try bench.sample.registry.verifyEvents().firstDifference == nil)
  }

  @Test("the statement names what is answered, and nothing else")
  func metadata() async throws {
    let bench = try await FHIRBench()
    let statement = try await bench.call("/fhir/metadata", as: nil)
    #expect(statement.status == 200 && statement.json["fhirVersion"]?.text == "4.0.1")
    let resources = statement.json["rest"]?.elements?.first?["resource"]?.elements ?? []
    #expect(resources.count == FHIRType.allCases.count)
    for resource in resources {
      let type = try #require(resource["type"]?.text)
      let who = ["AuditEvent": "auditor", "Consent": "resident"][type] ?? "orders-SYNTH-H4"
      let interactions = resource["interaction"]?.elements?.compactMap { $0["code"]?.text } ?? []
      let reads = interactions.contains("read")
      #expect(try await bench.call("/fhir/\(type)/x", as: who).status == 404, "\(type)")
      #expect(Route.methods(at: "/fhir/\(type)/x").isEmpty != reads)
      for parameter in resource["searchParam"]?.elements ?? [] {
        let name = try #require(parameter["name"]?.text)
        let value = ["date": "2026", "reference": bench.person][parameter["type"]?.text ?? ""] ?? "x"
        let more = ["name", "birthdate"].contains(name) && type == "Patient" ? "identifier=x&" : ""
        let form = "\(more)patient=\(bench.person)&\(name)=\(value)"
        let answer = try await bench.call(
          "/fhir/\(type)/_search", .post, as: who, body: form, [.prefer: "handling=strict"])
        #expect(answer.status == 200, "\(type) \(name): \(answer.body)")
      }
    }
  }
}
