import Catalogue
public import Clinical
public import Recognition
import RegistryStore

extension Registry {
  /// Which of a patient's results an institution can recognise: a decision over some items, or over every item they have a
  /// result of.
  public func query(
    _ patient: OrderPatient, institution: String, items: [String], setting: Setting?, orderedAt: Instant?,
    knownAt: Instant?
  ) throws -> Decision {
    try store.read {
      try RegistryState(registry: self, snapshot: $0).query(
        patient, institution: institution, items: items, setting: setting, orderedAt: orderedAt, knownAt: knownAt)
    }
  }

  /// Those with results that the institution may hear of.
  fileprivate func itemsWithResults(
    _ order: Order, _ reference: ReferenceData, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> [String] {
    let resolved = try ResolvedOrder(order, in: reference)
    let code = try person(of: resolved, reference, transaction, knownAt: knownAt)
    let file = try transaction.personFile(code, knownAt: knownAt)
    let facts = file.facts(of: code, order.patient)
    let candidates = try candidates(file, facts, reference, items: nil, transaction, knownAt: knownAt)
    return Decider(reference: reference).itemsHeard(
      by: resolved.institution, at: order.orderedAt, of: facts, candidates: candidates)
  }
}

extension RegistryState {
  /// Which of a patient's results an institution can recognise: a decision over some items, or over every item they have a
  /// result of.
  public func query(
    _ patient: OrderPatient, institution: String, items: [String], setting: Setting?, orderedAt: Instant?,
    knownAt: Instant?
  ) throws -> Decision {
    let reference = try reference(knownAt: knownAt).data
    let moment = knownAt ?? snapshot.knownAt
    var order = Order(
      id: "query", patient: patient, orderingInstitution: institution,
      setting: setting ?? reference.policy.defaultSetting, orderedAt: orderedAt ?? knownAt ?? registry.clock(),
      items: [])
    let asked =
      try items.isEmpty ? registry.itemsWithResults(order, reference, snapshot, knownAt: moment) : items
    order.items = asked.map { OrderItem(item: $0) }
    return try registry.decide(order, reference, snapshot, knownAt: moment)
  }
}
