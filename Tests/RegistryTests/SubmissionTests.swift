import Clinical
import Foundation
import Messages
import Testing

@testable import Registry
@testable import RegistryStore

@Suite("messages submitted one by one")
struct SubmissionTests {
  private func visit(_ number: Int, minute: Int = 0) -> PersonFeed.Visit {
    PersonFeed.Visit(
      localID: "A\(number)", name: "欧阳明霞", residentID: PersonFeed.residentID("19800115", number % 400),
      report: "R\(number)", minute: minute)
  }

  @Test("each is answered when it is on disk, by its own id; together they are few commits; again they are known")
  func together() async throws {
    let bench = try Bench()
    let registry = bench.registry
    let before = try registry.store.read { $0.commit.number }
    let messages = (0..<400).map { visit($0).message }
    func submitAll() async throws -> [Submission] {
      try await withThrowingTaskGroup(of: [Submission].self) { group in
        for lane in 0..<16 {
          group.addTask {
            var answers: [Submission] = []
            // A sender waits for one answer before it sends the next.
            for place in stride(from: lane, to: messages.count, by: 16) {
              let answer = try await registry.submit(Array(messages[place].utf8), label: "lane \(lane)")
              let isThere = try registry.store.read {
                try $0.reportVersions(institution: "SYNTH-H1", number: "R\(place)")
              }
              #expect(isThere.count == 1)
              #expect(answer.acknowledgement.messageID == "SYNTH-H1-R\(place)-0")
              answers.append(answer)
            }
            return answers
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }
    let first = try await submitAll()
    #expect(first.allSatisfy { $0.acknowledgement.outcome == .accepted && !$0.isKnown && $0.dialect == .hl7v2ER7 })
    let commits = try registry.store.read { $0.commit.number } - before
    #expect(commits < 300, "one commit for what comes together")
    let checked = try registry.check()
    #expect(checked.messages == 400 && checked.persons == 400 && checked.problems == [])
    let again = try await submitAll()
    #expect(again.allSatisfy { $0.acknowledgement.outcome == .accepted && $0.isKnown })
    #expect(try registry.store.read { $0.commit.number } - before == commits)
  }

  @Test("what is refused is answered with its own id and in its own dialect, and lies in quarantine")
  func refused() async throws {
    let bench = try Bench()
    let test = visit(1).message.replacing("|P|2.5.1", with: "|T|2.5.1")
    let answer = try await bench.registry.submit(Array(test.utf8), label: "a socket")
    #expect(answer.acknowledgement.outcome == .error)
    #expect(answer.acknowledgement.messageID == "SYNTH-H1-R1-0")
    #expect(answer.dialect == .hl7v2ER7)
    #expect(answer.acknowledgement.findings.map(\.code) == [.testMessage])
    #expect(answer.written.contains("MSA|AE|SYNTH-H1-R1-0"))
    #expect(try bench.registry.quarantined().map(\.code) == ["test-message"])
    let bundle = #"{"resourceType":"Bundle","type":"transaction","identifier":{"value":"B1"},"entry":[]}"#
    let other = try await bench.registry.submit(Array(bundle.utf8), label: "a socket")
    #expect(other.acknowledgement.outcome == .error)
    #expect(other.dialect == .fhirJSON && other.acknowledgement.messageID == "B1")
    #expect(other.written.contains("OperationOutcome"))
    let xml =
      "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.9><MSG.1>ORU</MSG.1></MSH.9><MSH.10>X1</MSH.10></MSH></ORU_R01>"
    let third = try await bench.registry.submit(Array(xml.utf8), label: "a socket")
    #expect(third.acknowledgement.messageID == "X1" && third.dialect == .hl7v2XML)
    #expect(try bench.registry.check().problems == [])
  }

  @Test("of nothing, and of several at once, nothing is kept")
  func notOne() async throws {
    let bench = try Bench()
    for text in ["", "hello", visit(1).message + visit(2).message] {
      let answer = try await bench.registry.submit(Array(text.utf8), label: "a socket")
      #expect(answer.acknowledgement.outcome != .accepted)
    }
    #expect(try bench.registry.check().messages == 0)
    await #expect(throws: RegistryError.unknownInstitution("X")) {
      try await bench.registry.submit(Array(visit(1).message.utf8), from: "X", label: "a socket")
    }
  }
}
