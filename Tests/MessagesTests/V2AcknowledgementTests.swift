import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite("HL7 v2 acknowledgements")
struct V2AcknowledgementTests {
  static let refused = Acknowledgement(
    outcome: .rejected, messageID: "M|1",
    findings: [
      Finding(
        .testMessage, "MSH-11 says <training> & debugging", at: Location(line: 3, column: 7, path: "/ORU_R01/MSH"))
    ],
    acknowledgedAt: "2026-05-01T08:00:00+08:00")

  @Test(
    "the answer names the outcome, the message and each finding with its code of table 0357, in XML and in pipes alike")
  func bothForms() throws {
    let trees = [
      try XMLTreeReader().read(V2AcknowledgementWriter.xml(Self.refused)),
      try ER7Tree.read(Array(V2AcknowledgementWriter.er7(Self.refused).utf8)),
    ]
    for tree in trees {
      let msh = V2Segment(element: try #require(tree.root.first("MSH")))
      #expect(msh.text(7) == "20260501080000+0800")
      #expect(msh.text(9) == "ACK")
      let msa = V2Segment(element: try #require(tree.root.first("MSA")))
      #expect(msa.text(1) == "AR")
      #expect(msa.text(2) == "M|1")
      let err = V2Segment(element: try #require(tree.root.first("ERR")))
      #expect(err.text(3, 1) == "202")
      #expect(err.text(4) == "E")
      #expect(err.text(5) == "test-message")
      #expect(err.text(8) == "MSH-11 says <training> & debugging")
    }
  }

  @Test("every dialect has an answer of its own", arguments: Dialect.allCases)
  func everyDialect(dialect: Dialect) {
    let text = Self.refused.written(for: dialect)
    #expect(
      text.contains(dialect == .fhirXML || dialect == .fhirJSON ? "OperationOutcome" : dialect == .mapped ? "AE" : "AR")
    )
  }
}
