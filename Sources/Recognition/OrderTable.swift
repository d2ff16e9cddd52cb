import Catalogue
public import Clinical

/// Orders as a table (CSV, RFC 4180): one row for each ordered item, those of an order together. The columns of the order stand in
/// its first row, and may be repeated in the others.
public struct OrderTable: Sendable {
  /// An order of the table, and where it stands in it.
  public struct Entry: Sendable {
    public let order: Result<Order, OrderProblem>
    private let rows: [Row]

    fileprivate init(_ rows: [Row], isApart: Bool, zone: RegistryZone) {
      self.rows = rows
      do throws(OrderProblem) {
        if isApart {
          throw OrderProblem(
            .invalidValue, field: "orderId",
            "rows of this order stand further up: sort by orderId, so that they are together")
        }
        if let problem = Entry.difference(rows) { throw problem }
        order = .success(try Order(OrderLine(rows), zone: zone))
      } catch {
        order = .failure(Entry.placed(error, rows))
      }
    }

    /// A problem of this order by line and column.
    public func placed(_ problem: OrderProblem) -> OrderProblem { Entry.placed(problem, rows) }

    private static func placed(_ problem: OrderProblem, _ rows: [Row]) -> OrderProblem {
      var problem = problem
      problem.orderID = rows[0]["orderId"]
      if problem.line != nil { return problem }
      problem.line = rows[0].line
      guard let field = problem.field else { return problem }
      let last = field.split(separator: ".").last.map(String.init) ?? field
      if field.hasPrefix("items["), let index = Int(field.dropFirst(6).prefix { $0 != "]" }), index < rows.count {
        problem.line = rows[index].line
        problem.field = last
      } else if field.hasPrefix("patient.identifiers") {
        problem.field = rows[0].identifierColumns.first ?? OrderTable.identifierColumns[0]
      } else if field.hasPrefix("patient.") {
        problem.field = last
      }
      return problem
    }

    private static func difference(_ rows: [Row]) -> OrderProblem? {
      for row in rows.dropFirst() {
        for column in OrderTable.orderColumns where row[column].map({ $0 != rows[0][column] }) ?? false {
          var problem = OrderProblem(
            .invalidValue, field: column, "differs from the order's first row: leave it empty, or write the same")
          problem.line = row.line
          return problem
        }
      }
      return nil
    }
  }

  fileprivate struct Row: Sendable {
    let line: Int
    let fields: [String: String]

    subscript(_ column: String) -> String? { fields[column] }

    /// Order numbers are the ordering institution's own.
    func continues(_ first: Row) -> Bool {
      let institution = fields["orderingInstitution"]
      return fields["orderId"] != nil && fields["orderId"] == first["orderId"]
        && (institution == nil || institution == first["orderingInstitution"])
    }

    var identifierColumns: [String] { OrderTable.identifierColumns.filter { fields[$0] != nil } }
  }

  public let entries: [Entry]

  /// One for each type of identifier.
  private static let identifierColumns = Identifier.Kind.allCases.map(\.rawValue)
  private static let orderColumns =
    [
      "orderId", "person", "idInstitution", "name", "sex", "birthDate", "orderingInstitution", "department",
      "clinician", "setting", "orderedAt", "retestReason", "retestReasonText",
    ] + identifierColumns
  private static let itemColumns = ["item", "localCode", "specimen", "bodySite", "laterality"]

  /// Whether bytes are such a table, and no NDJSON: whether the first line names `orderId` as a column.
  public static func isTable(_ bytes: [UInt8]) -> Bool {
    let line = String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    return line.split(separator: ",").contains {
      $0.filter { $0 != "\"" && $0 != "\u{FEFF}" && $0 != " " } == "orderId"
    }
  }

  /// - Parameter zone: where a time without zone is placed.
  /// - Throws: what makes the whole table unreadable, with its line.
  public init(_ bytes: [UInt8], zone: RegistryZone) throws(OrderProblem) {
    func problem(_ line: Int, _ column: String?, _ message: String) -> OrderProblem {
      var problem = OrderProblem(.notCSV, field: column, message)
      problem.line = line
      return problem
    }
    let records: [CSVRecord]
    do throws(CSVError) {
      records = try CSVReader.records(bytes)
    } catch {
      throw problem(error.line, nil, error.message)
    }
    let header = (records.first?.fields ?? []).map { $0.trimmed }
    let known = Self.orderColumns + Self.itemColumns
    for (index, column) in header.enumerated() {
      if !known.contains(column) {
        throw problem(records[0].line, column, "unknown column: the columns are \(known.joined(separator: ","))")
      }
      if header.firstIndex(of: column) != index { throw problem(records[0].line, column, "the column stands twice") }
    }
    var groups: [[Row]] = []
    for record in records.dropFirst() {
      guard record.fields.count == header.count else {
        throw problem(
          record.line, nil,
          "\(record.fields.count) fields where the header has \(header.count): quote a field that holds a comma")
      }
      let fields = zip(header, record.fields).compactMap { column, text in text.nonBlank.map { (column, $0) } }
      let row = Row(line: record.line, fields: Dictionary(uniqueKeysWithValues: fields))
      if fields.isEmpty { continue }
      if let last = groups.last?[0], row.continues(last) {
        groups[groups.count - 1].append(row)
      } else {
        groups.append([row])
      }
    }
    var seen: Set<[String?]> = []
    entries = groups.map { rows in
      let isNew = seen.insert([rows[0]["orderingInstitution"], rows[0]["orderId"]]).inserted
      return Entry(rows, isApart: !isNew && rows[0]["orderId"] != nil, zone: zone)
    }
  }
}

extension OrderLine {
  fileprivate init(_ rows: [OrderTable.Row]) {
    let first = rows[0]
    orderId = first["orderId"]
    patient = PatientLine(
      person: first["person"],
      identifiers: first.identifierColumns.map {
        IdentifierLine(type: $0, value: first[$0], institution: first["idInstitution"])
      },
      name: first["name"], sex: first["sex"], birthDate: first["birthDate"])
    orderingInstitution = first["orderingInstitution"]
    department = first["department"]
    clinician = first["clinician"]
    setting = first["setting"]
    orderedAt = first["orderedAt"]
    retestReason = first["retestReason"].map { text in Int(text).map { .number($0) } ?? .code(text) }
    retestReasonText = first["retestReasonText"]
    items = rows.map {
      ItemLine(
        item: $0["item"], localCode: $0["localCode"], specimen: $0["specimen"], bodySite: $0["bodySite"],
        laterality: $0["laterality"])
    }
  }
}
