import Foundation
import Registry
import Testing

@Suite("what a message may tell")
struct ReceivingTests {
  private func message(_ second: (number: String, local: String, name: String)) -> String {
    func group(_ number: String, _ local: String, _ name: String) -> [String] {
      [
        "PID|1||\(local)^^^SYNTH-H1^MR||\(name)||19800115|M",
        "OBR|1||\(number)|K^钾^L|||20260101070000|||||||||||||||20260101080000||LAB|F",
        "OBX|1|NM|K^钾^L||4.1|mmol/L|3.5-5.3|N|||F",
      ]
    }
    let head =
      "MSH|^~\\&|LIS|SYNTH-H1|||20260101080000||ORU^R01^ORU_R01|M1|P|2.5.1|||||CHN|UNICODE UTF-8"
    return ([head] + group("R1", "P1", "欧阳明霞") + group(second.number, second.local, second.name) + [""])
      .joined(separator: "\r")
  }

  @Test("one number with two patients in one message is refused whole; with one, or two numbers, it is taken")
  func twoPatients() async throws {
    let bench = try Bench()
    let path = try bench.file("two.hl7", message(("R1", "P2", "司马长风")))
    let refused = try await bench.registry.receive([path])
    #expect(refused.summary.quarantined == 1)
    #expect(refused.problems.map(\.code) == ["conflicting-patient"])
    #expect(try bench.registry.check().reports == 0)
    for (place, second) in [("R1", "P1", "欧阳明霞"), ("R2", "P2", "司马长风")].enumerated() {
      let bench = try Bench()
      let path = try bench.file("\(place).hl7", message(second))
      #expect(try await bench.registry.receive([path]).summary.accepted == 1)
    }
  }
}
