import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite("OperationOutcome")
struct OperationOutcomeTests {
  private static let finding = Finding(
    .missingUnit, "no unit: send \"1\" & <more>",
    at: Location(line: 3, column: 5, path: "/Bundle/entry[2]/resource/Observation/valueQuantity"))

  private func write(_ outcome: Acknowledgement.Outcome, _ findings: [Finding]) throws -> [XMLElement] {
    let acknowledgement = Acknowledgement(
      outcome: outcome, messageID: "M\"1", findings: findings, acknowledgedAt: "2025-03-01T10:00:00+08:00")
    let xml = try XMLTreeReader().read(OperationOutcomeWriter.write(acknowledgement, as: .xml)).root
    let json = try tree(json: OperationOutcomeWriter.write(acknowledgement, as: .json)).root
    #expect(render(xml) == render(json))
    #expect(xml.first("meta", "lastUpdated")?.attribute("value") == "2025-03-01T10:00:00+08:00")
    return xml.all("issue")
  }

  private func render(_ element: XMLElement) -> String {
    let attributes = element.attributes.map { " \($0.name)=\($0.value)" }.joined()
    return "<\(element.name)\(attributes)>\(element.children.map(render).joined())"
  }

  @Test("an accepted message: information, then its findings as warnings")
  func accepted() throws {
    let issues = try write(.accepted, [Self.finding])
    #expect(issues.map { $0.value("severity") } == ["information", "warning"])
    #expect(issues.map { $0.value("code") } == ["informational", "required"])
    #expect(issues.last?.value("diagnostics") == "line 3, column 5: " + Self.finding.message)
    #expect(issues.last?.value("expression") == "Bundle.entry[1].resource.valueQuantity")
  }

  @Test("a refused message: the reason as an error")
  func refused() throws {
    let reason = Finding(.missingPatient, "no subject", at: Location(line: 1, column: 1, path: "/DiagnosticReport"))
    let issues = try write(.error, [reason, Self.finding])
    #expect(issues.map { $0.value("severity") } == ["error", "warning"])
    #expect(issues.first?.value("expression") == "DiagnosticReport")
    #expect(try write(.rejected, []).map { $0.value("severity") } == ["error"])
  }
}
