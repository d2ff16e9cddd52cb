public import Catalogue
import Clinical

/// An order whose institution, items and retest reason the catalogue knows.
public struct ResolvedOrder: Sendable {
  public let order: Order
  public let institution: Institution
  public let items: [ResolvedItem]
  public let retestReason: RetestReason?
  /// The codes of every item whose results may answer the order.
  public let candidateItems: Set<String>

  /// - Throws: what the catalogue does not know, a time that cannot be, or an item that stands twice, with the order's own key.
  public init(_ order: Order, in reference: ReferenceData) throws(OrderProblem) {
    self.order = order
    try Self.checkTimes(order, in: reference.zone)
    let named = OrganizationReference(identifier: order.orderingInstitution)
    guard let institution = reference.institutions[order.orderingInstitution] ?? reference.institution(named) else {
      let message =
        "not an institution of institutions.csv: add it there and run `huren reference load DIR`, or mend the order"
      throw OrderProblem(.unknownInstitution, field: "orderingInstitution", message, orderID: order.id)
    }
    self.institution = institution
    var items: [ResolvedItem] = []
    for (index, ordered) in order.items.enumerated() {
      items.append(ResolvedItem(item: try Self.item(ordered, index, order, institution, reference), ordered: ordered))
    }
    try Self.refuseRepeated(items, order)
    self.items = items
    candidateItems = Set(items.flatMap { $0.components(in: reference) }.flatMap { [$0.code] + $0.coveredBy })
    retestReason = try Self.reason(order, institution, reference)
  }

  /// What an order says is kept for ever: only times that somebody can mean, which are read as they were written.
  private static func checkTimes(_ order: Order, in zone: RegistryZone) throws(OrderProblem) {
    guard zone.isPlausible(order.orderedAt) else {
      throw OrderProblem(
        .implausibleTime, field: "orderedAt", "before 1900-01-02 or after 9998-12-31: no order was made then",
        orderID: order.id)
    }
    if let birthDate = order.patient.birthDate, zone.firstInstant(of: birthDate) > order.orderedAt {
      throw OrderProblem(
        .implausibleTime, field: "patient.birthDate", "after the order: leave out what is not known", orderID: order.id)
    }
  }

  /// An item stands once in an order for each specimen, site and side.
  private static func refuseRepeated(_ items: [ResolvedItem], _ order: Order) throws(OrderProblem) {
    var seen: [[String?]: Int] = [:]
    for (index, item) in items.enumerated() {
      let ordered = item.ordered
      let key = [item.item.code, ordered.specimen, ordered.bodySite, ordered.laterality]
      guard let before = seen.updateValue(index, forKey: key) else { continue }
      throw OrderProblem(
        .invalidValue, field: "items[\(index)].\(ordered.item == nil ? "localCode" : "item")",
        "the same item, specimen, site and side as items[\(before)]: order it once", orderID: order.id)
    }
  }

  private static func item(
    _ ordered: OrderItem, _ index: Int, _ order: Order, _ institution: Institution, _ reference: ReferenceData
  ) throws(OrderProblem) -> Item {
    if let code = ordered.item {
      if let item = reference.items[code] { return item }
      let message = "not an item of items.csv: write its code, or the institution's own as localCode"
      throw OrderProblem(.unknownItem, field: "items[\(index)].item", message, orderID: order.id)
    }
    let local = reference.localItem(
      ordered.localCode ?? "", of: institution.code, specimen: ordered.specimen, unit: nil)
    if let local { return local.item }
    let message =
      "codemaps.csv has no row for this code of the ordering institution, or two that differ: mend it and run `huren reference load DIR`"
    throw OrderProblem(.unknownItem, field: "items[\(index)].localCode", message, orderID: order.id)
  }

  private static func reason(
    _ order: Order, _ institution: Institution, _ reference: ReferenceData
  ) throws(OrderProblem) -> RetestReason? {
    guard let declared = order.retestReason else { return nil }
    guard let reason = declared.reason(at: institution.code, in: reference) else {
      let message = "neither 1…6, 98, 99 nor a code of retest-reasons.csv"
      throw OrderProblem(.unknownRetestReason, field: "retestReason", message, orderID: order.id)
    }
    if reason == .other, order.retestReasonText == nil {
      let message = "reason 6 (other) needs its text"
      throw OrderProblem(.missingField, field: "retestReasonText", message, orderID: order.id)
    }
    return reason
  }
}

/// An ordered item with what the order says of it.
public struct ResolvedItem: Sendable {
  public let item: Item
  public let ordered: OrderItem

  /// What is decided one by one: the required components of a panel, else the item itself.
  func components(in reference: ReferenceData) -> [Item] {
    item.isPanel ? item.requiredComponents.compactMap { reference.items[$0] } : [item]
  }
}
