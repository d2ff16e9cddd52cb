public import Catalogue
public import Clinical

/// A test about to be ordered: the question put to the registry, as one line of NDJSON states it (contracts.md, "An
/// order line").
public struct Order: Hashable, Sendable {
  public var id: String
  public var patient: OrderPatient
  /// The code of the ordering institution.
  public var orderingInstitution: String
  public var department: String?
  public var clinician: String?
  public var setting: Setting
  public var orderedAt: Instant
  /// As declared: a national code (1…6, 98, 99) or the institution's own.
  public var retestReason: DeclaredRetestReason?
  public var retestReasonText: String?
  /// At least one.
  public var items: [OrderItem]

  /// More than any catalogue has is no order of one patient.
  static let itemLimit = 5000

  public init(
    id: String, patient: OrderPatient, orderingInstitution: String, setting: Setting, orderedAt: Instant,
    items: [OrderItem]
  ) {
    self.id = id
    self.patient = patient
    self.orderingInstitution = orderingInstitution
    self.setting = setting
    self.orderedAt = orderedAt
    self.items = items
  }
}

/// What is ordered: an item of the catalogue, or the ordering institution's own code for it.
public struct OrderItem: Hashable, Sendable {
  public var item: String?
  public var localCode: String?
  /// A catalogue code, not a spelling.
  public var specimen: String?
  public var bodySite: String?
  public var laterality: String?

  public init(item: String? = nil, localCode: String? = nil) {
    self.item = item
    self.localCode = localCode
  }
}

/// Whom the order is for: a person's code, or identifiers by which the person is found.
public struct OrderPatient: Hashable, Sendable {
  public var person: String?
  public var identifiers: [OrderIdentifier] = []
  public var name: String?
  public var sex: Sex?
  public var birthDate: CalendarDate?

  public init(person: String? = nil, identifiers: [OrderIdentifier] = []) {
    self.person = person
    self.identifiers = identifiers
  }
}

/// An identifier as an order writes it.
public struct OrderIdentifier: Hashable, Sendable {
  public var identifier: Identifier
  /// For numbers that mean something only within an institution; nil: the ordering institution.
  public var institution: String?

  public init(_ identifier: Identifier, institution: String? = nil) {
    self.identifier = identifier
    self.institution = institution
  }
}

/// A retest reason before the catalogue was asked what it means.
public enum DeclaredRetestReason: Hashable, Sendable {
  case number(Int)
  case code(String)

  /// What it means at an institution: a number is a national code first, a word is the institution's own code first.
  ///
  /// - Returns: nil for neither.
  public func reason(at institution: String, in reference: ReferenceData) -> RetestReason? {
    switch self {
    case .number(let number):
      RetestReason(rawValue: number) ?? reference.retestReason(String(number), of: institution)
    case .code(let code):
      reference.retestReason(code, of: institution) ?? Int(code).flatMap(RetestReason.init)
    }
  }
}
