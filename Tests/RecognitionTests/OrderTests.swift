import Catalogue
import Clinical
import Testing

@testable import Recognition

struct OrderTests {
  private static let good =
    #"{"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"X1"}],"sex":"女","birthDate":"1980-05-20"},"orderingInstitution":"B","setting":"outpatient","orderedAt":"2025-03-10T20:00:00","retestReason":4,"items":[{"item":"K","specimen":"serum"},{"localCode":"panel"}],"visit":7}"#

  private func read(_ line: String) throws -> Order { try Order(line: Array(line.utf8), zone: .shanghai) }

  @Test func readsALine() throws {
    let order = try read(Self.good)
    #expect(order.id == "O1" && order.setting == .outpatient && order.retestReason == .number(4))
    #expect(order.patient.sex == .female && order.patient.birthDate?.iso == "1980-05-20")
    #expect(order.orderedAt == Ward.time("2025-03-10T12:00:00Z"))
    #expect(
      order.items
        == [OrderItem(item: "K"), OrderItem(localCode: "panel")].enumerated().map { index, item in
          var item = item
          if index == 0 { item.specimen = "serum" }
          return item
        })
  }

  @Test(arguments: [
    (#""orderId":"O1""#, #""orderId":"""#, "missing-field orderId"),
    (#""orderId":"O1""#, #""orderId":1"#, "invalid-value orderId"),
    (#""setting":"outpatient""#, #""setting":"home""#, "invalid-value setting"),
    (#""setting":"outpatient","#, "", "missing-field setting"),
    ("2025-03-10T20:00:00", "2025-03", "unreadable-time orderedAt"),
    ("2025-03-10T20:00:00", "2025-02-30", "unreadable-time orderedAt"),
    (#""type":"resident-id""#, #""type":"visa""#, "invalid-value patient.identifiers[0].type"),
    (#""value":"X1""#, #""value":" ""#, "missing-field patient.identifiers[0].value"),
    (#"{"type":"resident-id","value":"X1"}"#, "", "missing-field patient.identifiers"),
    (#""女""#, #""?""#, "invalid-value patient.sex"),
    ("1980-05-20", "1980-13-20", "invalid-value patient.birthDate"),
    ("1980-05-20", "1900-01-01", "invalid-value patient.birthDate"),
    ("1980-05-20", "9999-12-31", "invalid-value patient.birthDate"),
    (#"{"localCode":"panel"}"#, "{}", "missing-field items[1].item"),
    (#"{"localCode":"panel"}"#, #"{"localCode":[1]}"#, "invalid-value items[1].localCode"),
    (#""retestReason":4"#, #""retestReason":{}"#, "invalid-value retestReason"),
    (#""visit":7}"#, "", "not-json -"),
  ])
  func namesTheField(_ old: String, _ new: String, _ problem: String) {
    let line = Self.good.replacing(old, with: new)
    #expect(line != Self.good)
    #expect {
      try read(line)
    } throws: { error in
      guard let error = error as? OrderProblem else { return false }
      return "\(error.code.rawValue) \(error.field ?? "-")" == problem
    }
  }

  private func resolve(_ change: (inout Ward) -> Void) throws -> ResolvedOrder {
    var ward = Ward()
    change(&ward)
    let reference = try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) }))
    return try ResolvedOrder(ward.order, in: reference)
  }

  private func problem(_ change: (inout Ward) -> Void) throws -> String {
    do {
      _ = try resolve(change)
      return "none"
    } catch let error as OrderProblem {
      return "\(error.code.rawValue) \(error.field ?? "-") \(error.orderID ?? "-")"
    }
  }

  @Test func localCodesAreTheOrderingInstitutions() throws {
    let order = try resolve { $0.order.items = [OrderItem(localCode: "panel"), OrderItem(item: "CT")] }
    #expect(order.items.map(\.item.code) == ["LYTES", "CT"])
    #expect(order.candidateItems == ["K", "NA", "CT", "CTC"])
    #expect(
      try problem { $0.order.items = [OrderItem(item: "K"), OrderItem(localCode: "none")] }
        == "unknown-item items[1].localCode O1")
    #expect(try problem { $0.order.items = [OrderItem(item: "k")] } == "unknown-item items[0].item O1")
    #expect(try problem { $0.order.orderingInstitution = "Z" } == "unknown-institution orderingInstitution O1")
  }

  @Test(
    "times that nobody can mean, and a birth after the order",
    arguments: [
      ("1900-01-01T23:59:59", "orderedAt"), ("0001-01-01", "orderedAt"), ("9999-01-01", "orderedAt"),
      ("9999-12-31T23:00:00Z", "orderedAt"), ("1900-01-02", nil), ("9998-12-31T23:59:59", nil),
    ])
  func implausibleTimes(_ time: String, _ field: String?) throws {
    let found = try problem { $0.order.orderedAt = Ward.time(time) }
    #expect(found == (field.map { "implausible-time \($0) O1" } ?? "none"))
  }

  @Test func aBirthAfterTheOrder() throws {
    func problem(_ date: String) throws -> String {
      try self.problem { $0.order.patient.birthDate = CalendarDate(date) }
    }
    #expect(try problem("2025-03-11") == "implausible-time patient.birthDate O1")
    #expect(try problem("2025-03-10") == "none" && problem("2025") == "none")
  }

  @Test func anItemStandsOnceForEachSpecimenSiteAndSide() throws {
    func problem(_ items: OrderItem...) throws -> String { try self.problem { $0.order.items = items } }
    func knee(_ site: String?, _ side: String?) -> OrderItem {
      var item = OrderItem(item: "KNEE")
      (item.bodySite, item.laterality) = (site, side)
      return item
    }
    #expect(
      try problem(OrderItem(item: "K"), OrderItem(item: "NA"), OrderItem(item: "K")) == "invalid-value items[2].item O1"
    )
    #expect(
      try problem(OrderItem(item: "LYTES"), OrderItem(localCode: "panel")) == "invalid-value items[1].localCode O1")
    #expect(try problem(knee("knee", "L"), knee("knee", "L")) == "invalid-value items[1].item O1")
    #expect(try problem(knee("knee", "L"), knee("knee", "R"), knee(nil, "L"), knee(nil, nil)) == "none")
    var plasma = OrderItem(item: "K")
    plasma.specimen = "plasma"
    #expect(try problem(OrderItem(item: "K"), plasma) == "none")
  }

  @Test func anOrderHasABound() throws {
    func line(_ count: Int) -> String {
      let items = (0..<count).map { #"{"item":"K","specimen":"s\#($0)"}"# }.joined(separator: ",")
      return Self.good.replacing(#"[{"item":"K","specimen":"serum"},{"localCode":"panel"}]"#, with: "[\(items)]")
    }
    #expect(try read(line(5000)).items.count == 5000)
    #expect(throws: OrderProblem.self) { try read(line(5001)) }
  }

  @Test func retestReasons() throws {
    func reason(_ declared: DeclaredRetestReason, text: String? = nil) throws -> RetestReason? {
      try resolve {
        $0.files["retest-reasons.csv"] = "institution,localCode,retestReason\nB,3,98\n*,urgent,4\nB,else,6"
        $0.order.retestReason = declared
        $0.order.retestReasonText = text
      }.retestReason
    }
    #expect(try reason(.number(3)) == .majorMeasure)
    #expect(try reason(.code("3")) == .imagesMissing, "a word is the institution's own code first")
    #expect(try reason(.code("2")) == .changesQuickly)
    #expect(try reason(.code("urgent")) == .emergency)
    #expect(try reason(.number(99)) == .monitoring)
    #expect(try reason(.code("else"), text: "why") == .other)
    #expect(try problem { $0.order.retestReason = .number(6) } == "missing-field retestReasonText O1")
    #expect(try problem { $0.order.retestReason = .number(7) } == "unknown-retest-reason retestReason O1")
    #expect(!RetestReason.imagesMissing.isRefusal && RetestReason.other.isRefusal)
  }

  @Test func aProblemIsOneLine() {
    let problem = OrderProblem(.unknownItem, field: "items[0].item", "why", orderID: "O1")
    #expect(
      problem.json == #"{"orderId":"O1","error":{"code":"unknown-item","field":"items[0].item","message":"why"}}"#)
    #expect(OrderProblem(.notJSON, field: nil, "why").json == #"{"error":{"code":"not-json","message":"why"}}"#)
  }
}
