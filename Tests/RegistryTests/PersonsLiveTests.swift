import Clinical
import Foundation
import Recognition
import Registry
import Testing

/// Who is who, while messages come in.
@Suite("identification")
struct PersonsLiveTests {
  private static let card = PersonFeed.residentID("19800115", 1)

  @Test("one number and one name are one person, wherever they were seen")
  func sameNumber() async throws {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: Self.card, report: "R1"),
      .init(institution: "SYNTH-H2", localID: "B1", name: "欧阳明霞", residentID: Self.card, report: "R2"),
    ])
    #expect(try bench.partition() == [["SYNTH-H1/A1", "SYNTH-H2/B1"]])
  }

  @Test("a lent card makes nobody a stranger's: two people, a task, and the order goes to the card's owner")
  func lentCard() async throws {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", residentID: Self.card, report: "R1"),
      .init(
        institution: "SYNTH-H2", localID: "B1", name: "司马长风", birthDate: "19930702", residentID: Self.card, report: "R2"
      ),
    ])
    #expect(try bench.partition() == [["SYNTH-H1/A1"], ["SYNTH-H2/B1"]])
    let reviews = try bench.registry.reviews(limit: 10)
    #expect(reviews.open == 1)
    #expect(reviews.tasks.first?.evidence.guards.contains("same-number-other-person") == true)
    var patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, Self.card))])
    #expect(try bench.person(patient) == bench.code("SYNTH-H1", "A1"))
    patient.name = "司马长风"
    #expect(try bench.person(patient) == bench.code("SYNTH-H2", "B1"))
    patient.name = "上官飞燕"
    #expect(throws: OrderProblem.self) { try bench.person(patient) }
  }

  @Test("another patient under a local id that was given before is not followed silently")
  func overlay() async throws {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "欧阳明霞", report: "R1"),
      .init(localID: "A1", name: "司马长风", birthDate: "19930702", report: "R2", minute: 5),
      .init(localID: "A1", name: "欧阳明霞", phone: "13612345678", report: "R3", minute: 9),
    ])
    #expect(try bench.registry.persons(with: Identifier(.local, "A1"), institution: "SYNTH-H1").count == 2)
    #expect(try bench.partition().count == 1, "both under the one number")
    #expect(try bench.registry.check().persons == 2)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a newborn goes from the mother's number to an own one without losing a result")
  func newborn() async throws {
    let bench = try Bench()
    let mother = PersonFeed.residentID("19920303", 2)
    let own = PersonFeed.residentID("20260101", 3)
    try await bench.receive([
      .init(
        localID: "N1", name: "欧阳明霞之子", birthDate: "20260101", motherResidentID: mother, birthOrder: 1, report: "R1"),
      .init(
        localID: "N2", name: "欧阳明霞之子", birthDate: "20260101", motherResidentID: mother, birthOrder: 2, report: "R2"),
      .init(localID: "M1", name: "欧阳明霞", birthDate: "19920303", sex: "F", residentID: mother, report: "R3"),
    ])
    #expect(try bench.partition().count == 3)
    let before = try bench.code("SYNTH-H1", "N1")
    try await bench.receive([
      .init(localID: "N1", name: "司马小天", birthDate: "20260101", residentID: own, report: "R4", minute: 600),
      .init(institution: "SYNTH-H2", localID: "B1", name: "司马小天", birthDate: "20260101", residentID: own, report: "R5"),
    ])
    #expect(try bench.code("SYNTH-H1", "N1") == before)
    #expect(try bench.code("SYNTH-H2", "B1") == before)
    #expect(try bench.registry.timeline(ofPerson: before).reports.count == 3)
    #expect(try bench.partition().count == 3)
  }

  @Test("two imports at once never make one person twice")
  func concurrent() async throws {
    let bench = try Bench()
    let other = try Registry(path: bench.path)
    let visits = (0..<300).map { number in
      PersonFeed.Visit(
        localID: "A\(number)", name: "欧阳明霞", residentID: PersonFeed.residentID("19800115", number), report: "R\(number)"
      )
    }
    let elsewhere = visits.map { visit in
      var visit = visit
      visit.institution = "SYNTH-H2"
      return visit
    }
    let paths = [
      try bench.file("one.hl7", visits.map(\.message).joined()),
      try bench.file("two.hl7", elsewhere.reversed().map(\.message).joined()),
    ]
    let first = bench.registry
    async let one = first.receive([paths[0]]).summary.accepted
    async let two = other.receive([paths[1]]).summary.accepted
    let accepted = try await one + two
    #expect(accepted == 600)
    #expect(try bench.registry.check().persons == 300)
    #expect(try bench.partition().allSatisfy { $0.count == 2 })
  }
}

extension Bench {
  /// Whom an order is for.
  func person(_ patient: OrderPatient) throws -> String {
    try registry.query(
      patient, institution: "SYNTH-H8", items: ["K"], setting: nil, orderedAt: nil, knownAt: nil
    ).person
  }
}
