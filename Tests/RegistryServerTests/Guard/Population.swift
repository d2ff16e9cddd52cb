import Clinical
import Foundation

/// Numbers that are the same for the same seed (SplitMix64).
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  mutating func one<Value>(of values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
}

/// People who cannot be, their results at several hospitals, and what each hospital may hear of: known, as it is made here.
struct Population {
  struct Patient {
    var number: Int
    var residentID: String
    /// Rows of consents.csv but for the number: institution, category, decision.
    var consents: [(institution: String, category: String, decision: String)]

    var name: String { "样^例名\(number)" }
    func localNumber(at institution: String) -> String { "L\(institution.suffix(1))-\(number)" }

    /// Whether a hospital may hear of results of laboratories elsewhere. The rules of recognition.md for rows of one date.
    func permits(_ institution: String) -> Bool {
      let own = consents.filter { $0.category != "imaging" && ["*", institution].contains($0.institution) }
      let best = own.filter { $0.institution == institution }.last ?? own.last
      return best?.decision != "deny"
    }
  }

  struct Result {
    var number: Int
    var patient: Patient
    var institution: String
    var item: String
    var isDisputed: Bool
    var day: Int

    var reportID: String { "RPT\(number)X" }
    /// Nobody else's.
    var value: String { "\(item == "CREA" ? 60 : 4).7\(10_000 + number)" }
    /// What may stand in no answer that tells nothing of it.
    var marks: [String] { [reportID, value, patient.name, patient.residentID] }

    /// Whether a hospital never heard of it: what it sent itself it knows, also where nobody may use it.
    func isUnknown(to asker: String) -> Bool { institution != asker && isWithheld(from: asker) }

    func isWithheld(from asker: String) -> Bool {
      isDisputed || institution != asker && !patient.permits(asker)
    }
  }

  static let sources = ["SYNTH-H1", "SYNTH-H2", "SYNTH-H3"]
  static let askers = ["SYNTH-H1", "SYNTH-H3", "SYNTH-H4"]
  static let items = ["CREA", "UREA", "GLU"]
  private static let codes = [
    "SYNTH-H1": ["A-CREA", "A-UREA", "A-GLU"], "SYNTH-H2": ["1120", "1119", "1128"],
    "SYNTH-H3": ["CREA", "UREA", "GLU"],
  ]

  let patients: [Patient]
  let results: [Result]

  init(seed: UInt64, patients count: Int = 40) {
    var dice = Dice(seed)
    patients = (1...count).map { number in
      let consents: [(String, String, String)] =
        switch Int.random(in: 0..<10, using: &dice) {
        case 0, 1: [("*", "*", "deny")]
        case 2: [("*", "lab", "deny")]
        case 3, 4: [(dice.one(of: Self.askers), dice.one(of: ["lab", "*"]), "deny")]
        case 5: [("*", "*", "deny"), (dice.one(of: Self.askers), "*", "permit")]
        case 6: [("*", "imaging", "deny")]
        default: []
        }
      return Patient(number: number, residentID: Self.residentID(number), consents: consents)
    }
    var results: [Result] = []
    for patient in patients {
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        results.append(
          Result(
            number: results.count + 1, patient: patient, institution: dice.one(of: Self.sources),
            item: dice.one(of: Self.items), isDisputed: dice.chance(15), day: Int.random(in: 9...19, using: &dice)))
      }
    }
    self.results = results
  }

  /// GB 11643: of a region that there is none of, with its check digit.
  static func residentID(_ number: Int) -> String {
    let digits = "99990119\(60 + number % 40)\(10 + number % 3)\(10 + number % 18)" + "\(1000 + number)".suffix(3)
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits, weights).reduce(0) { $0 + ($1.0.wholeNumberValue ?? 0) * $1.1 }
    return digits + String(Array("10X98765432")[sum % 11])
  }

  /// Of everybody, beside the samples' own.
  var consentRows: String {
    patients.flatMap { patient in
      patient.consents.map {
        "resident-id,\(patient.residentID),\($0.institution),\($0.category),\($0.decision),2026-01-01T00:00:00+08:00,\n"
      }
    }.joined()
  }

  static func message(_ result: Result, at institution: String? = nil) -> String {
    let source = institution ?? result.institution
    let time = "202605" + (result.day < 10 ? "0\(result.day)" : "\(result.day)")
    let id = result.patient.residentID
    let place = items.firstIndex(of: result.item) ?? 0
    let code = (codes[source] ?? [])[place]
    let unit = result.item == "CREA" ? "umol/L" : "mmol/L"
    return [
      "MSH|^~\\&|LIS|\(source)|HUREN||\(time)120000||ORU^R01^ORU_R01|M-\(result.reportID)|P|2.5.1|||||CHN|UNICODE UTF-8",
      "PID|1||\(result.patient.localNumber(at: source))^^^\(source)^MR~\(id)^^^CN^NI||\(result.patient.name)^^^^^L^I||"
        + "\(id.dropFirst(6).prefix(8))|\((Array(id)[16].wholeNumberValue ?? 0) % 2 == 1 ? "M" : "F")",
      "OBR|1||\(result.reportID)|\(code)^项目^L|||\(time)080000|||||||||||||||\(time)113000||LAB|F",
      "OBX|1|NM|\(code)^项目^L||\(result.value)|\(unit)|1.0-200.0|N|||F",
      "SPM|1|||血清|||||||||||||\(time)080000", "",
    ].joined(separator: "\r")
  }
}
