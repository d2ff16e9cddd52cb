import Catalogue
import Clinical
import Testing

@testable import Recognition

/// Each check of recognition.md: passing, failing, and at its edge.
struct CheckTests {
  @Test func thePotassiumStandsIn() throws {
    #expect(try Ward().answer() == "recognise")
  }

  @Test func identityUncertainIsUnheard() throws {
    var ward = Ward()
    ward.uncertain = ["R1"]
    #expect(try ward.answer() == "no-prior")
    #expect(try ward.decide().withheld.map(\.candidate.failed) == [[.identityUncertain]])
  }

  @Test func consentWithheldIsUnheardUnlessOwn() throws {
    var ward = Ward()
    ward.files["consents.csv"] =
      "idType,idValue,institution,category,decision,from,to\nresident-id,X1,B,*,deny,2025-03-10T20:00:00+08:00,"
    #expect(try ward.answer() == "no-prior")
    #expect(!(try ward.decide().json.contains("consent")))
    ward.order.orderedAt = Ward.time("2025-03-10T19:59:59")
    #expect(try ward.answer() == "recognise")
    ward = Ward([Ward.potassium(from: "B")])
    ward.files["consents.csv"] = "idType,idValue,institution,category,decision\nresident-id,X1,*,*,deny"
    #expect(try ward.answer() == "recognise")
  }

  @Test(arguments: [
    (ResultStatus.final, "recognise"), (.corrected, "recognise"), (.amended, "recognise"), (.appended, "recognise"),
    (.preliminary, "repeat: not-final"), (.unknown, "repeat: not-final"), (.cancelled, "repeat: not-final cancelled"),
    (.enteredInError, "repeat: not-final cancelled"),
  ])
  func statuses(_ status: ResultStatus, _ answer: String) throws {
    #expect(try Ward([Ward.potassium { $0.status = status }]).answer() == answer)
  }

  @Test func priorMeansCollectedAndReportedBefore() throws {
    #expect(try Ward([Ward.potassium(reported: "2025-03-10T20:00:00")]).answer() == "recognise")
    #expect(try Ward([Ward.potassium(reported: "2025-03-10T20:00:01")]).answer() == "repeat: not-prior")
    #expect(
      try Ward([Ward.potassium(collected: "2025-03-10T20:00:01", reported: "2025-03-10T19:00:00")]).answer()
        == "repeat: not-prior")
    var unknown = Ward.potassium(collected: nil)
    unknown.reported = nil
    #expect(try Ward([unknown]).answer() == "repeat: not-prior no-quality-certificate")
    var ward = Ward([unknown])
    ward.files["windows.csv"] = "key,hours\n*,0"
    #expect(try ward.answer() == "repeat: not-prior no-quality-certificate out-of-window")
  }

  @Test(
    "a birth date known in part counts as its latest possible day",
    arguments: [
      ("2025-02", "repeat: patient-too-young"), ("2025-01", "recognise"), ("2025", "repeat: patient-too-young"),
      ("2024", "recognise"),
    ])
  func partOfABirthDate(_ date: String, _ answer: String) throws {
    var ward = Ward()
    ward.person.birthDate = CalendarDate(date)
    #expect(try ward.answer() == answer)
  }

  @Test func tooYoungInElapsedDays() throws {
    var ward = Ward()
    ward.person.birthDate = CalendarDate("2025-02-10")
    ward.order.orderedAt = Ward.time("2025-03-10T20:00:00")
    #expect(try ward.answer() == "recognise", "28 days and 20 hours")
    ward.person.birthDate = CalendarDate("2025-02-11")
    #expect(try ward.answer() == "repeat: patient-too-young")
    ward.files["policy.yaml"] = "consentDefault: permit\nminimumAgeDays: 27"
    #expect(try ward.answer() == "recognise")
    ward.person.birthDate = nil
    #expect(try ward.answer() == "recognise")
  }

  @Test func specimens() throws {
    func answer(_ stated: String?, ordered: String? = nil) throws -> String {
      var ward = Ward([Ward.potassium { $0.specimen = stated.map { Specimen(type: Code($0)) } }])
      ward.order.items[0].specimen = ordered
      return try ward.answer()
    }
    #expect(try answer("血清") == "recognise")
    #expect(try answer("血浆") == "repeat: specimen-mismatch")
    #expect(try answer("血浆", ordered: "plasma") == "recognise")
    #expect(try answer("something") == "repeat: specimen-mismatch")
    #expect(try answer("-") == "recognise", "a filler is an absence")
    #expect(try answer(nil, ordered: "plasma") == "repeat: specimen-mismatch")
  }

  @Test func wordsAnswerAQuantityOnlyWhereThePolicySaysSo() throws {
    func answer(_ value: String, kind: Observation.ValueKind = .text, policy: String = "") throws -> String {
      var ward = Ward([
        Ward.potassium(value) {
          $0.unit = nil; $0.valueKind = kind
        }
      ])
      ward.files["policy.yaml"] = "consentDefault: permit\n" + policy
      return try ward.answer()
    }
    for words in ["溶血", "7.5↑", "7,5 H", "7,5", "1:128", "+", "see note", "4.1 (haemolysed)"] {
      #expect(try answer(words) == "repeat: unit-not-comparable", "\(words)")
    }
    for words in ["未检出", "阴性", " Not detected ", "ＮＥＧＡＴＩＶＥ"] { #expect(try answer(words) == "recognise", "\(words)") }
    #expect(try answer("Not detected", kind: .coded) == "recognise")
    #expect(try answer("Not detected", policy: "quantitativeWords: [未检出]") == "repeat: unit-not-comparable")
    #expect(try answer("-") == "repeat: no-value", "a dash is an absence where a number is asked for")
    #expect(try answer("1,234", kind: .quantity) == "repeat: unit-not-comparable", "words, in whatever type")
  }

  @Test func numbersAsThePolicyReadsThem() throws {
    func value(_ text: String, _ comma: String) throws -> Double? {
      var ward = Ward([Ward.potassium(text)])
      ward.files["policy.yaml"] = "consentDefault: permit\ncommaInNumbers: \(comma)"
      ward.files["limits.csv"] = ""
      return try ward.decide().items[0].chosen.first?.candidate.normalizedValue
    }
    #expect(try value("1,234", "grouping") == 1234 && value("1,234", "none") == nil && value("7,5", "decimal") == 7.5)
    #expect(try value("７．５", "none") == 7.5 && value("+7.5", "none") == 7.5)
  }

  @Test func aDashIsNegativeOfAnItemWithoutAUnit() throws {
    func answer(_ value: String) throws -> (String, String?) {
      var ward = Ward([
        Ward.potassium(value) {
          $0.code = Code("hiv"); $0.unit = nil; $0.valueKind = .text
        }
      ])
      ward.order = Ward.order("HIV")
      return (try ward.answer(), try ward.decide().items[0].chosen.first?.candidate.text)
    }
    for dash in ["-", "－", "+", "±", "(-)", "2+"] {
      let (outcome, text) = try answer(dash)
      #expect(outcome == "recognise" && text == dash, "\(dash)")
    }
    #expect(try answer("--").0 == "repeat: no-value" && answer("无").0 == "repeat: no-value")
  }

  @Test func bodySiteAndLaterality() throws {
    func answer(
      _ item: String, site: String? = nil, side: String? = nil, stated: String? = nil, statedSide: String? = nil
    ) throws -> String {
      let report = Ward.scan(item.lowercased()) {
        $0.studies[0].bodySite = stated.map { Code($0) }
        $0.studies[0].laterality = statedSide.map { Code($0) }
      }
      var ward = Ward([report])
      ward.order.items = [OrderItem(item: item)]
      ward.order.items[0].bodySite = site
      ward.order.items[0].laterality = side
      return try ward.answer()
    }
    #expect(try answer("CT") == "recognise")
    #expect(try answer("CT", site: "chest") == "recognise", "the item's own body site")
    #expect(try answer("CT", site: "head") == "repeat: body-site-mismatch")
    #expect(try answer("CT", site: "chest", stated: "head") == "repeat: body-site-mismatch")
    #expect(try answer("KNEE", side: "left", statedSide: "left") == "recognise")
    #expect(try answer("KNEE", side: "left", statedSide: "right") == "repeat: body-site-mismatch")
    #expect(try answer("KNEE", side: "left") == "repeat: body-site-mismatch", "an unstated laterality differs from any")
  }

  @Test func aDiagnosisAloneIsNoResult() throws {
    func answer(_ change: (inout Report) -> Void) throws -> String {
      var ward = Ward([Ward.scan("knee", change)])
      ward.order.items = [OrderItem(item: "KNEE")]
      return try ward.answer()
    }
    #expect(try answer { $0.findingsText = nil } == "recognise", "images")
    #expect(
      try answer {
        $0.studies = []; $0.performed = $0.reported
      } == "recognise", "findings")
    #expect(
      try answer {
        $0.studies = []; $0.performed = $0.reported; $0.findingsText = "无"
      } == "repeat: no-value")
    #expect(
      try answer {
        var opinion = Ward.observation("imp", "opinion")
        opinion.isImpression = true
        $0.studies = []
        $0.performed = $0.reported
        $0.findingsText = nil
        $0.observations = [opinion]
      } == "repeat: no-value")
    #expect(try Ward([Ward.potassium(nil)]).answer() == "repeat: no-value")
    #expect(try Ward([Ward.potassium("application/pdf") { $0.valueKind = .attachment }]).answer() == "repeat: no-value")
  }

  @Test func units() throws {
    func answer(_ unit: String?, value: String = "4.1") throws -> String {
      try Ward([Ward.potassium(value) { $0.unit = unit }]).answer()
    }
    #expect(try answer("MMOL") == "recognise")
    #expect(try answer("umol/L", value: "4100") == "recognise")
    #expect(try answer(nil) == "repeat: unit-not-comparable")
    #expect(try answer("g/L") == "repeat: unit-not-comparable")
    #expect(try answer(nil, value: "haemolysed") == "repeat: unit-not-comparable", "not numeric")
    var ward = Ward([Ward.potassium { $0.unit = nil }])
    ward.files["codemaps.csv"] = "institution,localCode,unit,item\nA,k,mmol/L,K"
    #expect(try ward.answer() == "recognise", "the code map row's unit")
    ward = Ward([
      Ward.potassium("1.2") {
        $0.code = Code("hiv"); $0.unit = "S/CO"
      }
    ])
    ward.order = Ward.order("HIV")
    #expect(try ward.answer() == "recognise", "an item without a unit")
  }

  @Test func listsAreInForceOnTheDayOfTheOrder() throws {
    func answer(_ row: String, source: String = "A") throws -> String {
      var ward = Ward([Ward.potassium(from: source)])
      ward.files["lists.csv"] = "list,scope,item,validFrom,validTo\n" + row
      return try ward.answer()
    }
    #expect(try answer("x,national,K,2025-03-10,2025-03-10") == "recognise")
    #expect(try answer("x,national,K,2025-03-11,") == "repeat: not-listed")
    #expect(try answer("x,national,K,2025-01-01,2025-03-09") == "repeat: not-listed")
    #expect(try answer("x,national,NA,2025-01-01,") == "repeat: not-listed")
    #expect(try answer("x,region:51,K,2025-01-01,") == "repeat: not-listed")
    #expect(try answer("x,alliance:M,K,2025-01-01,") == "recognise")
    #expect(try answer("x,alliance:M,K,2025-01-01,", source: "C") == "repeat: not-listed")
    #expect(try answer("x,national,NA,2025-01-01,", source: "B") == "recognise", "one's own results need no list")
  }

  @Test func theDayOfTheOrderIsInTheRegistrysZone() throws {
    var ward = Ward()
    ward.files["lists.csv"] = "list,scope,item,validFrom,validTo\nx,national,K,2025-01-01,2025-03-10"
    ward.order.orderedAt = Ward.time("2025-03-10T15:59:59Z")
    #expect(try ward.answer() == "recognise")
    ward.order.orderedAt = Ward.time("2025-03-10T16:00:00Z")
    #expect(try ward.answer() == "repeat: not-listed")
  }

  @Test func certificatesAreOfThePerformerOnTheClinicalDay() throws {
    func answer(_ rows: String, performer: String? = nil, source: String = "A") throws -> String {
      var ward = Ward([
        Ward.potassium(from: source) { $0.performer = performer.map { OrganizationReference(identifier: $0) } }
      ])
      ward.files["certificates.csv"] = "institution,item,scope,validFrom,validTo\n" + rows
      return try ward.answer()
    }
    #expect(try answer("A,K,national,2025-03-10,2025-03-10") == "recognise")
    #expect(try answer("A,K,national,2025-03-11,") == "repeat: no-quality-certificate")
    #expect(try answer("A,group:electrolytes,region:5001,2025-01-01,") == "recognise")
    #expect(try answer("A,NA,national,2025-01-01,") == "repeat: no-quality-certificate")
    #expect(try answer("A,K,national,2025-01-01,", performer: "L") == "repeat: no-quality-certificate")
    #expect(try answer("L,K,national,2025-01-01,", performer: "L") == "recognise")
    #expect(try answer("", performer: "B") == "recognise", "the holder is the ordering institution")
    #expect(try answer("A,K,national,2025-01-01,", performer: "somebody") == "repeat: no-quality-certificate")
    #expect(try answer("", source: "B") == "recognise")
  }

  @Test func examinationsNeedPerformerAndSource() throws {
    func answer(_ rows: String) throws -> String {
      var ward = Ward([Ward.scan { $0.studies[0].performer = OrganizationReference(identifier: "L") }])
      ward.order = Ward.order("CT")
      ward.files["certificates.csv"] = "institution,item,scope,validFrom,validTo\n" + rows
      return try ward.answer()
    }
    #expect(try answer("A,CT,national,2025-01-01,\nL,CT,national,2025-01-01,") == "recognise")
    #expect(try answer("A,CT,national,2025-01-01,") == "repeat: no-quality-certificate")
    #expect(try answer("L,CT,national,2025-01-01,") == "repeat: no-quality-certificate")
  }

  @Test func windowsIncludeTheirEnd() throws {
    func answer(_ hours: Int, collected: String? = "2025-03-10T08:00:00") throws -> String {
      var ward = Ward([Ward.potassium(collected: collected)])
      ward.files["windows.csv"] = "key,hours\n*,\(hours)"
      return try ward.answer()
    }
    #expect(try answer(12) == "recognise")
    #expect(try answer(12, collected: "2025-03-10T07:59:59") == "repeat: out-of-window")
    #expect(try answer(20, collected: "2025-03-10") == "recognise", "a date alone is its first instant")
    #expect(try answer(19, collected: "2025-03-10") == "repeat: out-of-window")
    #expect(try answer(0, collected: "2025-03-10T20:00:00") == "repeat: out-of-window", "0 hours: never")
    #expect(try answer(719, collected: nil) == "repeat: out-of-window", "only the reported time is known")
    #expect(try answer(720, collected: nil) == "recognise")
    #expect(try answer(12, collected: "2025-03-10T21:00:00") == "repeat: not-prior", "the future is not too old")
  }

  @Test func anItemNobodyThoughtAboutHasNoWindow() throws {
    var ward = Ward()
    ward.files["windows.csv"] = "key,hours\nNA,168"
    #expect(try ward.answer() == "repeat: no-window")
  }

  @Test func criticalValues() throws {
    func answer(_ value: String, flag: String? = nil, policy: String = "exclude") throws -> String {
      var ward = Ward([Ward.potassium(value) { $0.flags = [flag].compactMap { $0 } }])
      ward.files["policy.yaml"] = "consentDefault: permit\ncritical: \(policy)"
      return try ward.answer()
    }
    #expect(try answer("6.19") == "recognise")
    #expect(try answer("6.2", flag: "N") == "repeat: critical-value", "at the limit, whatever was sent")
    #expect(try answer("4", flag: "HH") == "repeat: critical-value")
    #expect(try answer("6.2", policy: "allow") == "recognise")
    #expect(try answer("<2.8") == "repeat: critical-value")
    #expect(try answer(">6.2") == "repeat: critical-value")
    #expect(try answer("<7") == "recognise", "held against the lower limit only")
    #expect(try answer(">1") == "recognise", "held against the upper limit only")
  }

  @Test func imagesWhereTheItemNeedsThem() throws {
    var ward = Ward([Ward.scan()])
    ward.order = Ward.order("CT")
    #expect(try ward.answer() == "recognise")
    ward.missingStudies = ["1.2.3"]
    #expect(try ward.answer() == "repeat: images-unavailable")
    ward.missingStudies = []
    ward.reports = [
      Ward.scan {
        $0.studies = []; $0.performed = Ward.time("2025-03-10T08:00:00")
      }
    ]
    #expect(try ward.answer() == "repeat: images-unavailable")
  }
}
