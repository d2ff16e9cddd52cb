import Clinical

/// What tests cost, and who saves what of it.
extension ReferenceRowsReader {
  mutating func readMoney() {
    rows.prices = table(.prices, uniqueBy: ["priceKey", "item", "validFrom"]) { row, known in
      let item = known.item("item", &row)
      let key = row.required("priceKey")
      if !known.isPriceKey(key) {
        row.fail("priceKey", "not an institution of institutions.csv, region:PREFIX/level:N, region:PREFIX, or *")
      }
      return (item, Price(key: key, fen: row.requiredInteger("fen", in: 0...1_000_000_000_000), period: row.period()))
    }
    rows.splits = table(.splits, uniqueBy: ["scheme", "enrolment", "level", "setting", "payment"]) { row, _ in
      let fund = row.requiredInteger("fundBasisPoints", in: 0...10_000)
      let hospital = row.requiredInteger("hospitalBasisPoints", in: 0...10_000)
      if fund + hospital > 10_000 { row.fail("hospitalBasisPoints", "fund and hospital together are above 10000") }
      let level = row.any("level") == nil ? nil : row.integer("level", in: 0...3)
      return Split(
        scheme: row.any("scheme"), enrolment: row.any("enrolment"), level: level,
        setting: row.anyWord("setting", Setting.self), payment: row.any("payment"), fundBasisPoints: fund,
        hospitalBasisPoints: hospital, provenance: row.optional("provenance"))
    }
  }

  /// Two rows that a claim can match and of which neither goes before the other.
  mutating func refuseTies() {
    let lines = (rows.raw[.splits]?.rows ?? []).map(\.line)
    // Rows that could not be read are left out of the typed ones.
    guard lines.count == rows.splits.count else { return }
    for tie in SplitTies.find(rows.splits) {
      reader.note(
        ReferenceProblem(
          file: ReferenceTable.splits.file, line: lines[tie.row], column: "scheme",
          message:
            "ties with line \(lines[tie.before]): both can hold for one claim and name as many columns; name one more"))
    }
  }
}
