import Clinical
import Testing

@testable import Recognition

struct OrderTableTests {
  private static let header =
    "orderId,resident-id,sex,birthDate,orderingInstitution,setting,orderedAt,retestReason,item,specimen,localCode"
  private static let first = "O1,X1,女,1980-05-20,B,outpatient,2025-03-10T20:00:00,4,K,serum,"

  private func entries(_ rows: String..., header: String = header) throws -> [OrderTable.Entry] {
    try OrderTable(Array(([header] + rows).joined(separator: "\r\n").utf8), zone: .shanghai).entries
  }

  private func problem(_ entry: OrderTable.Entry) -> String {
    guard case .failure(let problem) = entry.order else { return "none" }
    return "\(problem.code.rawValue) \(problem.field ?? "-") \(problem.line ?? 0)"
  }

  @Test("one row for each item; the order's columns in the first row, or in each")
  func readsRows() throws {
    let line =
      #"{"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"X1"}],"sex":"女","birthDate":"1980-05-20"},"orderingInstitution":"B","setting":"outpatient","orderedAt":"2025-03-10T20:00:00","retestReason":4,"items":[{"item":"K","specimen":"serum"},{"localCode":"panel"}]}"#
    let order = try Order(line: Array(line.utf8), zone: .shanghai)
    for second in [",X1,女,,B,outpatient,,4,,,panel", ",,,,,,,,,,panel"] {
      let read = try entries(Self.first, "O1" + second, "", ",,,,,,,,,,")
      #expect(try read.map { try $0.order.get() } == [order])
    }
  }

  @Test("every type of identifier has its column, and an institution beside")
  func identifiers() throws {
    let header = "orderId,idInstitution,inpatient,passport,orderingInstitution,setting,orderedAt,item"
    let order = try entries("O1,A,77,P9,B,inpatient,2025-03-10,K", header: header)[0].order.get()
    #expect(order.patient.identifiers.map(\.identifier.kind) == [.passport, .inpatient])
    #expect(order.patient.identifiers.map(\.institution) == ["A", "A"])
  }

  @Test(
    "what is wrong is named by line and column",
    arguments: [
      ("X1,女", ",女", "missing-field resident-id 2"), ("女", "?", "invalid-value sex 2"),
      ("outpatient", "home", "invalid-value setting 2"), ("2025-03-10T", "2025-02-30T", "unreadable-time orderedAt 2"),
      ("1980-05-20", "1980-13-20", "invalid-value birthDate 2"), (",K,serum,", ",,serum,", "missing-field item 2"),
      ("O1,X1", ",X1", "missing-field orderId 2"),
    ])
  func namesTheColumn(old: String, new: String, expected: String) throws {
    let row = Self.first.replacing(old, with: new)
    #expect(row != Self.first)
    #expect(try problem(entries(row)[0]) == expected)
  }

  @Test(
    "an order is one: its rows agree, stand together and each have an item; another institution's number is another order"
  )
  func rowsOfAnOrder() throws {
    #expect(try problem(entries(Self.first, "O1,,,,,inpatient,,,NA,,")[0]) == "invalid-value setting 3")
    #expect(try problem(entries(Self.first, "O1,,,,,,,,,,")[0]) == "missing-field item 3")
    let other = Self.first.replacing("O1", with: "O2")
    #expect(try entries(Self.first, other, Self.first).map(problem) == ["none", "none", "invalid-value orderId 4"])
    let theirs = Self.first.replacing(",B,", with: ",C,")
    #expect(try entries(Self.first, theirs).map(problem) == ["none", "none"])
  }

  @Test(
    "a table that cannot be read says where",
    arguments: [
      ("orderId,specimenn", "O1,serum", "not-csv specimenn 1"), ("orderId,item,item", "O1,K,K", "not-csv item 1"),
      ("orderId,item", "O1", "not-csv - 2"), ("orderId,item", "O1,\"K", "not-csv - 2"),
    ])
  func unreadable(header: String, row: String, expected: String) {
    #expect {
      try entries(row, header: header)
    } throws: { error in
      guard let error = error as? OrderProblem else { return false }
      return "\(error.code.rawValue) \(error.field ?? "-") \(error.line ?? 0)" == expected
    }
  }

  @Test("a table is told from lines by its header")
  func isTable() {
    for text in ["orderId,item\nO1,K", "\u{FEFF}\"item\",\"orderId\"\r\n"] {
      #expect(OrderTable.isTable(Array(text.utf8)))
    }
    for text in [#"{"orderId":"O1","x":1}"#, "nonsense, orderIds", ""] {
      #expect(!OrderTable.isTable(Array(text.utf8)))
    }
  }
}
