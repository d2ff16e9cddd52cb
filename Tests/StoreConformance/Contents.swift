import Clinical
import RegistryStore

extension StoreConformance {
  /// What goes in comes out, once.
  static let contents: [StoreConformance] = [
    StoreConformance("a message comes back to the byte, and is known by its sender and id") { subject in
      let store = try subject.open()
      let body = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 7) }
      let id = try store.write { transaction in
        try transaction.insert(message("M1", feed: transaction.feed("feed.xml"), body, transaction))
      }
      try store.read { snapshot in
        let kept = try snapshot.messageBody(id)
        try hold(kept == body, "the body of a message is not what was sent")
        let known = try snapshot.messages(sender: "S", messageID: "M1")
        try hold(known.map(\.id), is: [id], "messages of the id")
        try hold(try snapshot.messages(sender: "S", messageID: "M2").count, is: 0, "messages of another id")
        let origin = try snapshot.messageOrigin(id)
        try hold(origin?.label, is: "feed.xml", "the feed")
        try hold(origin?.line, is: 7, "the line")
      }
    },
    StoreConformance("a patient's record has one id; a number and a code are kept once") { subject in
      let store = try subject.open()
      try store.write { transaction in
        let now = transaction.recordedAt
        let key = RecordKey(institution: "H", kind: "local", value: "1\u{0}2")
        let record = try transaction.insertRecord(key, recordedAt: now)
        try hold(try transaction.record(key), is: record, "the record of a key")
        try hold(try transaction.recordKey(record), is: key, "the key of a record")
        let other = RecordKey(institution: "H", kind: "local", value: "1")
        try hold(try transaction.record(other), is: nil, "the record of a key that is the beginning of another")
        let number = Identifier(.residentID, "11010519491231002X")
        for _ in 0..<2 {
          try transaction.insertIdentifier(number, institution: nil, record: record, recordedAt: now)
        }
        try hold(try transaction.records(number, institution: nil), is: [record], "who carries a number")
        try hold(try transaction.identifierCount(), is: 1, "numbers")
        try hold(try transaction.insertPerson("A", recordedAt: now), is: true, "a new code")
        try hold(try transaction.insertPerson("A", recordedAt: now), is: false, "a code that is in use")
      }
    },
    StoreConformance("a person's file is what is told of the person record by record, at any commit") { subject in
      let store = try subject.open()
      var records: [Int64] = []
      for number in 0..<3 {
        records.append(
          try store.write { transaction in
            let record = try transaction.insertRecord(
              RecordKey(institution: "H", kind: "local", value: "\(number)"), recordedAt: transaction.recordedAt)
            try version("R\(number)", of: record, content: UInt8(number), transaction)
            return record
          })
      }
      // The first two become one person's, the third may be; then the second is somebody else's.
      let steps: [(any StoreTransaction) throws -> Void] = [
        { try link(records[0], "A", $0) },
        { try link(records[1], "A", $0) },
        { try link(records[2], "B", $0) },
        { try say("王小明", of: records[0], $0) },
        { transaction in
          try transaction.insertReview(
            RecordPair(records[0], records[2]), guards: [], bits: 1, isRefusedLink: false,
            recordedAt: transaction.recordedAt)
        },
        { try say("王晓明", of: records[1], $0) },
        { try version("R9", of: records[2], content: 9, $0) },
        { try link(records[1], "B", $0) },
      ]
      var sizes: Set<[Int]> = []
      for step in steps {
        let at = try store.write { transaction in
          try step(transaction)
          return transaction.recordedAt
        }
        try store.read { snapshot in
          for moment in [nil, at, Moment.start] {
            for code in ["A", "B", "C"] {
              let file = try snapshot.personFile(code, knownAt: moment)
              let own = try snapshot.links(person: code, knownAt: moment)
              let links = own + (try snapshot.possibleLinks(of: own, knownAt: moment))
              try hold(file.links, is: links, "the records of a file")
              try hold(
                file.records.map(\.identities),
                is: try links.map { try snapshot.identities(record: $0.record, knownAt: moment) }, "what is said")
              let versions = try links.flatMap { try snapshot.reportVersions(record: $0.record, knownAt: moment) }
              try hold(file.versions.map(\.number), is: versions.map(\.number), "reports")
              try hold(file.versions.map(\.record), is: versions.map(\.record), "whose reports")
              sizes.insert([file.records.count, file.versions.count])
            }
          }
        }
      }
      try hold(sizes.isSuperset(of: [[0, 0], [1, 1], [2, 2], [3, 4]]), is: true, "files of all sizes")
    },
    StoreConformance("versions of a report are kept under their number, and found by those it is tied to") { subject in
      let store = try subject.open()
      let (record, times) = try store.write { transaction in
        let record = try transaction.insertRecord(
          RecordKey(institution: "H", kind: "local", value: "1"), recordedAt: transaction.recordedAt)
        try version("R1", of: record, content: 1, transaction)
        return (record, transaction.recordedAt)
      }
      try store.write { transaction in
        try version("R2", of: record, content: 2, transaction)
        for (identity, number) in [("R1", "R2"), ("R2", "R1"), ("=document", "R1")] {
          try transaction.insertReportIdentity(
            institution: "H", identity, number: number, recordedAt: transaction.recordedAt)
        }
      }
      try store.read { snapshot in
        try hold(
          try snapshot.reportVersions(institution: "H", number: "R1").map(\.content).sorted { $0[0] < $1[0] },
          is: [[1], [2]], "versions by one number")
        try hold(
          try snapshot.reportVersions(institution: "H", number: "R2", knownAt: times).map(\.content), is: [[1]],
          "versions as known before the second")
        try hold(try snapshot.tiedNumbers(institution: "H", number: "R2"), is: ["R1", "R2"], "tied numbers")
        try hold(
          try snapshot.reportNumbers(institution: "H", of: ["=document"]), is: ["R1", "R2"], "numbers of a document")
        var reports: [Int] = []
        try snapshot.eachReport { reports.append($0.count) }
        try hold(reports, is: [2], "reports, each with all its versions")
      }
    },
    StoreConformance("what was quarantined lies there once, until it is taken in") { subject in
      let store = try subject.open()
      for _ in 0..<2 {
        try store.write { transaction in
          let message = QuarantinedMessage(
            digest: [1, 2, 3], code: "unreadable", reason: "it ends too early", label: "feed.xml", line: 3, column: 1,
            path: "", frame: "xml", prologue: [], recordedAt: transaction.recordedAt)
          try transaction.quarantine(
            message, feed: transaction.feed("feed.xml"), body: Compressor().compress([60, 97, 62]))
        }
      }
      let kept = try store.read { try $0.quarantined() }
      try hold(kept.map(\.code), is: ["unreadable"], "what lies in quarantine")
      try store.write { try $0.release(quarantine: kept[0].id, recordedAt: $0.recordedAt) }
      try store.read { snapshot in
        try hold(try snapshot.quarantineBody(kept[0].id), is: [60, 97, 62], "its bytes")
        try hold(try snapshot.quarantined(id: kept[0].id)?.isReleased, is: true, "whether it was taken in")
        try hold(try snapshot.unreadFiles().count, is: 0, "files among what lies there")
      }
      try store.write { transaction in
        let file = QuarantinedMessage(
          digest: [4], code: "unreadable", reason: "empty", label: "night.zip", line: 0, column: 0, path: "",
          frame: QuarantinedMessage.fileFrame, prologue: [], recordedAt: transaction.recordedAt)
        try transaction.quarantine(file, feed: transaction.feed("night.zip"), body: Compressor().compress([]))
      }
      try hold(try store.read { try $0.unreadFiles().map(\.label) }, is: ["night.zip"], "files that could not be read")
    },
    StoreConformance("events are told in the order of the chain, by their decision, kind and beginning of their id") {
      subject in
      let store = try subject.open()
      try store.write { transaction in
        for (number, id) in ["b", "a", "c"].enumerated() {
          let event = Event(
            id: "decision:\(id)", kind: number == 2 ? "accepted" : "decision", decisionID: number == 1 ? "D2" : "D1",
            at: Moment.hours(number), body: #"{"n":\#(number)}"#)
          try transaction.insertEvent(
            event, recordedAt: transaction.recordedAt, previous: [UInt8(number)], digest: [UInt8(number + 1)])
        }
        try transaction.insertEventText("decision:a", text: "用药前")
      }
      try store.read { snapshot in
        try hold(
          try snapshot.events(decision: "D1").map(\.event.id), is: ["decision:b", "decision:c"], "of a decision")
        try hold(try snapshot.events(kind: "decision").map(\.id), is: ["decision:b", "decision:a"], "of a kind")
        try hold(
          try snapshot.eventBodies(idPrefix: "decision:"), is: [#"{"n":0}"#, #"{"n":1}"#, #"{"n":2}"#], "of a beginning"
        )
        try hold(
          try snapshot.decisionBodies(idPrefix: "D"), is: [#"{"n":0}"#, #"{"n":1}"#], "decisions of a beginning")
        try hold(try snapshot.decisionBodies(idPrefix: "D2"), is: [#"{"n":1}"#], "decisions of a longer beginning")
        try hold(try snapshot.decisionBodies(idPrefix: "E"), is: [], "decisions of no beginning")
        try hold(try snapshot.eventText("decision:a"), is: "用药前", "the words beside it")
        try hold(try snapshot.lastEventDigest(), is: [3], "the last digest")
        var places: [Int64] = []
        try snapshot.eachEventBody { places.append($0.place) }
        try hold(places, is: [1, 2, 3], "places in the chain")
      }
    },
  ]

  private static func message(
    _ id: String, feed: Int64, _ body: [UInt8], _ transaction: any StoreTransaction
  ) -> StoredMessage {
    StoredMessage(
      digest: Array((id + String(repeating: "-", count: 32)).utf8.prefix(32)), institution: "H", sender: "S",
      messageID: id, messageTime: Moment.start, content: [1],
      dialect: .hl7v2XML, feed: feed, line: 7, recordedAt: transaction.recordedAt, findings: nil,
      body: Compressor().compress(body))
  }

  private static func link(_ record: Int64, _ person: String, _ transaction: any StoreTransaction) throws {
    _ = try transaction.insertPerson(person, recordedAt: transaction.recordedAt)
    try transaction.insertLink(
      PersonLink(record: record, person: person, grade: .certain, rule: "test"), actor: "test",
      recordedAt: transaction.recordedAt)
  }

  private static func say(_ name: String, of record: Int64, _ transaction: any StoreTransaction) throws {
    var patient = Patient()
    patient.name = name
    let id = try transaction.insert(
      message("S\(record) \(name)", feed: transaction.feed("feed.xml"), Array(name.utf8), transaction))
    try transaction.insertIdentity(
      record: record, message: id, toldAt: Moment.start, recordedAt: transaction.recordedAt,
      digest: Array(name.utf8), body: PatientPacking.pack(patient))
  }

  private static func version(
    _ number: String, of record: Int64, content: UInt8, _ transaction: any StoreTransaction
  ) throws {
    let id = try transaction.insert(
      message("M\(number)", feed: transaction.feed("feed.xml"), Array(number.utf8), transaction))
    let report = Report(
      source: OrganizationReference(identifier: "H"), reportNumber: number, patient: Patient(),
      versionTime: Moment.start,
      messageTime: Moment.start, updateMode: .update)
    try transaction.insertReportVersion(
      record: record, institution: "H", number: number, message: id, messageTime: Moment.start, content: [content],
      packed: ReportPacking.pack(report), recordedAt: transaction.recordedAt)
  }
}
