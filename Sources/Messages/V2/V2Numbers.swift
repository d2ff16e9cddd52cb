import Clinical
import XMLReading

/// CX → the numbers by which a person is known: PID-3, and the older places PID-2, 4, 18, 19 and 21; MRG-1, 2 and 4.
struct V2Numbers {
  /// The day of the message, by which a number has expired (CX.8) or not; nil: it does not matter.
  let today: CalendarDate?
  private(set) var identifiers = Distinct<Identifier>()

  init(today: CalendarDate?) { self.today = today }

  /// - Parameters:
  ///   - field: where the numbers belong.
  ///   - older: an older place, whose numbers count where none is there, or where they say what they are.
  mutating func read(_ segment: V2Segment, _ field: Int, older: Int, _ notes: inout ReadingNotes) {
    var others = read(segment, field, &notes)
    if identifiers.isEmpty { others += read(segment, older, &notes) }
    if identifiers.isEmpty, let only = others.first {
      identifiers.add(Identifier(.local, only.value, assigner: assigner(segment.tree, only.field)))
      others.removeFirst()
    }
    for (_, field) in others {
      notes.note(
        .leftAside, "a number whose type (CX.5) is none of a person's in HL7 table 0203", at: segment.tree[field])
    }
    readTyped(segment, older, &notes)
  }

  /// Numbers of an older place that say what they are and are not told yet: accounts and alternate numbers are often nobody's.
  mutating func readTyped(_ segment: V2Segment, _ field: Int, _ notes: inout ReadingNotes) {
    if segment.field(field) == nil { return }
    _ = read(segment, field, &notes, besides: Set(identifiers.all.map(\.value)))
  }

  /// - Parameter known: values that are passed over, and with them what does not say what it is; nil: all count.
  /// - Returns: those that are of no kind a person is known by.
  private mutating func read(
    _ segment: V2Segment, _ number: Int, _ notes: inout ReadingNotes, besides known: Set<String>? = nil
  ) -> [(value: String, field: XMLElement.ID)] {
    let tree = segment.tree
    var others: [(value: String, field: XMLElement.ID)] = []
    for field in segment.repetitions(number) {
      guard let value = tree.text(field) else { continue }
      let type = tree.text(field, 5)
      if let known, type == nil || known.contains(value) { continue }
      if let expired = tree.text(field, 8).flatMap({ CalendarDate($0) }), let today, expired < today {
        notes.note(.leftAside, "a number that has expired (CX.8)", at: tree[field])
      } else if let kind = V2Tables.identifierKind(type ?? "") {
        let assigner = kind.isWithinInstitution ? assigner(tree, field) : nil
        identifiers.add(Identifier(kind, value, assigner: assigner))
      } else {
        others.append((value, field))
      }
    }
    return others
  }

  /// PID-19 was the national number before 2.5; PID-21 is the mother's, a resident ID where it looks like one and no other type is said.
  mutating func readLegacy(_ pid: V2Segment) {
    if let number = pid.text(19), V2Numbers.isResidentID(number) { identifiers.add(Identifier(.residentID, number)) }
    for field in pid.repetitions(21) {
      guard let number = pid.tree.text(field), V2Numbers.isResidentID(number) else { continue }
      let type = pid.tree.text(field, 5)
      if type == nil || V2Tables.identifierKind(type ?? "") == .residentID {
        identifiers.add(Identifier(.motherResidentID, number))
      }
    }
  }

  /// CX.4, else CX.6, as `namespace&oid`.
  private func assigner(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    for number in [4, 6] {
      guard let component = tree.child(number, of: field) else { continue }
      let parts = tree.hasNumberedChildren(component)
      let namespace = parts ? tree.text(component, 1) : tree.text(field, number)
      let oid = parts ? tree.text(component, 2) : nil
      if let oid { return (namespace ?? "") + "&" + oid }
      if let namespace { return namespace }
    }
    return nil
  }

  /// 18 digits, the last of which may be an X, or the 15 of before 1999.
  private static func isResidentID(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count == 18 || bytes.count == 15 else { return false }
    let isLast = { (byte: UInt8) in byte == 88 || byte == 120 }
    return bytes.dropLast().allSatisfy { $0 >= 48 && $0 <= 57 }
      && bytes.last.map { ($0 >= 48 && $0 <= 57) || bytes.count == 18 && isLast($0) } ?? false
  }
}
