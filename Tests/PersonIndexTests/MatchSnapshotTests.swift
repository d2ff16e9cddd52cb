import Clinical
import Testing

@testable import Benchmarks
@testable import PersonIndex

/// An index answers as one that is loaded anew, whatever was put into it, taken back and published on the way; who holds a snapshot sees
/// what was there.
@Suite("snapshots of the index of all records")
struct MatchSnapshotTests {
  private typealias Held = [(id: Int64, signature: MatchSignature)]

  private static let bounds = MatchBounds(
    Judge(model: .assumed, frequencies: TermFrequencies(), rules: LinkRules(population: 60_000)))

  private static func signatures(_ count: Int) -> [MatchSignature] {
    var generator = HostileCases(seed: 41)
    return HostileCases.Kind.allCases.flatMap { kind in
      (0..<count).flatMap { _ in generator.make(kind).records.map { MatchSignature($0) } }
    }
  }

  /// All that can be asked of a search.
  private struct Answers: Equatable {
    var candidates: [[Int64]]
    var equal: [Bool]
    var crowds: [[String]]
    var shared: [[String]]

    init(_ search: MatchSearch, _ asked: [MatchSignature]) {
      func words(_ values: [(value: CommonValue, records: [Int64])]) -> [String] {
        values.map { "\($0.value.code) \($0.records)" }
      }
      candidates = asked.map { search.candidates(of: $0) }
      equal = asked.map { search.equal(to: $0, except: -1) != nil }
      crowds = asked.map { words(search.crowds(of: $0)) }
      shared = asked.map { words(search.shared(by: $0, most: 2)) }
    }
  }

  private static func anew(_ held: Held) -> MatchSearch {
    let index = MatchIndex()
    index.load { take in for (id, signature) in held { take(id, signature) } }
    return MatchSearch(index.snapshot, bounds)
  }

  @Test("any order of changes, marks, commits and refusals", arguments: 0..<12)
  func anyOrder(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
    let all = Self.signatures(2)
    let index = MatchIndex()
    // One half of the rounds begin with what was there before the process did.
    var held: Held = seed % 2 == 0 ? [] : all.prefix(60).enumerated().map { (Int64($0), $1) }
    index.load { take in for (id, signature) in held { take(id, signature) } }
    let search = MatchSearch(index.snapshot, Self.bounds)
    var marks: [(mark: Int, held: Held)] = []
    var start = held
    var snapshots: [(MatchSnapshot, Held)] = []
    for round in 0..<60 {
      switch below(10) {
      case 0..<5:
        for _ in 0..<below(8) {
          // Half of them are said anew of a record that is known.
          let record = Int64(below(2) == 0 ? below(max(1, held.count)) : below(400))
          let signature = all[below(all.count)]
          search.insert(id: record, signature)
          held.append((record, signature))
        }
      case 5: marks.append((search.mark, held))
      case 6:
        guard let last = marks.popLast() else { continue }
        search.takeBack(to: last.mark)
        held = last.held
      case 7:
        search.takeBack(to: 0)
        (held, marks) = (start, [])
      default:
        #expect(search.publish(into: index))
        (start, marks) = (held, [])
        snapshots.append((index.snapshot, held))
      }
      if round % 6 == 5 {
        let asked = (0..<12).map { _ in all[below(all.count)] }
        #expect(Answers(search, asked) == Answers(Self.anew(held), asked), "round \(round)")
      }
    }
    let asked = all.enumerated().filter { $0.offset % 9 == Int(seed % 9) }.map(\.element)
    for (snapshot, held) in snapshots {
      #expect(Answers(MatchSearch(snapshot, Self.bounds), asked) == Answers(Self.anew(held), asked))
    }
    #expect(snapshots.count > 2)
  }

  /// A line of words alone: plain, of few surnames and dates, so that keys are shared.
  private static func line(_ random: inout SplitMix64) -> MatchSignature {
    var words = SIMD16<UInt32>()
    func below(_ bound: UInt64) -> UInt32 { UInt32(random.next() % bound) }
    words[0] = (1940 + below(80)) << 9 | (1 + below(12)) << 5 | (1 + below(28)) | (1 + below(2)) << 23 | 1 << 25
    for place in 1...4 { words[place] = 1 + below(5000) }
    for place in [5, 6, 9, 11] { words[place] = below(3) == 0 ? 0 : (1 + below(200_000)) << 2 }
    words[12] = below(4000) << 8 | MatchLine.version
    return MatchSignature(lines: [MatchLine(words: words)])
  }

  @Test("an index that grows by thousands is as one that is loaded at once; records that change leave nothing behind")
  func growing() {
    var random = SplitMix64(seed: 5)
    let index = MatchIndex()
    let search = MatchSearch(index.snapshot, Self.bounds)
    var held: [Int64: MatchSignature] = [:]
    var early: (MatchSnapshot, [Int64: MatchSignature])?
    for record in 0..<36_000 {
      // Every fourth says something else of a record that is there.
      let id = record % 4 == 3 ? Int64(random.next() % UInt64(record)) : Int64(record)
      let signature = Self.line(&random)
      search.insert(id: id, signature)
      held[id] = signature
      if record % 500 == 499 { #expect(search.publish(into: index)) }
      if record == 9_999 { early = (index.snapshot, held) }
    }
    func expectSame(_ search: MatchSearch, _ held: [Int64: MatchSignature]) {
      let fresh = Self.anew(held.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      var found = 0
      for (id, signature) in held.sorted(by: { $0.key < $1.key }) where id % 40 == 0 {
        let candidates = search.candidates(of: signature)
        #expect(candidates == fresh.candidates(of: signature))
        #expect(candidates.contains(id))
        #expect(search.equal(to: signature, except: -1) == id)
        found += candidates.count
      }
      #expect(found > held.count / 40)
    }
    expectSame(search, held)
    if let early { expectSame(MatchSearch(early.0, Self.bounds), early.1) }
    #expect(index.linesKept < 2 * held.count + (1 << 16))
    // All of them again: what has ended is put away, and does not grow for ever.
    for round in 0..<4 {
      for id in held.keys.sorted() {
        let signature = Self.line(&random)
        search.insert(id: id, signature)
        held[id] = signature
      }
      #expect(search.publish(into: index))
      #expect(index.linesKept < 2 * held.count + (1 << 16) + held.count, "round \(round)")
    }
    expectSame(search, held)
  }

  @Test("threads read while one writes, each what was there when it began")
  func threads() async {
    let all = Self.signatures(3)
    let index = MatchIndex()
    index.load { take in for (id, signature) in all.prefix(100).enumerated() { take(Int64(id), signature) } }
    let expected = all.prefix(40).map { MatchSearch(index.snapshot, Self.bounds).candidates(of: $0) }
    let snapshot = index.snapshot
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        let search = MatchSearch(snapshot, Self.bounds)
        for round in 0..<60 {
          for place in 0..<40 {
            search.insert(
              id: Int64(round % 3 == 0 ? place : 1000 + round * 40 + place), all[(round + place) % all.count])
          }
          if round % 4 == 1 { search.takeBack(to: 0) }
          if !search.publish(into: index) { return false }
        }
        return true
      }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<20 {
            let search = MatchSearch(snapshot, Self.bounds)
            if all.prefix(40).map({ search.candidates(of: $0) }) != expected { return false }
          }
          return true
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
