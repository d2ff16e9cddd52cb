import Clinical
import RegistryStore
import Testing

@testable import Registry

/// The chain may be whole and its events still not what they say they are.
@Suite("alerts in the chain")
struct AlertChainTests {
  private let alert = "H1/tests/2025-03"
  private let finding = #""count":9,"value":9,"centre":5,"lower":2,"upper":8,"rules":["beyond-limits"]"#

  private func event(
    _ step: String, id: String? = nil, at time: String = "2025-04-01T08:00:00+08:00", finding: String? = nil
  ) throws -> Event {
    let found = finding.map { ",\"finding\":{\($0)}" } ?? ""
    let body =
      #"{"alert":"\#(alert)","at":"\#(time)","by":"x","step":"\#(step)","textDigest":"\#(Registry.bareDigest(step))"\#(found)}"#
    return Event(
      id: id ?? "alert:\(alert):\(step)", kind: "alert", decisionID: nil,
      at: try #require(RegistryZone.shanghai.instant(time)), body: body)
  }

  /// What is wrong with a chain of these.
  private func difference(_ events: [Event], words: [String: String] = [:]) throws -> String? {
    let bench = try Bench()
    try bench.registry.store.write { transaction in
      for event in events { try transaction.append(event) }
      for (id, text) in words { try transaction.insertEventText(id, text: text) }
    }
    let found = try bench.registry.verifyEvents()
    return found.difference.map { "\(found.firstDifference ?? 0) \($0)" }
  }

  @Test("steps in order are what they should be, with their words or without")
  func inOrder() throws {
    let steps = [try event("warned", finding: finding), try event("handled"), try event("answered")]
    #expect(try difference(steps) == nil)
    #expect(try difference(steps, words: [steps[1].id: "handled"]) == nil)
    #expect(try difference(steps, words: [steps[1].id: "others"]) == "2 its words do not match their digest")
  }

  @Test("a step without the one before it, or earlier than it, is found")
  func order() throws {
    #expect(try difference([event("handled")]) == "1 the step before it was not taken before it")
    let late = try event("warned", at: "2025-04-02T08:00:00+08:00", finding: finding)
    #expect(try difference([late, event("handled")]) == "2 the step before it was not taken before it")
  }

  @Test("an id that is another's, a warning without what was found, and a body that is no alert are found")
  func bodies() throws {
    let columns = "1 its columns are not what its body says"
    #expect(try difference([event("warned", id: "alert:H2/tests/2025-03:warned", finding: finding)]) == columns)
    #expect(try difference([event("warned")]) == columns)
    var other = try event("warned", finding: finding)
    other.body = "{}"
    #expect(try difference([other]) == "1 its body is no alert")
  }
}
