import Clinical
import Foundation
import RegistryStore
import SQLiteStore
import Synchronization
import Testing

@Suite("whose turn it is to write")
final class WriterTurnTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "huren-turn-\(UUID().uuidString)")
  private var path: String { folder.appending(path: "registry.sqlite").path }

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private final class Order: Sendable {
    private let names = Mutex<[String]>([])

    var all: [String] { names.withLock { $0 } }
    func add(_ name: String) { names.withLock { $0.append(name) } }
  }

  private final class Begun: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
  }

  @Test("a long transaction knows that something urgent waits, and the next long one lets it pass")
  func turn() async throws {
    let long = try SQLiteStore(path: path)
    // Another process's, as far as files and locks are concerned.
    let urgent = try SQLiteStore(path: path)
    let order = Order()
    #expect(try long.write { $0.isAwaited } == false)
    let waiting = try long.write { transaction in
      let waiting = Task {
        try await urgent.writeInBackground(isUrgent: true) { _ in order.add("urgent") }
      }
      // Until it stands in line.
      for _ in 0..<300_000 where !transaction.isAwaited { usleep(1000) }
      #expect(transaction.isAwaited)
      order.add("long")
      return waiting
    }
    try long.write { _ in order.add("long again") }
    try await waiting.value
    #expect(order.all == ["long", "urgent", "long again"])
    #expect(try long.write { $0.isAwaited } == false)
  }

  @Test("what can be derived again is taken back for who waits, of this process as of another, reading or writing")
  func givesWay() async throws {
    let (store, other) = (try SQLiteStore(path: path), try SQLiteStore(path: path))
    for (urgent, reads) in [(store, false), (store, true), (other, false), (other, true)] {
      let (begun, asked) = (Begun(), Begun())
      let (told, answer) = AsyncStream.makeStream(of: StoreError?.self)
      // Of its own: what it waits for may need each of those that tasks share.
      Thread.detachNewThread {
        do {
          try store.writeDerived(waits: false) { transaction in
            _ = try transaction.bookWord("half")
            begun.set()
            // On a busy machine it may be minutes before the other comes to ask: only from then on does time count.
            var end: ContinuousClock.Instant?
            while end.map({ ContinuousClock.now < $0 }) ?? true {
              if end == nil, asked.isSet { end = .now + .seconds(300) }
              if reads { _ = try transaction.bookWord(1) } else { try transaction.setBookState(BookState()) }
            }
          }
          answer.yield(nil)
        } catch {
          answer.yield(error as? StoreError)
        }
        answer.finish()
      }
      while !begun.isSet { try await Task.sleep(for: .milliseconds(1)) }
      asked.set()
      try await urgent.writeInBackground(isUrgent: true) { _ in }
      for await error in told { #expect(error == .busy) }
      #expect(try store.read { try $0.bookState() == nil && $0.bookWord(1) == nil })
    }
  }
}
