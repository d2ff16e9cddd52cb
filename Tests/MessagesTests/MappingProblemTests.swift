import Messages
import Testing

/// Every mistake in a mapping file is told with its line and with what to write instead.
struct MappingProblemTests {
  private func problems(_ yaml: String) -> [String] {
    do throws(MappingProblems) {
      _ = try Mapping(yaml: yaml, file: "f")
      return []
    } catch {
      return error.problems.map { "\($0.line) \($0.key): \($0.message)" }
    }
  }

  /// A sound mapping in which one line is exchanged, counted from 1.
  private func problems(line: Int, _ text: String) -> [String] {
    var lines = [
      "name: n", "root: m", "message:", "  time: t", "report:", "  source: s", "  number: n", "patient:",
      "  identifiers:", "    - {type: local, path: p}", "  name: q", "observations:", "  code: c", "  value: v",
    ]
    lines[line - 1] = text
    return problems(lines.joined(separator: "\n"))
  }

  private func expect(_ problems: [String], _ starts: [String], _ location: SourceLocation = #_sourceLocation) {
    #expect(problems.count == starts.count, "\(problems)", sourceLocation: location)
    for (problem, start) in zip(problems, starts) {
      #expect(problem.hasPrefix(start), "\(problem)", sourceLocation: location)
    }
  }

  @Test func aSoundMappingHasNone() {
    #expect(problems(line: 11, "  name: q") == [])
  }

  @Test func unknownKeysAreToldWithTheNearest() {
    expect(problems(line: 14, "  valeu: v"), ["14 observations.valeu: unknown key; did you mean value?"])
    expect(problems(line: 11, "  Name: v"), ["11 patient.Name: unknown key; did you mean name?"])
    expect(problems(line: 14, "  result: v"), ["14 observations.result: unknown key; known here: each, where, code"])
    expect(
      problems(line: 14, "  value: {path: v, tabel: {a: b}, default: x}"),
      [
        "14 observations.value.tabel: unknown key; did you mean table?",
        "14 observations.value.default: only beside a table",
      ])
  }

  @Test(arguments: [
    ("/a", "a path begins where"), ("a//b", "// or a / at the end"), ("a/", "// or a / at the end"),
    ("a/../b", ".. stands at the beginning"), ("\"@a/b\"", "an attribute has nothing below"),
    ("\"a[b\"", "a [ without"),
    ("\"a]\"", "a ] without"), ("\"a[1]\"", "a predicate is"), ("x:a", "names stand without prefix: write a"),
    ("\"*\"", "this is not XPath"), ("text()", "this is not XPath"), ("a b", "a step that is no name"),
    ("\"\"", "an empty path"), ("\"a[../b=c]\"", "a predicate looks below"),
  ])
  func badPaths(path: String, message: String) {
    expect(problems(line: 14, "  unit: \(path)"), ["14 observations.unit: \(message)"])
  }

  @Test func whatRepeatsIsAnElement() {
    expect(problems(line: 14, "  each: r/@id"), ["14 observations.each: an attribute has no values below it"])
  }

  @Test func identifierTypes() {
    expect(
      problems(line: 10, "    - {type: id-card, path: p}"),
      ["10 patient.identifiers.type: id-card is no identifier type: write one of resident-id"])
    expect(problems(line: 10, "    - {path: p}"), ["10 patient.identifiers.type: missing: one of resident-id"])
    expect(problems(line: 10, "    - {type: local}"), ["10 patient.identifiers: where does the value come from?"])
    expect(
      problems(line: 10, "    - {type: {path: t, table: {\"1\": card}, default: ~}, path: p}"),
      ["10 patient.identifiers.type.table: card is not known here"])
  }

  @Test func tables() {
    expect(
      problems(line: 14, "  flags: {path: f, table: {\"0\": N}}"),
      ["14 observations.flags.default: a table needs a default"])
    expect(problems(line: 14, "  flags: {path: f, table: N, default: ~}"), ["14 observations.flags.table: a table is"])
    expect(
      problems(line: 14, "  status: {path: f, table: {\"0\": done}, default: unknown}"),
      ["14 observations.status.table: done is not known here: write one of registered"])
    expect(
      problems(line: 14, "  status: {path: f, table: {\"0\": final}, default: ~}"),
      ["14 observations.status.default: a code that is not in this table must mean something"])
    expect(
      problems(line: 11, "  sex: {const: man}"),
      ["11 patient.sex.const: man is not known here: write one of male, female"])
  }

  @Test func values() {
    expect(problems(line: 14, "  value: {path: a, const: b}"), ["14 observations.value: more than one source"])
    expect(problems(line: 14, "  value: {trim: x}"), ["14 observations.value: where does the value come from?"])
    expect(problems(line: 14, "  value: []"), ["14 observations.value: a list of values is needed"])
    expect(problems(line: 14, "  value: {path: a, with: x}"), ["14 observations.value.with: only for join"])
    expect(problems(line: 14, "  value: [[[[[[[[[a]]]]]]]]]"), ["14 observations.value: values within values"])
    expect(problems(line: 14, "  specimen: blood"), ["14 observations.specimen: write {identifier"])
  }

  @Test func missingKeysAreToldAtTheirSection() {
    expect(problems(line: 4, "  id: t"), ["4 message.time: missing: the message's own time"])
    expect(problems(line: 13, "  unit: t"), ["13 observations.code: missing: the item's code"])
    expect(
      problems("name: n"),
      ["1 root: missing", "1 message: missing", "1 report: missing", "1 patient: missing", "1 observations: missing"])
  }

  @Test func otherKeys() {
    expect(problems(line: 2, "root: m\nupdateMode: replace"), ["3 updateMode: write snapshot"])
    expect(problems(line: 2, "root: m\ndates: [YYYY-MM, DD/MM/YYYY]"), ["3 dates: write each format with"])
    expect(problems(line: 2, "root: m\nstudies: {modality: m}"), ["3 studies: images are found by"])
  }

  @Test func whatIsNotYAML() {
    expect(
      problems(line: 14, "  value: @v"),
      ["14 : not YAML: found character that cannot start any token: a text that begins with @"])
    expect(problems(line: 14, "  code: v"), ["13 : written twice, here and below: code; keep one"])
    expect(problems("name: {a: b"), ["2 : not YAML"])
    expect(problems(""), ["1 : the file is empty"])
    expect(problems("- a\n- b"), ["1 : a mapping file is a list of keys"])
    expect(problems(String(repeating: "#", count: 300 << 10)), ["1 : more than 256 KiB"])
  }

  /// Nesting, and aliases of aliases, end in a problem and not in a crash or an endless walk.
  @Test func hostileFiles() {
    #expect(!problems(line: 14, "  value: " + String(repeating: "[", count: 5000)).isEmpty)
    var bomb = ["x0: &x0 [a, a, a, a, a, a, a, a, a]"]
    for level in 1...12 {
      bomb.append("x\(level): &x\(level) [" + Array(repeating: "*x\(level - 1)", count: 9).joined(separator: ",") + "]")
    }
    #expect(!problems(line: 1, bomb.joined(separator: "\n") + "\nname: *x12").isEmpty)
    let several = "  value: &a [b, b, b]\n  unit: &b [*a, *a, *a]\n  note: [*b, *b, *b]"
    #expect(problems(line: 14, several) == [])
    let many =
      "  value: &a " + "[" + Array(repeating: "b", count: 60).joined(separator: ",") + "]\n"
      + "  unit: [" + Array(repeating: "*a", count: 60).joined(separator: ",") + "]"
    expect(problems(line: 14, many), ["14 observations.unit: more than 2000 values"])
  }
}
