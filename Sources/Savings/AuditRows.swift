/// A total and its rows: every figure is added to both.
public struct AuditRows<Figures: Encodable & Sendable>: Sendable {
  public struct Row: Encodable, Sendable {
    /// The dimensions with their values, nil where there is none.
    public let key: [(dimension: Dimension, value: String?)]
    public let figures: Figures

    public func encode(to encoder: any Encoder) throws {
      try figures.encode(to: encoder)
      var container = encoder.container(keyedBy: Dimension.self)
      for (dimension, value) in key { try container.encode(value, forKey: dimension) }
    }
  }

  public private(set) var total: Figures
  private var byKey: [[String?]: Figures] = [:]
  private let empty: Figures
  private let dimensions: [Dimension]

  init(_ empty: Figures, by dimensions: [Dimension]) {
    self.empty = empty
    self.dimensions = dimensions
    total = empty
  }

  mutating func add(_ key: [String?], _ change: (inout Figures) -> Void) {
    addToTotal(change)
    addToRow(key, change)
  }

  mutating func addToTotal(_ change: (inout Figures) -> Void) { change(&total) }

  mutating func addToRow(_ key: [String?], _ change: (inout Figures) -> Void) {
    if dimensions.isEmpty { return }
    var figures = byKey[key] ?? empty
    change(&figures)
    byKey[key] = figures
  }

  /// In the order of their keys, an absent value first.
  public var rows: [Row] {
    byKey.keys.sorted { a, b in a.lexicographicallyPrecedes(b) { ($0 ?? "") < ($1 ?? "") } }.compactMap { key in
      byKey[key].map { Row(key: Array(zip(dimensions, key)).map { (dimension: $0, value: $1) }, figures: $0) }
    }
  }
}

extension Dimension: CodingKey {}
