/// A field of CSV (RFC 4180), in quotes where it needs them. One that a spreadsheet would run as a formula is kept from it.
func csvField(_ field: String) -> String {
  let isFormula = field.first.map { "=+@\t\r".contains($0) || $0 == "-" && Double(field) == nil } ?? false
  let field = isFormula ? "'" + field : field
  let needsQuotes = field.utf8.contains { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }
  return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
}
