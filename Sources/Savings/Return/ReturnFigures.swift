public import Catalogue
import Clinical

/// What a return tells apart: laboratory tests, and the examinations that are reported by their apparatus.
public enum ReturnKind: String, Sendable, CaseIterable {
  case lab, dr, ct, mr, other

  /// DICOM calls digital radiography DX, and computed radiography CR.
  public init(_ item: Item?) {
    switch (item?.category, item?.modality?.uppercased()) {
    case (.lab, _): self = .lab
    case (_, "DX"), (_, "DR"), (_, "CR"): self = .dr
    case (_, "CT"): self = .ct
    case (_, "MR"): self = .mr
    default: self = .other
    }
  }
}

/// What a health administration asks of an institution, or of several together.
public struct ReturnFigures: Sendable, Hashable {
  /// Of one kind, between institutions, by the institution that was spared the test.
  public struct Recognised: Encodable, Sendable, Hashable {
    /// Claims: results of others accepted in place of a test.
    public var items = 0
    /// Their fees, less those of tests done all the same.
    public var savedFen = 0

    public init() {}
  }

  public var institutions = 0
  /// Institutions with a certificate that holds everywhere, or in a region or under an agreement.
  public var withNational = 0
  public var withRegional = 0
  /// Items with such a certificate: of one institution each once.
  public var nationalItems = 0
  public var regionalItems = 0
  /// Decisions asked for: how often prior results were retrieved.
  public var retrievals = 0
  public var recognised = Dictionary(uniqueKeysWithValues: ReturnKind.allCases.map { ($0, Recognised()) })

  public init() {}

  /// Of all kinds.
  public var total: Recognised {
    recognised.values.reduce(into: Recognised()) {
      $0.items += $1.items
      $0.savedFen.add($1.savedFen)
    }
  }

  static func + (a: ReturnFigures, b: ReturnFigures) -> ReturnFigures {
    var sum = a
    sum.institutions += b.institutions
    sum.withNational += b.withNational
    sum.withRegional += b.withRegional
    sum.nationalItems += b.nationalItems
    sum.regionalItems += b.regionalItems
    sum.retrievals += b.retrievals
    for (kind, own) in b.recognised {
      sum.recognised[kind, default: Recognised()].items += own.items
      sum.recognised[kind, default: Recognised()].savedFen.add(own.savedFen)
    }
    return sum
  }
}

extension ReturnFigures: Encodable {
  private enum Key: String, CodingKey {
    case institutions, withNational, withRegional, nationalItems, regionalItems, retrievals, recognised, total
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(institutions, forKey: .institutions)
    try container.encode(withNational, forKey: .withNational)
    try container.encode(withRegional, forKey: .withRegional)
    try container.encode(nationalItems, forKey: .nationalItems)
    try container.encode(regionalItems, forKey: .regionalItems)
    try container.encode(retrievals, forKey: .retrievals)
    try container.encode(
      Dictionary(uniqueKeysWithValues: recognised.map { ($0.key.rawValue, $0.value) }), forKey: .recognised)
    try container.encode(total, forKey: .total)
  }
}

/// A return of a period: each institution, and all of them by grade, by ownership and together.
public struct ReturnBooks: Sendable {
  /// A line of it.
  public struct Row: Sendable {
    /// What it is of: `institution`, `grade`, `ownership` or `all`.
    public var level: String
    /// The institution's code, the grade, the ownership; nil where it is not stated.
    public var value: String?
    /// Of a line for one institution.
    public var institution: Institution?
    /// Its certificates by scope and issuer, with the items of each.
    public var certificates: [Certification] = []
    public var figures: ReturnFigures
  }

  /// The rounds of one issuer that an institution passed for one scope.
  public struct Certification: Encodable, Sendable, Hashable {
    public var scope: String
    public var issuer: String?
    public var items: Int
  }

  public private(set) var rows: [Row] = []

  /// - Parameters:
  ///   - savings: by institution and item.
  ///   - retrievals: decisions asked for, by ordering institution.
  ///   - days: of the period, for certificates.
  public init(
    savings: AuditRows<SavingsFigures>, retrievals: [String: Int], days: ClosedRange<Int>, reference: ReferenceData
  ) {
    var byCode: [String: ReturnFigures] = [:]
    for row in savings.rows {
      guard let code = row.key[0].value, let item = row.key[1].value else { continue }
      let kind = ReturnKind(reference.items[item])
      byCode[code, default: ReturnFigures()].recognised[kind, default: .init()].items += row.figures.claims
      byCode[code, default: ReturnFigures()].recognised[kind, default: .init()].savedFen.add(
        row.figures.grossFen.minus(row.figures.reversedFen))
    }
    let institutions = reference.institutions.values.sorted { $0.code < $1.code }
    let own = institutions.map { institution -> Row in
      var figures = byCode[institution.code] ?? ReturnFigures()
      let held = reference.certificates(of: institution.code, inForce: days)
      func items(_ isOfScope: (Scope) -> Bool) -> Int {
        held.filter { isOfScope($0.certificate.scope) }.reduce(into: Set<String>()) { $0.formUnion($1.items) }.count
      }
      figures.institutions = 1
      (figures.nationalItems, figures.regionalItems) = (items(\.isNational), items(\.isRegional))
      figures.withNational = figures.nationalItems > 0 ? 1 : 0
      figures.withRegional = figures.regionalItems > 0 ? 1 : 0
      figures.retrievals = retrievals[institution.code] ?? 0
      let byIssuer = Dictionary(grouping: held) { [$0.certificate.scope.text, $0.certificate.issuer] }
      let certificates = byIssuer.map { key, held in
        Certification(
          scope: key[0] ?? "", issuer: key[1], items: held.reduce(into: Set<String>()) { $0.formUnion($1.items) }.count)
      }
      return Row(
        level: "institution", value: institution.code, institution: institution,
        certificates: certificates.sorted { ($0.scope, $0.issuer ?? "") < ($1.scope, $1.issuer ?? "") },
        figures: figures)
    }
    func rolledUp(_ level: String, _ value: (Institution) -> String?) -> [Row] {
      let groups = Dictionary(grouping: own) { $0.institution.flatMap(value) }
      return groups.sorted { ($0.key ?? "") < ($1.key ?? "") }.map { key, rows in
        Row(level: level, value: key, figures: rows.map(\.figures).reduce(ReturnFigures(), +))
      }
    }
    rows = own + rolledUp("grade", \.fullGrade) + rolledUp("ownership", \.ownership) + rolledUp("all") { _ in nil }
  }
}

extension Institution {
  /// Level and grade as they are written together, 三级甲等; nil where no level is stated.
  public var fullGrade: String? {
    guard let level, (0...3).contains(level) else { return grade }
    return ["未定级", "一级", "二级", "三级"][level] + (grade ?? "")
  }
}
