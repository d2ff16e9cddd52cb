import Clinical
import RegistryStore

extension StoreConformance {
  /// Asked as of an earlier commit, the store tells what was known then.
  static let past: [StoreConformance] = [
    StoreConformance("whose a record is, and whom a code stands for, as known at each commit") { subject in
      let store = try subject.open()
      let record = try store.write { transaction in
        for code in ["A", "B"] { _ = try transaction.insertPerson(code, recordedAt: transaction.recordedAt) }
        return try transaction.insertRecord(
          RecordKey(institution: "H", kind: "local", value: "1"), recordedAt: transaction.recordedAt)
      }
      var times: [Instant] = []
      for person in ["A", "B", "A"] {
        times.append(
          try store.write { transaction in
            let link = PersonLink(record: record, person: person, grade: .certain, rule: "test")
            try transaction.insertLink(link, actor: "test", recordedAt: transaction.recordedAt)
            return transaction.recordedAt
          })
      }
      times.append(
        try store.write { transaction in
          try transaction.insertRedirect(from: "B", to: "A", recordedAt: transaction.recordedAt)
          return transaction.recordedAt
        })
      try store.read { snapshot in
        let told = try times.map { try snapshot.link(record: record, knownAt: $0)?.person }
        try hold(told, is: ["A", "B", "A", "A"], "whose it was")
        try hold(try snapshot.link(record: record)?.person, is: "A", "whose it is")
        try hold(try snapshot.links(person: "B", knownAt: times[1]).count, is: 1, "records of the one who had it")
        try hold(try snapshot.links(person: "B").count, is: 0, "records of the one who had it, now")
        try hold(
          try times.map { try snapshot.currentPerson("B", knownAt: $0) }, is: ["B", "B", "B", "A"],
          "whom the code stood for")
        try hold(try snapshot.linkHistory(record: record).map(\.since), is: Array(times[...2]), "since when")
        try hold(try snapshot.redirects(to: "A"), is: ["B"], "codes that stand for a person")
      }
    },
    StoreConformance("a dispute, a task and a verdict hold from their commit on until the one that ends them") {
      subject in
      let store = try subject.open()
      let report = ReportNumbers(institution: "H", numbers: ["R1"])
      let records = try store.write { transaction in
        try ["1", "2"].map { value in
          try transaction.insertRecord(
            RecordKey(institution: "H", kind: "local", value: value), recordedAt: transaction.recordedAt)
        }
      }
      let pair = RecordPair(records[0], records[1])
      let begun = try store.write { transaction in
        let now = transaction.recordedAt
        try transaction.insertDispute(institution: "H", number: "R1", event: "E1", recordedAt: now)
        try transaction.insertReview(pair, guards: ["twins"], bits: 3.5, isRefusedLink: false, recordedAt: now)
        try transaction.insertVerdict(pair, isSame: true, event: "E2", recordedAt: now)
        return now
      }
      let ended = try store.write { transaction in
        let now = transaction.recordedAt
        try transaction.endDisputes(report, areTheirs: true, recordedAt: now)
        let task = try transaction.openReviews()
        try hold(task.map(\.records), is: [pair], "open tasks")
        try transaction.endReview(task[0].id, outcome: .linked, recordedAt: now)
        try hold(try transaction.endVerdicts(event: "E2", recordedAt: now).sorted(), is: records, "whom it was about")
        return now
      }
      try store.read { snapshot in
        try hold(try snapshot.isDisputed(report, knownAt: begun), is: true, "in dispute then")
        try hold(try snapshot.isDisputed(report, knownAt: ended), is: false, "in dispute after its end")
        try hold(try snapshot.isDisputed(report), is: false, "in dispute now")
        try hold(try snapshot.reviews(record: records[0], knownAt: begun).count, is: 1, "tasks then")
        try hold(try snapshot.reviews(record: records[0]).count, is: 0, "tasks now")
        try hold(try snapshot.openReviews().count, is: 0, "open tasks now")
        try hold(try snapshot.verdicts(record: records[0]).count, is: 0, "verdicts now")
      }
    },
    StoreConformance("reference data and the chain, as known at each commit") { subject in
      let store = try subject.open()
      var times: [Instant] = []
      for number in 1...3 {
        times.append(
          try store.write { transaction in
            let generation = try transaction.insertReference(
              digest: "digest \(number)", files: [("policy.yaml", Array("number: \(number)\n".utf8))],
              recordedAt: transaction.recordedAt)
            let head = try transaction.chainHead()
            let event = Event(id: "\(generation)", kind: "reference", decisionID: nil, at: Moment.start, body: "{}")
            try transaction.insertEvent(
              event, recordedAt: transaction.recordedAt, previous: head.digest, digest: [UInt8(number)])
            return transaction.recordedAt
          })
      }
      try store.read { snapshot in
        for (place, time) in times.enumerated() {
          let generation = try snapshot.referenceGeneration(knownAt: time)
          let files = try generation.map { try snapshot.referenceFiles($0) } ?? []
          try hold(
            files.map { String(decoding: $0.bytes, as: UTF8.self) }, is: ["number: \(place + 1)\n"], "what was in force"
          )
          let head = try snapshot.chainHead(knownAt: time)
          try hold(head.events, is: place + 1, "events then")
          try hold(head.digest, is: [UInt8(place + 1)], "the chain's head then")
        }
        let early = Instant(milliseconds: times[0].milliseconds - 1)
        try hold(try snapshot.referenceGeneration(knownAt: early), is: nil, "what was in force before the first")
      }
    },
    StoreConformance("what was said of a record, unsaid and said again, as known at each commit") { subject in
      let store = try subject.open()
      let number = Identifier(.residentID, "11010519491231002X")
      let record = try store.write { transaction in
        try transaction.insertRecord(
          RecordKey(institution: "H", kind: "local", value: "1"), recordedAt: transaction.recordedAt)
      }
      func known(_ change: (any StoreTransaction) throws -> Void) throws -> Instant {
        try store.write { transaction in
          try change(transaction)
          return transaction.recordedAt
        }
      }
      let times = [
        try known { try $0.insertIdentifier(number, institution: nil, record: record, recordedAt: $0.recordedAt) },
        try known { try $0.endIdentifier(number, institution: nil, record: record, recordedAt: $0.recordedAt) },
        try known { try $0.insertIdentifier(number, institution: nil, record: record, recordedAt: $0.recordedAt) },
      ]
      try store.read { snapshot in
        let found = try times.map { try snapshot.records(number, institution: nil, knownAt: $0) }
        try hold(found, is: [[record], [], [record]], "who carried the number")
        try hold(try snapshot.records(number, institution: nil), is: [record], "who carries it")
      }
    },
  ]
}
