import Clinical
import Foundation
import HTTPTypes
import Messages
import Registry
import Testing
import XMLReading

@testable import RegistryServer

@Suite("FHIR, read side")
struct FHIRReadTests {
  private static let types = ["DiagnosticReport", "Observation", "Specimen", "ImagingStudy", "Provenance"]

  @Test("everything of a person, each resource at its own address, and the same there")
  func everything() async throws {
    let bench = try await FHIRBench()
    let answer = try await bench.call("/fhir/Patient/\(bench.person)/$everything")
    #expect(answer.status == 200 && answer.total == answer.entries.count && answer.entries.count > 20)
    #expect(Set(answer.matches.compactMap(\.type)) == Set(Self.types + ["Patient"]))
    #expect(Set(answer.entries.compactMap { $0["fullUrl"]?.text }).count == answer.entries.count)
    for entry in answer.entries {
      let address = try #require(entry["fullUrl"]?.text)
      let read = try await bench.call(address)
      #expect(read.status == 200 && read.json == entry["resource"], "\(address)")
      // What an id may be (FHIR R4, 2.24.0.1).
      #expect(try #require(entry["resource"]?.id).wholeMatch(of: /[A-Za-z0-9.-]{1,64}/) != nil)
    }
    // Every reference within leads to something.
    for match in answer.body.matches(of: /"reference":"([A-Za-z]+\/[^"]+)"/) {
      let read = try await bench.call("/fhir/\(match.1)")
      #expect(read.status == 200, "\(match.1)")
    }
  }

  private static func read(_ answer: FHIRBench.Answer) throws -> XMLElement {
    let isXML = answer.headers[.contentType] == "application/fhir+xml; charset=utf-8"
    return try Array(answer.body.utf8).withUnsafeBufferPointer {
      isXML ? try XMLTreeReader().read($0).root : try FHIRJSONTree.read($0, limits: XMLLimits(), line: 1).root
    }
  }

  /// Names, values and order of elements, whatever notation they were in.
  private static func lines(_ element: XMLElement, _ path: String = "") -> [String] {
    let path = path + "/" + element.name
    var own = [path + (element.attribute("value").map { "=" + $0 } ?? "")]
    if let url = element.attribute("url") { own.append(path + "/url=" + url) }
    return own + element.children.flatMap { lines($0, path) }
  }

  @Test("JSON and XML say the same, element by element")
  func notations() async throws {
    let bench = try await FHIRBench()
    for path in [
      "metadata", "Patient/\(bench.person)", "Patient/\(bench.person)/$everything", "Organization",
      "Observation?patient=\(bench.person)&_include=Observation:specimen", "DiagnosticReport?patient=\(bench.person)",
      "Patient/nobody",
    ] {
      let mark = path.contains("?") ? "&" : "?"
      let json = try await bench.call("/fhir/\(path)\(mark)_format=json")
      let xml = try await bench.call("/fhir/\(path)\(mark)_format=xml")
      #expect(json.status == xml.status && json.headers[.contentType] != xml.headers[.contentType])
      // A Bundle's id and the last commit, which is that of the reading before, are its own.
      let isVaried: (String) -> Bool = { $0.hasPrefix("/Bundle/id=") || $0.hasPrefix("/Bundle/meta/lastUpdated=") }
      let (a, b) = (try Self.lines(Self.read(json)), try Self.lines(Self.read(xml)))
      #expect(a.filter { !isVaried($0) } == b.filter { !isVaried($0) }, "\(path)")
      #expect(a.count > 4, "\(path)")
    }
  }

  @Test("a value is written as it was sent, with what the catalogue makes of it beside it")
  func verbatim() async throws {
    let bench = try await FHIRBench()
    let numbers: [(sent: String, value: String?, comparator: String?)] = [
      ("2.90", "2.90", nil), ("<0.010", "0.010", "<"), ("≥ 100", "100", ">="), ("0", "0", nil), ("1e2", "1e2", nil),
      (".5", nil, nil), ("+7", nil, nil), ("007", nil, nil), ("阴性", nil, nil), ("1:128", nil, nil),
    ]
    for (place, number) in numbers.enumerated() {
      let message = """
        MSH|^~\\&|LIS|SYNTH-H4|||20260519120000||ORU^R01|V\(place)|P|2.5.1\r\
        PID|1||V1^^^SYNTH-H4^MR||样^例值||19800101|M\r\
        OBR|1||V\(place)|X^项^L|||20260519080000|||||||||||||||20260519113000||LAB|F\r\
        OBX|1|NM|2823-3^K^LN||\(number.sent)|mmol/L|3.5-5.3|N|||F\r
        """
      let taken = try await bench.sample.registry.submit(Array(message.utf8), of: FeedOwner("SYNTH-H4"), label: "test")
      try #require(taken.refusal == nil)
    }
    let person = try #require(
      try bench.sample.registry.persons(with: Identifier(.local, "V1"), institution: "SYNTH-H4").first)
    let answer = try await bench.call("/fhir/Observation?patient=\(person)&_count=50")
    #expect(answer.total == numbers.count)
    for (place, number) in numbers.enumerated() {
      let reports = try await bench.call("/fhir/DiagnosticReport?patient=\(person)&_include=DiagnosticReport:result")
      let report = try #require(
        reports.matches.first { $0["identifier"]?.elements?.first?["value"]?.text == "V\(place)" })
      let reference = try #require(report["result"]?.elements?.first?["reference"]?.text)
      let observation = try #require(
        (reports.included + answer.matches).first { "Observation/\($0.id ?? "")" == reference })
      if let value = number.value {
        #expect(observation["valueQuantity"]?["value"] == .number(value), "\(number.sent)")
        #expect(observation["valueQuantity"]?["comparator"]?.text == number.comparator)
        #expect(observation["valueQuantity"]?["code"]?.text == "mmol/L")
      } else {
        #expect(observation["valueString"]?.text == number.sent, "\(number.sent): \(observation)")
      }
      #expect(observation["dataAbsentReason"] == nil)
    }
  }

  @Test("a decimal is what both notations write the same")
  func decimals() throws {
    var dice = Dice(3)
    let signs = Array("0012.e-+5 x")
    for _ in 0..<20_000 {
      let text = String((0..<Int.random(in: 0...8, using: &dice)).map { _ in dice.one(of: signs) })
      let isOne = text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?/) != nil
      #expect(FHIRDecimal.isOne(text) == isOne, "\(text)")
    }
    #expect(FHIRDecimal.isOne("-12.50E+2") && !FHIRDecimal.isOne(String(repeating: "1", count: 41)))
  }

  @Test("a correction: the report's versions, each as it stood, by their digests; an ETag is known again")
  func versions() async throws {
    let bench = try await FHIRBench()
    func message(_ value: String, _ status: String, _ time: String) -> [UInt8] {
      Array(
        """
        MSH|^~\\&|LIS|SYNTH-H4|||\(time)||ORU^R01|C\(time)|P|2.5.1\r\
        PID|1||C1^^^SYNTH-H4^MR||样^例改||19800101|F\r\
        OBR|1||C1|X^项^L|||20260519080000|||||||||||||||\(time)||LAB|\(status)\r\
        OBX|1|NM|2823-3^K^LN||\(value)|mmol/L|3.5-5.3|N|||\(status)\r
        """.utf8)
    }
    for (value, status, time) in [
      ("4.1", "P", "20260519110000"), ("4.2", "F", "20260519113000"), ("5.9", "C", "20260519150000"),
    ] {
      let taken = try await bench.sample.registry.submit(
        message(value, status, time), of: FeedOwner("SYNTH-H4"), label: "test")
      try #require(taken.refusal == nil)
      let found = try await bench.current("C1", at: "SYNTH-H4")
      #expect(found["valueQuantity"]?["value"] == .number(value))
    }
    let report = try await bench.report("C1", at: "SYNTH-H4")
    let id = try #require(report.id)
    let history = try await bench.call("/fhir/DiagnosticReport/\(id)/_history")
    #expect(history.total == 3 && history.json["type"]?.text == "history")
    let resources = history.entries.compactMap { $0["resource"] }
    #expect(resources.compactMap { $0["status"]?.text } == ["corrected", "final", "preliminary"])
    let versions = resources.compactMap { $0["meta"]?["versionId"]?.text }
    #expect(Set(versions).count == 3 && versions.first == report["meta"]?["versionId"]?.text)
    for (resource, version) in zip(resources, versions) {
      let read = try await bench.call("/fhir/DiagnosticReport/\(id)/_history/\(version)")
      #expect(read.status == 200 && read.json == resource && read.headers[.eTag] == "W/\"\(version)\"")
    }
    let again = try await bench.call(
      "/fhir/DiagnosticReport/\(id)", .get, [.ifNoneMatch: "W/\"\(versions[0])\""])
    #expect(again.status == 304 && again.body.isEmpty)
    let old = try await bench.call("/fhir/DiagnosticReport/\(id)", .get, [.ifNoneMatch: "W/\"\(versions[1])\""])
    #expect(old.status == 200 && old.headers[.lastModified]?.hasSuffix(" GMT") == true)
    let unknown = try await bench.call("/fhir/DiagnosticReport/\(id)/_history/00")
    #expect(unknown.status == 404 && unknown.error == "no-resource")
    let provenance = try await bench.call("/fhir/Provenance?target=DiagnosticReport/\(id)")
    #expect(provenance.total == 3)
    let digest = provenance.matches.first?["entity"]?.elements?.first?["what"]?["identifier"]?["value"]?.text
    #expect(digest?.count == 64)
  }

  @Test("a person whose codes were merged is read by each: the old one says where they are now")
  func merged() async throws {
    let bench = try await FHIRBench()
    let answer = try await bench.call("/fhir/Patient/\(bench.person)")
    #expect(answer.json["active"] == .boolean(true) && answer.json["name"]?.elements?.count == 1)
    let other = try #require(
      try bench.sample.registry.persons(with: Identifier(.residentID, "999901199007211040"), institution: nil).first)
    _ = try bench.sample.registry.merge(
      [bench.person, other], overridesNumbers: true, PersonActReason(actor: "test", words: "test"))
    var seen: [String: JSONValue] = [:]
    for code in [bench.person, other] { seen[code] = try await bench.call("/fhir/Patient/\(code)").json }
    let active = seen.filter { $0.value["active"] == .boolean(true) }
    #expect(active.count == 1)
    let (now, before) = (try #require(active.keys.first), try #require(seen.keys.first { active[$0] == nil }))
    let link = seen[before]?["link"]?.elements?.first
    #expect(link?["type"]?.text == "replaced-by" && link?["other"]?["reference"]?.text == "Patient/\(now)")
    #expect(seen[before]?["name"] == nil && seen[before]?["identifier"] == nil)
    let both = try await bench.call("/fhir/Observation?patient=Patient/\(before)")
    #expect(both.link("self")?.contains("patient=\(now)") == true && (both.total ?? 0) > 0)
  }

  @Test("fhirkit finds every resource valid", .enabled(if: Fhirkit.isThere, "PyPI's fhirkit-rs is not installed"))
  func valid() async throws {
    let bench = try await FHIRBench()
    for code in try await bench.people(10) + [bench.person] {
      let answer = try await bench.call("/fhir/Patient/\(code)/$everything", as: "orders-SYNTH-H1")
      for text in [answer.json] + answer.entries.compactMap({ $0["resource"] }) {
        let said = try await Fhirkit.validate(text.json, in: bench.sample.folder)
        #expect(said == nil, "\(said ?? "")\n\(text.json.prefix(1500))")
      }
    }
    let metadata = try await bench.call("/fhir/metadata", as: nil)
    #expect(try await Fhirkit.validate(metadata.body, in: bench.sample.folder) == nil)
  }
}

/// PyPI's fhirkit-rs: a validator of FHIR R4 that somebody else wrote.
enum Fhirkit {
  private static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { $0 + "/fhirkit" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  static var isThere: Bool { path != nil }

  /// - Returns: what is wrong with it; nil: nothing.
  static func validate(_ resource: String, in folder: URL) async throws -> String? {
    let file = folder.appending(path: "resource-\(UUID().uuidString).json")
    try resource.write(to: file, atomically: true, encoding: .utf8)
    let said = try await Command.run([try #require(path), "validate", file.path])
    return said.status == 0 ? nil : said.output
  }
}

extension FHIRBench {
  func person(_ number: String, at institution: String) throws -> String {
    try #require(try sample.registry.persons(with: Identifier(.local, number), institution: institution).first)
  }

  /// The report of a patient who has one.
  func report(_ number: String, at institution: String) async throws -> JSONValue {
    let code = try person(number, at: institution)
    let answer = try await call("/fhir/DiagnosticReport?patient=\(code)", as: "orders-\(institution)")
    #expect(answer.total == 1)
    return try #require(answer.matches.first)
  }

  func current(_ number: String, at institution: String) async throws -> JSONValue {
    let code = try person(number, at: institution)
    let answer = try await call("/fhir/Observation?patient=\(code)", as: "orders-\(institution)")
    return try #require(answer.matches.first)
  }

  /// Some codes in use.
  func people(_ count: Int) async throws -> [String] {
    var codes: [String] = []
    try sample.registry.eachPerson { codes.append($0.code) }
    return Array(codes.prefix(count))
  }

  func call(_ path: String, _ method: HTTPRequest.Method, _ headers: HTTPFields) async throws -> Answer {
    try await call(path, method, as: "orders-SYNTH-H4", body: nil, headers)
  }
}
