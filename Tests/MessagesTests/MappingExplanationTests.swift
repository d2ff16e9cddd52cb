import Clinical
import Messages
import Testing
import XMLReading

struct MappingExplanationTests {
  private let xml = """
    <m t='20260316' n='R1' p='L1'>
    <other>x</other>
    <r c='K'>5.8</r>
    <r c='NA' u='mmol/L'>140</r>
    <r c='CL' u='mmol/L'>101</r>
    <kept><a>1</a></kept>
    </m>
    """

  @Test func everyDatumTellsKeyPlaceAndValue() throws {
    let explanation = try MappingSupport.small(top: "ignore: kept").explain(MappingSupport.root(xml))
    let lines = explanation.data.map { "\($0.name) = \($0.value) <- \($0.key ?? "") \($0.path ?? "") \($0.line ?? 0)" }
    #expect(lines.contains("message.time = 2026-03-16 <- message.time /m/@t 1"))
    #expect(lines.contains("report[1].versionTime = 2026-03-16 <- message.time /m/@t 1"))
    #expect(lines.contains("report[1].source = SYNTH-H1 <- report.source  0"))
    #expect(lines.contains("report[1].status = final <-   0"))
    #expect(lines.contains("report[1].patient.identifiers[1] = local L1 <- patient.identifiers /m/@p 1"))
    #expect(
      lines.contains("report[1].observations[2].code = NA <- observations.code /m/r[2]/@c 4"))
    #expect(
      lines.contains("report[1].observations[2].value = 140 <- observations.value /m/r[2] 4"))
  }

  @Test func whatNoKeyTouchesIsListedOncePerPath() throws {
    let explanation = try MappingSupport.small(top: "ignore: kept").explain(MappingSupport.root(xml))
    #expect(explanation.unusedPaths.map { "\($0.path) \($0.line) \($0.count)" } == ["/m/other 2 1", "/m/r/@u 4 2"])
  }

  /// What a list would have taken had the first been empty is in use; what a path leads to a second time is not.
  @Test func alternativesAreInUse() throws {
    let mapping = try MappingSupport.small(observations: "note: [a, b]")
    let root = try MappingSupport.root("<m t='20260316' n='R1' p='L1'><r c='K'><a>1</a><a>2</a><b>3</b></r></m>")
    #expect(mapping.explain(root).unusedPaths.map(\.path) == ["/m/r/a"])
  }

  @Test func aRefusedMessageIsExplainedAsFarAsItWasRead() throws {
    let explanation = try MappingSupport.small().explain(MappingSupport.root("<m t='20260316' n='R1'/>"))
    #expect(!explanation.isAccepted)
    #expect(explanation.findings.first?.code == .missingPatient)
    #expect(explanation.data.map(\.name) == ["message.time", "report[1].source", "report[1].number"])
  }

  @Test(arguments: MappingSampleTests.pairs) func explainingAndReadingAgree(mapping: String, feed: String) throws {
    let mapping = try MappingSupport.mapping(mapping)
    let root = try MappingSupport.feed(feed)
    let generic = try Explanation(of: MappingSupport.read(mapping, root).message)
    let explained = mapping.explain(root)
    #expect(explained.data.map { [$0.name, $0.value] } == generic.data.map { [$0.name, $0.value] })
    #expect(generic.data.allSatisfy { $0.path == nil && $0.key == nil })
    #expect(Set(generic.data.map(\.name)).count == generic.data.count)
  }

  @Test func theVendorsAnswer() {
    let finding = Finding(.missingSource, "who < & >", at: Location(line: 3, column: 1, path: "/req"))
    var answer = Acknowledgement(
      outcome: .rejected, messageID: "1", findings: [finding], acknowledgedAt: "2026-03-16T09:00:00+08:00")
    #expect(
      VendorAcknowledgement.xml(answer)
        == "<res><success>AE</success><msg>missing-source: who &lt; &amp; &gt; (line 3, /req)</msg><data/></res>")
    answer.outcome = .accepted
    answer.findings = []
    #expect(VendorAcknowledgement.xml(answer) == "<res><success>AA</success><msg></msg><data/></res>")
  }
}
