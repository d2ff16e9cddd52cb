import Foundation
import Registry
import Testing

@testable import Benchmarks

/// No byte of a result vanishes in silence: what went in is counted by names and signs alone, and what came out is what
/// `import --dry-run --explain` prints.
@Suite("what goes in comes out")
struct SilentLossTests {
  private static func explainer() throws -> Explainer {
    let reference = Bench.samples.appending(path: "reference").path
    return try Explainer(reference: Registry.referenceForDryRun(directory: reference, registry: nil))
  }

  private static func lost(_ bytes: [UInt8], _ explainer: Explainer) -> [String] {
    var messages: [ExplainedMessage] = []
    explainer.explain(bytes, label: "message") { messages.append($0) }
    return SilentLoss.words(in: bytes, but: messages)
  }

  private static func feeds() throws -> [[UInt8]] {
    try SoakCommand.sources(Bench.samples.appending(path: "feeds").path)
  }

  @Test("of the samples every word of a result comes out")
  func samples() throws {
    let explainer = try Self.explainer()
    var words = 0
    for bytes in try Self.feeds() {
      words += ResultTexts(bytes).texts.count
      #expect(Self.lost(bytes, explainer) == [])
    }
    #expect(words > 400)
  }

  @Test("what is swapped, repeated, emptied and escaped comes out, or is told")
  func mutants() throws {
    let explainer = try Self.explainer()
    var random = SeededRandom(seed: 20_260_520)
    let feeds = try Self.feeds()
    for _ in 0..<1200 {
      let mutant = StructuredMutation.mutate(feeds.random(&random) ?? [], &random)
      let lost = Self.lost(mutant, explainer)
      #expect(lost == [], "\(String(decoding: mutant, as: UTF8.self))")
      if !lost.isEmpty { return }
    }
  }

  @Test(
    "a word that is left out is found missing, in every dialect",
    arguments: [
      ("er7/h1-potassium-critical.hl7", "6.8"), ("v2xml/h1-tsh.xml", "2.150"), ("fhir/h9-glucose-mass.json", "99"),
      ("fhir/h6-cbc-bundle.xml", "7.10"), ("cda/h9-xdlab-thyroid.xml", "12.1"), ("cda-cn/h4-c0007-lipids.xml", "5.61"),
      ("v3/h5-organizer-hba1c.xml", "5.9"),
    ])
  func canFail(file: String, word: String) throws {
    let url = Bench.samples.appending(path: "feeds").appending(path: file)
    let bytes = [UInt8](try Data(contentsOf: url))
    var messages: [ExplainedMessage] = []
    try Self.explainer().explain(bytes, label: file) { messages.append($0) }
    #expect(!messages.isEmpty && messages.allSatisfy(\.isAccepted))
    #expect(SilentLoss.words(in: bytes, but: messages) == [])
    for index in messages.indices { messages[index].data.removeAll { $0.value.contains(word) } }
    #expect(!SilentLoss.words(in: bytes, but: messages).isEmpty)
  }
}
