public import Catalogue
public import Clinical
public import Recognition

/// The part of a decision that the books keep as an event: what was decided and on which report versions. No value, name or number
/// of a patient is in it, so that erasing a person does not break the chain.
public struct RecordedDecision: Hashable, Sendable, Codable {
  /// A result that stood in.
  public struct Chosen: Hashable, Sendable, Codable {
    public var institution: String
    public var reportId: String
    public var item: String
    /// The content digest of the report's version that was chosen.
    public var version: String
    public var windowHours: Int
    /// What the report states of it: the specimen as a catalogue code, the sites of an examination. Not kept by earlier versions.
    public var specimen: String?
    public var sites: [CandidateSite]?

    public init(institution: String, reportId: String, item: String, version: String, windowHours: Int) {
      self.institution = institution
      self.reportId = reportId
      self.item = item
      self.version = version
      self.windowHours = windowHours
    }
  }

  /// One ordered item.
  public struct Item: Hashable, Sendable, Codable {
    public var item: String
    /// What the order named of it. Not kept by earlier versions.
    public var specimen: String?
    public var bodySite: String?
    public var laterality: String?
    public var inPanel: String?
    public var outcome: ItemDecision.Outcome
    /// The price of what is avoided; nil when it is unknown or nothing is avoided.
    public var priceFen: Int?
    /// The earliest `clinical time + window` among the chosen results.
    public var validUntil: EventTime?
    /// The components of a panel that prior results cover; nil for what is no panel.
    public var covered: [String]?
    public var chosen: [Chosen]
    /// How many candidates failed each check, those included that the ordering institution must not hear of.
    public var causes: [String: Int]?

    public init(item: String, outcome: ItemDecision.Outcome, chosen: [Chosen] = []) {
      self.item = item
      self.outcome = outcome
      self.chosen = chosen
    }

    /// The longest time that one of the chosen results could stand in.
    public var longestWindowHours: Int { chosen.map(\.windowHours).max() ?? 0 }
  }

  public var orderId: String
  public var decisionId: String
  /// The registry's code, a number drawn at random.
  public var person: String
  /// The registry's number of the source record that the order was about: whatever becomes of the code, it stays that patient's. Not kept by
  /// earlier versions.
  public var record: Int64?
  public var orderingInstitution: String
  public var department: String?
  public var clinician: String?
  public var setting: Setting
  public var orderedAt: EventTime
  public var knownAt: EventTime?
  public var retestReason: RetestReason?
  /// Digest, by the registry's key, of the reason's words, in hexadecimal: the words lie beside the chain.
  public var textDigest: String?
  public var items: [Item]
  /// What it was decided with.
  public var reference: ReferenceDigests?
  /// Who asked over the network; nil for what was asked on the registry's own command line.
  public var asked: AskedBy?

  public init(
    orderId: String, decisionId: String, person: String, orderingInstitution: String, setting: Setting,
    orderedAt: Instant, items: [Item]
  ) {
    self.orderId = orderId
    self.decisionId = decisionId
    self.person = person
    self.orderingInstitution = orderingInstitution
    self.setting = setting
    self.orderedAt = EventTime(orderedAt)
    self.items = items
  }

  public init(_ decision: Decision) {
    let order = decision.order.order
    let withheld = Dictionary(grouping: decision.withheld, by: \.ordered)
    self.init(
      orderId: order.id, decisionId: decision.id, person: decision.person,
      orderingInstitution: decision.order.institution.code, setting: order.setting, orderedAt: order.orderedAt,
      items: zip(decision.items, decision.order.items).map {
        Item($0, ordered: $1.ordered, withheld: withheld[$0.item.code] ?? [])
      })
    record = decision.record
    department = order.department
    clinician = order.clinician
    knownAt = decision.knownAt.map(EventTime.init)
    retestReason = decision.order.retestReason
    reference = decision.reference
  }

  /// What was decided of an item; of an item ordered twice, the line with something to recognise.
  public func item(_ code: String) -> Item? {
    let own = items.filter { $0.item == code }
    return own.first { $0.outcome.isRecognisable } ?? own.first
  }

  /// The same of every item, in the order of the lines: who asks of each need not look through all.
  var itemsOnce: [Item] {
    var places: [String: Int] = [:]
    var once: [Item] = []
    for item in items {
      guard let place = places[item.item] else {
        places[item.item] = once.count
        once.append(item)
        continue
      }
      if !once[place].outcome.isRecognisable, item.outcome.isRecognisable { once[place] = item }
    }
    return once
  }
}

extension RecordedDecision.Item {
  fileprivate init(_ decision: ItemDecision, ordered: OrderItem, withheld: [WithheldCandidate]) {
    self.init(
      item: decision.item.code, outcome: decision.outcome, chosen: decision.chosen.map(RecordedDecision.Chosen.init))
    (specimen, bodySite, laterality) = (ordered.specimen, ordered.bodySite, ordered.laterality)
    inPanel = decision.inPanel
    priceFen = decision.priceFen
    validUntil = decision.validUntil.map(EventTime.init)
    covered = decision.covered
    let failed = (decision.rejected + withheld.map(\.candidate)).flatMap(\.failed)
    causes = failed.isEmpty ? nil : failed.reduce(into: [:]) { $0[$1.rawValue, default: 0] += 1 }
  }
}

extension RecordedDecision.Chosen {
  fileprivate init(_ result: ChosenResult) {
    let candidate = result.candidate
    self.init(
      institution: candidate.institution, reportId: candidate.reportID, item: candidate.item.code,
      version: candidate.version, windowHours: result.windowHours)
    specimen = candidate.specimen
    let stated = candidate.statedSites
    sites = stated.isEmpty ? nil : stated
  }
}
