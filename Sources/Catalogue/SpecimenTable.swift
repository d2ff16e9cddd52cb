import Clinical

/// Specimens by their spellings, without regard to case.
struct SpecimenTable: Sendable {
  private let codes: [String: String]

  init(_ rows: [(spelling: String, specimen: String)], itemSpecimens: [String]) {
    var codes: [String: String] = [:]
    for specimen in itemSpecimens + rows.map(\.specimen) { codes[specimen.lowercased()] = specimen }
    // What the table says of a spelling wins over a code that happens to be written the same.
    for row in rows { codes[row.spelling.lowercased()] = row.specimen }
    self.codes = codes
  }

  func code(_ spelling: String) -> String? { codes[spelling] ?? codes[spelling.trimmed.lowercased()] }

  func isCode(_ code: String) -> Bool { codes[code.lowercased()] == code }
}
