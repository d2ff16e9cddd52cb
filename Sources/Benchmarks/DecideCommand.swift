import ArgumentParser
import Foundation
import Recognition
import Registry

/// Decisions in process, on a registry that is there: what an order-entry system waits for.
struct DecideCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide", abstract: "Decides orders one after the other and prints how long that took, as JSON.")

  @Argument(help: "NDJSON orders.")
  var orders: String
  @Option(help: "The registry.")
  var db: String

  func run() async throws {
    let registry = try Registry(path: db)
    let lines = try Data(contentsOf: URL(filePath: orders)).split(separator: 10).map { [UInt8]($0) }
    var times: [Double] = []
    var results = 0
    for line in lines {
      let start = ContinuousClock.now
      let decision = try registry.decide(line: line)
      let duration = ContinuousClock.now - start
      times.append(Double(duration.components.attoseconds) / 1e12 + Double(duration.components.seconds) * 1e6)
      results += decision.items.reduce(0) { $0 + $1.chosen.count + $1.rejected.count }
    }
    times.sort()
    let mean = times.reduce(0, +) / Double(max(1, times.count))
    func quantile(_ part: Double) -> Int { times.isEmpty ? 0 : Int(times[Int(Double(times.count - 1) * part)]) }
    print(
      "{\"decisions\":\(times.count),\"perSecond\":\(Int(1e6 / max(mean, 1))),\"meanMicroseconds\":\(Int(mean)),\"p50\":\(quantile(0.5)),"
        + "\"p99\":\(quantile(0.99)),\"candidates\":\(results)}")
  }
}
