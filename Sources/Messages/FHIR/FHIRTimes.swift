import Clinical
import XMLReading

/// When: of a datum, of a version, of the message.
extension FHIRMessageReader {
  /// The moment of a primitive.
  mutating func instant(_ element: XMLElement?) -> Instant? {
    guard let element else { return nil }
    return notes.instant(element.filled("value"), at: element)
  }

  /// The moment of `effective[x]`, `collected[x]` and the like: of a period its start, since a result is as old as its oldest
  /// part, and a window counted from the end would let an older one in; the end only where there is no start.
  mutating func start(of choice: XMLElement?) -> Instant? {
    guard let choice else { return nil }
    if choice.attribute("value") != nil { return instant(choice) }
    return instant(choice.first("start")) ?? instant(choice.first("event")) ?? instant(choice.first("end"))
  }

  mutating func date(_ element: XMLElement?) -> CalendarDate? {
    guard let element else { return nil }
    return notes.date(element.filled("value"), at: element)
  }

  /// A time that lies more than a day after the message itself would outrank every later correction: it is none.
  mutating func told(_ element: XMLElement?, by latest: Instant?) -> Instant? {
    guard let element, let time = instant(element) else { return nil }
    guard let latest, time > latest.adding(hours: 24) else { return time }
    note(.implausibleTime, "a time more than a day after the message's own: taken for none", at: element)
    return nil
  }

  /// Where the message states no time of the report: the newest time within it, else the newest that any of its resources was written.
  mutating func takeNewestTime(of report: inout Report, _ element: XMLElement) throws(FHIRUnfit) {
    let times = report.observations.flatMap { [$0.collected, $0.observed] } + [report.performed, report.ordered]
    guard let newest = times.compactMap({ $0 }).max() ?? newestWriting() else {
      throw FHIRUnfit(
        .missingMessageTime, "neither issued, meta.lastUpdated, the Bundle's timestamp nor any other time can be read",
        at: element)
    }
    note(
      .missingMessageTime,
      "no issued, meta.lastUpdated or Bundle.timestamp: the newest time within it orders its versions",
      at: element)
    report.versionTime = newest
    report.messageTime = newest
  }

  private mutating func newestWriting() -> Instant? {
    if let newestWritten { return newestWritten }
    var newest: Instant?
    for resource in resources.all {
      for text in [resource.element.first("meta")?.value("lastUpdated"), resource.element.value("issued")] {
        guard let time = text.flatMap({ notes.context.zone.instant($0) }), notes.context.zone.isPlausible(time) else {
          continue
        }
        newest = max(newest ?? time, time)
      }
    }
    newestWritten = .some(newest)
    return newest
  }

  /// Bundle.timestamp, else its meta.lastUpdated, else the date of its Composition; of a Bundle in a Bundle its own before the outer
  /// one's. Looked for once per Bundle: where it is missing, that means passing over every entry.
  mutating func messageTime(ofBundle index: Int) -> Instant? {
    if let known = messageTimes[index] { return known }
    let bundle = resources.bundles[index]
    var time: Instant?
    if bundle.element.name == "Bundle" || bundle.element.name == "Parameters" {
      let own = bundle.compositions.count == 1 ? bundle.compositions.first : nil
      time =
        instant(bundle.element.first("timestamp")) ?? instant(bundle.element.first("meta")?.first("lastUpdated"))
        ?? own.flatMap { instant(resources.all[$0].element.first("date")) }
        ?? bundle.parent.flatMap { messageTime(ofBundle: $0) }
    }
    messageTimes[index] = .some(time)
    return time
  }
}
