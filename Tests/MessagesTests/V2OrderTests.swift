import Clinical
import Foundation
import Testing

@testable import Messages

@Suite("HL7 v2: each order its own state")
struct V2OrderTests {
  /// Status of each result as its report's fold says it.
  private func states(_ reports: [Report]) -> [String: ResultStatus] {
    let versions = reports.enumerated().map {
      ReportVersion(report: $1, institution: "H001", contentDigest: "\($0)")
    }
    var states: [String: ResultStatus] = [:]
    for state in ReportState.parts(of: versions) {
      for observation in state.report.observations { states[observation.code.identifier] = observation.status }
    }
    return states
  }

  @Test("orders of one number keep their status, times, specimen and notes")
  func oneNumber() throws {
    let reports = try V2.reports([
      V2.order("R1", "CBC"), "NTE|1||of the count", V2.result("WBC", "5", status: ""),
      V2.specimen("WB", "20260518073000"),
      V2.order("R1", "ELEC", collected: "20260518090000", reported: "20260518100000", status: "P"),
      V2.result("K", "4", status: ""), V2.specimen("SER"),
    ])
    #expect(reports.map(\.reportNumber) == ["R1", "R1"])
    #expect(reports.map(\.status) == [.final, .preliminary])
    #expect(reports.map(\.versionTime) == [V2.instant("20260518113000"), V2.instant("20260518100000")])
    let observations = reports.flatMap(\.observations)
    #expect(observations.map(\.specimen?.type?.identifier) == ["WB", "SER"])
    #expect(observations.map(\.collected) == [V2.instant("20260518073000"), V2.instant("20260518090000")])
    #expect(observations.map(\.note) == ["of the count", nil])
    #expect(states(reports) == ["WBC": .final, "K": .preliminary])
  }

  @Test(
    "orders of one number and one code are one report, and one that does not say what was ordered goes with the first")
  func absorbed() throws {
    let reports = try V2.reports([
      V2.order("R1", "CBC^^L^777^^LN"), V2.result("WBC", "5", status: ""),
      V2.order("R1", "777^^LN", status: "P"), V2.result("RBC", "4", status: ""), V2.order("R1", "", status: "C"),
      V2.result("PLT", "200", status: ""), V2.order("R2", "CBC"), V2.result("WBC", "6"),
    ])
    #expect(reports.map(\.reportNumber) == ["R1", "R2"])
    #expect(states([reports[0]]) == ["WBC": .final, "RBC": .preliminary, "PLT": .corrected])
  }

  @Test("the same among many orders")
  func absorbedAmongMany() throws {
    let orders = (0..<60).flatMap {
      [V2.order("R\($0 % 20)", "C\($0 % 2)^^L^T\($0 % 2)^^LN"), V2.result("A\($0)", "1")]
    }
    let reports = try V2.reports(
      orders + [
        V2.order("R19", "T1"), V2.result("T", "1"), V2.order("R3", ""), V2.result("N", "1"), V2.order("R3", "C0"),
      ])
    #expect(reports.map(\.reportNumber) == (0..<20).map { "R\($0)" } + ["R3"])
    #expect(reports.map(\.observations.count) == [3, 3, 3, 4] + Array(repeating: 3, count: 15) + [4, 0])
  }

  @Test("orders of two patients under one number stay apart")
  func twoPatients() throws {
    let reports = try V2.reports([
      V2.order("R1", "CBC"), V2.result("WBC", "5"), "PID|2||P2||样例二", V2.order("R1", "CBC"), V2.result("WBC", "6"),
    ])
    #expect(reports.map(\.patient.name) == ["样例一", "样例二"])
  }

  @Test("a group that names no patient is not about the one before it")
  func nobody() throws {
    let order = "<ORDER><OBR><OBR.3>R2</OBR.3></OBR></ORDER>"
    let text = V2ReaderTests.xml.replacing(
      "</ORU_R01.PATIENT_RESULT>",
      with: "</ORU_R01.PATIENT_RESULT><ORU_R01.PATIENT_RESULT>\(order)</ORU_R01.PATIENT_RESULT>")
    #expect(#expect(throws: Refusal.self) { _ = try readV2(text) }?.finding.code == .missingPatient)
  }

  @Test("the structure in the type's place", arguments: ["ORU_R01", "OUL_R22", "ORU"])
  func typeAlone(type: String) throws {
    let text = V2.message([V2.order("R1", "X"), V2.result("A", "1")], type: type)
    #expect(try V2.read(text).message.reports.count == 1)
  }

  static let reportStates: [(String, ResultStatus)] = [
    ("F", .final), ("C", .corrected), ("P", .preliminary), ("R", .preliminary), ("M", .preliminary), ("A", .partial),
    ("I", .registered), ("O", .registered), ("S", .registered), ("N", .registered), ("X", .cancelled),
    ("W", .enteredInError), ("D", .cancelled), ("B", .appended), ("V", .final), ("U", .final), ("Y", .unknown),
    ("Z", .unknown), ("?", .unknown),
  ]

  @Test("OBR-25 by table 0123", arguments: reportStates)
  func reportStatus(code: String, status: ResultStatus) throws {
    #expect(try V2.reports([V2.order("R1", "X", status: code), V2.result("A", "1")])[0].status == status)
    let isUnknown = code == "?"
    #expect(
      try V2.findings([V2.order("R1", "X", status: code), V2.result("A", "1")]) == (isUnknown ? [.unknownCode] : []))
  }

  static let resultStates: [(String, ResultStatus?)] = [
    ("F", .final), ("V", .final), ("A", .amended), ("B", .appended), ("C", .corrected), ("P", .preliminary),
    ("R", .preliminary), ("S", .partial), ("I", .registered), ("N", .registered), ("X", .cancelled), ("?", .unknown),
    ("", nil),
  ]

  @Test("OBX-11 by table 0085", arguments: resultStates)
  func resultStatus(code: String, status: ResultStatus?) throws {
    #expect(try V2.observation(V2.result("A", "1", status: code)).status == status)
  }

  @Test("U without a value changes nothing that was told before, and says so")
  func statusAlone() throws {
    let segments = [V2.order("R1", "X"), V2.result("A", "", status: "U"), V2.result("B", "1", status: "U")]
    #expect(try V2.reports(segments)[0].observations.map(\.code.identifier) == ["B"])
    #expect(try V2.findings(segments) == [.leftAside])
  }

  // MARK: Specimens

  private let first = [V2.order("R1", "GLU"), V2.result("GLU", "5")]
  private let second = [V2.order("R2", "UGLU"), V2.result("UGLU", "1")]

  @Test(
    "an SPM follows its order (OUL_R24, ORU), or leads those behind it (OUL_R22, R23)",
    arguments: ["ORU^R01", "OUL^R24"])
  func following(type: String) throws {
    let reports = try V2.reports(first + [V2.specimen("SER")] + second + [V2.specimen("UR")], type: type)
    #expect(reports.flatMap(\.observations).map(\.specimen?.type?.identifier) == ["SER", "UR"])
  }

  @Test(arguments: ["OUL^R22", "OUL^R23", "ORU^R01"])
  func leading(type: String) throws {
    let reports = try V2.reports(
      [V2.specimen("SER")] + first + [V2.order("R3", "K"), V2.result("K", "4")] + [V2.specimen("UR")] + second,
      type: type)
    #expect(reports.flatMap(\.observations).map(\.specimen?.type?.identifier) == ["SER", "SER", "UR"])
  }

  @Test("an SPM between OBR and OBX is of that order, and what follows are its results")
  func between() throws {
    let observations = try V2.reports([V2.order("R1", "GLU"), V2.specimen("SER"), V2.result("GLU", "5")])[0]
      .observations
    #expect(observations.map(\.specimen?.type?.identifier) == ["SER"])
  }

  @Test("OUL_R21: the container says what is in it")
  func container() throws {
    let reports = try V2.reports(
      ["SAC|||C1|||SER&Serum"] + first + ["SAC|||C2|||UR"] + second, type: "OUL^R21")
    #expect(reports.flatMap(\.observations).map(\.specimen?.type?.identifier) == ["SER", "UR"])
  }

  @Test("an OBX about the specimen is no result, and is told; one that goes on counting is one")
  func aboutSpecimen() throws {
    let volume = V2.result("VOL", "5", unit: "mL")
    for segments in [first + [V2.specimen("SER"), volume] + second, [V2.specimen("SER"), volume] + first + second] {
      for type in ["OUL^R24", "OUL^R22"] {
        #expect(try V2.reports(segments, type: type).map { $0.observations.map(\.value) } == [["5"], ["1"]])
        #expect(try V2.findings(segments, type: type) == [.leftAside])
      }
    }
    let further = first + [V2.specimen("SER"), V2.result("NA", "140", setID: 2)]
    #expect(try V2.reports(further)[0].observations.map(\.value) == ["5", "140"])
    #expect(try V2.findings(further).isEmpty)
  }

  @Test("two specimens of different types for one order are a specimen that matches no other")
  func twoSpecimens() throws {
    let segments = first + [V2.specimen("SER", "20260518080000"), V2.specimen("UR", "20260518070000")]
    let observation = try V2.reports(segments)[0].observations[0]
    #expect(observation.specimen?.type?.identifier == "SER+UR")
    #expect(observation.collected == V2.instant("20260518070000"))
    #expect(try V2.findings(segments) == [.leftAside])
  }

  // MARK: Notes

  @Test("a note goes with what stands before it, an order's with each of its results")
  func notes() throws {
    let segments = [
      "NTE|1||of the patient", "ORC|RE", "NTE|1||of the order", V2.order("R1", "A"), "NTE|1||a & b~c. ~d",
      V2.result("A", "1"),
      "NTE|1||of A", "NTE|2||川渝HR", V2.result("B", "2", setID: 2), V2.specimen("SER"), "NTE|1||of the specimen",
      V2.result("VOL", "5"), "NTE|1||of the volume", V2.order("R2", "C"), V2.result("C", "3"),
    ]
    let observations = try V2.reports(segments).flatMap(\.observations)
    let shared = "of the order\na & b~c. \nd\nof the specimen"
    #expect(observations.map(\.note) == ["of A\n" + shared, shared, nil])
    #expect(observations.map(\.recognitionMark) == ["川渝HR", nil, nil])
    #expect(try V2.findings(segments) == [.leftAside, .leftAside, .leftAside])
  }

  @Test("an ORC after its OBR is of that order, and what nobody reads among the results is told")
  func oddSegments() throws {
    let orc = "ORC|RE||||||||20260517090000"
    let segments = [V2.order("R1", "A"), orc, V2.result("A", "1"), "ZXX|1|secret", "ZXX|2|more"]
    for type in ["ORU^R01", "OUL^R22"] {
      #expect(try V2.reports(segments, type: type)[0].ordered == V2.instant("20260517090000"))
      #expect(try V2.findings(segments, type: type) == [.leftAside])
    }
  }

  // MARK: Isolates

  @Test("susceptibilities are of the organism that OBR-26 and OBR-29 name, over orders and numbers")
  func isolates() throws {
    let reports = try V2.reports([
      V2.order("F1", "BC", placer: "O1"), V2.result("ORG", "^E. coli", type: "CE", subID: "1"),
      V2.result("ORG", "^S. aureus", type: "CE", subID: "2"),
      V2.order("F0", "BC", placer: "O0"), V2.result("ORG", "^Other", type: "CE", subID: "1"),
      V2.order("F2", "SUS", then: "|ORG&x&L^1|||O1^F1"), V2.result("CIP", "<=^1", type: "SN"),
      V2.order("F2", "SUS", then: "|ORG^2|||^F1"), V2.result("CIP", ">^4", type: "SN"),
      V2.order("F3", "SUS", then: "|ORG^1^Told before|||^F9"), V2.result("CIP", "1", type: "NM"),
      V2.order("F4", "SUS", then: "|^1|||O0&X^F0&Y"), V2.result("CIP", "2", type: "NM"),
      V2.order("F5", "SUS", then: "||||O1^F1"), V2.result("CIP", "3", type: "NM"),
      V2.order("F6", "AB"), V2.result("AB", ">^11", type: "SN", subID: "9"),
      V2.order("F7", "RNA", then: "|AB^9|||^F6"), V2.result("RNA", "3", type: "NM"),
    ])
    #expect(reports.map(\.reportNumber) == ["F1", "F0", "F2", "F3", "F4", "F5", "F6", "F7"])
    #expect(
      reports.map { $0.observations.map(\.isolate) } == [
        [nil, nil], [nil], ["E. coli", "S. aureus"], ["Told before"], ["Other"], [nil], [nil], [nil],
      ])
  }

  @Test("a correction of one isolate's susceptibility leaves the other's")
  func correctedIsolate() throws {
    func message(_ time: String, _ values: [(isolate: String, value: String)]) throws -> [Report] {
      let orders = values.flatMap {
        [V2.order("F2", "SUS", reported: time, then: "|ORG^1^\($0.isolate)"), V2.result("CIP", $0.value)]
      }
      return try V2.read(V2.message(orders).replacing("20260518120000", with: time)).message.reports
    }
    let told = try message("20260518120000", [("A", "1"), ("B", "2")]) + message("20260518130000", [("B", "4")])
    let versions = told.enumerated().map { ReportVersion(report: $1, institution: "H", contentDigest: "\($0)") }
    let observations = ReportState.parts(of: versions).flatMap(\.report.observations)
    #expect(observations.map(\.isolate) == ["A", "B"])
    #expect(observations.map(\.value) == ["1", "4"])
  }

  // MARK: Times

  static let versionTimes: [(reported: String, version: String, stays: Bool, findings: [Finding.Code])] = [
    ("20260518113000", "20260518113000", true, []), ("202605180800", "20260518080000", true, []),
    ("", "20260518120000", false, []), ("20260518", "20260518120000", true, [.implausibleTime]),
    ("20260517", "20260518120000", true, [.implausibleTime]),
    ("20260518075959", "20260518120000", true, [.implausibleTime]),
    ("2026051807", "20260518120000", true, [.implausibleTime]),
    ("20260519120000", "20260519120000", true, []), ("20260519120001", "20260518120000", true, [.implausibleTime]),
    ("00010101000000", "20260518120000", false, [.implausibleTime]),
    ("soon", "20260518120000", false, [.unreadableTime]),
  ]

  @Test("versions go by OBR-22, and by MSH-7 where that cannot be", arguments: versionTimes)
  func versionTime(reported: String, version: String, stays: Bool, findings: [Finding.Code]) throws {
    let segments = [V2.order("R1", "X", collected: "20260518080000", reported: reported), V2.result("A", "1")]
    let report = try V2.reports(segments)[0]
    #expect(report.versionTime == V2.instant(version))
    #expect((report.reported != nil) == stays)
    #expect(try V2.findings(segments) == findings)
  }

  @Test("a time that cannot be falls back to the next source of that time")
  func fallBack() throws {
    for time in ["00010101", "19000101000000", "99991231", "00000000"] {
      let segments = [V2.order("R1", "X"), V2.result("A", "1") + "|||" + time, V2.specimen("SER", time)]
      let observation = try V2.reports(segments)[0].observations[0]
      #expect(observation.collected == V2.instant("20260518080000"))
      #expect(observation.observed == nil)
    }
  }
}
