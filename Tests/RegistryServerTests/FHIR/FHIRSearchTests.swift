import Clinical
import Foundation
import HTTPTypes
import Messages
import Recognition
import Registry
import Testing

@testable import RegistryServer

@Suite("searches of FHIR")
struct FHIRSearchTests {
  @Test("pages together are the whole, each resource once, in every order; a page of another's is none")
  func pages() async throws {
    let bench = try await FHIRBench()
    let whole = try await bench.call("/fhir/Observation?patient=\(bench.person)&_count=1000")
    let ids = whole.matches.compactMap(\.id)
    #expect(whole.total == ids.count && ids.count > 5 && whole.link("next") == nil)
    for sort in ["", "&_sort=-date", "&_sort=date", "&_sort=code,-date", "&_sort=-_lastUpdated", "&_sort=status"] {
      for count in [1, 2, ids.count - 1, ids.count] {
        let pages = try await bench.pages("/fhir/Observation?patient=\(bench.person)&_count=\(count)\(sort)")
        #expect(pages.allSatisfy { $0.status == 200 && $0.total == ids.count && $0.matches.count <= count })
        let told = pages.flatMap { $0.matches.compactMap(\.id) }
        #expect(told.count == ids.count && Set(told) == Set(ids), "\(sort) \(count)")
      }
    }
    let first = try await bench.call("/fhir/Observation?patient=\(bench.person)&_count=1")
    let next = try #require(first.link("next"))
    #expect(try await bench.call(next).status == 200)
    // Of another account, another question, another offset: none.
    for (path, caller) in [
      (next, "orders-SYNTH-H1"), (next.replacing("_count=1", with: "_count=2"), "orders-SYNTH-H4"),
      (next.replacing("_page=1.", with: "_page=2."), "orders-SYNTH-H4"),
    ] {
      let answer = try await bench.call(path, as: caller)
      #expect(answer.status == 410 && answer.error == "page-over", "\(path)")
    }
    bench.sample.time.set("2026-05-20T10:10:00+08:00")
    #expect(try await bench.call(next).status == 410)
  }

  @Test("the union of pages is the whole that was there when the first was asked for, whatever is written meanwhile")
  func whileWriting() async throws {
    let bench = try await FHIRBench()
    func send(_ number: Int) async throws {
      let message = """
        MSH|^~\\&|LIS|SYNTH-H4|||20260519120000||ORU^R01|W\(number)|P|2.5.1\r\
        PID|1||W1^^^SYNTH-H4^MR||样^例页||19800101|M\r\
        OBR|1||W\(number)|X^项^L|||20260519080000|||||||||||||||20260519113000||LAB|F\r\
        OBX|1|NM|2823-3^K^LN||4.\(number)|mmol/L|3.5-5.3|N|||F\r
        """
      let taken = try await bench.sample.registry.submit(Array(message.utf8), of: FeedOwner("SYNTH-H4"), label: "test")
      try #require(taken.refusal == nil)
    }
    for number in 0..<12 { try await send(number) }
    let person = try bench.person("W1", at: "SYNTH-H4")
    var answer = try await bench.call("/fhir/Observation?patient=\(person)&_count=5&_sort=-_lastUpdated")
    let total = try #require(answer.total)
    var ids = answer.matches.compactMap(\.id)
    var number = 12
    while let next = answer.link("next") {
      // New ones stand in front of the pages to come.
      for _ in 0..<3 {
        try await send(number)
        number += 1
      }
      answer = try await bench.call(next)
      #expect(answer.total == total)
      ids += answer.matches.compactMap(\.id)
    }
    #expect(total == 12 && ids.count == 12 && Set(ids).count == 12)
    #expect(try await bench.call("/fhir/Observation?patient=\(person)&_summary=count").total == number)
  }

  @Test("what is withheld since the first page is on none that follows, and neither is anything else lost unsaid")
  func withheldSince() async throws {
    let bench = try await FHIRBench()
    let paths = ["Observation?patient=\(bench.person)&_count=1", "Patient/\(bench.person)/$everything?_count=1"]
    func first() async throws -> [String] {
      var links: [String] = []
      for path in paths {
        links.append(try #require(try await bench.call("/fhir/\(path)", as: "orders-SYNTH-H1").link("next")))
      }
      return links
    }
    func expectOver(_ links: [String], _ status: Int) async throws {
      for link in links {
        let answer = try await bench.call(link, as: "orders-SYNTH-H1")
        #expect(answer.status == status && answer.matches.isEmpty, "\(link): \(answer.body)")
      }
    }
    let beforeDispute = try await first()
    let all = try await bench.call("/fhir/DiagnosticReport?patient=\(bench.person)", as: "orders-SYNTH-H1").matches
    let report = try #require(all.last)
    let institution = report["performer"]?.elements?.first?["reference"]?.text?.dropFirst("Organization/".count)
    _ = try bench.sample.registry.dispute(
      institution: String(try #require(institution)),
      report: try #require(report["identifier"]?.elements?.first?["value"]?.text),
      PersonActReason(actor: "test", words: "test"))
    try await expectOver(beforeDispute, 410)
    let beforeConsent = try await first()
    try await FHIRBench.load(
      "resident-id,\(FHIRBench.residentID),SYNTH-H1,imaging,deny,2026-01-01T00:00:00+08:00,\n", bench.sample)
    try await expectOver(beforeConsent, 410)
    // What goes on being told goes on.
    for link in try await first() {
      #expect(try await bench.call(link, as: "orders-SYNTH-H1").status == 200, "\(link)")
    }
  }

  @Test("each parameter finds what has it and nothing else; alternatives, repetitions, codes with and without systems")
  func parameters() async throws {
    let bench = try await FHIRBench()
    let person = "patient=\(bench.person)"
    let all = try await bench.call("/fhir/Observation?\(person)&_count=1000").matches
    func found(_ query: String, of type: String = "Observation") async throws -> Set<String> {
      let answer = try await bench.call("/fhir/\(type)?\(person)&_count=1000&\(query)")
      #expect(answer.status == 200, "\(query): \(answer.body)")
      return Set(answer.matches.compactMap(\.id))
    }
    func having(_ isSo: (JSONValue) -> Bool) -> Set<String> { Set(all.filter(isSo).compactMap(\.id)) }
    let potassium = having { $0["code"]?.codes.contains("urn:huren:item|K") ?? false }
    #expect(!potassium.isEmpty && potassium.count < all.count)
    for query in [
      "code=K", "code=k", "code=urn:huren:item|K", "code=2823-3", "code=http://loinc.org|2823-3",
      "code=http%3A%2F%2Floinc.org%7C2823-3", "code=nothing,K", "code=http://loinc.org|2823-3,http://loinc.org|0",
      "code=K&category=laboratory", "code=K&status=final,amended,corrected", "code=K&nothing=1&_elements=id",
    ] { #expect(try await found(query) == potassium, "\(query)") }
    for query in ["code=http://snomed.info/sct|2823-3", "code=|K", "code=K&category=imaging", "code=K&code=GLU"] {
      #expect(try await found(query).isEmpty, "\(query)")
    }
    let imaging = having { $0["category"]?.elements?.first?.codes.contains("urn:huren:category|imaging") ?? false }
    #expect(try await found("category=imaging") == imaging && !imaging.isEmpty)
    #expect(try await found("category=urn:huren:category|imaging") == imaging)
    #expect(try await found("category=laboratory,imaging").count == all.count)
    let report = try #require(
      try await bench.call("/fhir/DiagnosticReport?\(person)").matches.first { $0["imagingStudy"] != nil })
    #expect(try await found("category=RAD", of: "DiagnosticReport").contains(report.id ?? ""))
    #expect(try await found("modality=DX", of: "ImagingStudy").count == 1)
    #expect(try await found("modality=CT", of: "ImagingStudy").isEmpty)
    #expect(try await found("_id=\(all[0].id ?? ""),nothing") == [all[0].id ?? ""])
  }

  @Test("dates with every prefix, as finely as they are told, with an offset whose plus nobody escaped")
  func dates() throws {
    let zone = RegistryZone.shanghai
    func instant(_ text: String) throws -> ClosedRange<Int64> { try #require(zone.instant(text)).range }
    let morning = try instant("2026-05-17T09:20:00+08:00")
    let table: [(String, Bool)] = [
      ("2026-05-17", true), ("2026-05", true), ("2026", true), ("2026-05-18", false), ("ne2026-05-17", false),
      ("ne2026-05-18", true), ("gt2026-05-16", true), ("gt2026-05-17", false), ("ge2026-05-17", true),
      ("lt2026-05-18", true), ("lt2026-05-17", false), ("le2026-05-17", true), ("sa2026-05-16", true),
      ("sa2026-05-17", false), ("eb2026-05-18", true), ("eb2026-05-17", false), ("ap2026-05-18", true),
      ("ap2026-05-25", false), ("ge2026-05-17T09:20:00+08:00", true), ("ge2026-05-17T09:20:00 08:00", true),
      ("gt2026-05-17T09:20:00+08:00", false), ("ge2026-05-17T01:20:00Z", true), ("lt2026-05-17T01:20:00Z", false),
      ("2026-05-17T09:20", true), ("eq2026-05-17T09:20:00", true), ("le2026-05-17T01:20:00.000Z", true),
    ]
    for (text, isHeld) in table {
      let date = try #require(FHIRDateParameter(text, zone: zone), "\(text)")
      #expect(date.holds(morning) == isHeld, "\(text)")
    }
    // A day that is told as a day: no moment of it is meant.
    let day = try instant("20260517")
    for (text, isHeld) in [("2026-05-17", true), ("2026-05-17T09:00", false), ("ge2026-05-17T09:00", true)] {
      #expect(try #require(FHIRDateParameter(text, zone: zone)).holds(day) == isHeld, "\(text)")
    }
    for text in ["", "x", "20260517", "2026-13", "2026-02-30", "ge", "zz2026", "2026-05-17T", "26-05-17", "２０２６"] {
      #expect(FHIRDateParameter(text, zone: zone) == nil, "\(text)")
    }
    #expect(FHIRDateParameter("ne2026", zone: zone)?.holds(nil) == true)
    #expect(FHIRDateParameter("ge2026", zone: zone)?.holds(nil) == false)
  }

  @Test("what is included goes with each page, once, and is no match")
  func includes() async throws {
    let bench = try await FHIRBench()
    let query = "patient=\(bench.person)&_count=1000"
    let reports = try await bench.call(
      "/fhir/DiagnosticReport?\(query)&_include=DiagnosticReport:result&_include=DiagnosticReport:subject")
    #expect(Set(reports.included.compactMap(\.type)) == ["Observation", "Patient"])
    #expect(reports.total == reports.matches.count)
    let observations = try await bench.call("/fhir/Observation?\(query)")
    #expect(Set(reports.included.filter { $0.type == "Observation" }) == Set(observations.matches))
    #expect(Set(reports.entries.compactMap { $0["fullUrl"]?.text }).count == reports.entries.count)
    let alone = try await bench.call("/fhir/DiagnosticReport?\(query)&_include=DiagnosticReport:result")
    #expect(!alone.included.contains { $0.type == "Specimen" })
    let iterated = try await bench.call(
      "/fhir/DiagnosticReport?\(query)&_include=DiagnosticReport:result&_include:iterate=Observation:specimen")
    #expect(iterated.included.contains { $0.type == "Specimen" })
    let every = try await bench.call("/fhir/DiagnosticReport?\(query)&_include=*")
    #expect(every.included.contains { $0.type == "ImagingStudy" } && every.included.contains { $0.type == "Patient" })
    for bad in ["_include=Observation", "_include=Nothing:x", "_include:bad=Observation:specimen", "_include=:"] {
      #expect(try await bench.call("/fhir/Observation?\(query)&\(bad)").status == 400, "\(bad)")
    }
  }

  @Test("numbers of people stand in no address: asked by POST they lead to the code, and no link tells them")
  func numbers() async throws {
    let bench = try await FHIRBench()
    let system = "urn:oid:2.16.156.10011.1.3"
    for path in [
      "Patient?identifier=\(system)%7C\(FHIRBench.residentID)",
      "Observation?patient.identifier=\(FHIRBench.residentID)",
    ] {
      let answer = try await bench.call("/fhir/\(path)")
      #expect(answer.status == 400 && answer.error == "numbers-in-query" && !answer.body.contains(FHIRBench.residentID))
    }
    let form = "identifier=\(system)%7C\(FHIRBench.residentID)"
    let found = try await bench.call("/fhir/Patient/_search", .post, body: form)
    #expect(found.total == 1 && found.matches.first?.id == bench.person)
    #expect(found.link("self")?.hasSuffix("/Patient?_id=\(bench.person)") == true)
    for other in [
      "identifier=2.16.156.10011.1.3|\(FHIRBench.residentID)", "identifier=urn:huren:person|\(bench.person)",
      "identifier=urn:huren:identifier:resident-id|\(FHIRBench.residentID)",
    ] { #expect(try await bench.call("/fhir/Patient/_search", .post, body: other).total == 1, "\(other)") }
    let results = try await bench.call(
      "/fhir/Observation/_search", .post,
      body: "patient.identifier=\(system)|\(FHIRBench.residentID)&_count=2")
    #expect(results.status == 200 && (results.total ?? 0) > 2)
    let next = try #require(results.link("next"))
    #expect(next.contains("patient=\(bench.person)") && !next.contains(FHIRBench.residentID))
    #expect(try await bench.call(next).status == 200)
    let nobody = try await bench.call("/fhir/Patient/_search", .post, body: "identifier=\(system)|999901190001010000")
    #expect(nobody.status == 200 && nobody.total == 0 && nobody.entries.isEmpty)
    // In the address of a POST, too.
    let hidden = try await bench.call(
      "/fhir/Patient/_search?identifier=\(FHIRBench.residentID)", .post, body: "_count=1")
    #expect(hidden.status == 400 && hidden.error == "numbers-in-query")
    // A name or a birth date tells whose card it is.
    for (more, count) in [
      ("&name=样例巳", 1), ("&birthdate=2001-09-09", 1), ("&name=别人&birthdate=1931-01-01", 0), ("&name=样例巳&_count=5", 1),
    ] {
      let answer = try await bench.call("/fhir/Patient/_search", .post, body: form + more)
      #expect(answer.status == 200 && answer.total == count && answer.link("self")?.contains("样") == false, "\(more)")
    }
    for (path, body, error) in [
      ("Patient?name=x", nil, "numbers-in-query"), ("Patient?birthdate=2001-09-09", nil, "numbers-in-query"),
      ("Patient/_search", "name=x", "patient-needed"), ("Patient/_search", form + "&birthdate=soon", "search-value"),
    ] as [(String, String?, String)] {
      let answer = try await bench.call("/fhir/\(path)", body == nil ? .get : .post, body: body)
      #expect(answer.status == 400 && answer.error == error, "\(path)")
    }
    // Of a clinician it is asked for, as at the desk.
    let alone = try await bench.call("/fhir/Patient/_search", .post, as: "clinician", body: form)
    #expect(alone.status == 400 && alone.error == "description-needed")
    let both = try await bench.call(
      "/fhir/Patient/_search", .post, as: "clinician", body: form + "&birthdate=2001-09-09")
    #expect(both.total == 1)
    let other = try await bench.call(
      "/fhir/Observation/_search", .post, as: "clinician", body: "patient.identifier=\(FHIRBench.residentID)")
    #expect(other.error == "description-needed")
    let json = try await bench.call(
      "/fhir/Patient/_search", .post, as: "orders-SYNTH-H4", body: "{}", [.contentType: "application/json"])
    #expect(json.status == 415 && json.error == "unsupported-media")
  }

  @Test(
    "what cannot be asked is said: which parameter, and what to do; what is not known is passed over, unless strictly")
  func mistakes() async throws {
    let bench = try await FHIRBench()
    for (path, status, code) in [
      ("Observation", 400, "patient-needed"), ("Observation?code=K", 400, "patient-needed"),
      ("Observation?patient=\(bench.person)&date=yesterday", 400, "search-value"),
      ("Observation?patient=\(bench.person)&_count=many", 400, "search-value"),
      ("Observation?patient=\(bench.person)&_count=-1", 400, "search-value"),
      ("Observation?patient=\(bench.person)&_sort=colour", 400, "search-value"),
      ("Observation?patient=\(bench.person)&code:not=K", 400, "search-value"),
      ("Observation?patient=Group/1", 400, "search-value"), ("Observation?patient=a,b", 400, "search-value"),
      ("Observation?patient=%FF", 400, "search-value"),
      ("Observation?patient=\(bench.person)&_page=1", 410, "page-over"),
      ("Observation?patient=\(bench.person)&_format=turtle", 406, "not-acceptable"),
      ("Observation/nothing", 404, "no-resource"), ("Patient/nobody", 404, "no-resource"),
      ("Organization/nobody", 404, "no-resource"), ("Condition", 404, "no-route"),
      ("Observation/$lastn?patient=\(bench.person)&max=0", 400, "search-value"),
    ] {
      let answer = try await bench.call("/fhir/\(path)")
      #expect(answer.status == status && answer.error == code, "\(path): \(answer.status) \(answer.body)")
      #expect(answer.json.type == "OperationOutcome")
    }
    let lenient = try await bench.call("/fhir/Observation?patient=\(bench.person)&colour=red&code=K")
    #expect(lenient.status == 200 && lenient.link("self")?.contains("colour") == false)
    #expect(lenient.link("self")?.contains("code=K") == true)
    let strict = try await bench.call(
      "/fhir/Observation?patient=\(bench.person)&colour=red", .get, [.prefer: "handling=strict"])
    #expect(strict.status == 400 && strict.error == "search-unknown" && strict.body.contains("colour"))
    let wrong = try await bench.call("/fhir/Observation", .delete)
    #expect(wrong.status == 405 && wrong.json.type == "OperationOutcome" && wrong.headers[.allow] != nil)
    #expect(try await bench.call("/fhir/Observation", as: nil).status == 401)
  }

  @Test("the notation is what is most wanted of what there is")
  func notation() {
    let table: [(format: String?, accept: String?, expected: FHIRNotation?)] = [
      (nil, nil, .json), (nil, "*/*", .json), (nil, "application/fhir+xml", .xml), (nil, "text/xml", .xml),
      (nil, "application/fhir+json; fhirVersion=4.0", .json), (nil, "application/json;charset=utf-8", .json),
      (nil, "application/fhir+json;q=0.2, application/fhir+xml;q=0.9", .xml),
      (nil, "text/turtle, application/xml;q=0.1", .xml), (nil, "text/turtle", nil), (nil, "image/png", nil),
      (nil, "application/fhir+xml;q=0, */*;q=0.1", .json), (nil, "", .json), (nil, " , ", .json),
      ("xml", "application/fhir+json", .xml), ("json", "application/fhir+xml", .json),
      ("application/fhir xml", nil, .xml), ("application/fhir+json; fhirVersion=4.0", nil, .json), ("ttl", "*/*", nil),
      (nil, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", .json),
    ]
    for (format, accept, expected) in table {
      #expect(FHIRNotation(format: format, accept: accept) == expected, "\(format ?? "-") \(accept ?? "-")")
    }
  }

  @Test("$lastn: of each code the newest, by what the catalogue calls one")
  func last() async throws {
    let bench = try await FHIRBench()
    let person = "patient=Patient/\(bench.person)"
    let all = try await bench.call("/fhir/Observation?\(person)&_count=1000").matches
    let last = try await bench.call("/fhir/Observation/$lastn?\(person)")
    func name(_ value: JSONValue) -> String {
      let codes = value["code"]?.codes ?? []
      return codes.first { $0.hasPrefix("urn:huren:item|") } ?? codes.first ?? ""
    }
    let newest = Dictionary(grouping: all, by: name).mapValues { group in
      group.compactMap { $0["effectiveDateTime"]?.text }.max()
    }
    #expect(last.total == newest.count && newest.count > 3)
    for value in last.matches { #expect(value["effectiveDateTime"]?.text == newest[name(value)] ?? nil) }
    let ten = try await bench.call("/fhir/Observation/$lastn?\(person)&max=1000")
    #expect(ten.total == all.count)
    let one = try await bench.call("/fhir/Observation/$lastn?\(person)&code=K")
    #expect(one.total == 1)
  }

  @Test("$match: who may be meant, with FHIR's grades, and nobody whom the asker may not hear of")
  func match() async throws {
    let bench = try await FHIRBench()
    func ask(_ body: String, as caller: String = "orders-SYNTH-H4") async throws -> FHIRBench.Answer {
      try await bench.call(
        "/fhir/Patient/$match", .post, as: caller, body: body, [.contentType: "application/fhir+json"])
    }
    let patient =
      #"{"resourceType":"Patient","identifier":[{"system":"urn:oid:2.16.156.10011.1.3","value":"\#(FHIRBench.residentID)"}],"name":[{"text":"样例巳"}],"birthDate":"2001-09-09"}"#
    func parameters(_ resource: String, _ more: String = "") -> String {
      #"{"resourceType":"Parameters","parameter":[{"name":"resource","resource":\#(resource)}\#(more)]}"#
    }
    let found = try await ask(parameters(patient, #",{"name":"onlyCertainMatches","valueBoolean":true}"#))
    #expect(found.total == 1 && found.matches.first?.id == bench.person, "\(found.body)")
    let search = found.entries.first?["search"]
    #expect(search?["extension"]?.elements?.first?["valueCode"]?.text == "certain")
    #expect(search?["score"] != nil && search?["mode"]?.text == "match")
    #expect(try await ask(patient).total == 1)
    let nobody = #"{"resourceType":"Patient","name":[{"family":"无","given":["此人"]}],"birthDate":"1931-01-01"}"#
    #expect(try await ask(parameters(nobody)).total == 0)
    #expect(try await ask(patient, as: "clinician").total == 1)
    #expect(try await ask(parameters(nobody), as: "clinician").error == "description-needed")
    for bad in ["{}", "", "[]", #"{"resourceType":"Parameters"}"#, #"{"resourceType":"Patient"}"#, parameters("{}")] {
      #expect(try await ask(bad).status == 400, "\(bad)")
    }
    // All of whom is withheld is not there, however well they are described.
    let other = try await FHIRBench(
      consents: "resident-id,\(FHIRBench.residentID),SYNTH-H7,*,deny,2026-01-01T00:00:00+08:00,\n",
      callers: [.orderEntry("SYNTH-H7")])
    let hidden = try await other.call(
      "/fhir/Patient/$match", .post, as: "orders-SYNTH-H7", body: parameters(patient),
      [.contentType: "application/fhir+json"])
    #expect(hidden.status == 200 && hidden.total == 0)
  }
}
