import Clinical
import Crypto
import Foundation
import Recognition
import Registry
import Savings
import Synchronization

/// A registry with a few institutions, to live through some days. The patient is made up.
final class SmallTown: Sendable {
  let registry: Registry
  let path: URL
  private let folder: URL
  private let time: SetClock

  /// - Parameter changes: files of reference data other than the usual ones.
  init(_ changes: [String: String] = [:], now: String = "2025-03-01") throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "huren-town-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "feed"), withIntermediateDirectories: true)
    path = folder.appending(path: "town.sqlite")
    let time = SetClock(Books.time(now))
    self.time = time
    registry = try Registry(path: path.path, mayCreate: true) { time.now }
    _ = try registry.loadReference(directory: try referenceFolder(changes))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a folder of reference data, and gives its path.
  func referenceFolder(_ changes: [String: String]) throws -> String {
    let place = folder.appending(path: "reference-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (name, text) in SmallTown.reference.merging(changes, uniquingKeysWith: { $1 }) {
      try Data(text.utf8).write(to: place.appending(path: name))
    }
    return place.path
  }

  private static let reference = [
    "policy.yaml": "consentDefault: permit\n",
    "institutions.csv": "code,name,region,level\nA,Hospital A,500101,3\nB,Hospital B,510104,2\nC,Hospital C,510104,2",
    "items.csv": """
    item,nameZh,category,unit,specimen,needsImages
    K,钾,lab,mmol/L,serum,false
    NA,钠,lab,mmol/L,serum,false
    LYTES,电解质,lab,,,false
    """,
    "specimens.csv": "spelling,specimen\nserum,serum\nurine,urine",
    "panels.csv": "panel,component,required\nLYTES,K,true\nLYTES,NA,true",
    "codemaps.csv": "institution,localCode,item\n*,K,K\n*,NA,NA\n*,LYTES,LYTES",
    "lists.csv": "list,scope,item,validFrom\nL,national,K,2020-01-01\nL,national,NA,2020-01-01",
    "certificates.csv": "institution,item,scope,validFrom\nB,*,national,2020-01-01\nC,*,national,2020-01-01",
    "windows.csv": "key,hours\n*,168",
    "prices.csv": "priceKey,item,fen,validFrom\n*,K,1000,2020-01-01\n*,NA,600,2020-01-01\n*,LYTES,1500,2020-01-01",
  ]

  func clock(_ text: String) { time.now = Books.time(text) }

  /// Imports a report of results collected at a time, ordered an hour before.
  func report(
    _ number: String, of institution: String = "B", at collected: String, items: [String] = ["K"],
    status: String = "F", told: String? = nil, code: String? = nil, givesLocalNumber: Bool = true,
    givesResidentID: Bool = true, mark: String? = nil, value: String = "4.1", specimen: String? = nil
  ) async throws {
    let path = try write(
      number, of: institution, at: collected, items: items, status: status, told: told, code: code,
      givesLocalNumber: givesLocalNumber, givesResidentID: givesResidentID, mark: mark, value: value,
      specimen: specimen)
    // What is told lies in no message before it is.
    time.now = max(time.now, Books.time(told ?? collected))
    try await receive([path])
  }

  /// A message that was to be taken and was not.
  private struct Refused: Error { var problems: [ImportProblem] }

  /// Imports files of one message each.
  func receive(_ paths: [String]) async throws {
    let outcome = try await registry.receive(paths)
    if outcome.summary.accepted != paths.count { throw Refused(problems: outcome.problems) }
  }

  /// Writes what `report` imports, and gives its path.
  func write(
    _ number: String, of institution: String = "B", at collected: String, items: [String] = ["K"],
    status: String = "F", told: String? = nil, code: String? = nil, givesLocalNumber: Bool = true,
    givesResidentID: Bool = true, mark: String? = nil, value: String = "4.1", specimen: String? = nil
  ) throws -> String {
    func v2(_ text: String) -> String { text.filter(\.isNumber) }
    let ordered = RegistryZone.shanghai.rfc3339(Books.time(collected).adding(hours: -1)).prefix(19)
    let local = "<PID.3><CX.1>P1</CX.1><CX.4><HD.1>\(institution)</HD.1></CX.4><CX.5>MR</CX.5></PID.3>"
    let residentID = "<PID.3><CX.1>11010519491231002X</CX.1><CX.5>NI</CX.5></PID.3>"
    let taken = specimen.map { "<OBR.15><SPS.1><CWE.1>\($0)</CWE.1></SPS.1></OBR.15>" } ?? ""
    let note = mark.map { "<NTE><NTE.3>\($0)</NTE.3></NTE>" } ?? ""
    let observations = items.map { item in
      """
      <ORU_R01.OBSERVATION><OBX><OBX.2>NM</OBX.2><OBX.3><CE.1>\(item)</CE.1></OBX.3><OBX.5>\(value)</OBX.5>
      <OBX.6><CE.1>mmol/L</CE.1></OBX.6><OBX.8>N</OBX.8><OBX.11>\(status)</OBX.11></OBX>\(note)</ORU_R01.OBSERVATION>
      """
    }
    let message = """
      <ORU_R01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2><MSH.4><HD.1>\(institution)</HD.1></MSH.4>
      <MSH.7><TS.1>\(v2(told ?? collected))</TS.1></MSH.7><MSH.9><MSG.1>ORU</MSG.1><MSG.2>R01</MSG.2></MSH.9>
      <MSH.10>\(UUID().uuidString)</MSH.10><MSH.11><PT.1>P</PT.1></MSH.11></MSH><ORU_R01.PATIENT_RESULT><ORU_R01.PATIENT>
      <PID>\(givesLocalNumber ? local : "")\(givesResidentID ? residentID : "")</PID></ORU_R01.PATIENT><ORU_R01.ORDER_OBSERVATION>
      <ORC><ORC.1>RE</ORC.1><ORC.9><TS.1>\(v2(String(ordered)))</TS.1></ORC.9></ORC>
      <OBR><OBR.3><EI.1>\(number)</EI.1></OBR.3><OBR.4><CE.1>\(code ?? items[0])</CE.1></OBR.4>
      <OBR.7><TS.1>\(v2(collected))</TS.1></OBR.7>\(taken)<OBR.22><TS.1>\(v2(told ?? collected))</TS.1></OBR.22>
      <OBR.25>\(status)</OBR.25></OBR>\(observations.joined())</ORU_R01.ORDER_OBSERVATION></ORU_R01.PATIENT_RESULT></ORU_R01>
      """
    let file = folder.appending(path: "feed/\(UUID().uuidString).xml")
    try Data(message.utf8).write(to: file)
    return file.path
  }

  /// Records a decision for an order of institution A, and gives its id.
  ///
  /// - Parameter localAt: the institution by whose local number the patient is named; nil: by the resident's.
  func decide(
    _ order: String = "O1", at time: String, item: String = "K", localAt institution: String? = nil, more: String = "",
    specimen: String? = nil, records: Bool = true
  ) throws -> String {
    let number =
      institution.map { #"{"type":"local","value":"P1","institution":"\#($0)"}"# }
      ?? #"{"type":"resident-id","value":"11010519491231002X"}"#
    let named = specimen.map { #","specimen":"\#($0)""# } ?? ""
    let line = """
      {"orderId":"\(order)","patient":{"identifiers":[\(number)]},\
      "orderingInstitution":"A","setting":"outpatient","orderedAt":"\(time)","items":[{"item":"\(item)"\(named)}]\(more)}
      """
    return try registry.decide(line: Array(line.utf8), record: records).id
  }

  /// One line of feedback.
  func line(
    _ event: String, _ decision: String, _ kind: String = "accepted", at time: String, item: String = "K",
    more: String = ""
  ) -> String {
    #"{"event":"\#(event)","kind":"\#(kind)","decisionId":"\#(decision)","item":"\#(item)","at":"\#(time)"\#(more)}"#
  }

  @discardableResult
  func feedback(_ lines: String...) throws -> FeedbackSummary {
    try registry.importFeedback(Array(lines.joined(separator: "\n").utf8))
  }

  func savings(at time: String, knownAt: String? = nil) throws -> SavingsFigures {
    var scope = AuditScope(at: Books.time(time))
    scope.knownAt = knownAt.map(Books.time)
    return try registry.auditSavings(scope).figures.total
  }

  /// In hexadecimal.
  static func sha256(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  func repeats(asIfConnected: Bool, at time: String = "2026-01-01") throws -> RepeatFigures {
    try registry.auditRepeats(AuditScope(at: Books.time(time)), asIfConnected: asIfConnected).figures.total
  }
}

/// A clock that says what it was set to.
private final class SetClock: Sendable {
  private let time: Mutex<Instant>

  init(_ time: Instant) { self.time = Mutex(time) }

  var now: Instant {
    get { time.withLock { $0 } }
    set { time.withLock { $0 = newValue } }
  }
}
