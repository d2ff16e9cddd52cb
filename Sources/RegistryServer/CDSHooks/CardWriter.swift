import Catalogue
import Clinical
import Messages
import Recognition

/// Decisions → the answer to a call (CDS Hooks 2.0, "CDS Service Response"). Pure. What has no value is left out; nothing is null or empty
/// but `cards`.
struct CardWriter {
  let reference: ReferenceData
  let text: CardText
  /// The registry as it is seen from outside, without a slash at its end.
  let base: String

  init(reference: ReferenceData, base: String) {
    self.reference = reference
    text = CardText(zone: reference.zone)
    self.base = base
  }

  static let none = #"{"cards":[]}"#

  static func answer(_ cards: [JSONValue]) -> String {
    cards.isEmpty ? none : JSONValue.object([.init("cards", .array(cards))]).json
  }

  /// One card for each ordered service that can be recognised, whole or in part, the newest result first.
  ///
  /// - Parameter session: all drafts of the call: what is ordered already is not suggested again.
  func cards(_ decided: [(asked: AskedOrder, decision: Decision)], session: [DraftOrder]) -> [JSONValue] {
    var cards: [(newest: Instant, card: JSONValue)] = []
    for (asked, decision) in decided {
      let drafted = draftedItems(session, at: decision.order.institution.code)
      for (place, item) in decision.items.enumerated().prefix(CardID.itemLimit)
      where item.outcome == .recognise || item.outcome == .recogniseInPart {
        let id = CardID(decision: decision.id, item: place)
        let draft = asked.drafts[place]
        let card = card(item, of: decision, id, suggestion(item, draft, id, decision.order.institution, drafted))
        cards.append((item.newest, card))
      }
    }
    // Of one age in the order of the drafts.
    let order = cards.indices.sorted {
      cards[$0].newest != cards[$1].newest ? cards[$0].newest > cards[$1].newest : $0 < $1
    }
    return order.map { cards[$0].card }
  }

  private func card(_ item: ItemDecision, of decision: Decision, _ id: CardID, _ suggestion: JSONValue?) -> JSONValue {
    JSONValue(filled: [
      "uuid": .string(id.description), "summary": .string(text.summary(item)),
      "indicator": .string(item.isAbnormal ? "warning" : "info"),
      "detail": .string(text.detail(item, in: reference)), "source": source,
      "suggestions": suggestion.map { .array([$0]) },
      // Mandatory with suggestions, and of no meaning without.
      "selectionBehavior": suggestion.map { _ in .string("at-most-one") },
      "overrideReasons": CardWriter.overrideReasons,
      "links": .array([link("查看依据 See the evidence", ClinicianPage.path(decision: decision.id))]),
    ])
  }

  /// The reminder at the visit 接诊提醒: one card with what can be recognised, or none. Nothing was ordered, so nobody is asked what became
  /// of it: it has no `uuid`, which is how a card says that no feedback is wanted.
  func reminder(_ decision: Decision) -> [JSONValue] {
    let items = decision.items.filter { $0.outcome == .recognise || $0.outcome == .recogniseInPart }
      .sorted { ($1.newest, $0.item.code) < ($0.newest, $1.item.code) }
    if items.isEmpty { return [] }
    return [
      JSONValue(filled: [
        "summary": .string(text.summary(of: items)),
        "indicator": .string(items.contains(where: \.isAbnormal) ? "warning" : "info"),
        "detail": .string(text.detail(of: items, in: reference)), "source": source,
        "links": .array([link("查看结果 See the results", ClinicianPage.path)]),
      ])
    ]
  }

  private var source: JSONValue {
    JSONValue(filled: [
      "label": .string("检查检验结果互认 Mutual recognition of results"), "url": .string(base + "/"),
      "topic": JSONValue(filled: [
        "system": .string("urn:huren:topic"), "code": .string("prior-result"),
        "display": .string("既往结果 Prior result"),
      ]),
    ])
  }

  private func link(_ label: String, _ path: String) -> JSONValue {
    JSONValue(filled: ["label": .string(label), "url": .string(base + path), "type": .string("absolute")])
  }

  /// The six grounds for repeating (国卫医发〔2022〕6号), and 98 and 99, which are no refusals.
  static let overrideReasons = JSONValue.array(
    RetestReason.allCases.map { reason in
      JSONValue(filled: [
        "code": .string(String(reason.rawValue)), "system": .string(RetestReason.system),
        "display": .string("\(reason.nameZh) / \(reason.nameEn)"),
      ])
    })

  // MARK: What to do

  /// To take the draft back; of a part, to put what is still to be done in its place.
  ///
  /// - Returns: nil for a draft that nothing names: nobody could tell which.
  private func suggestion(
    _ item: ItemDecision, _ draft: DraftOrder, _ id: CardID, _ institution: Institution, _ drafted: Set<String>
  ) -> JSONValue? {
    guard let reference = draft.reference else { return nil }
    let name = item.item.words
    var actions: [JSONValue] = []
    var label = "采用既往结果, 不再开单 Use the prior result, take the order back"
    let open = (item.residual ?? []).filter { !drafted.contains($0) }.compactMap { self.reference.items[$0] }
    if item.outcome == .recogniseInPart, let first = open.first {
      let names = open.map(\.words).joined(separator: ", ")
      label = "采用既往结果, 仅开 Use the prior results, order only: " + CardText.cut(names, to: 80)
      actions.append(action("update", "改开 order instead: \(first.words)", residual(first, draft, institution)))
      for item in open.dropFirst() {
        actions.append(
          action("create", "另开 order too: \(item.words)", residual(item, draft, institution, isNew: true)))
      }
    } else {
      actions.append(
        JSONValue(filled: [
          "type": .string("delete"), "description": .string("撤回开单 take the order back: \(name)"),
          "resourceId": .string(reference),
        ]))
    }
    return JSONValue(filled: [
      "label": .string(label), "uuid": .string(id.suggestion.description), "isRecommended": .boolean(true),
      "actions": .array(actions),
    ])
  }

  private func action(_ type: String, _ description: String, _ resource: JSONValue) -> JSONValue {
    JSONValue(filled: ["type": .string(type), "description": .string(description), "resource": resource])
  }

  /// The draft as it was sent, of another item. A new one has neither its id nor its numbers.
  private func residual(
    _ item: Item, _ draft: DraftOrder, _ institution: Institution, isNew: Bool = false
  ) -> JSONValue {
    guard case .object(var members) = draft.resource else { return draft.resource }
    let own = isNew ? ["id", "identifier", "meta", "text"] : ["text"]
    members.removeAll { own.contains($0.name) || own.contains(String($0.name.drop { $0 == "_" })) }
    let code = JSONValue(filled: [
      "coding": .array(codings(of: item, draft, institution)), "text": .string(item.words),
    ])
    if let place = members.firstIndex(where: { $0.name == "code" }) {
      members[place].value = code
    } else {
      members.append(.init("code", code))
    }
    return .object(members)
  }

  /// Its code in the catalogue, at the institution itself, and in LOINC.
  private func codings(of item: Item, _ draft: DraftOrder, _ institution: Institution) -> [JSONValue] {
    func coding(_ system: String?, _ code: String, _ display: String?) -> JSONValue {
      JSONValue(filled: [
        "system": system.map { .string($0) }, "code": .string(code), "display": display.map { .string($0) },
      ])
    }
    var codings = [coding(Code.itemSystem, item.code, item.words)]
    if let local = reference.localCode(for: item, of: institution.code) {
      let system = draft.codes.first {
        reference.localItem($0.identifier, of: institution.code, specimen: nil, unit: nil) != nil
      }?.system
      codings.append(coding(system, local.identifier, local.display))
    }
    if let loinc = item.loinc { codings.append(coding("http://loinc.org", loinc, item.nameEn)) }
    return codings
  }

  private func draftedItems(_ session: [DraftOrder], at institution: String) -> Set<String> {
    Set(
      session.compactMap {
        reference.orderedItem($0.codes, at: institution, specimen: $0.specimen(reference))?.code
      })
  }
}

/// Where a clinician sees the same on a screen. Nothing personal is in an address.
enum ClinicianPage {
  static let path = "/clinician"

  static func path(decision: String) -> String { "\(path)/decisions/\(decision)" }
}
