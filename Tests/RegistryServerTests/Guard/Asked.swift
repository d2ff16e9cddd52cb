import Foundation
import HTTPTypes
import RegistryStore

@testable import RegistryServer

/// One request, and whose eyes its answer is for.
struct Asked {
  var caller: Caller?
  var route: Route
  var uri = ""
  var headers: HTTPFields = [:]
  var body: [UInt8] = []
  /// The institution whose view the answer may be a function of; nil: of no person's data at all.
  var view: String?
  /// Whom it asks about.
  var patient: Population.Patient?

  var method: HTTPRequest.Method { route.method }
  var isByAuditorWithReason: Bool { caller?.role == .auditor && headers[.hurenReason] != nil }
}

/// Makes requests of every role at every route: most of them such as are answered, the others such as must not be.
struct Asker {
  var dice: Dice
  let population: Population
  /// What those who ask learned of decisions and cards, of whichever institution: told on to everybody.
  var decisions: [String] = []
  var cards: [String] = []
  private var count = 0
  private var others = 0

  init(seed: UInt64, _ population: Population) { (dice, self.population) = (Dice(seed), population) }

  /// One route after the other, so that none is left out.
  private mutating func other() -> Route {
    others += 1
    return Route.all[others % Route.all.count]
  }

  mutating func next() -> Asked {
    count += 1
    // The questions are what tells something.
    let asks: [Route] = [
      .decisions, .decisions, .query, .query, .cdsService, .cdsService, .feedback, .cdsFeedback,
    ]
    let route =
      dice.chance(72) ? dice.one(of: asks) : dice.chance(40) ? dice.one(of: Self.ofFHIR) : other()
    let may = World.callers.filter { route.permits($0.role) }
    let caller: Caller? =
      dice.chance(4) ? nil : may.isEmpty || dice.chance(15) ? dice.one(of: World.callers) : dice.one(of: may)
    var asked = Asked(caller: caller, route: route)
    asked.uri = route.path.replacing("{id}", with: dice.one(of: CDSHook.allCases).service)
      .replacing("{code}", with: "nobody\(count)")
    if let caller {
      asked.headers[.authorization] = caller.name
    } else if dice.chance(50) {
      asked.headers[.authorization] = dice.one(of: ["forged", "Bearer forged", "auditor "])
    }
    asked.headers[.contentType] = dice.chance(95) ? "application/json" : dice.one(of: ["text/plain", "", "a/b"])
    if caller?.institutions.count ?? 0 > 1 ? dice.chance(90) : dice.chance(12) {
      asked.headers[.hurenInstitution] = dice.one(of: Population.askers + ["SYNTH-H2", "SYNTH-H9", ""])
    }
    if caller?.role == .auditor, asks.contains(route) {
      asked.headers[.hurenInstitution] = dice.one(of: Population.askers)
      if dice.chance(70) { asked.headers[.hurenReason] = "a complaint" }
    } else if dice.chance(5) {
      asked.headers[.hurenReason] = "curious"
    }
    asked.view = view(of: caller, asked.headers)
    if route == .decisions || route == .query { addQuery(&asked) }
    if route.isOfFHIR, route != .fhirMetadata {
      addSearch(&asked)
    } else {
      asked.body = Array(body(&asked).utf8)
    }
    return asked
  }

  private func view(of caller: Caller?, _ headers: HTTPFields) -> String? {
    guard let caller, [.orderEntry, .clinician, .auditor].contains(caller.role) else { return nil }
    let named = headers[.hurenInstitution]
    if caller.role == .auditor { return named.flatMap { Population.askers.contains($0) ? $0 : nil } }
    if caller.institutions.count == 1 { return caller.institutions.first }
    return named.flatMap { caller.institutions.contains($0) ? $0 : nil } ?? "SYNTH-H1"
  }

  private mutating func addQuery(_ asked: inout Asked) {
    if dice.chance(20) { asked.uri += "?record=" + dice.one(of: ["false", "true", "no"]) }
    if dice.chance(5) { asked.uri += (asked.uri.contains("?") ? "&" : "?") + "knownAt=2026-05-20T09:00:00%2B08:00" }
  }

  private static let ofFHIR: [Route] = [
    .fhirSearch(.observation), .fhirSearch(.diagnosticReport), .fhirSearch(.patient), .fhirPostedSearch(.observation),
    .fhirPostedSearch(.patient), .fhirEverything, .fhirLast, .fhirMatch,
  ]

  /// Whose record is asked for by their code, which `World` knows, or by a number in a form.
  private mutating func addSearch(_ asked: inout Asked) {
    let patient = dice.one(of: population.patients)
    asked.patient = patient
    let code = "(\(patient.residentID))"
    asked.uri = asked.route.path.replacing("{version}", with: "00")
      .replacing("{id}", with: asked.route.path.contains("/Patient/") ? code : "3f00-0123456789abcdef")
    if asked.route == .fhirMatch {
      asked.headers[.contentType] = "application/fhir+json"
      asked.body = Array(
        #"""
        {"resourceType":"Patient","identifier":[{"system":"urn:oid:2.16.156.10011.1.3","value":"\#(patient.residentID)"}],\
        "name":[{"text":"\#(patient.name.replacing("^", with: ""))"}]}
        """#.utf8)
      return
    }
    let more = dice.one(of: [
      "", "", "&code=CREA", "&category=laboratory", "&date=ge2026-05-12", "&_summary=count", "&_count=1", "&_sort=date",
      "&_include=*", "&_format=xml", "&status=final", "&nothing=1",
    ])
    if asked.method == .post {
      asked.headers[.contentType] = "application/x-www-form-urlencoded"
      let system = "urn:oid:2.16.156.10011.1.3|"
      let name = asked.route == .fhirPostedSearch(.patient) ? "identifier" : "patient.identifier"
      asked.body = Array("\(name)=\(system)\(patient.residentID)\(more)".utf8)
    } else if asked.route == .fhirSearch(.patient) {
      asked.uri += "?_id=\(code)\(more)"
    } else if !asked.uri.contains("{") && !asked.uri.contains("3f00") && asked.route != .fhirEverything {
      asked.uri += "?patient=\(code)\(more)"
    }
  }

  // MARK: Bodies

  private mutating func body(_ asked: inout Asked) -> String {
    if dice.chance(3) { return dice.one(of: ["", "{", "null", "[]", "{\"patient\":null}", "\u{0}"]) }
    switch asked.route {
    case .decisions: return dice.chance(15) ? (0..<3).map { _ in order(&asked) }.joined(separator: "\n") : order(&asked)
    case .query: return query(&asked)
    case .feedback: return (0..<Int.random(in: 1...3, using: &dice)).map { _ in feedback() }.joined(separator: "\n")
    case .cdsService: return call(&asked)
    case .cdsFeedback: return cardFeedback()
    case .feeds, .fhir, .soap: return message(asked.caller)
    case .signIn, .enrol:
      return "{\"name\":\"nobody\(count)\",\"password\":\"a password of nobody\",\"code\":\"123456\"}"
    case .launch: return "{\"practitioner\":\"P\",\"patient\":\(patient(&asked))}"
    default: return order(&asked)
    }
  }

  /// Of a patient, with numbers of this and that hospital, and with a name that is right, wrong or none.
  private mutating func patient(_ asked: inout Asked) -> String {
    let patient = dice.one(of: population.patients)
    asked.patient = patient
    let institution = dice.one(of: Population.sources)
    // A number that nothing carries but what is withheld leads to its person all the same: docs/threat-model.md, "Known".
    let view = asked.view ?? ""
    let carrying = population.results.filter { $0.patient.number == patient.number && $0.institution == institution }
    let isHidden = !carrying.isEmpty && carrying.allSatisfy { $0.isUnknown(to: view) }
    let number =
      switch isHidden ? 0 : Int.random(in: 0..<10, using: &dice) {
      case 0...5: "{\"type\":\"resident-id\",\"value\":\"\(patient.residentID)\"}"
      case 6: "{\"type\":\"local\",\"value\":\"\(patient.localNumber(at: institution))\"}"
      case 7, 8:
        "{\"type\":\"local\",\"value\":\"\(patient.localNumber(at: institution))\",\"institution\":\"\(institution)\"}"
      default: "{\"type\":\"resident-id\",\"value\":\"\(Population.residentID(500 + count % 300))\"}"
      }
    let name =
      switch Int.random(in: 0..<10, using: &dice) {
      case 0: ",\"name\":\"\(patient.name.replacing("^", with: ""))\""
      case 1: ",\"name\":\"别人\""
      case 2: ",\"name\":\"别人\",\"birthDate\":\"1931-01-01\""
      default: ""
      }
    return "{\"identifiers\":[\(number)]\(name)}"
  }

  private mutating func order(_ asked: inout Asked) -> String {
    let items = Population.items.filter { _ in dice.chance(50) } + [dice.one(of: Population.items)]
    let other = dice.chance(8) ? "\"orderingInstitution\":\"\(dice.one(of: Population.askers))\"," : ""
    return "{\"orderId\":\"O\(Int.random(in: 0..<300, using: &dice))\",\(other)\"patient\":\(patient(&asked)),"
      + "\"setting\":\"\(dice.one(of: ["outpatient", "outpatient", "inpatient", "emergency"]))\",\"clinician\":\"D1\","
      + "\"orderedAt\":\"2026-05-20T0\(dice.one(of: [1, 8, 9])):00:00+08:00\","
      + "\"items\":[\(items.map { "{\"item\":\"\($0)\"}" }.joined(separator: ","))]}"
  }

  private mutating func query(_ asked: inout Asked) -> String {
    let items = dice.chance(50) ? "" : ",\"items\":[\"\(dice.one(of: Population.items))\"]"
    let known = dice.chance(3) ? ",\"knownAt\":\"2026-05-20T09:00:00+08:00\"" : ""
    return "{\"patient\":\(patient(&asked))\(items)\(known),\"orderedAt\":\"2026-05-20T09:00:00+08:00\"}"
  }

  /// On decisions of anybody, under ids of which everybody uses the same.
  private mutating func feedback() -> String {
    let decision = dice.chance(80) && !decisions.isEmpty ? dice.one(of: decisions) : "\(count)00000000000000000000000"
    let kind = dice.one(of: ["accepted", "accepted", "declined", "undone", "cited", "nonsense"])
    return
      "{\"event\":\"E\(Int.random(in: 0..<200, using: &dice))\",\"kind\":\"\(kind)\",\"decisionId\":\"\(decision)\","
      + "\"item\":\"\(dice.one(of: Population.items))\",\"at\":\"2026-05-20T09:01:00+08:00\",\"retestReason\":1}"
  }

  private mutating func call(_ asked: inout Asked) -> String {
    guard let hook = CDSHook.allCases.first(where: { asked.uri.hasSuffix($0.service) }) else { return "" }
    _ = patient(&asked)
    let patient = asked.patient ?? population.patients[0]
    let drafts = Population.items.enumerated().map {
      CDSBench.draft("d\($0)-\(Int.random(in: 0..<50, using: &dice))", $1)
    }
    let local = patient.localNumber(at: asked.view ?? "SYNTH-H1")
    return CDSBench.request(
      hook, drafts, patient: dice.chance(60) ? "1" : local, select: ["d0-1", "ServiceRequest/d1-1"],
      residentID: dice.chance(60) ? patient.residentID : nil)
  }

  private mutating func cardFeedback() -> String {
    let card = cards.isEmpty || dice.chance(10) ? "00000000-0000-8000-8000-000000000000" : dice.one(of: cards)
    return "{\"feedback\":[{\"card\":\"\(card)\",\"outcome\":\"\(dice.one(of: ["accepted", "overridden"]))\","
      + "\"overrideReason\":{\"userComment\":\"x\"},\"outcomeTimestamp\":\"2026-05-20T09:02:00+08:00\"}]}"
  }

  /// A message of somebody whom nobody asks about, now and then of another hospital than the sender's.
  private mutating func message(_ caller: Caller?) -> String {
    let institution = dice.chance(30) ? "SYNTH-H3" : caller?.institutions.first ?? "SYNTH-H1"
    let patient = Population.Patient(
      number: 900 + count % 99, residentID: Population.residentID(900 + count % 99), consents: [])
    let result = Population.Result(
      number: 100_000 + count, patient: patient, institution: institution, item: dice.one(of: Population.items),
      isDisputed: false, day: 3)
    guard Population.sources.contains(institution) else { return "no message" }
    return Population.message(result)
  }
}
