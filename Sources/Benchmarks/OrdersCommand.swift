import ArgumentParser
import Clinical
import Foundation

struct OrdersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders",
    abstract: "Writes orders (NDJSON) for the persons of a feed, some days after one of their reports.")

  @Argument(help: "The file to write.")
  var file: String
  @Option(help: "Orders to write.")
  var count = 10_000
  @OptionGroup var options: CityOptions

  func run() throws {
    let city = options.city
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var output = try OutputFile(file)
    for index in 0..<count {
      try output.write(Array(try encoder.encode(Order(index, in: city))) + [10])
    }
    try output.finish()
  }
}

/// An order of the contract, for a person of a city.
private struct Order: Encodable {
  struct Patient: Encodable {
    let identifiers: [PatientNumber]
  }
  struct PatientNumber: Encodable {
    let type: String
    let value: String
  }
  struct Item: Encodable {
    var item: String?
    var localCode: String?
  }

  let orderId: String
  let patient: Patient
  let orderingInstitution: String
  let setting: String
  let orderedAt: String
  let items: [Item]

  init(_ index: Int, in city: City) {
    var draw = Draw(seed: city.seed, .order, index)
    let earlier = city.message(draw.below(city.messages))
    let institution = draw.below(city.institutions)
    let number = city.resident(earlier.person).number
    orderId = "O\(index)"
    patient = Patient(
      identifiers: [PatientNumber(type: "resident-id", value: String(decoding: number, as: UTF8.self))])
    orderingInstitution = City.code(ofInstitution: institution)
    setting = draw.element(["outpatient", "outpatient", "inpatient", "emergency"])
    orderedAt = Order.timestamp(earlier.sent + 60 + draw.below(14 * 1440))

    // Mostly what was just done, now and then something else, and for one order in three a panel.
    var items: [Item] = []
    var codes: Set<String> = []
    if draw.percent(33) {
      items.append(Item(item: draw.element(CityItem.panels).code))
    } else {
      let first = draw.below(city.results)
      for offset in 0...min(draw.below(3), city.results - 1) {
        let number = earlier.item((first + offset) % city.results)
        let isLocal = draw.percent(50)
        // An item stands once in an order, by whichever code.
        guard codes.insert(CityItem.all[number].code).inserted else { continue }
        items.append(
          isLocal
            ? Item(localCode: CityItem.localCode(institution: institution, item: number))
            : Item(item: CityItem.all[number].code))
      }
      if draw.percent(20) {
        let other = draw.element(CityItem.all).code
        if codes.insert(other).inserted { items.append(Item(item: other)) }
      }
    }
    self.items = items
  }

  /// RFC 3339 in the city's zone.
  private static func timestamp(_ minutes: Int) -> String {
    var clock = ByteWriter()
    clock.text(CalendarDate(epochDay: minutes / 1440).iso)
    clock.text("T")
    clock.number(minutes % 1440 / 60, width: 2)
    clock.text(":")
    clock.number(minutes % 60, width: 2)
    clock.text(":00+08:00")
    return String(decoding: clock.bytes, as: UTF8.self)
  }
}
