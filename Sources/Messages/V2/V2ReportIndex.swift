import Clinical

/// Where among many reports those of a number and order code stand.
struct V2ReportIndex {
  private struct Key: Hashable {
    let number: String
    /// nil: the first of that number.
    let orderCode: String?
  }

  private var places: [Key: Int] = [:]
  private var indexed = 0

  mutating func place(of report: Report, in reports: [Report]) -> Int? {
    for place in reports.indices.dropFirst(indexed) { add(Self.keys(of: reports[place]), place) }
    indexed = reports.count
    guard let first = places[Key(number: report.reportNumber, orderCode: nil)] else { return nil }
    let keys = Self.keys(of: report)
    var known = report.isOfSameOrder(as: reports[first]) ? first : nil
    for key in keys where key.orderCode != nil && known == nil { known = places[key] }
    if let known { add(keys, known) }
    return known
  }

  private mutating func add(_ keys: [Key], _ place: Int) {
    for key in keys where places[key] == nil { places[key] = place }
  }

  private static func keys(of report: Report) -> [Key] {
    let codes = ([report.orderCode].compactMap { $0 } + report.orderCodeTranslations).map { $0.identifier as String? }
    return ([nil] + codes).map { Key(number: report.reportNumber, orderCode: $0) }
  }
}
