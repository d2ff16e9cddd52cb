import Foundation
import Registry
import Savings
import Testing

@Suite("The chain of events")
struct ChainTests {
  @Test("the chain holds no words of a reason; a byte changed is found where it lies")
  func chain() async throws {
    let path: URL
    do {
      let town = try SmallTown()
      try await town.report("R1", at: "2025-03-01T08:00:00")
      let decision = try town.decide(at: "2025-03-02T08:00:00+08:00")
      try town.feedback(
        town.line(
          "E1", decision, "declined", at: "2025-03-02T09:00:00+08:00",
          more: #","retestReason":6,"text":"a word of its own""#))
      #expect(try town.registry.verifyEvents().firstDifference == nil)
      let head = try town.registry.verifyEvents().head
      #expect(try town.registry.verifyEvents(expectedHead: head).expectedHeadAt == 2)
      #expect(try town.registry.verifyEvents(expectedHead: String(repeating: "1", count: 64)).firstDifference == 3)
      path = FileManager.default.temporaryDirectory.appending(path: "huren-chain-\(UUID().uuidString).sqlite")
      try town.registry.backup(to: path.path)
    }
    defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path.path + end) } }
    var bytes = try Data(contentsOf: path)
    let price = try #require(bytes.range(of: Data(#""priceFen":1000"#.utf8)))
    bytes.replaceSubrange(price, with: Data(#""priceFen":9000"#.utf8))
    try bytes.write(to: path)
    let found = try Registry(path: path.path).verifyEvents()
    #expect(found.firstDifference == 1)
    #expect(found.totals == nil)
  }

  @Test("a head is signed with the key given, raw or as PEM (the first test of RFC 8032, section 7.1)")
  func signature() throws {
    let pem = """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
      -----END PRIVATE KEY-----
      """
    let town = try SmallTown()
    let key = town.path.deletingLastPathComponent().appending(path: "key")
    let seed = try #require(Data(base64Encoded: "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))
    for file in [Data(pem.utf8), seed] {
      try file.write(to: key)
      let signed = try #require(try town.registry.verifyAndSignEvents(keyPath: key.path).signature)
      #expect(signed.publicKey == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
      #expect(signed.statement == "huren chain SHA-256 0 " + String(repeating: "0", count: 64))
    }
    try Data("no key".utf8).write(to: key)
    #expect(throws: RegistryError.self) { try town.registry.verifyAndSignEvents(keyPath: key.path) }
  }

  @Test("an event opens to its decision, the words of its reason and the messages behind it")
  func trail() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(
      at: "2025-03-02T08:00:00+08:00", more: #","retestReason":6,"retestReasonText":"asked for""#)
    try town.feedback(town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"))
    try await town.report("R1", at: "2025-03-01T08:00:00", status: "C", told: "2025-03-04T08:00:00")
    for id in ["E1", decision] {
      let trail = try town.registry.eventTrail(id)
      #expect(trail.decision.text == "asked for")
      #expect(trail.feedback.map(\.event.event) == ["E1"])
      #expect(trail.sources.map(\.decidedOn) == [true, false])
    }
    #expect(try town.registry.verifyEvents().firstDifference == nil)
    #expect(throws: RegistryError.self) { try town.registry.eventTrail("E9") }
  }
}
