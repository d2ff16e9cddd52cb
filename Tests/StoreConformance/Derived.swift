import Clinical
import RegistryStore

extension StoreConformance {
  /// What is derived from what is recorded.
  static let derived: [StoreConformance] = [
    StoreConformance("what is derived is no commit, and is gone when it is discarded") { subject in
      let store = try subject.open()
      try store.write { try $0.mark("text") }
      try store.writeDerived { transaction in
        try hold(transaction.commit.number, is: 1, "the commit it is derived of")
        var state = BookState()
        state.followed = 1
        try transaction.setBookState(state)
        try transaction.setAuditPage(1, day: 20_000, [1, 2, 3])
        try transaction.setAuditPage(1, day: 20_001, [4])
        var pages = AuditPageState()
        pages.followed = 1
        try transaction.setAuditPageState(.report, pages)
      }
      try store.read { snapshot in
        try hold(snapshot.commit.number, is: 1, "commits")
        try hold(try snapshot.bookState()?.followed, is: 1, "how far the books are")
        try hold(try snapshot.auditPage(1, day: 20_000), is: [1, 2, 3], "a page")
        var pages: [[UInt8]] = []
        try snapshot.eachAuditPage(1, days: 20_001...20_005) { pages.append(Array($0)) }
        try hold(pages, is: [[4]], "pages of some days")
      }
      try store.writeDerived { transaction in
        try transaction.discardBooks()
        try transaction.discardAuditPages(.report, pages: [1])
      }
      try store.read { snapshot in
        try hold(try snapshot.bookState()?.followed, is: nil, "how far the books are, discarded")
        try hold(try snapshot.auditPage(1, day: 20_000), is: nil, "a page that was discarded")
        try hold(try snapshot.verifyCommits().problem, is: nil, "what is wrong with the commits")
      }
    },
    StoreConformance("who need not wait for another process that writes is told so at once") { subject in
      let (one, other) = (try subject.open(), try subject.open())
      try one.write { transaction in
        try transaction.mark("text")
        do {
          try other.writeDerived(waits: false) { try $0.setBookState(BookState()) }
          throw Broken(description: "two wrote at once")
        } catch StoreError.busy {}
      }
      try other.writeDerived(waits: false) { try $0.setBookState(BookState()) }
    },
    StoreConformance("a word of the pages has one number, which leads back to it") { subject in
      let store = try subject.open()
      let words = ["H1", "h1", "", "检验科", "a\u{0}b", "a"]
      let numbers = try store.writeDerived { transaction in try words.map { try transaction.bookWord($0) } }
      try hold(Set(numbers).count, is: words.count, "numbers")
      try hold(numbers.allSatisfy { $0 > 0 }, "no number is 0, which stands for no word")
      let again = try store.writeDerived { transaction in try words.map { try transaction.bookWord($0) } }
      try hold(again, is: numbers, "the numbers of the same words")
      try store.read { snapshot in
        try hold(try numbers.map { try snapshot.bookWord($0) }, is: words, "what they stand for")
      }
    },
  ]
}
