import Clinical
import XMLReading

/// A segment of an HL7 v2 message, whichever way it was written.
///
/// Component names depend on data type and version (`CE.1`, `CWE.1`, `XPN.1/FN.1`), so only the number after the dot counts:
/// "first CE.n|CWE.n" for every type at once.
struct V2Segment {
  let tree: XMLTree
  private let id: XMLElement.ID
  /// Most fields that are asked for are not there.
  private let fields: NumberSet
  /// With which what was taken for components is put together again, and escapes that v2.xml left in a text are resolved.
  let separators: V2Separators

  init(element: XMLElement, separators: V2Separators = .usual) {
    tree = element.tree
    id = element.id
    fields = tree.childNumbers(of: id)
    self.separators = separators
  }

  var element: XMLElement { tree[id] }
  var name: String { element.name }

  /// The first repetition of a field.
  func field(_ number: Int) -> XMLElement.ID? { fields.mayContain(number) ? tree.child(number, of: id) : nil }

  /// Whether a field is repeated.
  func repeats(_ number: Int) -> Bool { fields.mayRepeat(number) }

  /// All repetitions of a field.
  func repetitions(_ number: Int) -> V2Repetitions { V2Repetitions(tree: tree, upcoming: field(number)) }

  /// The text of a component of a field's first repetition; nil for an absence.
  func text(_ number: Int, _ component: Int = 1) -> String? {
    guard let field = field(number) else { return nil }
    return tree.text(field, component)
  }

  /// Where a field stands, or the segment where there is none.
  func place(_ number: Int) -> XMLElement { field(number).map { tree[$0] } ?? element }
}

/// The repetitions of a field, in order.
struct V2Repetitions: Sequence, IteratorProtocol {
  let tree: XMLTree
  var upcoming: XMLElement.ID?

  mutating func next() -> XMLElement.ID? {
    guard let here = upcoming else { return nil }
    upcoming = tree.repetition(after: here)
    return here
  }
}

extension ReadingNotes {
  /// The moment a field names.
  mutating func instant(_ segment: V2Segment, _ field: Int) -> Instant? {
    segment.text(field).flatMap { instant($0, at: segment.place(field)) }
  }

  /// The moment a field names, unless it lies more than a day behind the message's own: what has not been yet is not told.
  mutating func instant(_ segment: V2Segment, _ field: Int, toldAt messageTime: Instant) -> Instant? {
    guard let instant = instant(segment, field) else { return nil }
    if instant <= messageTime.adding(hours: 24) { return instant }
    note(
      .implausibleTime, "a time more than a day after the message's own (MSH-7): taken for none",
      at: segment.place(field))
    return nil
  }

  /// The date a field names.
  mutating func date(_ segment: V2Segment, _ field: Int) -> CalendarDate? {
    segment.text(field).flatMap { date($0, at: segment.place(field)) }
  }
}

extension XMLTree {
  /// The text of a field's n-th component (from 1); a field without components is its own first. nil for an absence.
  func text(_ field: XMLElement.ID, _ number: Int = 1) -> String? {
    guard let component = component(number, of: field), let leaf = leaf(component) else { return nil }
    return isText(leaf) ? withText(leaf) { Filler.value($0) } : Filler.value(mixedText(leaf))
  }

  /// The element of the n-th component.
  func component(_ number: Int, of field: XMLElement.ID) -> XMLElement.ID? {
    child(number, of: field) ?? (number == 1 && !hasNumberedChildren(field) ? field : nil)
  }

  /// The first leaf below (`XPN.1/FN.1`); nil where there are parts but no first one.
  private func leaf(_ component: XMLElement.ID) -> XMLElement.ID? {
    var leaf = component
    while !isText(leaf), let first = child(1, of: leaf) { leaf = first }
    return isText(leaf) || !hasNumberedChildren(leaf) ? leaf : nil
  }
}
