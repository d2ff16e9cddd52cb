import Clinical
import RegistryStore

/// All records whose grouping may depend on one another: people with all their records, those who may be one with any of them, those that
/// are tied to any for another reason, and those of whom a human said something.
struct Neighbourhood {
  /// In order of their ids.
  private(set) var records: [Int64] = []
  private(set) var links: [Int64: PersonLink] = [:]
  /// The open tasks of all of them.
  private(set) var tasks: [ReviewTask] = []
  private(set) var verdicts: [Verdict] = []
  private(set) var ties: Set<RecordPair> = []

  /// Records of which a human said whose they are.
  var pinned: Set<Int64> {
    Set(verdicts.filter { $0.isSame && !$0.isStated }.flatMap { [$0.records.a, $0.records.b] })
  }

  /// Pairs of which their institution states that they are one patient's.
  var stated: [RecordPair] { verdicts.filter { $0.isSame && $0.isStated }.map(\.records) }

  init(of start: [Int64], _ transaction: any StoreSnapshot) throws {
    // Most registries have none of them, most of the time: three questions then, in place of five for every record.
    let (hasTasks, hasVerdicts) = (try transaction.hasReviews(), try transaction.hasVerdicts())
    let hasTies = try transaction.hasTies()
    var seen = Set(start)
    var queue = Array(seen)
    var persons: Set<String> = []
    var seenTasks: Set<Int64> = []
    var seenVerdicts: Set<RecordPair> = []
    while let record = queue.popLast() {
      records.append(record)
      var next: [Int64] = []
      if links[record] == nil, let link = try transaction.link(record: record), persons.insert(link.person).inserted {
        for link in try transaction.links(person: link.person) {
          links[link.record] = link
          next.append(link.record)
        }
      }
      for task in hasTasks ? try transaction.reviews(record: record) : [] where seenTasks.insert(task.id).inserted {
        tasks.append(task)
        next += [task.records.a, task.records.b]
      }
      for verdict in hasVerdicts ? try transaction.verdicts(record: record) : []
      where seenVerdicts.insert(verdict.records).inserted {
        verdicts.append(verdict)
        next += [verdict.records.a, verdict.records.b]
      }
      for other in hasTies ? try transaction.ties(record: record) : []
      where ties.insert(RecordPair(record, other)).inserted {
        next.append(other)
      }
      queue += next.filter { seen.insert($0).inserted }
    }
    records.sort()
  }
}
