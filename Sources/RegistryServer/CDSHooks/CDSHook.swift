/// The services, each at a hook of its own.
enum CDSHook: String, Sendable, CaseIterable {
  case orderSelect = "order-select"
  case orderSign = "order-sign"
  case patientView = "patient-view"

  /// The service's id: the last part of its address.
  var service: String { "huren-" + rawValue }

  init?(service: String) {
    guard let hook = CDSHook.allCases.first(where: { $0.service == service }) else { return nil }
    self = hook
  }

  var hasOrders: Bool { self != .patientView }

  var title: String {
    switch self {
    case .orderSelect: "互认提醒 Prior results, as an order is selected"
    case .orderSign: "互认提醒 Prior results, as orders are signed"
    case .patientView: "接诊提醒 Prior results, as the record is opened"
    }
  }

  var description: String {
    switch self {
    case .orderSelect, .orderSign:
      "Shows for each draft order of a test which prior result of the patient, of whatever institution, can stand in for it, until when and why."
    case .patientView:
      "Shows at the beginning of a visit which prior results of the patient, of whatever institution, can be recognised here."
    }
  }
}
