public import Clinical
public struct MatchSignature: Hashable, Sendable {
  let keys: [UInt64]
  public init(_ record: PersonRecord) { keys = BlockingKeys(record).keys.sorted() }
  public var bytes: [UInt8] { keys.flatMap { k in (0..<8).map { UInt8(truncatingIfNeeded: k >> (8 * UInt64($0))) } } }
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count % 8 == 0 else { return nil }
    keys = (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
  }
}
public struct MatchIndex: Sendable {
  var buckets: [UInt64: [Int64]] = [:]
  var known: [Int64: MatchSignature] = [:]
  public init() {}
  public mutating func insert(id: Int64, _ signature: MatchSignature) {
    if let old = known[id] { for k in old.keys { buckets[k]?.removeAll { $0 == id } } }
    known[id] = signature
    for k in signature.keys { buckets[k, default: []].append(id) }
  }
  public func candidates(of signature: MatchSignature) -> [Int64] {
    var r: Set<Int64> = []
    for k in signature.keys { r.formUnion(buckets[k] ?? []) }
    return r.sorted()
  }
}
public struct PersonModel: Sendable {
  public let version: String
  let model: LinkageModel
  let frequencies: TermFrequencies
  let rules: LinkRules
  public static func standard(population: Double) -> PersonModel {
    PersonModel(version: "standard", model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: population))
  }
  public init(stored: [UInt8]) throws { self = .standard(population: Double(String(decoding: stored, as: UTF8.self))!) }
  init(version: String, model: LinkageModel, frequencies: TermFrequencies, rules: LinkRules) {
    self.version = version; self.model = model; self.frequencies = frequencies; self.rules = rules
  }
  public var stored: [UInt8] { get throws { Array(String(rules.population).utf8) } }
}
extension Judge {
  public init(_ model: PersonModel) { self.init(model: model.model, frequencies: model.frequencies, rules: model.rules) }
}
extension PersonClusters {
  public struct PlacePair: Hashable, Sendable { public let a, b: Int; public init(_ a: Int, _ b: Int) { self.a = min(a, b); self.b = max(a, b) } }
  public init(_ records: [PersonRecord], judge: Judge, pinned: Set<PlacePair>, vetoed: Set<PlacePair>) {
    self.init(records, judge: judge)
  }
  public var tasks: [Pair] { refused }
}
extension PersonClusters.Pair { public var isRefusedLink: Bool { decision.guards.contains(.contradiction) || decision.guards.contains(.ambiguous) } }
extension PersonRecord {
  public func sharedNumber(with other: PersonRecord) -> Identifier? { numbers.first { other.numbers.contains($0) } }
}
