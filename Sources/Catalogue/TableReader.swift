import Clinical

/// A table of reference data as it was read: its rows with their fields in the order of the contract's columns.
struct RawTable {
  var table: ReferenceTable
  var rows: [RawRow] = []
}

/// One row, its fields trimmed.
struct RawRow {
  var line: Int
  var fields: [String]
}

/// Reads tables and the typed fields of their rows, and keeps every problem it meets.
struct TableReader {
  let zone: RegistryZone
  /// Whether the tables were loaded before.
  let isStored: Bool
  private(set) var problems = ProblemList()

  init(zone: RegistryZone, isStored: Bool) {
    self.zone = zone
    self.isStored = isStored
  }

  mutating func note(_ problem: ReferenceProblem) { problems.add(problem) }

  /// The rows of a table; a missing file is an empty table.
  mutating func raw(_ table: ReferenceTable, in folder: ReferenceFolder) -> RawTable {
    var result = RawTable(table: table)
    guard let bytes = folder.files[table.file] else { return result }
    let records: [CSVRecord]
    do throws(CSVError) {
      records = try CSVReader.records(bytes)
    } catch {
      note(ReferenceProblem(file: table.file, line: error.line, message: error.message))
      return result
    }
    guard let header = records.first, let places = places(of: header, in: table) else { return result }
    result.rows.reserveCapacity(records.count)
    for record in records.dropFirst() {
      guard record.fields.count == header.fields.count else {
        let message =
          "\(record.fields.count) fields where the header has \(header.fields.count): quote a field that holds a comma"
        note(ReferenceProblem(file: table.file, line: record.line, message: message))
        continue
      }
      result.rows.append(RawRow(line: record.line, fields: places.map { $0.map { record.fields[$0].trimmed } ?? "" }))
    }
    return result
  }

  /// For every column of the contract where it stands in the file; nil when the header is not one of this table.
  private mutating func places(of header: CSVRecord, in table: ReferenceTable) -> [Int?]? {
    let columns = table.columns
    var places = [Int?](repeating: nil, count: columns.count)
    var isGood = true
    for (index, name) in header.fields.map(\.trimmed).enumerated() {
      if let column = columns.firstIndex(of: name), places[column] == nil {
        places[column] = index
      } else {
        let isKnown = columns.contains(name)
        let message =
          isKnown ? "the column stands twice" : "unknown column: the columns are \(columns.joined(separator: ","))"
        note(ReferenceProblem(file: table.file, line: header.line, column: name, message: message))
        isGood = false
      }
    }
    for (index, column) in columns.enumerated() where places[index] == nil && table.required.contains(column) {
      note(ReferenceProblem(file: table.file, line: header.line, column: column, message: "the column is missing"))
      isGood = false
    }
    return isGood ? places : nil
  }

  /// Reads every row with `read`; a row with a problem is left out, since the folder is refused anyway.
  mutating func rows<T>(_ raw: RawTable, _ read: (inout RowReader) -> T?) -> [T] {
    var result: [T] = []
    result.reserveCapacity(raw.rows.count)
    for row in raw.rows {
      var reader = RowReader(table: raw.table, row: row, zone: zone, isStored: isStored)
      let value = read(&reader)
      if let value, reader.problems.isEmpty {
        result.append(value)
      } else {
        for problem in reader.problems { note(problem) }
      }
    }
    return result
  }

  /// Notes rows whose key stood before; `*` and an empty field both mean any.
  mutating func unique(_ raw: RawTable, by columns: [String]) {
    let places = columns.compactMap { raw.table.columns.firstIndex(of: $0) }
    var seen: [[String]: Int] = [:]
    for row in raw.rows {
      let key = places.map { row.fields[$0] == "*" ? "" : row.fields[$0] }
      if let before = seen[key] {
        let message = "the same \(columns.joined(separator: ", ")) as in line \(before): keep one row"
        note(ReferenceProblem(file: raw.table.file, line: row.line, column: columns[0], message: message))
      } else {
        seen[key] = row.line
      }
    }
  }
}
