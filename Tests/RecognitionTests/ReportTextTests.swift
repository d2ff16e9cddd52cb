import Catalogue
import Clinical
import Testing

@testable import Recognition

/// Several observations of one item in one report.
struct ReportTextTests {
  private func line(_ text: String?, _ subID: String, _ change: (inout Observation) -> Void = { _ in }) -> Observation {
    var observation = Ward.observation("culture", text)
    observation.valueKind = text == nil ? .none : .text
    observation.unit = nil
    observation.subID = subID
    change(&observation)
    return observation
  }

  private func organism(_ name: String, _ change: (inout Observation) -> Void = { _ in }) -> Observation {
    line(name, "") {
      $0.valueKind = .coded
      $0.valueCode = Code("1", display: name)
      change(&$0)
    }
  }

  private func ward(_ observations: Observation...) -> Ward {
    var report = Ward.report()
    report.observations = observations
    var ward = Ward([report])
    ward.files["items.csv"]! += "\nCULT,培养,Culture,lab,,,,,,false\nMIC,药敏,MIC,lab,,mg/L,,,,false"
    ward.files["codemaps.csv"]! += "\n*,culture,CULT\n*,mic,MIC"
    ward.order = Ward.order("CULT")
    return ward
  }

  private func candidates(_ observations: Observation...) throws -> [Candidate] {
    var ward = ward()
    ward.reports[0].observations = observations
    return ward.candidates(try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) })))
  }

  @Test("lines that make one text are one result, shown whole and in order")
  func lines() throws {
    let ward = ward(
      line("No organisms seen.", "1"), line(nil, "2"), line("  Culture:", "3"),
      line("100000", "4") { $0.unit = "CFU/mL" },
      line("ESBL", "5"))
    let item = try ward.decide().items[0]
    #expect(item.outcome == .recognise && item.rejected.isEmpty)
    let chosen = try #require(item.chosen.first?.candidate)
    #expect(chosen.text == "No organisms seen.\n\n  Culture:\n100000 CFU/mL\nESBL" && chosen.subID == "1")
    #expect(try ward.decide().text.contains("No organisms seen. / Culture: / 100000 CFU/mL / ESBL"))
  }

  @Test("the worst flag of any line, and not final while one is not")
  func worst() throws {
    var ward = ward(line("a", "1") { $0.flags = ["N"] }, line("b", "2") { $0.flags = ["A"] }, line("c", "3"))
    #expect(try ward.decide().items[0].chosen.first?.candidate.flag == .abnormal)
    ward.reports[0].observations[2].status = .preliminary
    #expect(try ward.answer() == "repeat: not-final")
    ward.reports[0].observations[2].flags = ["HH"]
    #expect(try ward.answer() == "repeat: not-final critical-value")
  }

  @Test("a line that was taken back is no part of the text")
  func takenBack() throws {
    let ward = ward(line("a", "1"), line("b", "2") { $0.status = .cancelled }, line("c", "3"))
    let item = try ward.decide().items[0]
    #expect(item.chosen.first?.candidate.text == "a\nc")
    #expect(item.rejected.map(\.failed) == [[.notFinal, .cancelled]])
  }

  @Test("what was collected at another time, of another specimen or code, is another result")
  func apart() throws {
    #expect(
      try candidates(line("a", "1"), line("b", "2") { $0.collected = Ward.time("2025-03-10T09:00:00") }).count == 2)
    #expect(try candidates(line("a", "1"), line("b", "2") { $0.specimen = Specimen(type: Code("血清")) }).count == 2)
    #expect(try candidates(line("a", "1"), line("b", "2") { $0.isolate = "E. coli" }).count == 2)
    #expect(try candidates(line("a", "1"), line("b", "2")).count == 1)
  }

  @Test("numbers alone are values, not lines; where a number is asked for words are never lines of it")
  func numbers() throws {
    #expect(try candidates(line("1.2", "1"), line("1.3", "2")).map(\.numeric?.number) == [1.2, 1.3])
    var report = Ward.potassium()
    report.observations.append(Ward.observation("k", "溶血"))
    report.observations.append(Ward.observation("k", "复查"))
    let ward = Ward([report])
    let found = ward.candidates(try ReferenceData(ReferenceFolder(files: ward.files.mapValues { Array($0.utf8) })))
    #expect(found.map(\.text) == [nil, "溶血\n复查"])
    #expect(try ward.answer() == "recognise: unit-not-comparable")
  }

  @Test("several organisms stay several, and all are shown where one is chosen")
  func organisms() throws {
    let both = "Escherichia coli\nKlebsiella pneumoniae [preliminary]"
    let ward = ward(organism("Escherichia coli"), organism("Klebsiella pneumoniae") { $0.status = .preliminary })
    let item = try ward.decide().items[0]
    #expect(item.chosen.map(\.candidate.text) == [both] && item.rejected.map(\.failed) == [[.notFinal]])
    #expect(
      try candidates(organism("E. coli"), line(">100000 CFU/mL", "2")).map(\.text)
        == Array(repeating: "E. coli\n>100000 CFU/mL", count: 2))
    #expect(
      try candidates(organism("E. coli"), organism("S. aureus") { $0.status = .cancelled }).map(\.text) == [
        "E. coli", "S. aureus",
      ])
  }

  @Test("a susceptibility shows its organism")
  func susceptibilities() throws {
    func mic(_ value: String, _ isolate: String, _ flag: String) -> Observation {
      line(value, "") {
        $0.code = Code("mic")
        $0.unit = "mg/L"
        $0.valueKind = .quantity
        $0.isolate = isolate
        $0.flags = [flag]
      }
    }
    let found = try candidates(mic("<=4", "E. coli", "S"), mic(">32", "K. pneumoniae", "R"))
    #expect(found.map(\.flag) == [.normal, .abnormal])
    #expect(
      found.map(\.text) == Array(repeating: "E. coli: <=4 mg/L (S)\nK. pneumoniae: >32 mg/L (R)", count: 2))
    #expect(found.map(\.normalizedValue) == [4, 32])
    #expect(try candidates(mic("4", "E. coli", "S")).map(\.text) == ["E. coli: 4 mg/L (S)"])
  }

  @Test("the lines of an examination are one result too, and what was taken back is not among them")
  func examinations() throws {
    func finding(_ text: String, _ code: String = "ct", _ change: (inout Observation) -> Void = { _ in }) -> Observation
    {
      line(text, text) {
        $0.code = Code(code)
        $0.collected = nil
        change(&$0)
      }
    }
    func answer(_ observations: Observation...) throws -> (outcome: String, text: String?) {
      var ward = Ward([Ward.scan { $0.observations = observations }])
      ward.order = Ward.order("CT")
      return (try ward.answer(), try ward.decide().items[0].chosen.first?.candidate.text)
    }
    #expect(
      try answer(finding("one"), finding("two"), finding("beside", "other")) == ("recognise", "seen\none\ntwo\nbeside"))
    #expect(try answer(finding("one"), finding("two") { $0.status = .preliminary }).outcome == "repeat: not-final")
    #expect(try answer(finding("beside", "other") { $0.status = .preliminary }).outcome == "repeat: not-final")
    #expect(
      try answer(finding("one"), finding("gone", "other") { $0.status = .cancelled }) == ("recognise", "seen\none"))
  }

  @Test("what the sender remarks is shown beside the value")
  func notes() throws {
    let ward = Ward([Ward.potassium { $0.note = "标本轻度溶血" }])
    #expect(try ward.decide().json.contains(#""note":"标本轻度溶血""#))
    #expect(try ward.decide().text.contains("note 备注: 标本轻度溶血"))
  }

  @Test("nothing of a text is obeyed by a terminal")
  func terminals() throws {
    let text = try ward(line("a\u{1B}[2Jb\u{202E}c", "1")).decide().text
    #expect(text.contains("a [2Jbc") && !text.contains("\u{1B}"))
  }
}
