import ArgumentParser
import Catalogue
import Clinical
import Feeds
import Foundation
import Testing

@testable import Benchmarks
@testable import Registry
@testable import RegistryStore
@testable import SQLiteStore

/// What messages have in common is kept once; every message comes back to the byte.
@Suite("message dictionaries")
struct MessageDictionaryTests {
  private static let population = Population(persons: 400, institutions: 8, seed: 1)

  private static func feed(_ bench: Bench, messages: Int, number: Int) throws -> String {
    let path = bench.directory.appending(path: "\(number).xml").path
    _ = try PersonsFeedCommand.write(
      PopulationFeed(population: population, messages: messages, number: number), to: path)
    return path
  }

  private static func messages() -> [[UInt8]] {
    (0..<64).map { number in
      let results = (0..<40).map {
        "<item><code>GLU\($0)</code><value>\(number * 37 % 91 + $0).\($0 % 10)</value></item>"
      }
      return Array("<report><number>R\(number * 7919)</number>\(results.joined())</report>".utf8)
    }
  }

  @Test("law: what was compressed beside a dictionary expands to its bytes, and is less than it is alone")
  func expands() throws {
    let messages = Self.messages()
    let dictionary = try #require(MessageDictionary(of: messages))
    let again = try #require(MessageDictionary(dictionary.bytes))
    let (alone, beside) = (Compressor(), Compressor(dictionary: dictionary))
    for message in messages + [[], Array("{}".utf8)] {
      let compressed = beside.compress(message)
      let expanded = try compressed.withUnsafeBytes { try Compressor.expand($0, with: again) }
      #expect(expanded == message)
      if message.count > 100 { #expect(compressed.count < alone.compress(message).count) }
    }
  }

  @Test("a message whose dictionary is missing, or is another, is damaged, and nothing else is made of it")
  func missing() throws {
    let messages = Self.messages()
    let dictionary = try #require(MessageDictionary(of: messages))
    let compressed = Compressor(dictionary: dictionary).compress(messages[3])
    #expect(throws: StoreError.self) { try compressed.withUnsafeBytes { try Compressor.expand($0) } }
    let other = try #require(MessageDictionary(of: messages.map { $0.reversed() }))
    #expect(throws: StoreError.self) { try compressed.withUnsafeBytes { try Compressor.expand($0, with: other) } }
    #expect(MessageDictionary([]) == nil)
    #expect(MessageDictionary(messages[0]) == nil)
    #expect(MessageDictionary(of: []) == nil)
  }

  @Test(
    "of messages that are all alike, empty, short or noise a dictionary is made that works, or none", arguments: 0..<6)
  func oddSamples(_ kind: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let messages: [[UInt8]] = (0..<128).map { number in
      switch kind {
      case 0: [UInt8](repeating: 0, count: 4000)
      case 1: []
      case 2: Array("<a/>".utf8)
      case 3: (0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }
      case 4: number == 0 ? Array(repeating: 65, count: 1 << 16) : []
      default: Self.messages()[number % 2]
      }
    }
    guard let dictionary = MessageDictionary(of: messages) else {
      return #expect(kind < 5, "nothing was learnt of messages that have everything in common")
    }
    for message in messages.prefix(3) {
      let compressed = Compressor(dictionary: dictionary).compress(message)
      #expect(try compressed.withUnsafeBytes { try Compressor.expand($0, with: dictionary) } == message)
    }
  }

  @Test("long messages are not looked at, and what has nothing in common is not learnt")
  func isBounded() {
    func frame(_ bytes: [UInt8]) -> MessageFrame {
      MessageFrame(kind: .xml, bytes: bytes, prologue: [], label: "test", offset: 0, line: 1, column: 1)
    }
    let long = frame([UInt8](repeating: 65, count: 1 << 20))
    let batch = [long] + Self.messages().map(frame) + [long]
    #expect(MessageDictionaries.sample(4, of: batch) == [0, 16, 32, 48].map { Self.messages()[$0] })
    #expect(MessageDictionaries.sample(128, of: batch).count == 64)

    var generator = SystemRandomNumberGenerator()
    let noise = (0..<128).map { _ in frame((0..<4000).map { _ in UInt8.random(in: 0...255, using: &generator) }) }
    var dictionaries = MessageDictionaries()
    #expect(dictionaries.learn(from: noise) == nil)
    #expect(dictionaries.known.isEmpty)
  }

  @Test("a feed is learnt once; a small one is not worth it; messages in quarantine come back too")
  func learns() async throws {
    let bench = try Bench(reference: nil)
    let folder = bench.directory.appending(path: "reference").path
    try ReferenceCommand.parse([folder, "--institutions", "\(Self.population.institutions)"]).run()
    _ = try bench.registry.loadReference(directory: folder)
    let store = try SQLiteStore(path: bench.path)

    _ = try await bench.registry.receive([try Self.feed(bench, messages: 20, number: 1)])
    #expect(try store.read { try $0.messageDictionaries() }.ids.isEmpty)

    // Another that nobody knows: its bytes wait in quarantine, compressed beside the same dictionary.
    let second = try Self.feed(bench, messages: 300, number: 2)
    let text = try String(contentsOfFile: second, encoding: .utf8)
    let unknown = try bench.file(
      "unknown.xml", text.replacing("<MSH.4><HD.1>", with: "<MSH.4><HD.1>Z").replacing("<XON.10>", with: "<XON.10>Z"))
    #expect(try await bench.registry.receive([second, unknown]).summary.accepted == 300)
    let learnt = try store.read { try $0.messageDictionaries() }.whole
    #expect(learnt.count == 1)
    let quarantined = try bench.registry.quarantined()
    #expect(quarantined.count == 300)
    let message = try #require(quarantined.last)
    let bytes = try bench.registry.quarantined(message.id).bytes
    #expect(String(decoding: bytes, as: UTF8.self).contains("<HD.1>Z"))

    #expect(try await bench.registry.receive([try Self.feed(bench, messages: 300, number: 3)]).summary.accepted == 300)
    #expect(try store.read { try $0.messageDictionaries() }.whole.map(\.id) == learnt.map(\.id))
    #expect(try bench.registry.check().problems.isEmpty)

    // What it says is what is kept: the same bytes again are known.
    #expect(try await bench.registry.receive([second]).summary.duplicate == 300)
    var sizes: [Int] = []
    try store.read { transaction in try transaction.eachMessageBody { _, _, body in sizes.append(body.count) } }
    let (before, after) = (sizes.prefix(20).reduce(0, +) / 20, sizes.suffix(300).reduce(0, +) / 300)
    #expect(after * 2 < before)
  }

  @Test("when a dictionary is damaged, the messages that need it are named and others are taken in")
  func damage() async throws {
    let bench = try Bench(reference: nil)
    let folder = bench.directory.appending(path: "reference").path
    try ReferenceCommand.parse([folder, "--institutions", "\(Self.population.institutions)"]).run()
    _ = try bench.registry.loadReference(directory: folder)
    let store = try SQLiteStore(path: bench.path)
    let first = try Self.feed(bench, messages: 300, number: 1)
    #expect(try await bench.registry.receive([first]).summary.accepted == 300)
    try store.write { try $0.sqlite.run("UPDATE message_dictionary SET body = zeroblob(16384)", []) }
    // The same messages first, of which the same would be learnt.
    let second = try Self.feed(bench, messages: 300, number: 2)
    let summary = try await bench.registry.receive([first, second]).summary
    #expect(summary.duplicate == 300)
    #expect(summary.accepted == 300)
    let problems = try bench.registry.check().problems
    #expect(problems.count == 300)
    #expect(problems.allSatisfy { $0.contains("dictionary") && $0.contains("missing or damaged") })
  }
}
