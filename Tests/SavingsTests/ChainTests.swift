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
}
