import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite struct CDAAcknowledgementTests {
  @Test func holdsOutcomeTargetAndDetails() throws {
    let finding = Finding(.missingSource, "no \"custodian\" & <none>", at: Location(line: 3, column: 1, path: "/A"))
    let xml = MCCIWriter.write(
      Acknowledgement(
        outcome: .error, messageID: "M<1>", findings: [finding], acknowledgedAt: "2025-08-01T02:57:00+08:00"))
    let root = try XMLTreeReader().read(xml).root
    let acknowledgement = try #require(root.first("acknowledgement"))
    #expect(root.name == "MCCI_IN000002UV01" && acknowledgement.attribute("typeCode") == "AE")
    #expect(root.first("creationTime")?.attribute("value") == "20250801025700+0800")
    #expect(acknowledgement.first("targetMessage", "id")?.attribute("extension") == "M<1>")
    #expect(
      acknowledgement.first("acknowledgementDetail", "text")?.attribute("value")
        == "no \"custodian\" & <none> (line 3, /A)")
  }

  @Test func withoutMessageID() throws {
    let xml = MCCIWriter.write(
      Acknowledgement(outcome: .accepted, messageID: nil, findings: [], acknowledgedAt: "2025-08-01T02:57:00Z"))
    let root = try XMLTreeReader().read(xml).root
    #expect(root.first("acknowledgement", "targetMessage") == nil)
    #expect(root.first("acknowledgement")?.attribute("typeCode") == "AA")
    #expect(root.first("creationTime")?.attribute("value") == "20250801025700+0000")
  }
}
