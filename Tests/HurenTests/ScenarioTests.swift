import Foundation
import Testing

@Suite("scenarios of another program's")
struct ScenarioTests {
  private static let isThere = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: $0 + "/sekmet") }
  }()

  @Test(
    "sekmet sends a transaction and reads it as a client of SMART Backend Services",
    .enabled(if: isThere, "PyPI's sekmet-fhir is not installed"))
  func scenarios() throws {
    let script = Binary.root.appending(path: "Tests/scenarios/run")
    let said = try Binary.run([Binary.url.path], executable: script)
    #expect(said.status == 0, "\(said.output.suffix(4000))\(said.errors.suffix(2000))")
    #expect(said.output.contains("1/1 scenarios passed"))
  }
}
