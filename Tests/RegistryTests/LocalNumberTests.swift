import Clinical
import Foundation
import PersonIndex
import Recognition
import Registry
import Testing

/// What one number of an institution's own proves.
@Suite("patients under one local number")
struct LocalNumberTests {
  typealias Said = (name: String, birth: String, sex: String)

  private static let one: Said = ("王^建国", "19620514", "M")

  private func bench(_ said: [Said]) async throws -> Bench {
    let bench = try Bench()
    try await bench.receive(
      said.enumerated().map { place, patient in
        .init(
          localID: "A1", name: patient.name, birthDate: patient.birth, sex: patient.sex, report: "R\(place)",
          minute: place)
      })
    return bench
  }

  @Test(
    "another patient is another person, and a human is asked",
    arguments: [
      ("王^建军", "19850505", "M"), ("王^建军", "19620514", "M"), ("王^建国", "19850505", "M"), ("王^建果", "19620514", "M"),
      ("王*", "19900303", "M"), ("李^秀英", "19620514", "M"), ("王^建国之子", "20251230", "M"), ("王^建国", "19620514", "F"),
      ("王*", "19620514", "M"),
    ] as [Said])
  func another(other: Said) async throws {
    for said in [[Self.one, other], [other, Self.one]] {
      let bench = try await bench(said)
      #expect(try bench.registry.check().persons == 2)
      let reviews = try bench.registry.reviews(limit: 10)
      #expect(reviews.open == 1)
      #expect(reviews.tasks.first?.evidence.guards.contains("same-local-number") == true)
      let patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.local, "A1"), institution: "SYNTH-H1")])
      #expect(throws: OrderProblem.self) { try bench.person(patient) }
    }
  }

  @Test(
    "a slip, or less said, is the same patient",
    arguments: [
      ("王^建国", "19620515", "M"), ("王^建国", "", "M"), ("汪^建国", "19620514", "M"), ("王^建", "19620514", "M"),
      ("WANG^JIANGUO", "19620514", "M"), ("", "", ""), ("王^建国", "1962", "M"),
    ] as [Said])
  func slip(other: Said) async throws {
    for said in [[Self.one, other], [other, Self.one]] {
      let bench = try await bench(said)
      #expect(try bench.registry.check().persons == 1, "\(said)")
      #expect(try bench.registry.reviews(limit: 10).open == 0)
    }
  }

  @Test("who says nothing of themselves is nobody's once two patients have the number, whoever came first")
  func nothingSaid() async throws {
    let said: [Said] = [Self.one, ("", "", ""), ("李^秀英", "19850505", "F")]
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let bench = try await bench(order.map { said[$0] })
      #expect(try bench.registry.check().persons == 3)
      #expect(try bench.registry.check().problems.isEmpty)
    }
  }

  @Test("a later state of a report is its patient's, though the name was corrected")
  func correctedName() async throws {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "王^建国", report: "R1"), .init(localID: "A1", name: "王^建果", report: "R1", minute: 5),
    ])
    #expect(try bench.registry.check().persons == 1)
    #expect(try bench.registry.timeline(ofPerson: bench.code("SYNTH-H1", "A1")).reports.count == 1)
  }

  @Test("two valid resident IDs in one message: a finding, a task with whoever has one, no link and no order by it")
  func twoResidentIDs() async throws {
    let bench = try Bench()
    let numbers = [PersonFeed.residentID("19800115", 1), PersonFeed.residentID("19800115", 3)]
    try await bench.receive([
      .init(localID: "A1", name: "王^建国", residentID: numbers[0], report: "R1"),
      .init(
        institution: "SYNTH-H2", localID: "B1", name: "王^建国", residentID: "\(numbers[0])^^^CN^NI~\(numbers[1])",
        report: "R2"),
    ])
    #expect(try bench.partition() == [["SYNTH-H1/A1"], ["SYNTH-H2/B1"]])
    #expect(try bench.registry.reviews(limit: 10).tasks.map(\.evidence.guards) == [["two-resident-ids"]])
    let patient = OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, numbers[0]))])
    #expect(try bench.person(patient) == bench.code("SYNTH-H1", "A1"))
    #expect(throws: OrderProblem.self) {
      try bench.person(OrderPatient(identifiers: [OrderIdentifier(Identifier(.residentID, numbers[1]))]))
    }
  }

  @Test("a number that is a word makes nobody one, nor does a birth date that is none", arguments: ["", "19000101"])
  func words(birth: String) async throws {
    let bench = try Bench()
    func message(_ institution: String, _ birth: String, _ report: String) -> PersonFeed.Visit {
      var visit = PersonFeed.Visit(localID: "A1", name: "李^伟", birthDate: birth, report: report)
      visit.institution = institution
      visit.residentID = "自费^^^X^MC~999999"
      return visit
    }
    try await bench.receive([message("SYNTH-H1", "19800101", "R1"), message("SYNTH-H2", birth, "R2")])
    #expect(try bench.partition().count == 2)
  }

  @Test("a name in characters with its reading beside it is one name")
  func reading() async throws {
    let bench = try Bench()
    try await bench.receive([
      .init(localID: "A1", name: "欧阳^明霞", phone: "13612345678", report: "R1"),
      .init(localID: "A1", name: "欧阳^明霞~OUYANG^MINGXIA", phone: "13612345678", report: "R2", minute: 1),
      .init(localID: "A1", name: "OUYANG^MINGXIA", phone: "13612345678", report: "R3", minute: 2),
    ])
    #expect(try bench.registry.check().persons == 1)
  }
}
