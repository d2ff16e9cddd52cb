import Catalogue
import Foundation
import Testing
import XMLReading

private let functionalTests = corpusFile("ucum/src/test/resources/UcumFunctionalTests.xml")

/// The functional tests published with UCUM, beside the repository where they are present.
@Suite("UCUM functional tests", .enabled(if: functionalTests != nil, "the corpora are not beside the repository"))
struct UnitsFunctionalTests {
  let root: XMLElement

  init() throws {
    let bytes = [UInt8](try Data(contentsOf: try #require(functionalTests)))
    root = try bytes.withUnsafeBufferPointer { try XMLTreeReader().read($0) }.root
  }

  private func cases(_ section: String) throws -> [XMLElement] {
    let cases = try #require(root.first(section)).all("case")
    #expect(!cases.isEmpty)
    return cases
  }

  @Test func validation() throws {
    for item in try cases("validation") {
      let code = try #require(item.attribute("unit"))
      #expect(UCUM.isValid(code) == (item.attribute("valid") == "true"), "\(code)")
    }
  }

  @Test("A valid code is its own spelling, but for those that people mean otherwise")
  func spelling() throws {
    let otherwise = ["pH": "[pH]", "S": "s", "umol/2.h": nil, "mL/{hb}.m2": nil, "Ms": nil]
    for item in try cases("validation") where item.attribute("valid") == "true" {
      let code = try #require(item.attribute("unit"))
      #expect(UnitSpelling.normalise(code) == otherwise[code, default: code], "\(code)")
    }
  }

  @Test func conversion() throws {
    for item in try cases("conversion") {
      let from = try #require(item.attribute("srcUnit"))
      let to = try #require(item.attribute("dstUnit"))
      let outcome = try #require(item.attribute("outcome"))
      let result = UCUM.convert(try number(item, "value"), from: from, to: to)
      #expect(rounds(result, to: outcome), "\(from) to \(to): \(String(describing: result)) for \(outcome)")
    }
  }

  @Test(arguments: [("multiplication", 1), ("division", -1)])
  func products(section: String, exponent: Int) throws {
    for item in try cases(section) {
      let first = try UCUM.unit(try #require(item.attribute("u1")))
      let second = try UCUM.unit(try #require(item.attribute("u2")))
      // The test writes unity as nothing, which is no valid code.
      let code = try #require(item.attribute("uRes"))
      let expected = try UCUM.unit(code.isEmpty ? "1" : code)
      let product = exponent > 0 ? first.multiplied(by: second) : first.divided(by: second)
      let (left, right) = (try number(item, "v1"), try number(item, "v2"))
      let result = product?.convert(exponent > 0 ? left * right : left / right, to: expected)
      let outcome = try #require(item.attribute("vRes"))
      #expect(rounds(result, to: outcome), "\(String(describing: result)) for \(outcome)")
    }
  }

  private func number(_ element: XMLElement, _ name: String) throws -> Double {
    try #require(element.attribute(name).flatMap(Double.init))
  }

  /// Whether the value is the decimal to as many significant digits as the decimal has, up to those of a `Double`.
  private func rounds(_ value: Double?, to decimal: String) -> Bool {
    guard let value, let expected = Double(decimal) else { return false }
    let mantissa = decimal.prefix { $0 != "e" }.filter { $0 != "." }.drop { $0 == "0" }
    let digits = min(max(mantissa.count, 1), 16)
    if digits == 16 { return abs(value - expected) <= 2 * expected.ulp }
    return Double(String(format: "%.\(digits - 1)e", value)) == expected
  }
}

/// A file of the corpora in `shared/corpora` beside the repository or further up.
func corpusFile(_ path: String) -> URL? {
  var folder = URL(filePath: #filePath).deletingLastPathComponent()
  while folder.pathComponents.count > 1 {
    folder.deleteLastPathComponent()
    let file = folder.appending(path: "shared/corpora/\(path)")
    if FileManager.default.fileExists(atPath: file.path) { return file }
  }
  return nil
}
