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
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: knownAt).data
      let moment = knownAt ?? transaction.knownAt
      var order = Order(
        id: "query", patient: patient, orderingInstitution: institution,
        setting: setting ?? reference.policy.defaultSetting, orderedAt: orderedAt ?? knownAt ?? clock(), items: [])
      let asked = try items.isEmpty ? itemsWithResults(order, reference, transaction, knownAt: moment) : items
      order.items = asked.map { OrderItem(item: $0) }
      return try decide(order, reference, transaction, knownAt: moment)
    }
  }

  /// Those with results that the institution may hear of.
  private func itemsWithResults(
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
