import CoreMetrics
import Synchronization

/// Every measure of the service, and how Prometheus reads them: its text format, version 0.0.4.
final class PrometheusMetrics: MetricsFactory {
  /// Upper bounds of a histogram's buckets, in seconds: those that decide whether a clinician waited.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10]

  struct Name: Hashable {
    var label: String
    /// `{role="source",outcome="accepted"}`
    var dimensions: String
  }

  private let counters = Mutex<[Name: CountHandler]>([:])
  private let gauges = Mutex<[Name: GaugeHandler]>([:])
  private let histograms = Mutex<[Name: HistogramHandler]>([:])
  private let help: [String: String]

  /// - Parameter help: what each measure means, by its name.
  init(help: [String: String]) { self.help = help }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counters.withLock { $0.made(Name(label, dimensions)) { CountHandler() } }
  }

  func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
    counters.withLock { $0.made(Name(label, dimensions)) { CountHandler() } }
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauges.withLock { $0.made(Name(label, dimensions)) { GaugeHandler() } }
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    gauges.withLock { $0.made(Name(label, dimensions)) { GaugeHandler() } }
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histograms.withLock { $0.made(Name(label, dimensions)) { HistogramHandler() } }
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  /// All of them, by name.
  var text: String {
    var lines: [String] = []
    write(counters.withLock { $0 }, "counter", into: &lines) { name, counter in
      ["\(name.label)\(name.dimensions) \(counter.value)"]
    }
    write(gauges.withLock { $0 }, "gauge", into: &lines) { name, gauge in
      ["\(name.label)\(name.dimensions) \(gauge.value == .infinity ? "+Inf" : String(gauge.value))"]
    }
    write(histograms.withLock { $0 }, "histogram", into: &lines) { $1.lines($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func write<Handler>(
    _ handlers: [Name: Handler], _ type: String, into lines: inout [String], _ own: (Name, Handler) -> [String]
  ) {
    var last = ""
    for (name, handler) in handlers.sorted(by: { ($0.key.label, $0.key.dimensions) < ($1.key.label, $1.key.dimensions) }
    ) {
      if name.label != last {
        if let help = help[name.label] { lines.append("# HELP \(name.label) \(help)") }
        lines.append("# TYPE \(name.label) \(type)")
        last = name.label
      }
      lines += own(name, handler)
    }
  }
}

extension PrometheusMetrics.Name {
  fileprivate init(_ label: String, _ dimensions: [(String, String)]) {
    self.label = label
    let pairs = dimensions.map { name, value in "\(name)=\"\(Self.escaped(value))\"" }
    self.dimensions = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  /// The same with one more dimension: a histogram's bound.
  fileprivate func with(bound: String) -> String {
    let own = dimensions.isEmpty ? "{" : dimensions.dropLast() + ","
    return "\(label)_bucket\(own)le=\"\(bound)\"}"
  }
}

extension Dictionary where Key == PrometheusMetrics.Name {
  fileprivate mutating func made(_ name: Key, _ make: () -> Value) -> Value {
    if let known = self[name] { return known }
    let new = make()
    self[name] = new
    return new
  }
}

final class CountHandler: CounterHandler, FloatingPointCounterHandler {
  private let count = Mutex(0.0)

  var value: Double { count.withLock { $0 } }
  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) { count.withLock { $0 += amount } }
  func reset() { count.withLock { $0 = 0 } }
}

final class GaugeHandler: MeterHandler, RecorderHandler {
  private let held = Mutex(0.0)

  var value: Double { held.withLock { $0 } }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { held.withLock { $0 = value } }
  func increment(by amount: Double) { held.withLock { $0 += amount } }
  func decrement(by amount: Double) { held.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
}

final class HistogramHandler: TimerHandler {
  private struct State {
    var counts = [Int](repeating: 0, count: PrometheusMetrics.bounds.count)
    var count = 0
    var sum = 0.0
  }

  private let state = Mutex(State())

  func recordNanoseconds(_ duration: Int64) {
    let seconds = Double(duration) / 1e9
    state.withLock { state in
      if let place = PrometheusMetrics.bounds.firstIndex(where: { seconds <= $0 }) { state.counts[place] += 1 }
      state.count += 1
      state.sum += seconds
    }
  }

  func lines(_ name: PrometheusMetrics.Name) -> [String] {
    let state = state.withLock { $0 }
    var below = 0
    var lines: [String] = []
    for (bound, count) in zip(PrometheusMetrics.bounds, state.counts) {
      below += count
      lines.append("\(name.with(bound: String(bound))) \(below)")
    }
    lines.append("\(name.with(bound: "+Inf")) \(state.count)")
    lines.append("\(name.label)_sum\(name.dimensions) \(state.sum)")
    lines.append("\(name.label)_count\(name.dimensions) \(state.count)")
    return lines
  }
}
