import Catalogue
import Clinical
import Crypto
import Messages
import Recognition

/// An order put to the registry, and the drafts that its items stand for, in their order.
struct AskedOrder: Sendable {
  var order: Order
  var drafts: [DraftOrder]
}

extension CDSRequest {
  /// The orders that it asks about. Each draft is an order of its own; only what a panel of the same call contains goes with the panel,
  /// so that its price is not counted twice. What is no item of the catalogue is left aside.
  ///
  /// - Parameters:
  ///   - institution: the caller's: who orders is never taken from a request.
  ///   - now: when it is asked.
  func orders(_ reference: ReferenceData, institution: String, now: Instant) -> [AskedOrder] {
    struct Known {
      var draft: DraftOrder
      var item: Item
      var ordered: OrderItem
      var setting: Setting
    }
    let usual = setting ?? reference.policy.defaultSetting
    let known = drafts.compactMap { draft -> Known? in
      let specimen = draft.specimen(reference)
      guard let item = reference.orderedItem(draft.codes, at: institution, specimen: specimen) else { return nil }
      var ordered = OrderItem(item: item.code)
      ordered.specimen = specimen
      ordered.bodySite = draft.site(of: item)
      ordered.laterality = DraftOrder.one(draft.lateralities) { $0.first?.identifier }
      return Known(draft: draft, item: item, ordered: ordered, setting: draft.isUrgent ? .emergency : usual)
    }
    var groups: [(panel: Known, members: [Known])] = []
    for one in known where one.item.isPanel { groups.append((one, [])) }
    for one in known where !one.item.isPanel {
      let place = groups.firstIndex { group in
        group.panel.item.requiredMembers.contains(one.item.code) && group.panel.setting == one.setting
          && !group.members.contains { $0.ordered == one.ordered }
      }
      if let place { groups[place].members.append(one) } else { groups.append((one, [])) }
    }
    let patient = self.patient(reference, institution: institution)
    return groups.map { group in
      let all = [group.panel] + group.members
      var order = Order(
        id: orderID(of: group.panel.draft, institution, reference.zone, now), patient: patient,
        orderingInstitution: institution, setting: group.panel.setting, orderedAt: now, items: all.map(\.ordered))
      order.clinician = user
      return AskedOrder(order: order, drafts: all.map(\.draft))
    }
  }

  /// One and the same for a draft when it is selected and when it is signed. An id that is unique by its form is unique; one that may be
  /// used again means a draft of that patient, encounter and day. A digest: it goes into the chain, which holds nothing of a person.
  private func orderID(
    of draft: DraftOrder, _ institution: String, _ zone: RegistryZone, _ now: Instant
  ) -> String {
    let name = draft.reference ?? draft.resource["identifier"]?.each.first?["value"]?.text ?? hookInstance
    var parts = [institution, patient, name]
    if !CDSRequest.isUUID(name) { parts += [encounter ?? "", "\(zone.date(of: now).epochDay)"] }
    let digest = SHA256.hash(data: Array(parts.joined(separator: "\u{1F}").utf8))
    return "cds-" + Array(digest.prefix(16)).hex
  }

  private static func isUUID(_ name: String) -> Bool {
    let tail = name.utf8.suffix(36)
    return tail.count == 36
      && tail.enumerated().allSatisfy { place, byte in
        [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : Hexadecimal.value(of: byte) != nil
      }
  }

  /// Where the patient is, by the class of the encounter, where that was prefetched.
  var setting: Setting? {
    guard let encounter else { return nil }
    let own = prefetched.first { $0["resourceType"]?.text == "Encounter" && $0["id"]?.text == encounter }
    let classes = (own?["class"]?.each ?? []).flatMap { stated -> [String] in
      if let word = stated.text ?? stated["code"]?.text { return [word] }
      return DraftOrder.codes(stated).map(\.identifier)
    }
    return classes.lazy.compactMap(FHIRWords.setting).first
  }

  /// Whom it is about: the numbers of the prefetched Patient, else the id as a local number at the institution.
  func patient(_ reference: ReferenceData, institution: String) -> OrderPatient {
    let alone = OrderPatient(identifiers: [OrderIdentifier(Identifier(.local, patient))])
    let own = prefetched.filter { $0["resourceType"]?.text == "Patient" }
    // One of several without an id may be anybody's.
    let resource = own.first { $0["id"]?.text == patient } ?? (own.count == 1 && own[0]["id"] == nil ? own[0] : nil)
    let source = OrganizationReference(identifier: institution, oid: reference.institutions[institution]?.oid)
    guard let resource, let read = FHIRSinglePatient.read(resource, of: source, zone: reference.zone) else {
      return alone
    }
    var asked = OrderPatient(
      identifiers: read.identifiers.filter { $0.kind != .motherResidentID }.map { identifier in
        let assigner = identifier.assigner.flatMap { reference.assigner($0)?.code }
        return OrderIdentifier(Identifier(identifier.kind, identifier.value), institution: assigner)
      })
    if asked.identifiers.isEmpty { asked = alone }
    asked.name = read.name
    asked.sex = read.sex
    // A date that cannot be is told by nobody.
    asked.birthDate = read.birthDate.flatMap { $0.isPlausible ? $0 : nil }
    return asked
  }
}

extension DraftOrder {
  /// The catalogue's code of the specimen; one that it does not know as it was sent, which matches nothing.
  func specimen(_ reference: ReferenceData) -> String? {
    DraftOrder.one(specimens) { codes in
      codes.lazy.compactMap { reference.specimen($0) }.first ?? codes.first?.identifier
    }
  }

  /// The site: of several codings of one the item's own code, else the first.
  func site(of item: Item) -> String? {
    DraftOrder.one(sites) { codes in
      (codes.first { $0.identifier == item.bodySite } ?? codes.first)?.identifier
    }
  }

  /// What several statements say as one; where they differ, what matches nothing: half of what was said would be a guess.
  static func one(_ stated: [[Code]], _ read: ([Code]) -> String?) -> String? {
    let told = Set(stated.compactMap(read))
    return told.isEmpty ? nil : told.sorted().joined(separator: "+")
  }
}
