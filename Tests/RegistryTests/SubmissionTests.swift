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
    #expect(answer.acknowledgement.outcome == .rejected)
    #expect(answer.acknowledgement.messageID == "SYNTH-H1-R1-0")
    #expect(answer.dialect == .hl7v2ER7)
    #expect(answer.acknowledgement.findings.map(\.code) == [.testMessage])
    #expect(answer.written.contains("MSA|AR|SYNTH-H1-R1-0"))
    #expect(try bench.registry.quarantined().map(\.code) == ["test-message"])
    let bundle = #"{"resourceType":"Bundle","type":"transaction","identifier":{"value":"B1"},"entry":[]}"#
    let other = try await bench.registry.submit(Array(bundle.utf8), label: "a socket")
    #expect(other.acknowledgement.outcome == .rejected)
    #expect(other.dialect == .fhirJSON && other.acknowledgement.messageID == "B1")
    #expect(other.written.contains("OperationOutcome"))
    let xml =
      "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.9><MSG.1>ORU</MSG.1></MSH.9><MSH.10>X1</MSH.10></MSH></ORU_R01>"
    let third = try await bench.registry.submit(Array(xml.utf8), label: "a socket")
    #expect(third.acknowledgement.messageID == "X1" && third.dialect == .hl7v2XML)
    #expect(try bench.registry.check().problems == [])
  }

  @Test(
    "of nothing, nothing is kept; several at once are refused, and lie in quarantine as one piece that no retry takes")
  func notOne() async throws {
    let bench = try Bench()
    for text in ["", "hello", visit(1).message + visit(2).message] {
      let answer = try await bench.registry.submit(Array(text.utf8), label: "a socket")
      #expect(answer.acknowledgement.outcome == .rejected)
      #expect(answer.refusal?.code == .unreadable)
    }
    #expect(try bench.registry.check().messages == 0)
    #expect(try bench.registry.quarantined().count == 2)
    let retried = try bench.registry.retryQuarantine()
    #expect(retried.summary.accepted == 0 && retried.summary.quarantined == 2)
    await #expect(throws: RegistryError.unknownInstitution("X")) {
      try await bench.registry.submit(Array(visit(1).message.utf8), from: "X", label: "a socket")
    }
  }

  @Test("what stands beside a message and belongs to none lies in quarantine, and the message is taken")
  func beside() async throws {
    let bench = try Bench()
    let answer = try await bench.registry.submit(Array(("junk\r" + visit(1).message).utf8), label: "a socket")
    #expect(answer.acknowledgement.outcome == .accepted)
    #expect(answer.acknowledgement.findings.map(\.code) == [.leftAside])
    #expect(try bench.registry.quarantined().map(\.code) == ["unreadable"])
  }

  @Test(
    "a feed of several institutions takes of those alone, and a retry takes no more; who does not say is not guessed")
  func owners() async throws {
    let bench = try Bench()
    let two = FeedOwner(among: ["SYNTH-H1", "SYNTH-H2"])
    func submit(_ institution: String, _ number: Int, _ owner: FeedOwner) async throws -> Submission {
      var visit = visit(number)
      visit.institution = institution
      return try await bench.registry.submit(Array(visit.message.utf8), of: owner, label: "a socket")
    }
    #expect(try await submit("SYNTH-H1", 1, two).acknowledgement.outcome == .accepted)
    #expect(try await submit("SYNTH-H2", 2, two).acknowledgement.outcome == .accepted)
    #expect(try await submit("SYNTH-H3", 3, two).refusal?.code == .notYourInstitution)
    #expect(try await submit("SYNTH-H1", 4, FeedOwner("SYNTH-H2")).refusal?.code == .notYourInstitution)
    let silent = visit(5).message.replacing("|LIS|SYNTH-H1|", with: "|||")
    let unsaid = try await bench.registry.submit(Array(silent.utf8), of: two, label: "a socket")
    #expect(unsaid.refusal?.code == .missingSource)
    let said = try await bench.registry.submit(Array(silent.utf8), of: FeedOwner("SYNTH-H1"), label: "a socket")
    #expect(said.acknowledgement.outcome == .accepted)
    let retried = try bench.registry.retryQuarantine()
    #expect(retried.summary.accepted == 0 && retried.summary.quarantined == 3)
  }

  @Test("where nothing can be written the answer invites to send again, with the sender's id, and then it is taken")
  func trouble() async throws {
    let bench = try Bench()
    let message = Array(visit(1).message.utf8)
    // As a full disk refuses.
    try RawSQLite.run(
      "CREATE TRIGGER full BEFORE INSERT ON message BEGIN SELECT RAISE(ABORT, 'disk full'); END", in: bench.path)
    let full = try await bench.registry.submit(message, label: "a socket")
    #expect(full.acknowledgement.outcome == .error)
    #expect(full.acknowledgement.messageID == "SYNTH-H1-R1-0")
    #expect(full.acknowledgement.trouble?.condition == .applicationInternal)
    #expect(full.written.contains("MSA|AE|SYNTH-H1-R1-0|engine-refused\r"))
    #expect(full.written.contains("ERR|||207^Application internal error^HL70357|E|engine-refused|"))
    try RawSQLite.run("DROP TRIGGER full", in: bench.path)
    #expect(try await bench.registry.submit(message, label: "a socket").acknowledgement.outcome == .accepted)
  }

  @Test(
    "an answer goes back the way the message came: its applications turned round, its event, version and character set")
  func header() async throws {
    let bench = try Bench()
    let message = visit(1).message.replacing("|LIS|SYNTH-H1|||", with: "|LIS^1.2.3^ISO|SYNTH-H1|HIE|CITY|")
    let answer = try await bench.registry.submit(Array(message.utf8), label: "a socket").written
    let fields = answer.split(separator: "\r")[0].split(separator: "|", omittingEmptySubsequences: false)
    #expect(fields[2...5].joined(separator: "|") == "HIE|CITY|LIS^1.2.3^ISO|SYNTH-H1")
    #expect(fields[8] == "ACK^R01^ACK" && fields[10...11] == ["P", "2.5.1"] && fields[17] == "UNICODE UTF-8")
    let old = visit(2).message.replacing("|P|2.5.1|", with: "|P|2.3|")
    let early = try await bench.registry.submit(Array(old.utf8), label: "a socket").written
    #expect(early.contains("|ACK^R01|") && early.contains("|P|2.3|"))
    let cut = "MSH|^~\\&|LIS|SYNTH-H1|HIE|CITY|20260310120000||ORU^R01|ID7|P|2.4\rPID|1||\u{FFFD}".utf8.dropLast(2)
    let broken = try await bench.registry.submit(Array(cut), label: "a socket")
    #expect(broken.written.contains("MSA|AR|ID7|"))
  }
}
