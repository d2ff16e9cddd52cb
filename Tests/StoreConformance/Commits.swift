import Clinical
import RegistryStore

extension StoreConformance {
  /// Commits, their numbers, times and parts.
  static let commits: [StoreConformance] = [
    StoreConformance("numbers and times of commits only rise, whatever the clock does") { subject in
      let clock = SetClock()
      let store = try subject.open { clock.now }
      var last = try store.read { $0.commit }
      try hold(last.number, is: 0, "a registry in which nothing was written has commit")
      for hours in [0, 5, -48, 0, 1000, 1000, -1000] {
        clock.now = Moment.hours(hours)
        let commit = try store.write { transaction in
          try transaction.mark("text \(transaction.commit.number)")
          return transaction.commit
        }
        try hold(commit.number, is: last.number + 1, "a commit's number")
        try hold(commit.at > last.at || last.number == 0, "a commit at \(commit.at) after one at \(last.at)")
        try hold(try store.read { $0.commit }, is: commit, "what a reader sees after it")
        let found = try store.read { try $0.commit(withDigest: $0.lastCommitDigest()) }
        try hold(found, is: commit.number, "the commit of the last digest")
        last = commit
      }
    },
    StoreConformance("what writes nothing, or ends with an error, is no commit and leaves nothing") { subject in
      let store = try subject.open()
      try store.write { _ in }
      do {
        try store.write { transaction in
          try transaction.mark("gone")
          throw Unwanted()
        }
        throw Broken(description: "an error was swallowed")
      } catch is Unwanted {}
      try store.read { snapshot in
        try hold(snapshot.commit.number, is: 0, "commits")
        try hold(try snapshot.hasPerson("gone"), is: false, "what was taken back")
      }
    },
    StoreConformance("a unit is all or nothing by itself, and nothing else goes with it") { subject in
      let store = try subject.open()
      try store.write { transaction in
        try transaction.mark("before")
        do {
          try transaction.unit {
            try transaction.mark("within")
            throw Unwanted()
          }
        } catch is Unwanted {}
        try transaction.unit { try transaction.mark("after") }
      }
      try store.read { snapshot in
        try hold(
          try ["before", "within", "after"].map { try snapshot.hasPerson($0) }, is: [true, false, true], "what is kept")
        try hold(snapshot.commit.number, is: 1, "commits")
      }
    },
    StoreConformance("a snapshot shows no later commit, and waits for no writer") { subject in
      let (reader, writer) = (try subject.open(), try subject.open())
      try writer.write { try $0.mark("first") }
      try reader.read { snapshot in
        try hold(snapshot.commit.number, is: 1, "the commit it shows")
        try writer.write { try $0.mark("second") }
        try hold(try snapshot.hasPerson("second"), is: false, "what was written since")
        try hold(snapshot.commit.number, is: 1, "the commit it shows still")
      }
      try writer.write { transaction in
        try transaction.mark("third")
        try reader.read { try hold(try $0.hasPerson("third"), is: false, "what is not committed") }
      }
      try reader.read { try hold(try $0.hasPerson("third"), is: true, "what was committed") }
    },
    StoreConformance("an error in the midst of reading leaves no reader behind what is written since") { subject in
      let store = try subject.open()
      try store.write { transaction in
        for number in 1...3 { _ = try transaction.insertPerson("P\(number)", recordedAt: transaction.recordedAt) }
      }
      for round in 1...8 {
        do { try store.read { try $0.eachPerson { _ in throw Unwanted() } } } catch is Unwanted {}
        try store.write { try $0.mark("text \(round)") }
        try store.read { try hold($0.commit.number, is: Int64(round) + 1, "the commit that a reader sees") }
      }
    },
    StoreConformance("many writers, of several handles: each commit sees all before it, none is lost") { subject in
      let stores = try (0..<3).map { _ in try subject.open() }
      let seen = LockedValue<[Int64]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (place, store) in stores.enumerated() {
          group.addTask {
            for round in 0..<20 {
              let number = try store.write { transaction in
                let head = try transaction.chainHead()
                let number = Int64(head.events) + 1
                let event = Event(
                  id: "event \(number)", kind: "test", decisionID: nil, at: Moment.start, body: "\(place) \(round)")
                try transaction.insertEvent(
                  event, recordedAt: transaction.recordedAt, previous: head.digest, digest: [UInt8(number)])
                try hold(transaction.commit.number, is: number, "one event a commit, the number of the commit")
                return number
              }
              seen.change { $0.append(number) }
            }
          }
        }
        try await group.waitForAll()
      }
      try hold(seen.value.sorted(), is: Array(1...60), "the commits that were made")
      try stores[0].read { snapshot in
        try hold(try snapshot.chainHead().events, is: 60, "events")
        try hold(try snapshot.verifyCommits().problem, is: nil, "what is wrong with the commits")
      }
    },
    StoreConformance("what was written is there for whoever opens the registry next") { subject in
      do {
        let store = try subject.open()
        try await store.writeInBackground { try $0.mark("kept") }
        try store.checkpoint()
      }
      let store = try subject.open()
      try store.read { snapshot in
        try hold(try snapshot.hasPerson("kept"), is: true, "what was written")
        try hold(snapshot.commit.number, is: 1, "commits")
        try hold(try snapshot.verifyCommits().last, is: snapshot.commit, "the last commit")
      }
    },
    StoreConformance("following commits in steps leads to the last, and passes over none") { subject in
      let store = try subject.open()
      for number in 1...9 {
        try store.write { transaction in
          for part in 0..<(number % 3) {
            let event = Event(
              id: "\(number) \(part)", kind: "test", decisionID: nil, at: Moment.start, body: "")
            try transaction.insertEvent(
              event, recordedAt: transaction.recordedAt, previous: [], digest: [UInt8(number * 8 + part)])
          }
          try transaction.mark("text \(number)")
        }
      }
      for events in [1, 2, 4, 100] {
        try store.read { snapshot in
          var (at, steps) = (Int64(0), 0)
          while at < snapshot.commit.number, steps < 20 {
            let next = try snapshot.commit(following: at, versions: 100, events: events)
            try hold(next > at, "a step of at most \(events) events stays at commit \(at)")
            (at, steps) = (next, steps + 1)
          }
          try hold(at, is: snapshot.commit.number, "where steps of \(events) events lead")
          try hold(try snapshot.commit(following: at, versions: 100, events: events), is: at, "a step from the last")
          if events == 100 { try hold(steps, is: 1, "steps of 100 events") }
        }
      }
    },
  ]
}
