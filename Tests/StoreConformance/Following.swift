import Clinical
import RegistryStore

extension StoreConformance {
  /// What is kept in memory of what was written: brought up by commits, and told how transactions end.
  static let following: [StoreConformance] = [
    StoreConformance("what was kept of the index of people since a commit is found by its number, by whomever") {
      subject in
      let stores = [try subject.open(), try subject.open()]
      var records: [Int64] = []
      try stores[0].write { transaction in
        for number in 0..<4 {
          records.append(
            try transaction.insertRecord(
              RecordKey(institution: "H1", kind: "local", value: "\(number)"), recordedAt: transaction.recordedAt))
        }
      }
      /// By commit, what it kept.
      var kept: [Int64: (signatures: [Signature], common: [Int64])] = [:]
      for round in 1...12 {
        var (signatures, common): ([Signature], [Int64]) = ([], [])
        let commit = try stores[round % 2].write { transaction in
          try transaction.mark("round \(round)")
          // Every third keeps nothing; of those that do some keep one record twice.
          for part in 0..<(round % 3) {
            let signature = Signature(record: records[(round + part) % 4], body: [UInt8(round), UInt8(part)])
            try transaction.insertSignature(record: signature.record, body: signature.body)
            try transaction.insertCommonValue(Int64(round * 8 + part), recordedAt: transaction.recordedAt)
            signatures.append(signature)
            common.append(Int64(round * 8 + part))
          }
          try? transaction.unit {
            try transaction.insertSignature(record: records[0], body: [99])
            try transaction.insertCommonValue(-1, recordedAt: transaction.recordedAt)
            throw Unwanted()
          }
          let before = transaction.commit.number - 1
          try hold(try transaction.signatures(after: before), is: signatures, "what a writer reads of its own")
          return transaction.commit.number
        }
        kept[commit] = (signatures, common)
        try? stores[0].write { transaction in
          try transaction.insertSignature(record: records[1], body: [98])
          throw Unwanted()
        }
        for store in stores {
          try store.read { snapshot in
            for number in 0...commit {
              let since = kept.filter { $0.key > number }.sorted { $0.key < $1.key }.map(\.value)
              try hold(
                try snapshot.signatures(after: number), is: since.flatMap(\.signatures), "forms since commit \(number)")
              var values: [Int64] = []
              try snapshot.eachCommonValue(after: number) { values.append($0) }
              try hold(values, is: since.flatMap(\.common), "common values since commit \(number)")
            }
            try hold(
              try snapshot.signatureCount(), is: kept.values.reduce(0) { $0 + $1.signatures.count }, "forms kept")
          }
        }
      }
    },
    StoreConformance("who follows a transaction is told how its units and it end, before the next begins") { subject in
      let store = try subject.open()
      let follower = Follower()
      try store.write { transaction in
        try transaction.unit {
          // Of what has begun already it is told.
          transaction.follow(follower)
          transaction.follow(follower)
          try transaction.mark("one")
        }
        try? transaction.unit {
          try transaction.unit { try transaction.mark("inner") }
          throw Unwanted()
        }
      }
      try hold(follower.told, is: ["began", "kept", "began", "began", "kept", "back", "commit 1"], "what is told")
      follower.told = []
      try store.write { try $0.mark("without it") }
      try hold(follower.told, is: [], "what is told of a transaction that is not followed")
      try store.write { $0.follow(follower) }
      try hold(follower.told, is: ["no commit"], "what is told where nothing was written")
      follower.told = []
      try? store.write { transaction in
        transaction.follow(follower)
        try transaction.unit {
          try transaction.mark("gone")
          throw Unwanted()
        }
      }
      try hold(follower.told, is: ["began", "back", "no commit"], "what is told of what is taken back")
      follower.told = []
      // The commit is seen by others when it is told.
      follower.look = { [unowned follower] in
        follower.told.append("seen \((try? store.read { try $0.hasPerson("seen") }) ?? false)")
      }
      try await store.writeInBackground { transaction in
        transaction.follow(follower)
        try transaction.mark("seen")
      }
      let commit = try store.read { $0.commit.number }
      try hold(follower.told, is: ["seen true", "commit \(commit)"], "what is told of one in the background")
    },
  ]
}

private struct Signature: Equatable {
  var record: Int64
  var body: [UInt8]
}

extension StoreSnapshot {
  fileprivate func signatures(after commit: Int64) throws -> [Signature] {
    var result: [Signature] = []
    try eachSignature(after: commit) { result.append(Signature(record: $0, body: Array($1))) }
    return result
  }
}

/// Unchecked: a law has one writer.
private final class Follower: TransactionFollower, @unchecked Sendable {
  var told: [String] = []
  var look: () -> Void = {}

  func unitBegan() { told.append("began") }
  func unitEnded(isKept: Bool) { told.append(isKept ? "kept" : "back") }

  func ended(with commit: Commit?) {
    look()
    told.append(commit.map { "commit \($0.number)" } ?? "no commit")
  }
}
