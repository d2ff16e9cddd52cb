import Recognition

/// Whose pages a clinician has open, by the registry's codes: an address alone opens nobody's. Several may be open in several windows.
struct OpenPatients: Sendable {
  /// What a clinician did with what could be recognised.
  struct Answer: Sendable {
    var isAccepted: Bool
    /// 1…6, 98 or 99, where it was declined.
    var reason: Int?
    var decision: String
    var item: String
  }

  struct Patient: Sendable {
    /// For which glass was broken; the chain keeps it.
    var reason: String?
    var breaksGlass: Bool { reason != nil }
    /// As the page told it last.
    var name: String?
    /// By item.
    var answers: [String: Answer] = [:]
  }

  private var patients: [String: Patient] = [:]
  /// Codes, the last opened first.
  private(set) var order: [String] = []

  private static let most = 24

  /// Does not count as opening anew.
  mutating func name(_ code: String, _ name: String?) { patients[code]?.name = name }

  subscript(_ code: String) -> Patient? {
    get { patients[code] }
    set {
      patients[code] = newValue
      order.removeAll { $0 == code }
      if newValue != nil { order.insert(code, at: 0) }
      for code in order.dropFirst(Self.most) { patients[code] = nil }
      order = Array(order.prefix(Self.most))
    }
  }
}
